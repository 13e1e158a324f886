"""The training loop: k steps of the discriminator, one of the generator, for R seeds at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from gancore.config import FIELDS, LIVE_FIELDS, ConfigError, RunConfig
from gancore.constraints import first_u
from gancore.data.toy import toy_data
from gancore.device import pick_device
from gancore.ensembles.growth import Growth
from gancore.ensembles.mad_gan import Generators, single
from gancore.freezing import game_at, is_frozen
from gancore.game import Knobs, Move, Rules, generator_move
from gancore.latent import draw_latent
from gancore.nets import MLP
from gancore.optimizers import Player
from gancore.readout import Readout
from gancore.schedules import schedule
from gancore.snapshot import Floats, Scene, Snapshot, powers_of_ten
from gancore.streams import Stream, generator
from gancore.updates import UPDATES, DDraws, Draws, GDraws, discriminator_turn

# Beyond this a float32 loss has no digits left that a step could act on: it counts as no longer finite.
LARGEST = 1e10

# How often training looks whether it still is finite: reading a value back costs a step's time on a GPU.
_LOOK_EVERY = 32

_QUANTITIES = (
    "the discriminator's loss",
    "the discriminator's gradient",
    "the generator's loss",
    "the generator's gradient",
)


class Divergence(NamedTuple):
    """Where a run ceased to be finite: the generator step, the quantity, and the seed."""

    step: int
    quantity: str
    seed: int


class Trainer:
    """R replicas of one configuration, one a seed; replica i is the run that seed i would be alone.

    Args:
        config: what to train.
        seeds: one a replica; the config's own seed if not given.
        device: "auto" takes CUDA, then MPS, then the CPU.

    Measuring (`snapshot`) draws from generators of its own: a run is the same watched or not. On a CPU a replica is its
    seed's run to the last bit where batch_size / pack is a multiple of 32 (as wide as a vector of it is; other sizes
    leave a rest whose exponentials are rounded another way), else to rounding.
    """

    def __init__(self, config: RunConfig, seeds: Sequence[int] | None = None, device: str = "auto") -> None:
        self.config = config
        self.seeds = tuple(seeds) if seeds is not None else (config.seed,)
        if not self.seeds or min(self.seeds) < 0:
            raise ValueError(f"seeds is {self.seeds}; at least one whole number of 0 or more is needed")
        self.device = pick_device(device)
        self.data = toy_data(config)
        self.step = 0
        self.d_steps = 0
        self.growth = Growth(config, self.seeds, self.data, self.device) if config.model == "adagan" else None
        self._play()
        self._begin()
        self._streams: dict[str, Stream] = {}
        self._stats = torch.full((4, len(self.seeds)), torch.nan, device=self.device)  # nothing is known before a step
        self._lost_at = torch.full_like(self._stats, -1, dtype=torch.int32)
        self._divergence: Divergence | None = None
        self._peak = torch.full_like(self._stats[3], torch.nan)  # largest ‖∇G‖ of a frozen generator so far
        self._readout = Readout(self.data, config, self.seeds, self.device, self.growth)

    def _begin(self, part: int = 0) -> None:
        """Fresh players: at the start of a run, and of every further part of it."""
        self.g = self._first(self.rules.g, "init_g", part)
        self.d = self._first(self.rules.d, "init_d", part)
        self.averaged = self.g.params
        self._began = self.step

    def _first(self, net: MLP | Generators, purpose: str, part: int = 0) -> Player:
        params = net.init(self.config.init, [generator(seed, purpose, part) for seed in self.seeds]).to(self.device)
        u = first_u(single(net), [generator(seed, "init_u", part) for seed in self.seeds]).to(self.device)
        zero = torch.zeros_like(params)
        return Player(params, zero, zero, torch.zeros((), device=self.device), u, zero)

    def _play(self) -> None:
        """Takes the rules and constants of the game that the present step is played in."""
        self.game = game_at(self.config, self.step)
        self.rules = Rules.of(self.game)
        self.knobs = Knobs.of(self.game, self.device)

    # ── The loop ──────────────────────────────────────────────────────────────────────────────────────────────────

    def advance(self, steps: int = 1) -> None:
        """Take `steps` generator steps, each after k discriminator steps; stop early where every replica diverged."""
        for _ in range(steps):
            if self._divergence is not None:
                return
            for _ in range(self.game.d_steps - 1):
                self.discriminator_step()
            self._both_step()
            if self.step % _LOOK_EVERY == 0:
                self._look()
        self._look()

    def _both_step(self) -> None:
        """The last of the discriminator's k steps and the generator's, in the turns that `updates` names."""
        self._decay()
        draws = Draws(self._d_draws(), self._g_draws())
        look = Draws(self._d_draws("_look"), self._g_draws("_look")) if self.game.updates == "extragradient" else None
        moves = UPDATES[self.game.updates](self.rules, self.knobs, self.g, self.d, draws, look)
        self._take_d(moves.d)
        self._take_g(moves.g)

    def discriminator_step(self) -> None:
        """One step of the discriminator alone."""
        self._decay()
        self._take_d(discriminator_turn(self.rules, self.knobs, self.g, self.d, self._d_draws()))

    def generator_step(self) -> None:
        """One step of the generator alone."""
        self._decay()
        self._take_g(generator_move(self.rules, self.knobs, self.g, self.d, *self._g_draws()))

    def _take_d(self, move: Move) -> None:
        self.d = move.player
        self.d_steps += 1
        self._note(0, move.loss, move.gradient_norm)

    def _take_g(self, move: Move) -> None:
        if is_frozen(self.config, self.step):
            self._peak = torch.fmax(self._peak, move.gradient_norm)
        else:
            self.g = move.player
        self.step += 1
        self.averaged = self._average()
        self._note(2, move.loss, move.gradient_norm)
        if self.step == self.config.freeze_at:
            self._freeze()
        if self.growth is not None and self.growth.is_over(self.step):
            self._grow(self.growth)

    def _average(self) -> Tensor:
        """The exponential moving average of the generator's weights, (R, P); without one the weights themselves.

        Yazıcı et al. 2019, eq. 3, but with β rising as (1+t)/(10+t) to its value: else the untrained weights would be
        seen in the average for thousands of steps.
        """
        if not self.game.average:
            return self.g.params
        steps = self.step - self._began
        beta = min(self.game.average, (1 + steps) / (10 + steps))
        return torch.lerp(self.averaged, self.g.params, 1 - beta)

    def _freeze(self) -> None:
        """From here on the generator stands still, and a fresh discriminator learns in the run's own game."""
        self._play()
        self.d = self._first(self.rules.d, "init_d_again")
        self._stats.fill_(torch.nan)  # nothing is known of the new one yet

    def _grow(self, growth: Growth) -> None:
        """A component is finished: it joins AdaGAN's mixture, and two fresh players meet on data weighed anew."""
        growth.add(single(self.rules.g), self.averaged)
        self._begin(growth.part - 1)
        self._stats.fill_(torch.nan)

    # ── Live knobs ────────────────────────────────────────────────────────────────────────────────────────────────

    def set(self, **changes: Any) -> None:
        """Change live fields of the running GAN; a wrong value or a field that needs a restart is a ConfigError."""
        fixed = [name for name in changes if name in FIELDS and name not in LIVE_FIELDS]
        if fixed:
            raise ConfigError(
                [f"{', '.join(fixed)} cannot change while a GAN runs; start it again with the new value."]
            )
        self.config = self.config.changed(**changes)
        self._play()

    # ── What can be seen ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def diverged(self) -> Divergence | None:
        """Where the last of the replicas ceased to be finite; None while at least one goes on."""
        self._look()
        return self._divergence

    @property
    def lost(self) -> list[Divergence]:
        """Every replica that has ceased to be finite so far, in the order of the seeds."""
        lost_at = self._lost_at.cpu().numpy()
        found: list[Divergence] = []
        for replica, seed in enumerate(self.seeds):
            steps = lost_at[:, replica]
            if (steps >= 0).any():
                first = int(np.where(steps >= 0, steps, np.iinfo(np.int32).max).argmin())
                found.append(Divergence(int(steps[first]), _QUANTITIES[first], seed))
        return found

    def scene(self) -> Scene:
        """What stays the same during the run."""
        return self._readout.scene

    def snapshot(
        self,
        *,
        field: bool = True,
        arrows: bool = True,
        layers: bool = True,
        manifold: bool = False,
        transport: bool = False,
    ) -> Snapshot:
        """The present moment; `transport` adds the exact transport distance, which takes longer than the rest."""
        stats = self._stats.cpu().numpy().copy()  # on a CPU the same memory otherwise, which the next step overwrites
        scalars: dict[str, Floats] = dict(zip(("d_loss", "d_grad", "g_loss", "g_grad"), stats, strict=True))
        scalars["noise"] = np.full(len(self.seeds), self._sigma(), dtype=np.float32)
        if self.config.freeze_at:
            scalars["g_grad_fall"] = self._fall(scalars["g_grad"])
        return self._readout.snapshot(
            self.rules, self.g._replace(params=self.averaged), self.d, self.step, self.d_steps, scalars,
            field=field, arrows=arrows, layers=layers, manifold=manifold, transport=transport,
        )  # fmt: skip

    def _fall(self, gradient: Floats) -> Floats:
        """log₁₀ of a frozen generator's largest gradient so far over the present one, (R,); NaN before there is one."""
        return powers_of_ten(self._peak.cpu().numpy()) - powers_of_ten(gradient)

    # ── Draws and records ─────────────────────────────────────────────────────────────────────────────────────────

    def _d_draws(self, look: str = "") -> DDraws:
        """Numbers for one step of D; `look` is the suffix of the streams that a look ahead draws from."""
        sigma = self._sigma()
        real = self._real(f"real{look}")
        if sigma:
            real = real + sigma * self._normal(f"noise_real{look}")
        noise = sigma * self._normal(f"noise_fake{look}", self.rules.generators) if sigma else None
        return DDraws(real, self._latent(f"latent_d{look}"), noise, self._mix(f"mix{look}"))

    def _g_draws(self, look: str = "") -> GDraws:
        sigma = self._sigma()
        noise = sigma * self._normal(f"noise_g{look}", self.rules.generators) if sigma else None
        ahead = None
        if self.rules.unroll_steps:
            real = self._real("real_ahead")
            if sigma:
                real = real + sigma * self._normal("noise_ahead")
            ahead = (real, self._mix("mix_ahead"))
        return GDraws(self._latent(f"latent_g{look}"), noise, ahead)

    def _real(self, purpose: str) -> Tensor:
        batch = self.config.batch_size
        if self.growth is not None:
            return self.growth.real(self._stream(purpose, _make_uniform, batch))
        return self._stream(purpose, self._make_real, batch, 3)

    def _latent(self, purpose: str) -> Tensor:
        batch = self.config.batch_size * self.rules.generators
        return self._stream(purpose, self._make_latent, batch, self.config.latent_dim)

    def _normal(self, purpose: str, generators: int = 1) -> Tensor:
        return self._stream(purpose, _make_normal, self.config.batch_size * generators, 2)

    def _mix(self, purpose: str) -> Tensor:
        return self._stream(purpose, _make_mix, self.config.batch_size * self.rules.generators)

    def _stream(self, purpose: str, make: Any, batch: int, numbers: int = 1) -> Tensor:
        """The next draw for `batch` points of so many numbers each, (R, batch, …)."""
        if purpose not in self._streams:
            self._streams[purpose] = Stream(
                self.seeds, purpose, partial(make, batch=batch), numbers * batch, self.device
            )
        return self._streams[purpose].next()

    def _make_real(self, source: torch.Generator, n: int, batch: int) -> Tensor:
        uniforms = torch.rand(n, batch, generator=source)
        normals = torch.randn(n, batch, 2, generator=source)
        return torch.from_numpy(self.data.place(uniforms.numpy(), normals.numpy()))

    def _make_latent(self, source: torch.Generator, n: int, batch: int) -> Tensor:
        return draw_latent(self.config, source, n, batch)

    def _sigma(self) -> float:
        """The instance noise's standard deviation at this step."""
        config = self.game
        return config.noise * schedule(config.noise_schedule, self.step / config.noise_steps)

    def _decay(self) -> None:
        """Brings the penalty's weight to where its schedule stands at this step."""
        game = self.game
        if game.penalty_schedule != "constant":
            weight = game.penalty_weight * schedule(game.penalty_schedule, self.step / game.penalty_steps)
            self.knobs = self.knobs._replace(penalty_weight=torch.tensor(weight, device=self.device))

    def _note(self, row: int, loss: Tensor, gradient_norm: Tensor) -> None:
        self._stats[row] = loss
        self._stats[row + 1] = gradient_norm
        lost = ~(self._stats[row : row + 2].abs() < LARGEST) & (self._lost_at[row : row + 2] < 0)
        self._lost_at[row : row + 2].masked_fill_(lost, self.step)

    def _look(self) -> None:
        if self._divergence is None and bool((self._lost_at >= 0).any(0).all()):
            self._divergence = max(self.lost, key=lambda each: each.step)


def _make_uniform(source: torch.Generator, n: int, batch: int) -> Tensor:
    return torch.rand(n, batch, generator=source)


def _make_normal(source: torch.Generator, n: int, batch: int) -> Tensor:
    return torch.randn(n, batch, 2, generator=source)


def _make_mix(source: torch.Generator, n: int, batch: int) -> Tensor:
    return torch.rand(n, batch, 1, generator=source)
