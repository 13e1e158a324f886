import pytest
import torch
from torch import Tensor

from gancore.methods.optimizers import OPTIMIZERS, NetworkState, Rates, adam, optimistic_adam, rmsprop, sgd

members = pytest.mark.parametrize("step", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())


def rates(lr=0.01, beta1=0.5, beta2=0.999, epsilon=1e-8, momentum=0.0, dtype=torch.float64):
    return Rates(*(torch.tensor(value, dtype=dtype) for value in (lr, beta1, beta2, epsilon, momentum)))


def player(params: Tensor) -> NetworkState:
    zero = torch.zeros_like(params)
    return NetworkState(params, zero, zero, torch.zeros((), dtype=params.dtype), torch.zeros(len(params), 1), zero)


CASES = [
    (sgd, {"lr": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1)),
    (sgd, {"lr": 0.03, "momentum": 0.9}, lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9)),
    (rmsprop, {"lr": 0.01, "beta2": 0.99}, lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.99)),
    (
        rmsprop,
        {"lr": 5e-3, "beta2": 0.5, "epsilon": 1e-2, "momentum": 0.7},
        lambda p: torch.optim.RMSprop(p, lr=5e-3, alpha=0.5, eps=1e-2, momentum=0.7),
    ),
    (adam, {"lr": 1e-3, "beta1": 0.9}, lambda p: torch.optim.Adam(p, lr=1e-3)),
    (adam, {"lr": 0.1, "beta1": 0.5, "beta2": 0.9}, lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.5, 0.9))),
    (
        adam,
        {"lr": 0.02, "beta1": 0.0, "beta2": 0.99, "epsilon": 0.1},
        lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.0, 0.99), eps=0.1),
    ),
    (adam, {"lr": 0.01, "beta1": 0.5, "beta2": 0.0}, lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.5, 0.0))),
]


# In single precision 1 - β₂ keeps 4 digits of β₂ = 0.999, and where β₂ is 0 a step is the gradient's sign.
@pytest.mark.parametrize(("dtype", "rtol", "atol"), [(torch.float64, 1e-9, 1e-12), (torch.float32, 1e-4, 1e-5)])
@pytest.mark.parametrize(("step", "constants", "theirs"), CASES)
def test_fifty_steps_equal_torch_s(step, constants, theirs, dtype, rtol, atol):
    draw = torch.Generator().manual_seed(0)
    start = torch.randn(3, 20, generator=draw, dtype=dtype)
    ours = player(start.clone())
    leaf = start.clone().requires_grad_()
    optimizer = theirs([leaf])
    for i in range(50):
        # Of very different sizes, as gradients are.
        gradient = torch.randn(3, 20, generator=draw, dtype=dtype) * 10.0 ** (i % 5 - 2)
        ours = step(ours, gradient, rates(**constants, dtype=dtype))
        leaf.grad = gradient.clone()
        optimizer.step()
    torch.testing.assert_close(ours.params, leaf.detach(), rtol=rtol, atol=atol)
    assert not torch.allclose(ours.params, start, atol=1e-3)


def test_optimism_takes_adam_s_step_twice_less_the_one_before():
    draw = torch.Generator().manual_seed(0)
    gradients = torch.randn(6, 2, 5, generator=draw, dtype=torch.float64)
    # Adam's steps do not depend on where it stands, only on the gradients: they can be taken from a plain run.
    plain = player(torch.zeros(2, 5, dtype=torch.float64))
    places = [plain.params]
    ours = plain
    for gradient in gradients:
        plain, ours = adam(plain, gradient, rates()), optimistic_adam(ours, gradient, rates())
        places.append(plain.params)
    steps = torch.diff(torch.stack(places), dim=0)
    expected = steps[0] + (2 * steps[1:] - steps[:-1]).sum(0)
    torch.testing.assert_close(ours.params, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("changed", [0.0, 1e-3, 0.05, 0.3])
def test_a_learning_rate_that_changes_on_the_way_scales_the_step_and_never_turns_it(changed):
    # Down a slope that stays the same, whatever the rate was before.
    slope = torch.full((2, 5), 3.0, dtype=torch.float64)
    before = player(torch.zeros(2, 5, dtype=torch.float64))
    for _ in range(5):
        before = optimistic_adam(before, slope, rates(lr=0.1))
    kept, moved = (optimistic_adam(before, slope, rates(lr=lr)).params - before.params for lr in (0.1, changed))
    assert (kept < 0).all()
    torch.testing.assert_close(moved, changed / 0.1 * kept, rtol=1e-9, atol=1e-15)


@members
def test_the_step_is_proportional_to_the_learning_rate(step):
    draw = torch.Generator().manual_seed(0)
    before = player(torch.zeros(2, 5, dtype=torch.float64))
    for gradient in torch.randn(4, 2, 5, generator=draw, dtype=torch.float64):
        before = step(before, gradient, rates(lr=0.1, momentum=0.5))
    gradient = torch.randn(2, 5, generator=draw, dtype=torch.float64)
    one, half = (step(before, gradient, rates(lr=lr, momentum=0.5)).params - before.params for lr in (0.1, 0.05))
    torch.testing.assert_close(half, one / 2, rtol=1e-9, atol=1e-15)


@pytest.mark.training
def test_optimism_settles_where_plain_adam_circles():
    """The bilinear game x·y with its saddle at 0 (Daskalakis et al. 2018): each player minimises ±xy."""

    def distance(step):
        x, y = (player(torch.full((1, 1), 0.7, dtype=torch.float64)) for _ in range(2))
        # A large ε makes of Adam's step one that shrinks with the gradient, as it has to where a game settles.
        of = rates(lr=0.2, beta1=0.0, beta2=0.5, epsilon=1.0)
        for _ in range(3000):
            x, y = step(x, y.params, of), step(y, -x.params, of)
        return torch.hypot(x.params, y.params).item()

    assert distance(optimistic_adam) < 1e-3
    assert distance(adam) > 0.5


@members
def test_nothing_is_mutated_and_u_is_kept(step):
    before = player(torch.randn(2, 5, dtype=torch.float64))
    copies = [each.clone() for each in before]
    gradient = torch.ones(2, 5, dtype=torch.float64)
    after = step(before, gradient, rates(momentum=0.5))
    assert all(torch.equal(a, b) for a, b in zip(before, copies, strict=True))
    assert (gradient == 1).all()
    assert after.taken == 1
    assert after.u is before.u


@members
def test_an_unchanged_gradient_of_zero_leaves_everything(step):
    before = player(torch.randn(2, 5, dtype=torch.float64))
    after = step(before, torch.zeros(2, 5, dtype=torch.float64), rates(momentum=0.5))
    assert torch.equal(after.params, before.params)


@members
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_differentiable_at_a_zero_gradient(step, dtype):
    # A dead unit has a gradient of exactly 0, and √ at 0 an infinite slope.
    gradient = torch.zeros(1, 3, dtype=dtype, requires_grad=True)
    after = step(player(torch.ones(1, 3, dtype=dtype)), gradient, rates(momentum=0.5, dtype=dtype))
    after = step(after, gradient, rates(momentum=0.5, dtype=dtype))
    (slope,) = torch.autograd.grad(after.params.sum(), gradient)
    assert torch.isfinite(slope).all()


@members
def test_the_derivative_of_three_steps_against_finite_differences(step):
    def three(gradient):
        after = player(torch.ones(1, 4, dtype=torch.float64))
        for i in range(3):
            after = step(after, gradient + i, rates(lr=0.1, beta2=0.9, momentum=0.5))
        return after.params

    gradient = torch.tensor([[0.3, -1.0, 2.0, 0.7]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(three, gradient)


@members
def test_replicas_do_not_mix(step):
    start, gradient = torch.randn(3, 6, dtype=torch.float64), torch.randn(3, 6, dtype=torch.float64)
    whole = step(step(player(start), gradient, rates()), gradient, rates())
    for i in range(3):
        one = player(start[i : i + 1])
        one = step(step(one, gradient[i : i + 1], rates()), gradient[i : i + 1], rates())
        assert torch.equal(one.params[0], whole.params[i])


@members
def test_a_learning_rate_of_zero_stands_still(step):
    before = player(torch.randn(1, 4, dtype=torch.float64))
    after = step(before, torch.ones(1, 4, dtype=torch.float64), rates(lr=0.0))
    assert torch.equal(after.params, before.params)
