"""The experiments, each in its paper's own setting; where it departs from that it says so."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gancore.config import RunConfig
from gancore.experiments.presets import PRESETS
from gancore.experiments.remedies import PACGAN, ROWS, MixtureName
from gancore.experiments.reproductions.experiment import Experiment, Line, Reported
from gancore.theory.dirac import Setting

DIRAC_MOVES = 20_000  # until the slowest of them has turned many times
_STEP = 0.01  # so small that a step is nearly the flow
_OF_MODES = ("captured", "touched", "high_quality", "reverse_kl")

# ── Metz et al. 2017 ──────────────────────────────────────────────────────────────────────────────────────────────────

_UNROLLED = RunConfig(
    steps=25_000, radius=1.0, sigma=0.01, batch_size=512, latent_dim=256, g_hidden=128, g_layers=2, g_activation="tanh",
    d_hidden=128, d_layers=2, d_activation="tanh", init="orthogonal", loss="minimax", updates="simultaneous",
    d_lr=1e-4, g_lr=1e-3,
)  # fmt: skip

# Eight angles from 0 to 2π with both ends: the first place twice, the others once.
_REPEATED = _UNROLLED.changed(
    data="points", points=tuple((math.cos(2 * math.pi * i / 7), math.sin(2 * math.pi * i / 7)) for i in range(8))
)
_ROTATES = "The points move from mode to mode and never settle."
_SPREADS = "The points spread over all modes and settle."
_UNROLLED_LINES = (
    Line("K 0", _UNROLLED, says=_ROTATES, remedy="none"),
    Line("K 1", _UNROLLED.changed(unroll_steps=1)),
    Line("K 5", _UNROLLED.changed(unroll_steps=5), remedy="unrolled"),
    Line("K 10", _UNROLLED.changed(unroll_steps=10), says=_SPREADS),
    *(Line(f"K {k}, repeated", _REPEATED.changed(unroll_steps=k)) for k in (0, 1, 5, 10)),
)

# ── Lin et al. 2018 ───────────────────────────────────────────────────────────────────────────────────────────────────

_PACKED = RunConfig(
    steps=400_000, radius=1.0, sigma=0.01, batch_size=100, latent_dim=2, g_hidden=400, g_layers=4, d_hidden=200,
    d_layers=3, init="xavier", d_lr=1e-4, g_lr=1e-4, d_beta1=0.8, g_beta1=0.8,
)  # fmt: skip
_PACKED_ON_GRID = _PACKED.changed(data="grid", radius=4.0, sigma=0.05)
_PACKING_ROWS = {1: "none", 2: "pac2", 4: "pac4"}  # rows of the table of remedies, by m


def _reported_of(row: str, data: MixtureName) -> dict[str, Reported]:
    """PacGAN's own figures, as the table of remedies quotes them."""
    (published,) = (remedy.published for remedy in ROWS if remedy.name == row)
    (told,) = (each for each in published[data] if each.source == PACGAN)
    return {"touched": Reported(told.modes, told.spread), "high_quality": Reported(told.high_quality)}


def _packing(data: MixtureName, base: RunConfig) -> tuple[Line, ...]:
    rows = {m: _PACKING_ROWS.get(m, "") for m in (1, 2, 3, 4)}
    return tuple(
        Line(
            "GAN" if m == 1 else f"PacGAN {m}",
            base.changed(pack=m, batch_size=base.batch_size * m),
            reported=_reported_of(row, data) if row else {},
            remedy=row,
            data=data,
        )
        for m, row in rows.items()
    )


_PACKING_DEPARTS = (
    "Hidden units of D are ReLU and not the maxout of five; G has no batch normalisation. 100 packs a batch, as in the "
    "authors’ code."
)


# ── Gulrajani et al. 2017 ─────────────────────────────────────────────────────────────────────────────────────────────

# The script divides its data, so that every set has a deviation of about 1.
_TOY = RunConfig(
    steps=100_000, radius=2 / 1.414, sigma=0.02 / 1.414, batch_size=256, latent_dim=2, g_hidden=512, g_layers=3,
    d_hidden=512, d_layers=3, loss="wasserstein", penalty="gradient_penalty", penalty_weight=0.1, d_steps=5, d_lr=1e-4,
    g_lr=1e-4, d_beta2=0.9, g_beta2=0.9,
)  # fmt: skip

# ── Arjovsky & Bottou 2017 ────────────────────────────────────────────────────────────────────────────────────────────

_EPOCHS = {"freeze-minimax": 1, "freeze-minimax-10": 10, "freeze-minimax-25": 25}

# ── Roth et al. 2017 ──────────────────────────────────────────────────────────────────────────────────────────────────

_ROTH = RunConfig(
    steps=5000, modes=7, radius=1.0, sigma=0.01, batch_size=512, latent_dim=2, g_hidden=128, g_layers=2,
    g_activation="tanh", d_hidden=128, d_layers=2, d_activation="tanh", d_lr=1e-3, g_lr=1e-3, penalty_weight=0.1,
)  # fmt: skip


# ── Mescheder et al. 2018 ─────────────────────────────────────────────────────────────────────────────────────────────


def _dirac(name: str, method: str, real: float, says: str, **values: float) -> Line:
    setting = Setting(method=method, updates="alternating", h=_STEP, **values)  # type: ignore[arg-type]
    return Line(name, setting, reported={"growth": Reported(real)}, says=says)


EXPERIMENTS: Mapping[str, Experiment] = {
    each.name: each
    for each in (
        Experiment(
            "unrolled-ring",
            "Unrolled GANs on a ring of eight Gaussians",
            "Metz et al. 2017",
            "the authors’ public notebook, which says that it is not the paper’s in all",
            "Orthogonal first weights are times 0.8, there 1.4; each step draws its own points. The notebook repeats "
            "one of its eight angles: the lines “repeated” do the same, the others do not.",
            _OF_MODES,
            _UNROLLED_LINES,
        ),
        Experiment(
            "pacgan-ring",
            "PacGAN on a ring of eight Gaussians",
            "Lin et al. 2018",
            "the authors’ public code",
            _PACKING_DEPARTS,
            _OF_MODES,
            _packing("ring", _PACKED),
        ),
        Experiment(
            "pacgan-grid",
            "PacGAN on a grid of 25 Gaussians",
            "Lin et al. 2018",
            "the authors’ public code",
            _PACKING_DEPARTS,
            _OF_MODES,
            _packing("grid", _PACKED_ON_GRID),
        ),
        Experiment(
            "wgan-gp-toy",
            "WGAN-GP on eight Gaussians, 25 Gaussians and a swiss roll",
            "Gulrajani et al. 2017",
            "the authors’ public toy script",
            "First weights are uniform and not He’s; the swiss roll is a spiral of narrow Gaussians.",
            _OF_MODES,
            (
                Line("8 Gaussians", _TOY, says="All modes are learnt.", remedy="wasserstein"),
                Line(
                    "25 Gaussians",
                    _TOY.changed(data="grid", radius=4 / 2.828, sigma=0.05 / 2.828),
                    says="All modes are learnt.",
                    remedy="wasserstein",
                    data="grid",
                ),
                Line(
                    "swiss roll",
                    _TOY.changed(data="spiral", radius=14 / 7.5, sigma=0.25 / 7.5),
                    says="The spiral is learnt.",
                ),
            ),
        ),
        Experiment(
            "frozen-generator",
            "The generator’s gradient while D learns against it",
            "Arjovsky & Bottou 2017, section 2.2.1, figure 2",
            "the paper",
            "Eight Gaussians and small networks, as on the page, where the paper has a DCGAN on images.",
            ("g_grad_fall",),
            tuple(
                Line(
                    f"{epochs} {'epoch' if epochs == 1 else 'epochs'}",
                    PRESETS[preset].config,
                    says="Falls by up to five orders of magnitude within 4,000 steps of D.",
                )
                for preset, epochs in _EPOCHS.items()
            ),
        ),
        Experiment(
            "dirac",
            "The Dirac-GAN near its equilibrium",
            "Mescheder et al. 2018",
            "the paper",
            f"{DIRAC_MOVES:,} alternating steps of {_STEP:g}; what each adds to the logarithm of the radius, divided "
            "by its size. It differs from the flow’s by about the size, and where the eigenvalue is double by about "
            "its root.",
            ("growth",),
            (
                _dirac("minimax", "minimax", 0.0, "λ = ±i/2: circles."),
                _dirac("non-saturating", "non_saturating", 0.0, "λ = ±i/2: circles."),
                _dirac("WGAN", "wasserstein_clip", 0.0, "λ = ±i: circles.", clip=10.0),
                _dirac("instance noise, σ 1", "instance_noise", -0.25, "λ = -1/4 ± i√3/4.", sigma=1.0),
                _dirac("R1, γ 0.5", "r1", -0.25, "λ = -1/4 ± i√3/4.", gamma=0.5),
                _dirac("R1, γ 1", "r1", -0.5, "λ = -1/2, twice: critical.", gamma=1.0),
                _dirac("consensus, γ 1", "consensus", -0.25, "λ = -1/4 ± i/2.", consensus=1.0),
            ),
        ),
        Experiment(
            "roth-toy",
            "Roth’s regulariser on a ring of seven Gaussians",
            "Roth et al. 2017",
            "the paper’s γ, optimiser and batch",
            "In the plane and not in space; for 5,000 steps.",
            _OF_MODES,
            (
                Line("unregularised", _ROTH, says="Does not settle."),
                Line("regularised, γ 0.1", _ROTH.changed(penalty="roth"), says="Settles on all modes."),
            ),
        ),
    )
}
