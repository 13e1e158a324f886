"""The same GAN step in JAX: jit over a scan of many steps, the random numbers drawn inside, replicas by vmap.

Runs in a process of its own, begun by `benchmarks.jax_peer`, for XLA is held to one thread by settings from before JAX
is imported. Needs nothing else of this project and no PyTorch: any Python that has JAX will do.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

SCANNED = 50  # steps in one call

Layers = list[Array]  # weight (in, out), bias (1, out) of one layer after the other
Points = Any  # NumPy or JAX


class Rates(NamedTuple):
    """Adam's constants."""

    lr: float
    beta1: float
    beta2: float
    epsilon: float


class Setting(NamedTuple):
    """What is trained on what."""

    batch: int
    latent: int
    centres: Points  # (M, 2), all of one weight
    sigma: float
    unroll_steps: int
    g: Rates
    d: Rates


class NetworkState(NamedTuple):
    """A network and Adam's two moments, each as layers; the number of steps taken."""

    params: Layers
    mean: Layers
    square: Layers
    taken: Array

    @classmethod
    def of(cls, params: Layers) -> NetworkState:
        zero = [jnp.zeros_like(each) for each in params]
        return cls(params, zero, zero, jnp.zeros(()))


class Numbers(NamedTuple):
    """What one replica draws for one step: real points (B, 2), latent vectors (B, Z), real points to unroll on."""

    real: Points
    latent_d: Points
    latent_g: Points
    ahead: Points | None


def mlp(layers: Layers, x: Array) -> Array:
    last = len(layers) - 2
    for i in range(0, len(layers), 2):
        x = x @ layers[i] + layers[i + 1]
        if i < last:
            x = jax.nn.relu(x)
    return x


def adam(player: NetworkState, gradient: Layers, rates: Rates) -> NetworkState:
    """Kingma & Ba 2015, algorithm 1; the floor under the root is for the steps that are differentiated through."""
    lr, beta1, beta2, epsilon = rates
    taken = player.taken + 1
    mean = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, player.mean, gradient)
    square = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, player.square, gradient)
    step, correction = lr / (1 - beta1**taken), 1 - beta2**taken

    def moved(p: Array, m: Array, v: Array) -> Array:
        return p - step * m / (jnp.sqrt((v + 1e-30) / correction) + epsilon)

    return NetworkState(jax.tree.map(moved, player.params, mean, square), mean, square, taken)


def d_loss(d: Layers, real: Array, fake: Array) -> Array:
    return jnp.mean(jax.nn.softplus(-mlp(d, real)) + jax.nn.softplus(mlp(d, fake)))


def gan_step(setting: Setting, g: NetworkState, d: NetworkState, numbers: Numbers) -> tuple[NetworkState, NetworkState]:
    """Goodfellow et al. 2014, algorithm 1, non-saturating; G looks K steps of D ahead (Metz et al. 2017)."""
    fake = mlp(g.params, numbers.latent_d)
    d = adam(d, jax.grad(d_loss)(d.params, numbers.real, fake), setting.d)

    def g_loss(params: Layers) -> Array:
        fake = mlp(params, numbers.latent_g)
        ahead = d
        for _ in range(setting.unroll_steps):
            ahead = adam(ahead, jax.grad(d_loss)(ahead.params, numbers.ahead, fake), setting.d)
        return jnp.mean(jax.nn.softplus(-mlp(ahead.params, fake)))

    return adam(g, jax.grad(g_loss)(g.params), setting.g), d


def draw(setting: Setting, key: Array) -> Numbers:
    def real(key: Array) -> Array:
        which, where = jax.random.split(key)
        mode = jax.random.randint(which, (setting.batch,), 0, len(setting.centres))
        return jnp.asarray(setting.centres)[mode] + setting.sigma * jax.random.normal(where, (setting.batch, 2))

    def latent(key: Array) -> Array:
        return jax.random.normal(key, (setting.batch, setting.latent))

    first, second, third, fourth = jax.random.split(key, 4)
    return Numbers(real(first), latent(second), latent(third), real(fourth) if setting.unroll_steps else None)


class Peer:
    """GANs of one setting, one a replica, that begin at the given layers, each (R, rows, columns).

    `compiling` holds the seconds that compiling took.
    """

    def __init__(self, setting: Setting, g: list[Any], d: list[Any]) -> None:
        self._setting = setting
        self._replicas = len(g[0])
        # A single one without the axis: vmap over one costs more than nothing.
        first = [[jnp.asarray(each if self._replicas > 1 else each[0]) for each in layers] for layers in (g, d)]
        players = [self._each(NetworkState.of)(layers) for layers in first]
        key = jax.random.split(jax.random.key(0), self._replicas) if self._replicas > 1 else jax.random.key(0)
        self._state = (*players, key)
        began = time.perf_counter()
        self._run = jax.jit(self._steps).lower(self._state).compile()
        self.compiling = time.perf_counter() - began

    def _each(self, of_one: Any) -> Any:
        return jax.vmap(of_one) if self._replicas > 1 else of_one

    def _steps(self, state: Any) -> Any:
        def one(g: NetworkState, d: NetworkState, key: Array) -> Any:
            key, drawn = jax.random.split(key)
            return *gan_step(self._setting, g, d, draw(self._setting, drawn)), key

        step = self._each(one)
        return jax.lax.scan(lambda state, _: (step(*state), None), state, length=SCANNED)[0]

    def seconds(self, steps: int) -> float:
        """Takes so many steps, a multiple of SCANNED; this process's seconds of CPU for them."""
        began = time.process_time()
        for _ in range(steps // SCANNED):
            self._state = self._run(self._state)
        jax.block_until_ready(self._state)
        return time.process_time() - began

    def follow(self, numbers: list[tuple[Any, ...]]) -> tuple[list[Any], list[Any]]:
        """One step on each of the numbers (R, …), and the layers (R, rows, columns) of both after them, as NumPy's."""
        g, d, key = self._state
        step = jax.jit(self._each(partial(gan_step, self._setting)))
        for each in numbers:
            given = jax.tree.map(lambda x: x if self._replicas > 1 else x[0], Numbers(*each))
            g, d = step(g, d, given)
        self._state = g, d, key
        g_layers, d_layers = (
            [jax.device_get(each).reshape(self._replicas, *each.shape[-2:]) for each in player.params]
            for player in (g, d)
        )
        return g_layers, d_layers


def serve(connection: Connection) -> None:
    """Answers requests, in the order of `benchmarks.jax_peer`, until the other end is closed."""
    peer: Peer | None = None
    connection.send(jax.__version__)
    while True:
        try:
            what, *given = connection.recv()
        except EOFError:
            return
        if what == "begin":
            (batch, latent, centres, sigma, unroll_steps, g_rates, d_rates), g, d = given
            setting = Setting(batch, latent, centres, sigma, unroll_steps, Rates(*g_rates), Rates(*d_rates))
            peer = Peer(setting, g, d)
            connection.send((SCANNED, peer.compiling))
        else:
            connection.send(getattr(peer, what)(*given))


if __name__ == "__main__":
    # With a second core XLA spins on it, which CPU time counts. The core of `benchmarks.races.one_core`.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with Connection(int(sys.argv[1])) as end:
        serve(end)
