"""Reading a snapshot out of a running game on images, on numbers of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from gancore.config import RunConfig
from gancore.data.image_split import ImageData
from gancore.data.images import channels_last, to_pixels
from gancore.methods.diff_augment import DRAWS
from gancore.methods.optimizers import NetworkState
from gancore.metrics.image_scores import ImageScorer, ImageScores, image_scorer
from gancore.step.moves import StepSpec, critic, packed, shown
from gancore.training.checkpoint import StateDict, load_into
from gancore.training.image_scene import image_scene
from gancore.training.latent import draw_latent
from gancore.training.measure_steps import measure_steps
from gancore.training.random_streams import generator
from gancore.training.snapshot import Floats, ImageSnapshot

JUDGED = 500  # generated images that the measures see
ANSWERED = 128  # images of each kind that D is asked about
COMPARED = 8  # generated images that are shown beside their nearest training image
SHOWN = {8: 64, 16: 36, 24: 25, 32: 16}  # generated images shown, by their side

_MEASURES = ("score", "fid", "kid", "precision", "recall", "variety", "memorised")


def scorer_of(config: RunConfig) -> ImageScorer:
    """The scorer of a run's images; made once a process. Raises ValueError as `image_scorer` does."""
    return image_scorer(config.data, config.images, config.pixels_a_side, config.features)


class ImageReadout:
    """Readout of a trainer on images: fixed latent vectors, and real images that training never saw."""

    def __init__(self, data: ImageData, config: RunConfig, seeds: Sequence[int], device: torch.device) -> None:
        self._data = data
        self._shape = (data.channels, data.side, data.side)
        self._latent = torch.stack([self._latents(config, seed) for seed in seeds]).to(device)  # (R, n, Z or Z + K)
        self._asked = min(ANSWERED, data.n, len(data.held_out)) // config.pack * config.pack
        uniforms = [torch.rand(3 * self._asked, DRAWS, generator=generator(seed, "show_augment")) for seed in seeds]
        self._uniforms = torch.stack(uniforms).to(device)  # of T, the same at every step, (R, 3 · asked, 7)
        self._best = np.full(len(seeds), np.inf)  # least Fréchet distance at the run's moments so far
        self._measure_steps = measure_steps(config)
        self._real = torch.cat([data.train[: self._asked], data.held_out[: self._asked]])  # that D is asked about
        self._scorer = scorer_of(config)
        self.scene = image_scene(
            data.images,
            data.n,
            features=self._scorer.see.name,
            judged=JUDGED,
            reference=self._scorer.n_reference,
            fid_floor=self._scorer.floor(JUDGED) if self._scorer.n_reference else None,
        )

    def keep(self, replicas: slice) -> None:
        """Lets all other replicas go; of these the same is shown and measured as in company."""
        self._latent = self._latent[replicas].clone()
        self._uniforms = self._uniforms[replicas].clone()
        self._best = self._best[replicas].copy()

    def state_dict(self) -> dict[str, Tensor]:
        """What it remembers of the run so far: the least Fréchet distance of each seed, (R,)."""
        return {"best": torch.from_numpy(self._best.copy())}

    def load_state_dict(self, state: StateDict) -> None:
        """Goes on with what another readout remembered. Raises ValueError for what is no such state."""
        self._best = load_into(self.state_dict(), state)["best"].numpy()

    def _latents(self, config: RunConfig, seed: int) -> Tensor:
        latent = draw_latent(config, generator(seed, "show_latent"), JUDGED)
        if not self._data.labels:
            return latent
        # One class after the other, so that what is shown has them all; and so has what is judged, a tenth of each.
        label = one_hot(torch.arange(JUDGED) % self._data.labels, self._data.labels)
        return torch.cat([latent, label], 1)

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
    ) -> ImageSnapshot:
        """`field`, `arrows`, `layers`, `manifold` and `judge` are of points; images have none."""
        count = JUDGED if measure else max(SHOWN[self._data.side], self._asked)
        with torch.no_grad():
            fake = spec.g(g.params, self._latent[:, :count])  # (R, count, F or F + K)
        of_first = self._images(fake[0]).cpu()
        measured = dict(scalars) | self._answers(spec, d, fake[:, : self._asked])
        nearest = distance = None
        if measure:
            found = [self._scorer.score(self._images(of_seed).cpu()) for of_seed in fake]
            measured |= self._scores(found, step)
            place = found[0].nearest.indices[:COMPARED]
            nearest = channels_last(self._data.images.train.pixels[place])
            distance = found[0].nearest.distances[:COMPARED].astype(np.float32)
        return ImageSnapshot(
            step=step,
            d_steps=d_steps,
            images=channels_last(to_pixels(of_first[: SHOWN[self._data.side]].numpy())),
            scalars=measured,
            nearest=nearest,
            nearest_distance=distance,
        )

    def _images(self, points: Tensor) -> Tensor:
        """(N, F or F + K) -> (N, C, H, W); what is not a number becomes mid-grey."""
        return points[:, : self._data.pixels].unflatten(-1, self._shape).nan_to_num(0.0, 1.0, -1.0)

    def _answers(self, spec: StepSpec, d: NetworkState, fake: Tensor) -> dict[str, Floats]:
        """D's mean logits, and the share on which it is right, of training, held-out and generated images: of the raw
        ones, and of the same under T where it is shown T(x). `accuracy` is measured as on points (`Readout`)."""
        replicas = len(fake)
        points = torch.cat([self._real.expand(replicas, -1, -1), fake], 1)  # (R, 3 · asked, F or F + K)
        answers: dict[str, Floats] = {}
        with torch.no_grad():
            judge, _ = critic(spec, d)
            for name, uniforms in (("accuracy", None), ("seen", self._uniforms)):
                if name == "seen" and spec.augment == "none":
                    continue
                asked = packed(shown(spec, points, None, uniforms), spec.pack)
                logits = judge(asked).flatten(1).unflatten(1, (3, -1))  # (R, 3, asked/m)
                means = logits.mean(2)
                border = torch.zeros(replicas, 1, 1, device=logits.device)
                if not spec.loss.probability:
                    border = (means[:, 1:2, None] + means[:, 2:, None]) / 2
                margins = (logits - border) * torch.tensor([1.0, 1.0, -1.0], device=logits.device)[:, None]
                right = ((1 + margins.sign()) / 2).mean(2).cpu().numpy()
                for kind, of_kind, mean in zip(
                    ("train", "held_out", "fake"), right.T, means.T.cpu().numpy(), strict=True
                ):
                    answers[f"{name}_{kind}"] = of_kind.copy()
                    if uniforms is None:
                        answers[f"logit_{kind}"] = mean.copy()
        answers["d_accuracy"] = 0.5 * (answers["accuracy_held_out"] + answers["accuracy_fake"])
        return answers

    def _scores(self, found: Sequence[ImageScores], step: int) -> dict[str, Floats]:
        """The measures of each seed; those that its features do not have are left out."""
        values = {name: [getattr(each, name) for each in found] for name in _MEASURES}
        scores: dict[str, Floats] = {
            name: np.array(column, dtype=np.float32) for name, column in values.items() if None not in column
        }
        if "fid" in scores:
            fids = np.array(values["fid"], dtype=np.float64)
            if step in self._measure_steps:
                self._best = np.fmin(self._best, fids)
            with np.errstate(divide="ignore", invalid="ignore"):
                rise = fids / np.fmin(self._best, fids)
            scores["fid_rise"] = rise.astype(np.float32)
        return scores
