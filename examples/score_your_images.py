"""Scores of images that somebody made: with what they were seen through, and on how many.

The networks here are small: their figures can be compared with each other, and with no Inception Score or FID of a
paper.
"""

import numpy as np

from gancore.data.images import load_images, to_floats
from gancore.metrics import coverage
from gancore.metrics.image_scores import image_scorer

N = 200


def main() -> dict[str, tuple[float, float, float]]:
    """The Fréchet distance, the variety and the share of memorised images of three makers of digits."""
    digits = load_images("digits")
    scorer = image_scorer("digits", n_train=100)
    rng = np.random.default_rng(0)
    training, new = to_floats(digits.train.pixels), to_floats(digits.held_out.pixels)
    makers = {
        "new digits": new[rng.permutation(len(new))[:N]],
        "copies of the training set": training[rng.integers(100, size=N)],
        "the mean digit": np.repeat(training[:100].mean(0, keepdims=True), N, 0),
    }
    found: dict[str, tuple[float, float, float]] = {}
    for name, images in makers.items():
        scores = scorer.score(images)
        assert scores.fid is not None  # digits have reference images
        found[name] = scores.fid, scores.variety, scores.memorised
    return found


def modes(samples: np.ndarray) -> int:
    """How many of eight Gaussians samples (n, 2) capture."""
    from gancore import RunConfig
    from gancore.data.toy import toy_data

    return int(coverage(samples, toy_data(RunConfig())).captured)


if __name__ == "__main__":
    for maker, (fid, variety, memorised) in main().items():
        print(f"{maker}: FD {fid:.1f} on {N}, variety {variety:.0%}, memorised {memorised:.0%}")
    angles = np.random.default_rng(1).uniform(0, 2 * np.pi, 2500)
    circle = 2 * np.stack([np.cos(angles), np.sin(angles)], 1)
    print(f"A circle through eight modes captures {modes(circle)} of them")
