"""Prints every benchmark, one after the other. `make bench`"""

from benchmarks import page, training, watching

training.main([])
print()
watching.main()
print()
page.main()
