import itertools

import pytest
import torch

from gancore.training.random_streams import PURPOSES, Stream, generator

CPU = torch.device("cpu")


def points(source, n):
    """As real points are drawn: first n uniforms, then n normals, so that a block's size decides its values."""
    return torch.cat([torch.rand(n, 4, 1, generator=source), torch.randn(n, 4, 2, generator=source)], -1)


def stream(seeds, purpose="real", size=12):
    return Stream(seeds, purpose, points, size, CPU)


def draws(source, n):
    return torch.stack([source.next() for _ in range(n)])


@pytest.mark.parametrize("size", [12, 2**13, 2**19])  # blocks of 64, of 32, of a single draw
def test_a_replica_draws_what_its_seed_draws_alone(size):
    seeds = (5, 0, 17, 2**31 - 1)
    together = draws(stream(seeds, size=size), 150)  # more than two blocks
    assert together.shape == (150, 4, 4, 3)
    for i, seed in enumerate(seeds):
        assert torch.equal(together[:, i : i + 1], draws(stream([seed], size=size), 150))


def test_no_draw_comes_twice():
    values = draws(stream([0, 1]), 130).flatten(2)[..., 0].flatten().tolist()
    assert len(set(values)) == len(values)


def test_purposes_and_seeds_are_unrelated():
    first = {(seed, purpose): draws(stream([seed], purpose), 1).flatten() for seed in (0, 1) for purpose in PURPOSES}
    for (_, a), (_, b) in itertools.combinations(first.items(), 2):
        assert not (a == b).any()


def test_parts_are_unrelated_and_the_first_is_the_run_s_own():
    parts = [torch.rand(50, generator=generator(3, "init_g", part)) for part in range(5)]
    assert torch.equal(parts[0], torch.rand(50, generator=generator(3, "init_g")))
    for a, b in itertools.combinations(parts, 2):
        assert not (a == b).any()


def test_purposes_are_uncorrelated():
    together = torch.stack([draws(stream([3], purpose), 500)[..., 1:].flatten() for purpose in PURPOSES]).double()
    correlation = torch.corrcoef(together) - torch.eye(len(PURPOSES))
    assert correlation.abs().max() < 6 / together.shape[1] ** 0.5  # six standard errors


def test_drawing_from_one_leaves_the_others():
    alone = draws(stream([4], "latent_g"), 80)
    other, this = stream([4], "latent_d"), stream([4], "latent_g")
    mixed = []
    for i in range(80):
        for _ in range(i % 5):
            other.next()
        mixed.append(this.next())
    assert torch.equal(torch.stack(mixed), alone)


def test_torch_s_own_generator_is_not_touched():
    state = torch.get_rng_state()
    draws(stream([0, 1]), 70)
    assert torch.equal(torch.get_rng_state(), state)


def test_those_kept_draw_on_as_in_company():
    whole, kept = stream((5, 0, 17, 4)), stream((5, 0, 17, 4))
    for each in (whole, kept):
        draws(each, 40)
    kept.keep(slice(1, 3))
    assert torch.equal(draws(kept, 60), draws(whole, 60)[:, 1:3])  # what is left of one block, and of the next


def test_the_rest_of_a_block_does_not_hold_what_was_let_go():
    kept = stream(range(8))
    kept.next()
    before = kept._drawn[0].untyped_storage().nbytes()
    kept.keep(slice(2))
    assert kept._drawn[0].untyped_storage().nbytes() < before
