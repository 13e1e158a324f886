"""Prints every benchmark, one after the other, but for `benchmarks.soak`, which takes an hour. `make bench`"""

import argparse
import sys

from benchmarks import images, page, seeds, swapping, training, watching

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Prints every benchmark.")
    parser.add_argument("--frechet", action="store_true", help="also the Fréchet distance, which takes minutes")
    parser.add_argument("--jax", default=sys.executable, metavar="PYTHON", help="a Python that has JAX (default: this)")
    options = parser.parse_args()
    del sys.argv[1:]  # the others would read them too

    training.main(["--jax", options.jax])
    print()
    images.main([])
    print()
    seeds.main([])
    print()
    swapping.main([])
    print()
    watching.main()
    print()
    page.main()
    if options.frechet:
        from benchmarks import frechet

        print()
        frechet.main([])
