"""Reading a snapshot out of a running game, on numbers of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gancore.config import RunConfig
from gancore.data.toy import ToyData
from gancore.game import Rules, critic, packed
from gancore.latent import draw_latent
from gancore.metrics.coverage import coverage
from gancore.metrics.oscillation import Oscillation
from gancore.metrics.transport import transport_distance
from gancore.optimizers import Player
from gancore.snapshot import Floats, Scene, Snapshot, powers_of_ten
from gancore.streams import generator

JUDGED = 2500  # samples that mode coverage is counted on, as in the papers
CARRIED = 256  # samples on either side of the transport distance
SHOWN, SHOWN_OF_MANY = 512, 128  # points drawn of one replica, and of each of several
FIELD, ARROWS, MANIFOLD = 40, 96, 20
ACCURACY = 256  # points of either kind on which the discriminator's accuracy is counted
LAYERS = 128  # latent vectors over which a layer's gradient is averaged


class Readout:
    """What a trainer shows: fixed latent vectors, a fixed grid, and real points that training never saw."""

    def __init__(self, data: ToyData, config: RunConfig, seeds: Sequence[int], device: torch.device) -> None:
        self._data = data
        self._seeds = seeds
        self._latent = torch.stack([draw_latent(config, generator(seed, "show_latent"), JUDGED) for seed in seeds]).to(
            device
        )  # (R, JUDGED, Z)
        xmin, xmax, ymin, ymax = data.view
        x, y = torch.linspace(xmin, xmax, FIELD), torch.linspace(ymin, ymax, FIELD)
        rows, columns = torch.meshgrid(y, x, indexing="ij")
        self._grid = torch.stack([columns, rows], -1).view(1, FIELD * FIELD, 2).to(device)
        # The manifold: a grid over the first two latent coordinates, the others at 0.
        side = torch.linspace(-2, 2, MANIFOLD) if config.latent == "normal" else torch.linspace(-1, 1, MANIFOLD)
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
        self.scene = Scene(
            centres=data.centres.astype(np.float32),
            weights=data.weights.astype(np.float32),
            sigma=data.sigma,
            real=self._fresh(seeds[0], "show_real", SHOWN),
            view=data.view,
        )

    def _fresh(self, seed: int, purpose: str, n: int) -> Floats:
        source = generator(seed, purpose)
        uniforms, normals = torch.rand(n, generator=source), torch.randn(n, 2, generator=source)
        return self._data.place(uniforms.numpy(), normals.numpy())

    def snapshot(
        self,
        rules: Rules,
        g: Player,
        d: Player,
        step: int,
        d_steps: int,
        scalars: Mapping[str, Floats],
        *,
        field: bool,
        arrows: bool,
        layers: bool,
        manifold: bool,
        transport: bool,
    ) -> Snapshot:
        alone = len(self._seeds) == 1
        with torch.no_grad():
            fake = rules.g(g.params, self._latent)
        samples = fake.cpu().numpy()  # (R, JUDGED, 2)
        measured = dict(scalars) | self._coverage(samples) | {"d_accuracy": self._accuracy(rules, d, fake)}
        if transport:
            measured["transport"] = np.array(
                [
                    transport_distance(of_seed[:CARRIED], real)
                    for real, of_seed in zip(self._carried, samples, strict=True)
                ],
                dtype=np.float32,
            )
            measured["oscillation"] = self._oscillation.add(step, measured["transport"])
        of_layers = self._layers(rules, g, d) if layers else None
        if of_layers is not None:
            measured["g_depth_fall"] = powers_of_ten(of_layers[:, -1]) - powers_of_ten(of_layers[:, 0])
        return Snapshot(
            step=step,
            d_steps=d_steps,
            fake=samples[:, : SHOWN if alone else SHOWN_OF_MANY].copy(),
            scalars=measured,
            field=self._field(rules, d) if field and alone else None,
            arrows=self._arrows(rules, d, samples) if arrows and alone else None,
            manifold=self._manifold(rules, g) if manifold and alone else None,
            layers=of_layers[0] if of_layers is not None and alone else None,
        )

    def _coverage(self, samples: NDArray[np.float32]) -> dict[str, Floats]:
        found = [coverage(of_seed, self._data) for of_seed in samples]
        names = ("modes", "modes_strict", "high_quality", "reverse_kl")
        return {name: np.array([getattr(each, name) for each in found], dtype=np.float32) for name in names}

    def _accuracy(self, rules: Rules, d: Player, fake: Tensor) -> Floats:
        """Share of unseen real and of generated points that D puts on the right side, (R,), both kinds counting half.

        Where σ(logit) is a probability the sides meet at logit 0. A critic's values have no zero: it is taken half
        way between its means on the two kinds. A point on the border counts half.
        """
        count = ACCURACY - ACCURACY % rules.pack
        with torch.no_grad():
            judge, _ = critic(rules, d)
            points = torch.cat([self._unseen[:, :count], fake[:, :count]], 1)
            real_logits, fake_logits = judge(packed(points, rules.pack)).flatten(1).chunk(2, 1)  # (R, count/m) each
        border = torch.zeros(())
        if not rules.loss.probability:
            border = (real_logits.mean(1, keepdim=True) + fake_logits.mean(1, keepdim=True)) / 2
        margins = torch.cat([real_logits - border, border - fake_logits], 1)
        return ((1 + margins.sign()) / 2).mean(1).cpu().numpy()

    def _field(self, rules: Rules, d: Player) -> Floats:
        """D's logit at every point of the grid; a packing discriminator is shown m copies of the point."""
        with torch.no_grad():
            judge, _ = critic(rules, d)
            return judge(self._grid.repeat(1, 1, rules.pack)).view(FIELD, FIELD).cpu().numpy()

    def _arrows(self, rules: Rules, d: Player, samples: NDArray[np.float32]) -> Floats:
        """The way in which each shown point would move to lower its own generator loss: -∂L_G(x)/∂x."""
        count = ARROWS - ARROWS % rules.pack
        points = torch.from_numpy(samples[:, :count].copy()).to(d.params.device).requires_grad_()
        judge, _ = critic(rules, d)
        loss = rules.loss.g(judge(packed(points, rules.pack))).sum()
        (gradient,) = torch.autograd.grad(loss, points)
        return -gradient[0].cpu().numpy()

    def _layers(self, rules: Rules, g: Player, d: Player) -> Floats:
        """‖∂L_G/∂W_l‖ for the L weight matrices of G, the one next to the latent vector first: (R, L)."""
        count = LAYERS - LAYERS % rules.pack
        params = g.params.detach().requires_grad_()
        judge, _ = critic(rules, d)
        loss = rules.loss.g(judge(packed(rules.g(params, self._latent[:, :count]), rules.pack))).mean((1, 2))
        (gradient,) = torch.autograd.grad(loss.sum(), params)
        weights = rules.g.unpack(gradient)[::2]  # L times (R, in, out)
        return torch.stack([weight.flatten(1).norm(dim=1) for weight in weights], 1).cpu().numpy()

    def _manifold(self, rules: Rules, g: Player) -> Floats:
        with torch.no_grad():
            image: Tensor = rules.g(g.params, self._plane)
        return image.view(MANIFOLD, MANIFOLD, 2).cpu().numpy()
