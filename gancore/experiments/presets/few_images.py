"""Few images: a discriminator that learns them by heart, and DiffAugment with its two failing baselines."""

from __future__ import annotations

from gancore.config import RunConfig
from gancore.experiments.presets.preset import Preset, Provided, Verdict, table

# A hundred images of digits, and a discriminator that has the time to learn each of them by heart. At these rates that
# is seen within a minute; G's weights are averaged, so that what is judged does not jump from step to step.
SMALL = RunConfig(
    data="digits", images=100, steps=4000, batch_size=32, latent_dim=32, g_hidden=16, d_hidden=32,
    d_activation="leaky_relu", d_lr=2e-3, g_lr=2e-3, average=0.99,
)  # fmt: skip

# Eighty real faces. A quick D has learnt them by heart after some 1,000 steps; from then on G is told nothing of use,
# and its faces become one.
FACES = SMALL.changed(data="faces", images=80, image_side="16", steps=3000, d_lr=4e-3, g_lr=1e-3)
_DIFFAUGMENT = {"augment": "diffaugment"}

# Fréchet distances in the features of the digits' network, of 500 generated images.
_CLOSE, _LEAKED, _FAR = 15.0, 100.0, 60.0

# A generator of noise has no distance that rises, and leaves D right of everything.
_CAME_CLOSE = Provided("fid", _CLOSE, "came close")
_STAYED = Provided("fid", _CLOSE, "came close and stayed")
_NOT_FOOLED = Provided("fid", _CLOSE, "learnt, not fooled")
_KNEW = Provided("fid", _CLOSE, "learnt, not by heart")
_ON_IMAGES: dict[str, Preset] = table(
    Preset(
        "small-none",
        "100 images",
        "The discriminator learns 100 images by heart, and the Fréchet distance turns round: it ends at least at "
        "twice its least in at least 5 of 5 seeds.",
        SMALL,
        Verdict(
            "fid_rise", "at_least", 2.0, "turned round", of=5, seeds=5, otherwise="did not turn round", provided=_STAYED
        ),
        "fid",
    ),
    Preset(
        "small-diffaugment",
        "100 images + DiffAugment",
        f"small-none with DiffAugment: the Fréchet distance ends at most at {_CLOSE:g} in at least 5 of 5 seeds.",
        SMALL.changed(**_DIFFAUGMENT),
        Verdict("fid", "at_most", _CLOSE, "came close", of=5, seeds=5, otherwise="did not come close"),
        "fid",
    ),
    Preset(
        "small-reals-only",
        "T on reals only",
        "small-none with T on the real images alone: cut-out squares and shifts leak into what is generated, and the "
        f"Fréchet distance is at least {_LEAKED:g} in at least 5 of 5 seeds.",
        SMALL.changed(augment="reals_only"),
        Verdict(
            "fid", "at_least", _LEAKED, "leaked", of=5, seeds=5, otherwise="came nearer than 100", provided=_CAME_CLOSE
        ),
        "fid",
    ),
    Preset(
        "small-d-only",
        "T in D's step only",
        "small-none with T in D's step alone: D, right on most T(x), is right on at most a tenth of what is generated "
        "as it is, in at least 5 of 5 seeds.",
        SMALL.changed(augment="d_only"),
        Verdict(
            "accuracy_fake",
            "at_most",
            0.1,
            "fooled by raw images",
            of=5,
            seeds=5,
            otherwise="was not fooled",
            provided=_NOT_FOOLED,
        ),
        "accuracy_fake",
    ),
    Preset(
        "small-all",
        "1,000 images",
        "small-none with all 1,000 images: D is still right on at least 40 % of real images that it has not seen in "
        "at least 5 of 5 seeds.",
        SMALL.changed(images=1000),
        Verdict(
            "accuracy_held_out",
            "at_least",
            0.4,
            "knew new images",
            of=5,
            seeds=5,
            otherwise="knew no new images",
            provided=_KNEW,
        ),
        "accuracy_held_out",
    ),
    Preset(
        "small-translation",
        "100 images + translation",
        f"small-none with DiffAugment's translation alone: the Fréchet distance ends at most at {_CLOSE:g} in at least "
        "5 of 5 seeds.",
        SMALL.changed(**_DIFFAUGMENT, policy="translation"),
        Verdict("fid", "at_most", _CLOSE, "came close", of=5, seeds=5, otherwise="did not come close"),
        "fid",
    ),
    Preset(
        "small-color",
        "100 images + colour",
        "Where a remedy fails: small-none with DiffAugment's colour alone. D learns the images by heart all the same, "
        f"and the Fréchet distance ends at least at {_FAR:g} in at least 5 of 5 seeds.",
        SMALL.changed(**_DIFFAUGMENT, policy="color"),
        Verdict(
            "fid",
            "at_least",
            _FAR,
            "stayed far off",
            of=5,
            seeds=5,
            otherwise="came nearer than 60",
            provided=_CAME_CLOSE,
        ),
        "fid",
    ),
    Preset(
        "small-r1",
        "100 images + R1",
        "small-none with R1, γ 10: no claim, the figures are as they come.",
        SMALL.changed(penalty="r1", penalty_weight=10.0),
        figure="fid",
    ),
)

# The variety of 500 generated faces; that of the 20 held-out faces is 0.71, of faces averaged by tens 0.1.
_ALIKE, _VARIED = 0.45, 0.5
_STAYED_VARIED = Provided("variety", _VARIED, "stayed varied")
_ON_FACES: dict[str, Preset] = table(
    Preset(
        "faces-none",
        "80 faces",
        "The discriminator learns 80 faces by heart, and the generator's faces become one: their variety ends at most "
        f"at {100 * _ALIKE:g} % in at least 5 of 5 seeds.",
        FACES,
        Verdict(
            "variety",
            "at_most",
            _ALIKE,
            "became alike",
            of=5,
            seeds=5,
            otherwise="stayed more varied",
            provided=_STAYED_VARIED,
        ),
        "variety",
    ),
    Preset(
        "faces-diffaugment",
        "80 faces + DiffAugment",
        f"faces-none with DiffAugment: the faces stay different people, their variety ends at least at "
        f"{100 * _VARIED:g} % in at least 5 of 5 seeds.",
        FACES.changed(**_DIFFAUGMENT),
        Verdict("variety", "at_least", _VARIED, "stayed varied", of=5, seeds=5, otherwise="became more alike"),
        "variety",
    ),
    Preset(
        "faces-reals-only",
        "T on reals only, faces",
        "faces-none with T on the real images alone: no claim, the figures are as they come. What leaks is seen at "
        "once, and variety does not tell a face from one with a part cut out.",
        FACES.changed(augment="reals_only"),
        figure="accuracy_held_out",
    ),
)
FEW_IMAGES = _ON_IMAGES | _ON_FACES
