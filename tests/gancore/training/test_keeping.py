"""A trainer that keeps some of its replicas: they go on as they would have in company."""

import numpy as np
import pytest
import torch

from gancore.config import RunConfig
from gancore.training.trainer import Trainer

pytestmark = pytest.mark.training

SEEDS = (3, 8, 5, 1)
IMAGES = {"data": "digits", "batch_size": 32, "g_hidden": 8, "d_hidden": 8}  # whole vectors: see `Trainer`
# Every player, stream and mode that a replica may have a part in; where a part of AdaGAN begins or a generator freezes
# the moment lies before the replicas part, and once more behind.
RUNS = {
    "none": {},
    "several steps of D": {"d_steps": 3, "loss": "wasserstein", "penalty": "gradient_penalty"},
    "unrolled": {"unroll_steps": 2},
    "unrolled with noise": {"unroll_steps": 2, "noise": 0.2},
    "extragradient": {"updates": "extragradient", "noise": 0.2},
    "optimistic": {"d_optimizer": "optimistic_adam", "g_optimizer": "optimistic_adam"},
    "spectral norm": {"constraint": "spectral_norm"},
    "noise that fades": {"noise": 0.2, "noise_schedule": "linear", "noise_steps": 10},
    "average": {"average": 0.9},
    "packed": {"pack": 2},
    "frozen later": {"freeze_at": 20},
    "frozen": {"freeze_at": 5},
    "MAD-GAN": {"model": "mad_gan", "generators": 3},
    "MAD-GAN, unrolled": {"model": "mad_gan", "generators": 2, "unroll_steps": 1},
    "AdaGAN": {"model": "adagan", "generators": 3, "steps": 24, "classifier_steps": 10, "data_points": 256},
    "images": IMAGES,
    "images, T": {**IMAGES, "augment": "diffaugment"},
    "images, classes and noise": {**IMAGES, "conditional": "yes", "noise": 0.1, "augment": "reals_only"},
}


def trainer(values, seeds=SEEDS):
    return Trainer(RunConfig(**{"g_hidden": 16, "d_hidden": 16, **values}), seeds, "cpu")


def state(t):
    """Everything of R replicas that decides how they go on, (…) -> R rows each."""
    players = [each for player in (t.g, t.d) for each in player if each.ndim]
    return [*players, t.averaged, t._record.values.T, t._record.lost_at.T, t._peak]


def arrays(snapshot):
    """What a snapshot says of each replica."""
    fake = {"fake": snapshot.fake} if hasattr(snapshot, "fake") else {}
    return {**fake, **snapshot.scalars}


def assert_goes_on(kept, whole, replicas, bitwise, steps=70):
    """Over more steps than a block of draws has, and through what is read out."""
    for part in (1, steps - 1):
        for each in (kept, whole):
            each.advance(part if bitwise else 1)
        snapshots = kept.snapshot(measure=True), whole.snapshot(measure=True)
        assert kept.step == whole.step
        assert kept.d_steps == whole.d_steps
        of_kept, of_whole = map(arrays, snapshots)
        assert of_kept.keys() == of_whole.keys()
        if bitwise:
            for mine, theirs in zip(state(kept), state(whole), strict=True):
                assert torch.equal(mine.nan_to_num(7), theirs[replicas].nan_to_num(7))
            for name, values in of_kept.items():
                np.testing.assert_array_equal(values, of_whole[name][replicas], err_msg=name)
        else:
            torch.testing.assert_close(kept.g.params, whole.g.params[replicas], rtol=1e-3, atol=5e-3)


@pytest.mark.parametrize("run", RUNS)
def test_those_kept_go_on_as_in_company(run, bitwise):
    whole, kept = trainer(RUNS[run]), trainer(RUNS[run])
    for each in (whole, kept):
        each.advance(10)
        for _ in range(5):  # until a swing is known
            each.snapshot(measure=True)
    kept.keep(slice(1, 3))
    assert kept.seeds == SEEDS[1:3]
    assert_goes_on(kept, whole, slice(1, 3), bitwise)


@pytest.mark.parametrize("replicas", [slice(0, 1), slice(3, 4), slice(0, 3)], ids=str)
def test_any_of_them_may_be_kept_from_the_start(replicas, bitwise):
    whole, kept = trainer({}), trainer({})
    kept.keep(replicas)
    assert_goes_on(kept, whole, replicas, bitwise)


def test_knobs_and_steps_of_one_player_act_alike(bitwise):
    whole, kept = trainer({}), trainer({})
    for each in (whole, kept):
        each.advance(3)
    kept.keep(slice(2, 4))
    for each in (whole, kept):
        each.set(d_lr=0.004, noise=0.3)
        each.discriminator_step()
        each.generator_step()
    assert_goes_on(kept, whole, slice(2, 4), bitwise)


def test_one_replica_of_several_is_shown_as_one_of_several():
    kept, alone = trainer({}), trainer({}, (8,))
    kept.keep(slice(1, 2))
    assert kept.snapshot(manifold=True).field is kept.snapshot(manifold=True).manifold is None
    assert kept.snapshot().fake.shape[1] < alone.snapshot().fake.shape[1]


def test_a_part_does_not_end_by_itself():
    whole, kept = trainer({"d_lr": 1e6}), trainer({"d_lr": 1e6})
    kept.keep(slice(1, 3))
    for each in (whole, kept):
        each.advance(300)
    assert whole.diverged is not None
    assert whole.step < 300
    assert kept.diverged is None
    assert kept.step == 300
    assert kept.lost == whole.lost[1:3]


def test_what_was_lost_before_stays_lost():
    kept = trainer({"d_lr": 1e6})
    kept.advance(300)
    lost = kept.lost
    kept.keep(slice(2, None))
    assert kept.lost == lost[2:]


def test_none_left_is_refused():
    with pytest.raises(ValueError, match="at least one of 4"):
        trainer({}).keep(slice(4, 8))
