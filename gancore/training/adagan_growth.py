"""AdaGAN's outer loop (Tolstikhin et al. 2017): a mixture that grows by one generator a part.

A run is cut into k equal parts (the last takes the rest). In each, one generator and one discriminator, both fresh,
play the trainer's usual game on points drawn from a finite training set. When a part is over its generator joins the
mixture; a classifier learns to tell the data from the mixture, and the points that it is surest of weigh most in
the next part.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gancore.config import RunConfig
from gancore.data.toy import ToyData
from gancore.methods.adagan import begins, betas, data_weights, mixture_weights
from gancore.methods.optimizers import NetworkState
from gancore.networks.mlp import Net
from gancore.step.moves import Hyperparameters, StepSpec, critic, discriminator_move
from gancore.training.checkpoint import StateDict, load_into, part, prefixed, whole_number
from gancore.training.latent import draw_latent
from gancore.training.random_streams import Stream, generator

__all__ = ["Growth"]


class Growth:
    """The mixture of R replicas, and what it makes of their training sets.

    part           which component is in training, from 1
    points         (R, N, 2) the training set of each replica
    data_weights   (R, N) w of every point, summing to 1
    """

    def __init__(self, config: RunConfig, seeds: Sequence[int], data: ToyData, device: torch.device) -> None:
        self.part = 1
        self.generators = config.generators
        self._begins = begins(config)
        self._betas = torch.tensor(betas(config), device=device)
        self._seeds = seeds
        self._device = device
        self._finished: list[Tensor] = []  # (R, P) each
        self.points = torch.stack([self._training_set(seed, config.data_points, data) for seed in seeds]).to(device)
        self._weigh(np.full((len(seeds), config.data_points), 1 / config.data_points))

        # The classifier is built as D is, without any of its remedies; Adam with its usual constants.
        logistic = RunConfig(
            d_hidden=config.d_hidden, d_layers=config.d_layers, d_activation=config.d_activation,
            loss="non_saturating", d_optimizer="adam", d_lr=1e-3, d_beta1=0.9, d_beta2=0.999,
        )  # fmt: skip
        self._init = config.init
        self._classifier_steps = config.classifier_steps
        self._spec, self._hyper = StepSpec.of(logistic), Hyperparameters.of(logistic, device)
        batch = config.batch_size

        def uniforms(source: torch.Generator, n: int) -> Tensor:
            return torch.rand(n, batch, generator=source)

        def choices(source: torch.Generator, n: int) -> Tensor:
            return torch.rand(n, batch, config.generators, generator=source)

        def latents(source: torch.Generator, n: int) -> Tensor:
            return draw_latent(config, source, n, batch)

        self._real = Stream(seeds, "classifier_real", uniforms, batch, device)
        self._latent = Stream(seeds, "classifier_latent", latents, batch * config.latent_dim, device)
        self._choice = Stream(seeds, "classifier_choice", choices, batch * config.generators, device)

    @staticmethod
    def _training_set(seed: int, n: int, data: ToyData) -> Tensor:
        source = generator(seed, "data_set")
        uniforms, normals = torch.rand(n, generator=source), torch.randn(n, 2, generator=source)
        return torch.from_numpy(data.place(uniforms.numpy(), normals.numpy()))

    # ── What the trainer asks ─────────────────────────────────────────────────────────────────────────────────────

    def real(self, uniforms: Tensor) -> Tensor:
        """Points of the training set, (R, B, 2), drawn by their weights with uniforms (R, B) in [0, 1)."""
        chosen = torch.searchsorted(self._cumulated, uniforms, right=True)
        return self.points.gather(1, chosen[..., None].expand(-1, -1, 2))

    def is_over(self, step: int) -> bool:
        """Whether the present part ends once `step` generator steps are taken, and another one follows."""
        return self.part < self.generators and step == self._begins[self.part]

    def add(self, net: Net, params: Tensor) -> None:
        """The finished generator, (R, P), joins the mixture; the points are weighed for the next one."""
        self._finished.append(params)
        ratios = self._ratios(net)
        beta = float(self._betas[self.part])
        self.part += 1
        # A replica that has ceased to be finite has no ratios: as all are alike then, all its points weigh the same.
        ratios[np.isnan(ratios).any(1)] = 0
        self._weigh(np.stack([data_weights(of_seed, beta)[0] for of_seed in ratios]))

    def keep(self, replicas: slice) -> None:
        """Lets all other replicas go; these grow on as they would have in company."""
        self._seeds = self._seeds[replicas]
        self._finished = [params[replicas].clone() for params in self._finished]
        self.points = self.points[replicas].clone()
        self.data_weights = self.data_weights[replicas].copy()
        self._cumulated = self._cumulated[replicas].clone()
        for stream in self._streams.values():
            stream.keep(replicas)

    def state_dict(self) -> dict[str, Tensor]:
        """The mixture so far, the weights of the data, and where the classifier's draws stand."""
        finished = {f"finished.{i}": params.clone() for i, params in enumerate(self._finished)}
        streams = [prefixed(name, stream.state_dict()) for name, stream in self._streams.items()]
        weights = torch.from_numpy(self.data_weights.copy())
        return {"part": torch.tensor(self.part), "data_weights": weights, **finished, **dict(ChainMap(*streams))}

    def load_state_dict(self, state: StateDict, like: Tensor) -> None:
        """Goes on where another growth of the same seeds stood; `like` has the shape of a generator, (R, P).

        Raises ValueError for what is no such state.
        """
        now = whole_number("part", state, 1)
        if now > self.generators:
            raise ValueError(f"part is {now}; there are {self.generators} generators")
        expected = {"data_weights": torch.from_numpy(self.data_weights)}
        expected |= {f"finished.{i}": like for i in range(now - 1)}
        loaded = load_into(expected, state)
        for name, stream in self._streams.items():
            stream.load_state_dict(part(name, state))
        self.part = now
        self._finished = [loaded[f"finished.{i}"] for i in range(now - 1)]
        self._weigh(loaded["data_weights"].numpy())

    @property
    def _streams(self) -> dict[str, Stream]:
        return {"real": self._real, "latent": self._latent, "choice": self._choice}

    # ── What the readout asks ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def finished(self) -> tuple[Tensor, ...]:
        """The parameters, (R, P), of the generators that have joined the mixture."""
        return tuple(self._finished)

    @property
    def weights(self) -> NDArray[np.float32]:
        """(k,) weights of the mixture with the component in training as if it had joined; 0 for those not begun."""
        begun = mixture_weights(self._betas[: self.part].tolist())
        return np.append(begun, np.zeros(self.generators - self.part)).astype(np.float32)

    def owners(self, choice: Tensor, parts: int) -> Tensor:
        """The component, of the first `parts`, that makes each sample, (…,) from 0, by uniforms (…, k) in [0, 1).

        A sample goes to the last component t whose uniform is below β_t: so it is drawn with the mixture's weights, and
        when a component joins samples go over to it and none between the others.
        """
        order = torch.arange(parts, device=choice.device)
        return ((choice[..., :parts] < self._betas[:parts]) * order).amax(-1)

    def mixture(self, net: Net, latent: Tensor, choice: Tensor) -> Tensor:
        """The finished components' samples (R, n, 2) for latent vectors (R, n, Z) and uniforms (R, n, k)."""
        owner = self.owners(choice, len(self._finished))[..., None]
        samples = net(self._finished[0], latent)
        for t, params in enumerate(self._finished[1:], 1):
            samples = torch.where(owner == t, net(params, latent), samples)
        return samples

    # ── The weights of the data ───────────────────────────────────────────────────────────────────────────────────

    def _weigh(self, weights: NDArray[np.float64]) -> None:
        self.data_weights = weights
        cumulated = weights.cumsum(1)
        # Ends at exactly 1, so that a point after the last that weighs something is never drawn.
        cumulated /= cumulated[:, -1:]
        self._cumulated = torch.from_numpy(cumulated.astype(np.float32)).to(self._device)

    def _ratios(self, net: Net) -> NDArray[np.float64]:
        """r_i = (1 - D(x_i)) / D(x_i) of a fresh classifier, (R, N): it learns data from the *mixture*."""
        judge, _ = critic(self._spec, self._classifier(net))
        with torch.no_grad():
            logits = judge(self.points)[..., 0].cpu().numpy().astype(np.float64)
        # D = σ(s): (1 - D) / D = exp(-s)
        with np.errstate(over="ignore"):
            return np.exp(-logits)

    def _classifier(self, net: Net) -> NetworkState:
        sources = [generator(seed, "init_classifier", self.part) for seed in self._seeds]
        params = self._spec.d.init(self._init, sources).to(self._device)
        zero = torch.zeros_like(params)
        classifier = NetworkState(params, zero, zero, torch.zeros((), device=self._device), zero[:, :0], zero)
        for _ in range(self._classifier_steps):
            chosen = (self._real.next() * self.points.shape[1]).long()  # all points alike, whatever their weights
            data = self.points.gather(1, chosen[..., None].expand(-1, -1, 2))
            with torch.no_grad():
                drawn = self.mixture(net, self._latent.next(), self._choice.next())
            classifier = discriminator_move(self._spec, self._hyper, classifier, data, drawn, drawn[..., :1]).state
        return classifier
