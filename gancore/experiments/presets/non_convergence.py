"""Non-convergence: points that leap from mode to mode, two curves that never meet, and what makes them settle."""

from __future__ import annotations

from typing import Any

from gancore.config import RunConfig
from gancore.experiments.presets.preset import WGAN_GP, Preset, Provided, Verdict, table

# A generator three times quicker than its discriminator on isolated modes, or one as quick on a segment, a manifold
# without width: the points leap to where D has not been yet, all together, and D comes after them.
SWING = RunConfig(steps=1500, latent_dim=2, sigma=0.05, d_lr=1e-3, g_lr=3e-3)
SWINGING: dict[str, RunConfig] = {
    "ring": SWING,
    "grid": SWING.changed(data="grid"),
    "segment": SWING.changed(data="segment", radius=1.0, g_lr=1e-3),
}

# Data on a segment, a generator whose latent vector is one number: two curves, which meet in points at most. D is given
# the time to see that. Plain gradient steps for G again: Adam would hide how small the gradient is.
APART = RunConfig(
    steps=3000, data="segment", radius=2.0, latent_dim=1, latent="uniform", d_steps=5, g_optimizer="sgd", g_lr=1e-2,
)  # fmt: skip

# What may make a swinging GAN settle: name, title, the one change, and what it is in words.
REMEDIES: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("", "no remedy", {}, "A generator quicker than its discriminator can follow"),
    ("-noise", "instance noise", {"noise": 0.3}, "instance noise of σ 0.3"),
    (
        "-noise-annealed", "noise, annealed",
        {"noise": 0.5, "noise_schedule": "linear", "noise_steps": 1500}, "instance noise of σ 0.5 that fades to 0",
    ),
    ("-roth", "Roth", {"penalty": "roth", "penalty_weight": 3.0}, "Roth's regulariser, γ 3"),
    (
        "-roth-annealed", "Roth, annealed",
        {"penalty": "roth", "penalty_weight": 3.0, "penalty_schedule": "exponential", "penalty_steps": 1500},
        "Roth's regulariser, γ from 3 to 0.03",
    ),
    ("-r1", "R1", {"penalty": "r1", "penalty_weight": 3.0}, "R1, γ 3"),
    ("-wasserstein", "WGAN-GP", {**WGAN_GP, "d_steps": 3}, "the Wasserstein loss, a gradient penalty and k 3"),
    ("-spectral", "spectral norm", {"constraint": "spectral_norm"}, "spectral normalisation"),
    ("-ttur", "two rates", {"g_lr": 3e-4}, "a generator slower than its discriminator"),
    ("-average", "average of G", {"average": 0.995}, "the generator's weights averaged"),
    ("-simultaneous", "simultaneous", {"updates": "simultaneous"}, "simultaneous updates"),
    (
        "-optimistic", "optimistic Adam",
        {"d_optimizer": "optimistic_adam", "g_optimizer": "optimistic_adam"}, "optimistic Adam for both",
    ),
    ("-extragradient", "extra-gradient", {"updates": "extragradient"}, "extra-gradient steps"),
    ("-consensus", "consensus", {"updates": "consensus"}, "consensus optimisation, γ 1"),
)  # fmt: skip

# From which oscillation of the transport distance on a GAN swings, and up to which it has settled.
_SWINGS = {"ring": 0.15, "grid": 0.25, "segment": 0.1}
_SETTLED = {"ring": 0.06, "grid": 0.2, "segment": 0.07}


# How near to the data a generator has settled that has settled on them: noise over the picture does not swing either,
# and is further away.
_NEAR = {
    "ring": Provided("transport", 0.6, "settled in place"),
    "grid": Provided("transport", 0.45, "settled in place"),
    "segment": Provided("transport", 0.3, "settled in place"),
}


def _swings(data: str, of: int) -> Verdict:
    return Verdict(
        "oscillation", "at_least", _SWINGS[data], "still swing", of=of, otherwise="calmed down", provided=_NEAR[data]
    )


def _settled(data: str, of: int) -> Verdict:
    return Verdict(
        "oscillation", "at_most", _SETTLED[data], "settled", of=of, otherwise="did not settle", provided=_NEAR[data]
    )


# Which of them do, in at least how many of 16 seeds. What is not named here does sometimes, and makes no claim.
_VERDICTS: dict[str, Verdict] = {
    "swing-ring": _swings("ring", 10),
    "swing-ring-noise": _swings("ring", 10),
    "swing-ring-noise-annealed": _swings("ring", 12),
    "swing-ring-roth": _settled("ring", 10),
    "swing-ring-r1": _settled("ring", 14),
    "swing-ring-wasserstein": _settled("ring", 14),
    "swing-ring-spectral": _swings("ring", 12),
    "swing-ring-ttur": _settled("ring", 14),
    "swing-ring-simultaneous": _swings("ring", 14),
    "swing-ring-consensus": _settled("ring", 14),
    "swing-grid": _swings("grid", 12),
    "swing-grid-noise": _swings("grid", 10),
    "swing-grid-roth": _settled("grid", 12),
    "swing-grid-r1": _settled("grid", 8),
    "swing-grid-wasserstein": _settled("grid", 12),
    "swing-grid-spectral": _swings("grid", 12),
    "swing-grid-ttur": _settled("grid", 14),
    "swing-segment": _swings("segment", 10),
    "swing-segment-roth": _settled("segment", 10),
    "swing-segment-r1": _settled("segment", 13),
    "swing-segment-spectral": _swings("segment", 13),
    "swing-segment-ttur": _settled("segment", 14),
    "swing-segment-average": _settled("segment", 8),
    "swing-segment-simultaneous": _swings("segment", 12),
    "swing-segment-consensus": _settled("segment", 14),
}


def _swinging(data: str, remedy: str, title: str, changes: dict[str, Any], what: str) -> Preset:
    name = f"swing-{data}{remedy}"
    verdict = _VERDICTS.get(name)
    subject = f"swing-{data} with {what}" if remedy else what
    if verdict is None:
        claim = f"{subject}: no claim, the figures are as they come."
    else:
        bound = "at least" if verdict.rule == "at_least" else "at most"
        claim = (
            f"{subject}: over the last third of the run the transport distance varies by {bound} {verdict.limit:g} "
            f"(standard deviation) in at least {verdict.of} of 16 seeds."
        )
    config = SWINGING[data].changed(**changes)
    return Preset(name, title if data == "segment" else f"{title}, {data}", claim, config, verdict, "oscillation")


_SETTLING = table(*(_swinging(data, *remedy) for data in SWINGING for remedy in REMEDIES))
_APART: dict[str, Preset] = table(
    Preset(
        "apart-minimax",
        "minimax",
        "Data and generated points on two curves: D separates them perfectly, the minimax gradient dies, and after "
        "3,000 steps the data are still at least 1.5 away in at least 12 of 16 seeds.",
        APART.changed(loss="minimax"),
        Verdict(
            "transport",
            "at_least",
            1.5,
            "stalled",
            of=12,
            otherwise="came nearer than 1.5",
            provided=Provided("transport", 0.3, "arrived"),
        ),
        "transport",
    ),
    Preset(
        "apart-noise",
        "minimax + noise, annealed",
        "apart-minimax with instance noise that shrinks from σ 1 to 0: the supports overlap, and the generator comes "
        "within 0.3 of the data in at least 12 of 16 seeds.",
        APART.changed(loss="minimax", noise=1.0, noise_schedule="linear", noise_steps=1500),
        Verdict("transport", "at_most", 0.3, "arrived", of=12, otherwise="did not arrive"),
        "transport",
    ),
    Preset(
        "apart-non-saturating",
        "non-saturating",
        "apart-minimax with -log D: no claim, the figures are as they come.",
        APART,
    ),
)
NON_CONVERGENCE = _SETTLING | _APART
