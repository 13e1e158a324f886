"""Reading a snapshot out of a running game, on numbers of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gancore.config import RunConfig
from gancore.data.toy import ToyData
from gancore.methods.mad_gan import single
from gancore.methods.models import MODELS, generators_at_once
from gancore.methods.optimizers import NetworkState
from gancore.metrics.coverage import coverage, holdings
from gancore.metrics.measures import MEASURES
from gancore.metrics.oscillation import Oscillation
from gancore.metrics.transport import transport_distance
from gancore.step.moves import StepSpec, critic, joined, packed
from gancore.training.adagan_growth import Growth
from gancore.training.checkpoint import StateDict, load_into
from gancore.training.latent import LATENTS, draw_latent
from gancore.training.measure_steps import measure_steps
from gancore.training.random_streams import generator
from gancore.training.snapshot import Floats, Scene, Snapshot, powers_of_ten

JUDGED = 2500  # samples that mode coverage is counted on, as in the papers
CARRIED = 128  # samples on either side of the transport distance; its cost grows with the third power
SHOWN, SHOWN_OF_MANY = 512, 128  # points drawn of one replica, and of each of several
FIELD, ARROWS, MANIFOLD = 40, 96, 20
ACCURACY = 256  # points of either kind on which the discriminator's accuracy is counted
LAYERS = 128  # latent vectors over which a layer's gradient is averaged
AT_ONCE = 2048  # points that a network is shown at once: what 64 units say of them fits into a core's cache


class Readout:
    """Readout of a trainer on points: fixed latent vectors, a fixed grid, and real points that training never saw."""

    def __init__(
        self,
        data: ToyData,
        config: RunConfig,
        seeds: Sequence[int],
        device: torch.device,
        growth: Growth | None = None,
    ) -> None:
        self._data = data
        self._growth = growth
        self._seeds = seeds
        self._alone = len(seeds) == 1
        together = generators_at_once(config)
        judged = JUDGED - JUDGED % together
        latent = [draw_latent(config, generator(seed, "show_latent"), JUDGED)[:judged] for seed in seeds]
        self._latent = torch.stack(latent).to(device)  # (R, n, Z), n = 2,500 or the next multiple of k below
        # Who makes each of these samples: of generators at once in turn, of a mixture by fixed uniforms.
        model = MODELS[config.model]
        self._generators = config.generators if model.at_once or model.in_turn else 0
        self._turns = np.tile(np.arange(together), judged // together)
        if growth is not None:
            choice = [torch.rand(judged, growth.generators, generator=generator(seed, "show_choice")) for seed in seeds]
            self._choice = torch.stack(choice).to(device)  # (R, n, k)
            self._finished: tuple[int, Tensor] | None = None  # components, and their samples (R, n, 2)
        xmin, xmax, ymin, ymax = data.view
        x, y = torch.linspace(xmin, xmax, FIELD), torch.linspace(ymin, ymax, FIELD)
        rows, columns = torch.meshgrid(y, x, indexing="ij")
        self._grid = torch.stack([columns, rows], -1).view(1, FIELD * FIELD, 2).to(device)
        # The manifold: a grid over the first two latent coordinates, the others at 0.
        reach = LATENTS[config.latent].reach
        side = torch.linspace(-reach, reach, MANIFOLD)
        plane = torch.zeros(1, MANIFOLD * MANIFOLD, config.latent_dim)
        a, b = torch.meshgrid(side, side, indexing="ij")
        plane[0, :, 0] = a.flatten()
        if config.latent_dim > 1:
            plane[0, :, 1] = b.flatten()
        self._plane = plane.to(device)
        # Real points that training never saw; the same at every step, so that the accuracy moves and does not flicker.
        unseen = [self._fresh(seed, "show_real", ACCURACY) for seed in seeds]
        self._unseen = torch.from_numpy(np.stack(unseen)).to(device)  # (R, ACCURACY, 2)
        # Fresh ones at each measurement would make a settled generator's distance flicker by as much as many a swing.
        self._carried = [self._fresh(seed, "fresh", CARRIED) for seed in seeds]
        self._oscillation = Oscillation()
        self._measure_steps = measure_steps(config)
        self.scene = Scene(
            centres=data.centres.astype(np.float32),
            weights=data.weights.astype(np.float32),
            sigma=data.sigma,
            real=growth.points[0, :SHOWN].cpu().numpy() if growth else self._fresh(seeds[0], "show_real", SHOWN),
            view=data.view,
        )

    def keep(self, replicas: slice) -> None:
        """Lets all other replicas go; of these the same is shown and measured as in company."""
        self._seeds = self._seeds[replicas]
        self._latent = self._latent[replicas].clone()
        self._unseen = self._unseen[replicas].clone()
        self._carried = self._carried[replicas]
        self._oscillation.keep(replicas)
        if self._growth is not None:
            self._choice = self._choice[replicas].clone()
            if self._finished is not None:
                parts, samples = self._finished
                self._finished = parts, samples[replicas].clone()

    def state_dict(self) -> dict[str, Tensor]:
        """What it remembers of the run so far: the distances that decide how much the run swings."""
        steps, values = self._oscillation.seen
        return {"measured_at": torch.from_numpy(steps), "measured": torch.from_numpy(values)}

    def load_state_dict(self, state: StateDict) -> None:
        """Goes on with what another readout remembered. Raises ValueError for what is no such state."""
        n = len(state["measured_at"]) if "measured_at" in state and state["measured_at"].ndim == 1 else 0
        like = {
            "measured_at": torch.empty(n, dtype=torch.int64),
            "measured": torch.empty(n, len(self._seeds) if n else 0),
        }
        loaded = load_into(like, state)
        self._oscillation = Oscillation()
        for step, values in zip(loaded["measured_at"].tolist(), loaded["measured"].numpy(), strict=True):
            self._oscillation.add(step, values)
        if self._growth is not None:
            self._finished = None

    def _fresh(self, seed: int, purpose: str, n: int) -> Floats:
        source = generator(seed, purpose)
        uniforms, normals = torch.rand(n, generator=source), torch.randn(n, 2, generator=source)
        return self._data.place(uniforms.numpy(), normals.numpy())

    def snapshot(
        self,
        spec: StepSpec,
        g: NetworkState,
        d: NetworkState,
        step: int,
        d_steps: int,
        scalars: Mapping[str, Floats],
        *,
        field: bool,
        arrows: bool,
        layers: bool,
        manifold: bool,
        judge: bool,
        measure: bool,
    ) -> Snapshot:
        alone = self._alone
        shown = SHOWN if alone else SHOWN_OF_MANY
        with torch.no_grad():
            fake = self._generated(spec, g, self._latent.shape[1] if judge else max(shown, ACCURACY))
            mixed, owner = self._mixed(spec, fake)
        samples = mixed.cpu().numpy()  # (R, n, 2)
        measured = dict(scalars) | {"d_accuracy": self._accuracy(spec, d, fake)}
        if judge:
            measured |= self._judged(samples)
        mixture, holds = self._mixture(), None
        if judge and mixture is not None and owner is not None:
            holds = holdings(samples, owner, len(mixture), self._data)  # (R, k, M)
            own = np.count_nonzero(holds, axis=2)[:, mixture > 0]
            measured["own_modes"] = own.mean(1, dtype=np.float32)
        if self._growth is not None:
            measured["part"] = np.full(len(self._seeds), self._growth.part, dtype=np.float32)
        if measure:
            measured["transport"] = np.array(
                [
                    transport_distance(of_seed[:CARRIED], real)
                    for real, of_seed in zip(self._carried, samples, strict=True)
                ],
                dtype=np.float32,
            )
            if step in self._measure_steps:
                self._oscillation.add(step, measured["transport"])
            swing = self._oscillation.spread
            if swing is not None:
                measured["oscillation"] = swing
        of_layers = self._layers(spec, g, d) if layers else None
        if of_layers is not None:
            measured["g_depth_fall"] = powers_of_ten(of_layers[:, -1]) - powers_of_ten(of_layers[:, 0])
        return Snapshot(
            step=step,
            d_steps=d_steps,
            fake=samples[:, :shown].copy(),
            scalars=measured,
            field=self._field(spec, d) if field and alone else None,
            arrows=self._arrows(spec, d, samples, owner) if arrows and alone else None,
            manifold=self._manifold(spec, g) if manifold and alone else None,
            layers=of_layers[0] if of_layers is not None and alone else None,
            owner=owner[:, :shown].astype(np.uint8) if owner is not None else None,
            holds=holds[0].astype(np.uint16) if holds is not None and alone else None,
            mixture=mixture,
            data_weights=self._data_weights() if alone else None,
        )

    def _generated(self, spec: StepSpec, g: NetworkState, least: int) -> Tensor:
        """Points that the players in training make of the first latent vectors, at least so many: (R, n, 2)."""
        together = spec.generators  # each makes as many
        count = -(-least // together) * together
        return in_blocks(partial(spec.g, g.params), self._latent[:, :count], together)

    def _mixed(self, spec: StepSpec, fake: Tensor) -> tuple[Tensor, NDArray[np.int64] | None]:
        """The samples that are shown, (R, n, 2), and who made them, (R, n), given those of the players in training."""
        growth = self._growth
        if growth is None:
            several = self._generators > 0
            return fake, np.broadcast_to(self._turns[: fake.shape[1]], fake.shape[:2]) if several else None
        owner = growth.owners(self._choice[:, : fake.shape[1]], growth.part)
        if growth.part > 1:
            if self._finished is None or self._finished[0] != growth.part:
                self._finished = growth.part, growth.mixture(single(spec.g), self._latent, self._choice)
            finished = self._finished[1][:, : fake.shape[1]]
            fake = torch.where((owner == growth.part - 1)[..., None], fake, finished)
        return fake, owner.cpu().numpy()

    def _mixture(self) -> Floats | None:
        """(k,) weights of the generators in what is shown; None for one alone."""
        if self._growth is not None:
            return self._growth.weights
        return np.full(self._generators, 1 / self._generators, dtype=np.float32) if self._generators else None

    def _data_weights(self) -> Floats | None:
        """N w_i of the points in the scene, (S,)."""
        if self._growth is None:
            return None
        weights = self._growth.data_weights[0]
        return (len(weights) * weights[:SHOWN]).astype(np.float32)

    def _judged(self, samples: NDArray[np.float32]) -> dict[str, Floats]:
        found = coverage(samples, self._data)
        names = ("captured", "captured_weight", "touched", "high_quality", "reverse_kl")
        together = {name: getattr(found, name) for name in names}
        alone = {each.name: each.take(samples, self._data) for each in MEASURES.values() if each.take is not None}
        return {name: values.astype(np.float32) for name, values in (together | alone).items()}

    def _accuracy(self, spec: StepSpec, d: NetworkState, fake: Tensor) -> Floats:
        """Share of unseen real and of generated points that D puts on the right side, (R,), both kinds counting half.

        Where σ(logit) is a probability the sides meet at logit 0. A critic's values have no zero: it is taken half
        way between its means on the two kinds. A point on the border counts half.
        """
        count = ACCURACY - ACCURACY % spec.pack
        with torch.no_grad():
            judge, _ = critic(spec, d)
            points = torch.cat([self._unseen[:, :count], fake[:, :count]], 1)
            asked = in_blocks(judge, packed(points, spec.pack))
        real_logits, fake_logits = asked.flatten(1).chunk(2, 1)  # (R, count/m) each
        border = torch.zeros(())
        if not spec.loss.probability:
            border = (real_logits.mean(1, keepdim=True) + fake_logits.mean(1, keepdim=True)) / 2
        margins = torch.cat([real_logits - border, border - fake_logits], 1)
        return ((1 + margins.sign()) / 2).mean(1).cpu().numpy()

    def _field(self, spec: StepSpec, d: NetworkState) -> Floats:
        """D's logit at every point of the grid; a packing discriminator is shown m copies of the point."""
        with torch.no_grad():
            judge, _ = critic(spec, d)
            return judge(self._grid.repeat(1, 1, spec.pack)).view(FIELD, FIELD).cpu().numpy()

    def _arrows(
        self, spec: StepSpec, d: NetworkState, samples: NDArray[np.float32], owner: NDArray[np.int64] | None
    ) -> Floats:
        """The way in which each shown point would move to lower its own generator loss: -∂L_G(x)/∂x.

        A point that a finished component made stays where it is.
        """
        count = ARROWS - ARROWS % spec.pack
        points = torch.from_numpy(samples[:, :count].copy()).to(d.params.device).requires_grad_()
        judge, _ = critic(spec, d)
        loss = spec.loss.g(judge(packed(points, spec.pack))).sum()
        (gradient,) = torch.autograd.grad(loss, points)
        away = -gradient[0].cpu().numpy()
        if self._growth is not None and owner is not None:
            away[owner[0, :count] != self._growth.part - 1] = 0
        return away

    def _layers(self, spec: StepSpec, g: NetworkState, d: NetworkState) -> Floats:
        """‖∂L_G/∂W_l‖ for the L weight matrices of G, the one next to the latent vector first: (R, L)."""
        count = LAYERS - LAYERS % (spec.pack * spec.generators)
        params = g.params.detach().requires_grad_()
        judge, _ = critic(spec, d)
        loss = spec.loss.g(judge(packed(spec.g(params, self._latent[:, :count]), spec.pack))).mean((1, 2))
        (gradient,) = torch.autograd.grad(joined(spec, loss), params)
        weights = spec.g.unpack(gradient)[::2]  # L times (R, in, out), or (R·k, in, out)
        return torch.stack([weight.reshape(len(params), -1).norm(dim=1) for weight in weights], 1).cpu().numpy()

    def _manifold(self, spec: StepSpec, g: NetworkState) -> Floats:
        net = single(spec.g)
        with torch.no_grad():
            image: Tensor = net(g.params[:, : net.row_length], self._plane)
        return image.view(MANIFOLD, MANIFOLD, 2).cpu().numpy()


def in_blocks(network: Callable[[Tensor], Tensor], points: Tensor, together: int = 1) -> Tensor:
    """Outputs of a network at points (R, n, F), some of them at a time where the memory is what takes long.

    `together`: how many it needs a multiple of.
    """
    if points.device.type != "cpu":
        return network(points)
    rows = max(AT_ONCE // len(points) // together, 1) * together
    return torch.cat([network(part) for part in points.split(rows, 1)], 1)
