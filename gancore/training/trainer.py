"""The training loop: k steps of the discriminator, one of the generator, for R seeds at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from gancore.config import FIELDS, LIVE_FIELDS, ConfigError, RunConfig
from gancore.data.image_split import ImageData
from gancore.data.toy import ToyData, toy_data
from gancore.device import pick_device
from gancore.methods.constraints import first_u
from gancore.methods.diff_augment import AUDIENCES, DRAWS, Audience
from gancore.methods.mad_gan import Generators, single
from gancore.methods.models import MODELS
from gancore.methods.optimizers import NetworkState
from gancore.methods.schedules import schedule
from gancore.networks.mlp import Net
from gancore.step.moves import Hyperparameters, Move, StepSpec, shown
from gancore.step.updates import UPDATES, DDraws, Draws, GDraws, StepFunctions
from gancore.training.adagan_growth import Growth
from gancore.training.checkpoint import StateDict, load_into, part, prefixed, whole_number
from gancore.training.frozen_generator import game_at, is_frozen
from gancore.training.image_readout import ImageReadout
from gancore.training.latent import draw_latent
from gancore.training.points_readout import Readout
from gancore.training.random_streams import PURPOSES, Stream, generator, stood
from gancore.training.snapshot import Floats, ImageScene, ImageSnapshot, Scene, Snapshot, powers_of_ten
from gancore.training.step_record import D, G, Record

# How often training looks whether it still is finite: reading a value back costs a step's time on a GPU.
LOOK_EVERY = 32

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


def plain_step_functions(trainer: Trainer) -> StepFunctions:
    """The step functions of a trainer's present game as they are written in `updates`."""
    return StepFunctions.of(trainer.spec)


class Trainer:
    """R replicas of one configuration, one a seed; replica i is the run that seed i would be alone.

    Args:
        config: what to train.
        seeds: one a replica; the config's own seed if not given.
        device: "auto" takes CUDA, then MPS, then the CPU.

    Measuring (`snapshot`) draws from generators of its own: a run is the same watched or not.

    On a CPU a replica is its seed's run to the last bit where batch_size / pack is a multiple of 32 and the hidden
    layers are a multiple of 16 wide; otherwise to rounding. The operands of every matrix product are then aligned in
    company as they are alone (`networks.mlp.LINE`), and no vector of an elementwise operation is left half full. That
    equally laid operands give equal bits is the matrix-product library's part of the promise; MKL makes it."""

    def __init__(self, config: RunConfig, seeds: Sequence[int] | None = None, device: str = "auto") -> None:
        self.config = config
        self.seeds = tuple(seeds) if seeds is not None else (config.seed,)
        if not self.seeds or min(self.seeds) < 0:
            raise ValueError(f"seeds is {self.seeds}; at least one whole number of 0 or more is needed")
        self.device = pick_device(device)
        self.step_functions_of: Callable[[Trainer], StepFunctions] = plain_step_functions
        self.step = 0
        self.d_steps = 0
        self.data: ToyData | ImageData
        self.growth: Growth | None = None
        if config.on_images:
            self.data = self._pool = ImageData(config, self.device)
        else:
            self.data = toy_data(config)
            self.growth = Growth(config, self.seeds, self.data, self.device) if MODELS[config.model].in_turn else None
            self._pool = self.growth
        self._play()
        self._begin()
        self._streams: dict[str, Stream] = {}
        self._resumed: dict[str, dict[str, Tensor]] = {}  # of streams that have not drawn since
        self._record = Record(len(self.seeds), self.device)
        self._divergence: Divergence | None = None
        self._whole = True
        # The largest ‖∇G‖ of a frozen generator so far.
        self._peak = torch.full((len(self.seeds),), torch.nan, device=self.device)
        self._readout: Readout | ImageReadout
        if isinstance(self.data, ImageData):
            self._readout = ImageReadout(self.data, config, self.seeds, self.device)
        else:
            self._readout = Readout(self.data, config, self.seeds, self.device, self.growth)

    def _begin(self, part: int = 0) -> None:
        """Fresh players: at the start of a run, and of every further part of it."""
        self.g = self._first(self.spec.g, "init_g", part)
        self.d = self._first(self.spec.d, "init_d", part)
        self.averaged = self.g.params
        self._began = self.step

    def _first(self, net: Net | Generators, purpose: str, part: int = 0) -> NetworkState:
        params = net.init(self.config.init, [generator(seed, purpose, part) for seed in self.seeds]).to(self.device)
        u = first_u(single(net), [generator(seed, "init_u", part) for seed in self.seeds]).to(self.device)
        zero = torch.zeros_like(params)
        return NetworkState(params, zero, zero, torch.zeros((), device=self.device), u, zero)

    def _play(self) -> None:
        """Takes the spec and constants of the game that the present step is played in."""
        self.game = game_at(self.config, self.step)
        self.spec = StepSpec.of(self.game)
        self.hyper = Hyperparameters.of(self.game, self.device)
        self.step_functions = self.step_functions_of(self)

    # ── The loop ──────────────────────────────────────────────────────────────────────────────────────────────────

    def advance(self, steps: int = 1) -> None:
        """Take `steps` generator steps, each after k discriminator steps; stop early where every replica diverged."""
        for _ in range(steps):
            if self._divergence is not None:
                return
            for _ in range(self.game.d_steps - 1):
                self.discriminator_step()
            self._both_step()
            if self.step % LOOK_EVERY == 0:
                self._look()
        self._look()

    def _both_step(self) -> None:
        """The last of the discriminator's k steps and the generator's, in the turns that `updates` names."""
        self._decay()
        draws = Draws(self._d_draws(), self._g_draws())
        look = Draws(self._d_draws("_look"), self._g_draws("_look")) if self.game.updates == "extragradient" else None
        moves = UPDATES[self.game.updates](self._present_step_functions(), self.hyper, self.g, self.d, draws, look)
        self._take_d(moves.d)
        self._take_g(moves.g)

    def discriminator_step(self) -> None:
        """One step of the discriminator alone."""
        self._decay()
        self._take_d(self.step_functions.discriminator(self.hyper, self.g, self.d, self._d_draws()))

    def generator_step(self) -> None:
        """One step of the generator alone."""
        self._decay()
        self._take_g(self._present_step_functions().generator(self.hyper, self.g, self.d, self._g_draws()))

    def _present_step_functions(self) -> StepFunctions:
        """The step functions of the present game; once the generator is frozen, those that do not move it."""
        return self.step_functions.frozen() if is_frozen(self.config, self.step) else self.step_functions

    def _take_d(self, move: Move) -> None:
        self.d = move.state
        self.d_steps += 1
        self._record.note(D, self.step, move.loss, move.gradient_norm)

    def _take_g(self, move: Move) -> None:
        self.g = move.state
        if is_frozen(self.config, self.step):
            self._peak = torch.fmax(self._peak, move.gradient_norm)
        self.step += 1
        self.averaged = self._average()
        self._record.note(G, self.step, move.loss, move.gradient_norm)
        if self.step == self.config.freeze_at:
            self._freeze()
        if self.growth is not None and self.growth.is_over(self.step):
            self._grow(self.growth)

    def _average(self) -> Tensor:
        """The exponential moving average of the generator's weights, (R, P); without one the weights themselves.

        Yazıcı et al. 2019, but with β rising as (1+t)/(10+t) to its value: else the untrained weights would be
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
        self.d = self._first(self.spec.d, "init_d_again")
        self._record.forget()

    def _grow(self, growth: Growth) -> None:
        """A component is finished: it joins AdaGAN's mixture, and two fresh players meet on data weighed anew."""
        growth.add(single(self.spec.g), self.averaged)
        self._begin(growth.part - 1)
        self._record.forget()

    # ── Live changes ──────────────────────────────────────────────────────────────────────────────────────────────

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
        lost_at = self._record.lost_at.cpu().numpy()
        found: list[Divergence] = []
        for replica, seed in enumerate(self.seeds):
            steps = lost_at[:, replica]
            if (steps >= 0).any():
                first = int(np.where(steps >= 0, steps, np.iinfo(np.int32).max).argmin())
                found.append(Divergence(int(steps[first]), _QUANTITIES[first], seed))
        return found

    def scene(self) -> Scene | ImageScene:
        """The part of the run that stays the same."""
        return self._readout.scene

    def snapshot(
        self,
        *,
        field: bool = True,
        arrows: bool = True,
        layers: bool = True,
        manifold: bool = False,
        judge: bool = True,
        measure: bool = False,
    ) -> Snapshot | ImageSnapshot:
        """The present moment; `measure` adds what takes longer than the rest: of points the exact transport distance,
        of images what is measured in features, and the nearest training images. What only points have, the other flags
        leave out; `judge` is of the modes, for which 2,500 points are made."""
        stats = self._record.values.cpu().numpy().copy()  # on a CPU the same memory, which the next step overwrites
        scalars: dict[str, Floats] = dict(zip(("d_loss", "d_grad", "g_loss", "g_grad"), stats, strict=True))
        scalars["noise"] = np.full(len(self.seeds), self._sigma(), dtype=np.float32)
        if self.config.freeze_at:
            scalars["g_grad_fall"] = self._fall(scalars["g_grad"])
        return self._readout.snapshot(
            self.spec, self.g._replace(params=self.averaged), self.d, self.step, self.d_steps, scalars,
            field=field, arrows=arrows, layers=layers, manifold=manifold, judge=judge, measure=measure,
        )  # fmt: skip

    def keep(self, replicas: slice) -> None:
        """Lets all replicas go but these, which go on as they would have in company: to the last bit where the class
        promises it.

        They stay a part of the run that was begun. Its number of seeds decides what a snapshot holds, and it goes on
        while one of its replicas does, wherever that is: `diverged` stays None from here on; ask `lost` of all parts.
        Raises ValueError where no replica would be left.
        """
        if not self.seeds[replicas]:
            raise ValueError(f"replicas is {replicas}; it has to leave at least one of {len(self.seeds)}")
        self.seeds = self.seeds[replicas]
        self.g, self.d = (
            NetworkState(*(each[replicas].clone() if each.ndim else each for each in player))
            for player in (self.g, self.d)
        )
        self.averaged = self.averaged[replicas].clone()
        self._record.keep(replicas)
        self._peak = self._peak[replicas].clone()
        for stream in self._streams.values():
            stream.keep(replicas)
        for waiting in self._resumed.values():
            waiting["generators"] = waiting["generators"][replicas].clone()
        if self.growth is not None:
            self.growth.keep(replicas)
        self._readout.keep(replicas)
        self.step_functions = self.step_functions_of(self)
        self._divergence, self._whole = None, False

    def weights(self) -> dict[str, Tensor]:
        """Weights of both players by layer: "generator.0.weight" (R, in, out), "generator.0.bias" (R, 1, out), and on.

        Of the averaged generator where there is one. A convolution's weight is (R, C·k·k, O). Of k generators at once
        there are R·k rows; of AdaGAN "component.0.0.weight" and so on are those that have joined the mixture.
        """
        finished = self.growth.finished if self.growth is not None else ()
        players = {
            "generator": self.spec.g.unpack(self.averaged),
            "discriminator": self.spec.d.unpack(self.d.params),
            **{f"component.{t}": single(self.spec.g).unpack(params) for t, params in enumerate(finished)},
        }
        return {
            f"{name}.{i // 2}.{'bias' if i % 2 else 'weight'}": each.detach().cpu().contiguous().clone()
            for name, layers in players.items()
            for i, each in enumerate(layers)
        }

    def state_dict(self) -> dict[str, Tensor]:
        """The state of the whole run: of both players, their optimisers and averages, and of every random stream.

        A trainer of the same config and seeds that loads it goes on to the last bit. Raises ValueError where some of
        the replicas were let go.
        """
        if not self._whole:
            raise ValueError("some of the run's replicas were let go; only a whole run has a state")
        return self.kept_state_dict()

    def kept_state_dict(self) -> dict[str, Tensor]:
        """The state of the replicas that are left (`keep`): with those of the other parts, `checkpoint.joined`, it is
        the whole run's."""
        state = {"step": torch.tensor(self.step), "d_steps": torch.tensor(self.d_steps)}
        state |= {"began": torch.tensor(self._began), "averaged": self.averaged, "peak": self._peak}
        state |= prefixed("g", self.g._asdict()) | prefixed("d", self.d._asdict())
        state |= prefixed("record", self._record.state_dict()) | prefixed("readout", self._readout.state_dict())
        for purpose, waiting in self._resumed.items():
            state |= prefixed(f"streams.{purpose}", waiting)
        for purpose, stream in self._streams.items():
            state |= prefixed(f"streams.{purpose}", stream.state_dict())
        if self.growth is not None:
            state |= prefixed("growth", self.growth.state_dict())
        return {name: value.detach().clone() for name, value in state.items()}

    def load_state_dict(self, state: StateDict) -> None:
        """Goes on where another trainer of the same config and seeds stood when it gave `state`.

        Raises ValueError that says which tensor is missing or does not fit; this trainer is then of no more use.
        """
        self.step, self.d_steps = whole_number("step", state), whole_number("d_steps", state)
        self._play()
        if self.growth is not None:
            self.growth.load_state_dict(part("growth", state), self.g.params)
        players = prefixed("g", self.g._asdict()) | prefixed("d", self._first(self.spec.d, "init_d")._asdict())
        loaded = load_into({**players, "averaged": self.averaged, "peak": self._peak}, state)
        self.g, self.d = (NetworkState(**part(name, loaded)) for name in ("g", "d"))
        self.averaged, self._peak = loaded["averaged"], loaded["peak"]
        self._began = whole_number("began", state)
        self._record.load_state_dict(part("record", state))
        self._readout.load_state_dict(part("readout", state))
        self._streams.clear()
        self._resumed = {name: found for name in PURPOSES if (found := part(f"streams.{name}", state))}
        for each in self._resumed.values():
            stood(each, len(self.seeds))  # what is wrong is said now and not at the first draw
        self._divergence = None
        self._look()

    def _fall(self, gradient: Floats) -> Floats:
        """log₁₀ of a frozen generator's largest gradient so far over the present one, (R,); NaN before there is one."""
        return powers_of_ten(self._peak.cpu().numpy()) - powers_of_ten(gradient)

    # ── Draws and records ─────────────────────────────────────────────────────────────────────────────────────────

    def _d_draws(self, look: str = "") -> DDraws:
        """Numbers for one step of D; `look` is the suffix of the streams that a look ahead draws from."""
        real = self._shown_real(f"real{look}", f"noise_real{look}", f"augment_real{look}")
        latent = self._latent(f"latent_d{look}")
        if self._labels:
            latent = torch.cat([latent, real[..., -self._labels :]], -1)
        uniforms = self._uniforms(f"augment_fake{look}") if self._audience.fakes else None
        return DDraws(real, latent, self._noise(f"noise_fake{look}"), uniforms, self._mix(f"mix{look}"))

    def _g_draws(self, look: str = "") -> GDraws:
        ahead = None
        if self.spec.unroll_steps:
            ahead = (self._shown_real("real_ahead", "noise_ahead", "augment_ahead"), self._mix("mix_ahead"))
        latent = self._latent(f"latent_g{look}")
        if self._labels and isinstance(self.data, ImageData):
            if ahead is None:
                label = self.data.label(self._stream(f"label_g{look}", _make_uniform, self._batch))
            else:
                # As in D's own step, so that a line of WGAN-GP joins two images of one class.
                real, _ = ahead
                label = real[..., -self._labels :]
            latent = torch.cat([latent, label], -1)
        uniforms = self._uniforms(f"augment_g{look}") if self._audience.own else None
        return GDraws(latent, self._noise(f"noise_g{look}"), uniforms, ahead)

    def _shown_real(self, purpose: str, noise: str, augment: str) -> Tensor:
        """Real points as D is shown them."""
        real = self._real(purpose)
        uniforms = self._uniforms(augment, 1) if self._audience.reals else None
        return shown(self.spec, real, self._noise(noise, 1), uniforms)

    def _real(self, purpose: str) -> Tensor:
        if self._pool is not None:
            return self._pool.real(self._stream(purpose, _make_uniform, self._batch))
        return self._stream(purpose, self._make_real, self._batch, 3)

    def _latent(self, purpose: str) -> Tensor:
        return self._stream(purpose, self._make_latent, self._batch * self.spec.generators, self.config.latent_dim)

    def _noise(self, purpose: str, generators: int | None = None) -> Tensor | None:
        """Instance noise for B points of each generator, (R, kB, F); none where there is none."""
        sigma = self._sigma()
        if not sigma:
            return None
        make = partial(_make_normal, features=self._features)
        batch = self._batch * (generators or self.spec.generators)
        noise = sigma * self._stream(purpose, make, batch, self._features)
        return pad(noise, (0, self._labels)) if self._labels else noise

    def _uniforms(self, purpose: str, generators: int | None = None) -> Tensor | None:
        """The numbers of T for a batch, (R, kB, 7); none where the points are no images."""
        if self.spec.image is None:
            return None
        return self._stream(purpose, _make_augment, self._batch * (generators or self.spec.generators), DRAWS)

    def _mix(self, purpose: str) -> Tensor:
        return self._stream(purpose, _make_mix, self._batch * self.spec.generators)

    def _stream(self, purpose: str, make: Any, batch: int, numbers: int = 1) -> Tensor:
        """The next draw for `batch` points of so many numbers each, (R, batch, …)."""
        if purpose not in self._streams:
            stream = Stream(self.seeds, purpose, partial(make, batch=batch), numbers * batch, self.device)
            if purpose in self._resumed:
                stream.load_state_dict(self._resumed.pop(purpose))
            self._streams[purpose] = stream
        return self._streams[purpose].next()

    def _make_real(self, source: torch.Generator, n: int, batch: int) -> Tensor:
        assert not isinstance(self.data, ImageData)
        uniforms = torch.rand(n, batch, generator=source)
        normals = torch.randn(n, batch, 2, generator=source)
        return torch.from_numpy(self.data.place(uniforms.numpy(), normals.numpy()))

    def _make_latent(self, source: torch.Generator, n: int, batch: int) -> Tensor:
        return draw_latent(self.config, source, n, batch)

    @property
    def _batch(self) -> int:
        return self.config.batch_size

    @property
    def _features(self) -> int:
        """F, of a point without its class."""
        return self.data.pixels if isinstance(self.data, ImageData) else 2

    @property
    def _labels(self) -> int:
        """K, numbers that say the class of a point; 0 where the players are not told it."""
        return self.data.labels if isinstance(self.data, ImageData) else 0

    @property
    def _audience(self) -> Audience:
        """The places in which T(x) stands for x at this step."""
        return AUDIENCES[self.game.augment]

    def _sigma(self) -> float:
        """The instance noise's standard deviation at this step."""
        config = self.game
        return config.noise * schedule(config.noise_schedule, self.step / config.noise_steps)

    def _decay(self) -> None:
        """Brings the penalty's weight and both learning rates to where their schedules stand at this step.

        The learning rates' steps count from where the players began: each of AdaGAN's generators begins anew.
        """
        game = self.game
        if game.penalty_schedule != "constant":
            weight = game.penalty_weight * schedule(game.penalty_schedule, self.step / game.penalty_steps)
            self.hyper = self.hyper._replace(penalty_weight=torch.tensor(weight, device=self.device))
        if game.lr_schedule != "constant":
            share = schedule(game.lr_schedule, (self.step - self._began) / game.lr_steps)
            d, g = (
                rates._replace(lr=torch.tensor(share * lr, device=self.device))
                for rates, lr in ((self.hyper.d, game.d_lr), (self.hyper.g, game.g_lr))
            )
            self.hyper = self.hyper._replace(d=d, g=g)

    def _look(self) -> None:
        if self._whole and self._divergence is None and bool((self._record.lost_at >= 0).any(0).all()):
            self._divergence = max(self.lost, key=lambda each: each.step)


def _make_uniform(source: torch.Generator, n: int, batch: int) -> Tensor:
    return torch.rand(n, batch, generator=source)


def _make_normal(source: torch.Generator, n: int, batch: int, features: int) -> Tensor:
    return torch.randn(n, batch, features, generator=source)


def _make_augment(source: torch.Generator, n: int, batch: int) -> Tensor:
    return torch.rand(n, batch, DRAWS, generator=source)


def _make_mix(source: torch.Generator, n: int, batch: int) -> Tensor:
    return torch.rand(n, batch, 1, generator=source)
