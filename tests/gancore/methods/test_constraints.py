import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from gancore.methods.constraints import clip_weights, first_u, spectral_norm
from gancore.networks.mlp import MLP

SIZES = (2, 12, 7, 1)


def sources(n):
    return [torch.Generator().manual_seed(i) for i in range(n)]


@pytest.fixture
def net():
    return MLP(SIZES)


@pytest.fixture
def params(net):
    return net.init("uniform", sources(3)).double()


@pytest.fixture
def u(net):
    return first_u(net, sources(3)).double()


def largest(net, flat):
    """The largest singular value of every weight of every replica, (R, layers)."""
    return torch.stack([torch.linalg.matrix_norm(weight, ord=2) for weight in net.unpack(flat)[::2]], 1)


def test_the_power_iteration_converges_to_norm_one(net, params, u):
    gaps = []
    for _ in range(300):
        normed, u = spectral_norm(net, params, u)
        gaps.append((largest(net, normed) - 1).abs().max().item())
    assert gaps[-1] < 1e-8
    assert gaps[-1] < gaps[0]


def test_scaling_a_weight_changes_nothing(net, params, u):
    normed, scaled = (net.unpack(spectral_norm(net, factor * params, u)[0])[::2] for factor in (1, 5))
    for a, b in zip(normed, scaled, strict=True):
        torch.testing.assert_close(a, b)


def test_biases_stay_and_inputs_are_not_mutated(net, params, u):
    before = params.clone(), u.clone()
    normed, _ = spectral_norm(net, params, u)
    assert torch.equal(params, before[0])
    assert torch.equal(u, before[1])
    for a, b in zip(net.unpack(normed)[1::2], net.unpack(params)[1::2], strict=True):
        assert torch.equal(a, b)


def test_the_vectors_are_unit_vectors_a_layer(net, params, u):
    _, after = spectral_norm(net, params, u)
    for vectors in (u, after):
        assert vectors.shape == (3, sum(SIZES[1:]))
        for part in vectors.split(list(SIZES[1:]), 1):
            torch.testing.assert_close(part.norm(dim=1), torch.ones(3, dtype=torch.float64), rtol=1e-6, atol=0)


def test_value_and_gradient_are_those_of_torch_with_the_same_vectors(net, params, u):
    params = params.clone().requires_grad_()
    normed, after = spectral_norm(net, params, u)
    weights, found = net.unpack(params.detach())[::2], net.unpack(normed)[::2]
    befores, afters = (each.split(list(SIZES[1:]), 1) for each in (u, after))
    for layer, (before, left) in enumerate(zip(befores, afters, strict=True)):
        for replica in range(3):
            weight = weights[layer][replica].T  # torch keeps (out, in)
            # Miyato et al., algorithm 1: v = Wᵀu / ‖Wᵀu‖, then u = Wv / ‖Wv‖ (torch's own order begins with v).
            right = nn.functional.normalize(weight.T @ before[replica], dim=0)
            torch.testing.assert_close(left[replica], nn.functional.normalize(weight @ right, dim=0))
            linear = nn.Linear(*weight.T.shape, bias=False).double()
            with torch.no_grad():
                linear.weight.copy_(weight)
            parametrizations.spectral_norm(linear)
            parametrization = linear.parametrizations.weight[0].eval()  # no iteration of its own
            parametrization._u.copy_(left[replica])
            parametrization._v.copy_(right)
            theirs, ours = linear.weight, found[layer][replica].T
            torch.testing.assert_close(ours, theirs)
            probe = torch.randn_like(weight)
            (expected,) = torch.autograd.grad((theirs * probe).sum(), linear.parametrizations.weight.original)
            (gradient,) = torch.autograd.grad((ours * probe).sum(), params, retain_graph=True)
            torch.testing.assert_close(net.unpack(gradient)[2 * layer][replica].T, expected)


def test_replicas_do_not_mix(net, params, u):
    whole, after = spectral_norm(net, params, u)
    for i in range(3):
        one, one_after = spectral_norm(net, params[i : i + 1], u[i : i + 1])
        assert torch.equal(one[0], whole[i])
        assert torch.equal(one_after[0], after[i])


def test_clipping_holds_every_parameter(net, params):
    bound = torch.tensor(0.1, dtype=torch.float64)
    clipped = clip_weights(params, bound)
    assert clipped.abs().max() == bound
    # Every layer's weights and biases, not some: what was inside stays, what was outside lies on the bound.
    inside = params.abs() <= bound
    assert torch.equal(clipped[inside], params[inside])
    assert (clipped[~inside].abs() == bound).all()
    for part in net.unpack(params):
        assert (part.abs() > bound).any()
