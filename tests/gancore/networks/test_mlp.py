import math

import pytest
import torch
from torch import nn

from gancore.networks.mlp import ACTIVATIONS, MLP, in_rows

MODULES = {"relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(0.2), "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def sources(n):
    return [torch.Generator().manual_seed(i) for i in range(n)]


def as_module(net, flat):
    """One replica's row as an nn.Sequential with the same weights."""
    layers = []
    parts = [part[0] for part in net.unpack(flat[None])]
    for weight, bias in zip(parts[::2], parts[1::2], strict=True):
        linear = nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(weight.T)
            linear.bias.copy_(bias[0])
        layers += [linear, MODULES[net.activation]()]
    return nn.Sequential(*layers[:-1])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(2, 16, 16, 1), (3, 8, 2), (1, 5, 2), (2, 1), (2, 1, 1, 3)])
def test_equals_a_sequential_with_the_same_weights(activation, sizes):
    net = MLP(sizes, activation)
    flat = net.init("uniform", sources(3)).requires_grad_()
    x = torch.randn(3, 10, sizes[0], requires_grad=True)
    out = net(flat, x)
    assert out.shape == (3, 10, sizes[-1])
    (gradient,) = torch.autograd.grad(out.square().sum(), flat)
    for i in range(3):
        module = as_module(net, flat[i].detach())
        theirs = module(x[i])
        torch.testing.assert_close(out[i], theirs)
        theirs.square().sum().backward()
        for part, parameter in zip(net.unpack(gradient[i : i + 1]), module.parameters(), strict=True):
            shaped = part[0].T if parameter.ndim == 2 else part[0, 0]
            torch.testing.assert_close(shaped, parameter.grad, rtol=1e-4, atol=1e-5)


# The shapes of the networks here: narrow ends, one latent number, packed pairs.
@pytest.mark.parametrize("sizes", [(2, 64, 64, 1), (16, 64, 64, 2), (1, 64, 2), (4, 64, 64, 1), (2, 1)])
def test_a_replica_alone_is_the_replica_of_a_batch(sizes, bitwise):
    net = MLP(sizes)
    flat = net.init("uniform", sources(5))
    x = torch.randn(5, 128, sizes[0], generator=torch.Generator().manual_seed(9))

    def run(rows):
        params = flat[rows].clone().requires_grad_()
        at = x[rows].clone().requires_grad_()
        out = net(params, at)
        return out.detach(), *torch.autograd.grad(out.square().sum(), (params, at))

    whole = run(slice(None))
    for i in range(5):
        for one, of_all in zip(run(slice(i, i + 1)), whole, strict=True):
            if bitwise:
                assert torch.equal(one[0], of_all[i])
            else:
                torch.testing.assert_close(one[0], of_all[i], rtol=1e-4, atol=1e-5)


def test_replicas_do_not_mix():
    net = MLP((2, 8, 1))
    flat = net.init("uniform", sources(2)).requires_grad_()
    (gradient,) = torch.autograd.grad(net(flat, torch.randn(2, 4, 2))[0].sum(), flat)
    assert (gradient[0] != 0).any()
    assert (gradient[1] == 0).all()


@pytest.mark.parametrize("kind", ["uniform", "xavier", "orthogonal"])
def test_a_replica_s_first_weights_are_its_generator_s_alone(kind):
    net = MLP((3, 9, 2))
    both = net.init(kind, sources(2))
    assert torch.equal(both[1:], net.init(kind, sources(2)[1:]))
    assert not torch.equal(both[0], both[1])
    assert torch.equal(both, net.init(kind, sources(2)))


@pytest.mark.parametrize(
    ("kind", "bound"), [("uniform", lambda i, o: 1 / math.sqrt(i)), ("xavier", lambda i, o: math.sqrt(6 / (i + o)))]
)
def test_bounds_of_the_uniform_inits(kind, bound):
    net = MLP((2, 200, 100, 1))
    parts = net.unpack(net.init(kind, sources(8)))
    for (rows, columns), weight, bias in zip(net.shapes[::2], parts[::2], parts[1::2], strict=True):
        limit = bound(rows, columns)
        assert weight.abs().max() <= limit
        assert weight.abs().max() > 0.9 * limit
        # Of a uniform variable in ±b the standard deviation is b/√3.
        assert weight.std().item() == pytest.approx(limit / math.sqrt(3), rel=0.1)
        if kind == "xavier":
            assert (bias == 0).all()
        else:
            assert 0 < bias.abs().max() <= limit


def test_the_orthogonal_init_is_orthogonal():
    net = MLP((6, 20, 20, 3))
    parts = net.unpack(net.init("orthogonal", sources(2)).double())
    for weight, bias in zip(parts[::2], parts[1::2], strict=True):
        small = weight if weight.shape[1] <= weight.shape[2] else weight.mT
        gram = small @ small.mT
        eye = 0.8**2 * torch.eye(small.shape[1], dtype=torch.float64)
        torch.testing.assert_close(gram, eye.expand_as(gram), atol=1e-5, rtol=0)
        assert (bias == 0).all()


def test_an_unknown_init_says_what_there_is():
    with pytest.raises(ValueError, match=r"'he'.*uniform, xavier, orthogonal"):
        MLP((2, 1)).init("he", sources(1))


def test_unpack_gives_views_of_every_parameter_once():
    net = MLP((2, 5, 1))
    flat = torch.zeros(2, net.row_length)
    parts = net.unpack(flat)
    assert [tuple(part.shape[1:]) for part in parts] == [(2, 5), (1, 5), (5, 1), (1, 1)] == net.shapes
    for part in parts:
        part += 1  # in place: through the view, into the row
    assert (flat.sum(1) == sum(rows * columns for rows, columns in net.shapes)).all()
    assert flat.max() == 1
    assert torch.equal(in_rows(parts), flat)
