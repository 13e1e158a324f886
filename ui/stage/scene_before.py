"""The data of a run that has not begun."""

from functools import lru_cache

import numpy as np

from gancore.config import RunConfig
from gancore.data.images import EMBEDDED, load_images
from gancore.data.toy import toy_data
from gancore.runtime.frames import encode_scene
from gancore.training.image_scene import image_scene
from gancore.training.snapshot import ImageScene, Scene


def scene_before(config: RunConfig) -> bytes:
    """The data of a run that has not begun, as a scene. Of images only what comes with the program is shown; others are
    read, and downloaded where they have to be, by the run."""
    if config.on_images:
        return _images_before(config.data, config.pixels_a_side, config.images)
    data = toy_data(config)
    sample = data.sample(np.random.default_rng(config.seed), 512)
    centres, weights = data.centres.astype(np.float32), data.weights.astype(np.float32)
    return encode_scene(Scene(centres, weights, data.sigma, sample, data.view))


@lru_cache(maxsize=8)
def _images_before(name: str, side: int | None, n: int) -> bytes:
    if name not in EMBEDDED:
        return encode_scene(ImageScene(np.zeros((0, 1, 1, 1), np.uint8), side=1, channels=1, classes=(), n=n))
    return encode_scene(image_scene(load_images(name, side), n))
