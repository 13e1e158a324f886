"""Two GANs, one change: the same seed, the same data, the same noise.

Every purpose draws from a random stream of its own, so that a remedy that is switched on shifts nobody else's numbers:
what differs comes of the change.
"""

import numpy as np
import torch

from gancore import RunConfig, Trainer

torch.set_num_threads(1)  # small networks train many times slower on two

BASE = RunConfig(seed=7, sigma=0.05, latent_dim=2, d_lr=2e-4, g_lr=1e-3)


def main(steps: int = 3000) -> dict[str, tuple[float, float]]:
    """Modes captured and the transport distance, with and without two samples judged together (PacGAN)."""
    found: dict[str, tuple[float, float]] = {}
    for name, config in {"as it is": BASE, "packed": BASE.changed(pack=2)}.items():
        trainer = Trainer(config)
        trainer.advance(steps)
        scalars = trainer.snapshot(measure=True).scalars
        found[name] = float(scalars["captured"][0]), float(scalars["transport"][0])
    return found


def same_beginning() -> bool:
    """Whether both start from the same networks and the same points."""
    one, other = (Trainer(config) for config in (BASE, BASE.changed(loss="wasserstein")))
    return np.array_equal(one.snapshot().fake, other.snapshot().fake)


if __name__ == "__main__":
    print(f"The same at step 0: {same_beginning()}")
    for name, (captured, distance) in main().items():
        print(f"{name}: {captured:.0f} of 8 modes captured, W {distance:.2f}")
