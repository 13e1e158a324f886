from itertools import pairwise

import pytest
import torch
from torch import nn

from gancore.methods.constraints import first_u, spectral_norm
from gancore.networks import convolutional
from gancore.networks.convolutional import ARCHITECTURES, SIDES, ConvDiscriminator, ConvGenerator

Z = 5
NETS = [(architecture, side) for architecture in ARCHITECTURES for side in SIDES]


def sources(n):
    return [torch.Generator().manual_seed(i) for i in range(n)]


def players(architecture="dcgan", side=8, channels=1, width=4, classes=0, **kwargs):
    return (
        ConvGenerator(architecture, channels, side, width, Z, classes, **kwargs),
        ConvDiscriminator(architecture, channels, side, width, classes, **kwargs),
    )


def points(net, replicas, batch, seed=9):
    """Inputs of a net: images or latent vectors, and one-hot labels where it has classes."""
    draw = torch.Generator().manual_seed(seed)
    numbers = net.latent_dim if isinstance(net, ConvGenerator) else net.features
    x = torch.randn(replicas, batch, numbers, generator=draw)
    if not net.classes:
        return x
    labels = torch.randint(net.classes, (replicas, batch), generator=draw)
    return torch.cat([x, nn.functional.one_hot(labels, net.classes)], -1)


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize(("architecture", "side"), NETS)
def test_shapes(architecture, side, classes):
    g, d = players(architecture, side, channels=3, classes=classes)
    for net in (g, d):
        flat = net.init("uniform", sources(2))
        assert flat.shape == (2, net.row_length)
        assert [tuple(part.shape) for part in net.unpack(flat)] == [(2, *shape) for shape in net.shapes]
        assert all(rows == 1 for rows, _ in net.shapes[1::2])
    images = g(g.init("uniform", sources(2)), points(g, 2, 6))
    assert images.shape == (2, 6, 3 * side**2 + classes)
    assert images[..., : 3 * side**2].abs().max() <= 1
    assert d(d.init("uniform", sources(2)), images).shape == (2, 6, 1)


# ── Against torch.nn ──────────────────────────────────────────────────────────────────────────────────────────────


class Residual(nn.Module):
    def __init__(self, i, middle, o, resize, first):
        super().__init__()
        self.shortcut = nn.Conv2d(i, o, 1)
        self.one, self.two = nn.Conv2d(i, middle, 3, padding=1), nn.Conv2d(middle, o, 3, padding=1)
        self.resize, self.first = resize, first
        self.act = nn.LeakyReLU(0.2)

    def forward(self, x):
        h = self.act(x)
        h = self.one(self.resize(h)) if self.first else self.one(h)
        h = self.two(self.act(h))
        h = h if self.first else self.resize(h)
        return (self.shortcut(self.resize(x)) + h) / 2**0.5


def up():
    return nn.Upsample(scale_factor=2, mode="nearest")


def plain_generator(architecture, side, channels, w):
    act = nn.LeakyReLU(0.2)
    widths = {8: [2 * w, w], 16: [4 * w, 2 * w, w], 24: [4 * w, 2 * w, w], 32: [4 * w, 4 * w, 2 * w, w]}[side]
    first = 6 if side == 24 else 4
    layers = [nn.Linear(Z, first**2 * widths[0]), nn.Unflatten(1, (widths[0], first, first))]
    for i, o in pairwise(widths):
        if architecture == "dcgan":
            layers += [act, up(), nn.Conv2d(i, o, 3, padding=1)]
        else:
            layers.append(Residual(i, o, o, up(), first=True))
    return nn.Sequential(*layers, act, nn.Conv2d(w, channels, 3, padding=1), nn.Tanh(), nn.Flatten())


def plain_discriminator(architecture, side, channels, w):
    act = nn.LeakyReLU(0.2)
    layers = [nn.Unflatten(1, (channels, side, side))]
    if architecture == "dcgan":
        widths = {8: [w, 2 * w], 16: [w, 2 * w], 24: [w, 2 * w], 32: [w, 2 * w, 4 * w]}[side]
        for i, o in zip([channels, *widths[:-1]], widths, strict=True):
            layers += [nn.Conv2d(i, o, 4, stride=2, padding=1), act]
    else:
        widths = [w, 2 * w, 4 * w, 4 * w] if side == 32 else [w, 2 * w, 4 * w]
        layers.append(nn.Conv2d(channels, w, 3, padding=1))
        layers += [Residual(i, i, o, nn.AvgPool2d(2), first=False) for i, o in pairwise(widths)]
        layers.append(act)
    left = {8: 2, 16: 4, 24: 6, 32: 4}[side]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * left**2, 1))


def fill(module, net, flat):
    """The module with the weights of one row (1, P)."""
    parts = [part[0] for part in net.unpack(flat)]
    with torch.no_grad():
        for parameter, part in zip(module.parameters(), parts, strict=True):
            parameter.copy_(part[0] if parameter.ndim == 1 else part.T.reshape(parameter.shape))
    return module.to(flat.dtype)


@pytest.mark.parametrize(
    ("architecture", "side", "pixels"), [*((*each, 0) for each in NETS), ("dcgan", 8, 10**9), ("residual", 8, 10**9)]
)
def test_equal_torch_modules_with_the_same_weights(architecture, side, pixels, monkeypatch):
    # All as convolutions, and all as matrix products.
    monkeypatch.setattr(convolutional, "_FEW", pixels)
    monkeypatch.setattr(convolutional, "_SMALL", 0)
    g, d = players(architecture, side, channels=3, width=2, activation="leaky_relu")
    for net, plain in ((g, plain_generator), (d, plain_discriminator)):
        flat = net.init("uniform", sources(1)).double().requires_grad_()
        module = fill(plain(architecture, side, 3, 2), net, flat.detach())
        assert sum(rows * columns for rows, columns in net.shapes) == sum(each.numel() for each in module.parameters())
        x = points(net, 1, 4).double().requires_grad_()
        ours, theirs = net(flat, x)[0], module(x[0])
        torch.testing.assert_close(ours, theirs)
        # The gradients too: of the input, and of every parameter.
        probe = torch.randn(theirs.shape, generator=torch.Generator().manual_seed(1)).double()
        at_flat, at_x = torch.autograd.grad((ours * probe).sum(), (flat, x))
        gradients = torch.autograd.grad((theirs * probe).sum(), (x, *module.parameters()))
        torch.testing.assert_close(at_x, gradients[0])
        for part, gradient in zip(net.unpack(at_flat), gradients[1:], strict=True):
            torch.testing.assert_close(part[0].T.reshape(gradient.shape), gradient)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_second_derivatives(architecture):
    g, d = players(architecture, width=1, classes=2, activation="tanh")
    for net in (g, d):
        flat = net.init("uniform", sources(1)).double().requires_grad_()
        x = points(net, 1, 2).double().requires_grad_()
        assert torch.autograd.gradcheck(net, (flat, x) if net is g else (flat, x.detach()), fast_mode=True)
        assert torch.autograd.gradgradcheck(net, (flat, x) if net is g else (flat, x.detach()), fast_mode=True)
    # A gradient penalty: the derivative by D's parameters of ‖∇ₓ s‖².
    x = points(d, 1, 3).double().requires_grad_()

    def penalty(flat):
        (gradient,) = torch.autograd.grad(d(flat, x).sum(), x, create_graph=True)
        return gradient.square().sum()

    flat = d.init("uniform", sources(1)).double().requires_grad_()
    assert torch.autograd.gradcheck(penalty, (flat,), fast_mode=True)


# ── Replicas ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("classes", [0, 3])
@pytest.mark.parametrize(("architecture", "side"), [("dcgan", 8), ("residual", 8), ("dcgan", 16)])
def test_a_replica_alone_is_the_replica_of_several(architecture, side, classes, bitwise):
    for net in players(architecture, side, classes=classes):
        flat, x = net.init("uniform", sources(3)), points(net, 3, 32)

        def run(rows, net=net, flat=flat, x=x):
            params, at = flat[rows].clone().requires_grad_(), x[rows].clone().requires_grad_()
            out = net(params, at)
            return out.detach(), *torch.autograd.grad(out.square().sum(), (params, at))

        whole = run(slice(None))
        for i in range(3):
            for one, of_all in zip(run(slice(i, i + 1)), whole, strict=True):
                if bitwise:
                    assert torch.equal(one[0], of_all[i])
                else:
                    torch.testing.assert_close(one[0], of_all[i], rtol=1e-4, atol=1e-5)


def test_replicas_may_share_their_inputs():
    g, _ = players()
    flat, x = g.init("uniform", sources(2)), points(g, 1, 4)
    assert torch.equal(g(flat, x), g(flat, x.expand(2, -1, -1)))


@pytest.mark.parametrize("kind", ["uniform", "xavier", "orthogonal"])
def test_a_replica_s_first_weights_are_its_generator_s_alone(kind):
    for net in players("residual", classes=2):
        both = net.init(kind, sources(2))
        assert torch.equal(both[1:], net.init(kind, sources(2)[1:]))
        assert not torch.equal(both[0], both[1])


def test_first_weights_have_torch_s_bounds():
    conv = nn.Conv2d(64, 32, 3, padding=1)
    g, _ = players(width=32)
    weight, bias = g.unpack(g.init("uniform", sources(4)))[2:4]
    bound = 1 / (64 * 9) ** 0.5  # as kaiming_uniform_ with a = √5 comes to
    for ours, theirs in ((weight, conv.weight), (bias, conv.bias)):
        assert ours.abs().max() <= bound
        assert theirs.abs().max() <= bound
        assert ours.abs().max() > 0.9 * bound
    weight, bias = g.unpack(g.init("xavier", sources(4)))[2:4]
    nn.init.xavier_uniform_(conv.weight)
    assert weight.std().item() == pytest.approx(conv.weight.std().item(), rel=0.05)
    assert (bias == 0).all()


# ── Classes ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_generator_passes_the_label_through_and_uses_it(architecture):
    g, _ = players(architecture, classes=3)
    flat, x = g.init("uniform", sources(1)), points(g, 1, 6)
    out = g(flat, x)
    assert torch.equal(out[..., g.features :], x[..., Z:])
    turned = torch.cat([x[..., :Z], x[..., Z:].roll(1, -1)], -1)
    gaps = (out - g(flat, turned))[..., : g.features].abs().amax(-1)
    assert (gaps > 1e-4).all()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_projection_is_the_class_s_own_linear_map_of_the_features(architecture):
    _, d = players(architecture, classes=3)
    flat, x = d.init("uniform", sources(1)), points(d, 1, 6)
    *body, v, b = d.unpack(flat)
    # s = ψ(φ) + yᵀ(V φ + b): moving V and b of class 1 to 0 leaves the logits of the others, and those of class 1 are
    # then what a discriminator without classes says.
    v, b = v.clone(), b.clone()
    v[..., 1], b[..., 1] = 0, 0
    changed, whole = d.forward([*body, v, b], x)[0, :, 0], d(flat, x)[0, :, 0]
    _, alone = players(architecture)
    unlabelled = alone.forward(body, x[..., : d.features])[0, :, 0]
    is_one = x[0, :, d.features + 1] == 1
    assert is_one.any()
    assert not is_one.all()
    torch.testing.assert_close(changed[is_one], unlabelled[is_one])
    assert torch.equal(changed[~is_one], whole[~is_one])
    assert (whole - unlabelled).abs().min() > 1e-4


def test_the_label_has_no_gradient():
    _, d = players(classes=3)
    x = points(d, 1, 6).requires_grad_()
    (gradient,) = torch.autograd.grad(d(d.init("uniform", sources(1)), x).sum(), x)
    assert (gradient[..., d.features :] == 0).all()
    assert (gradient[..., : d.features] != 0).any(-1).all()


# ── Constraints, errors, CUDA ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_spectral_norm_of_every_weight_comes_to_one(architecture):
    _, d = players(architecture, classes=3)
    flat, u = d.init("uniform", sources(2)).double(), first_u(d, sources(2)).double()
    before = torch.stack([torch.linalg.matrix_norm(weight, ord=2) for weight in d.unpack(flat)[::2]])
    assert (before - 1).abs().min() > 1e-2
    for _ in range(500):
        normed, u = spectral_norm(d, flat, u)
    after = torch.stack([torch.linalg.matrix_norm(weight, ord=2) for weight in d.unpack(normed)[::2]])
    torch.testing.assert_close(after, torch.ones_like(after), rtol=0, atol=1e-5)


def test_one_image_s_logit_does_not_depend_on_the_others():
    for architecture in ARCHITECTURES:
        _, d = players(architecture)
        flat, x = d.init("uniform", sources(1)), points(d, 1, 8)
        torch.testing.assert_close(d(flat, x)[:, :1], d(flat, x[:, :1]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"side": 12}, r"side is 12.*8, 16, 24, 32"),
        ({"architecture": "vgg"}, r"'vgg'.*dcgan, residual"),
        ({"width": 0}, r"width is 0.*at least 1"),
        ({"channels": 0}, r"channels is 0.*at least 1"),
    ],
)
@pytest.mark.parametrize("kind", [ConvGenerator, ConvDiscriminator])
def test_an_error_says_what_is_allowed(changes, message, kind):
    settings = {"architecture": "dcgan", "channels": 1, "side": 8, "width": 4, **changes}
    with pytest.raises(ValueError, match=message):
        ConvDiscriminator(**settings) if kind is ConvDiscriminator else ConvGenerator(**settings, latent_dim=Z)


def test_inputs_of_another_size_are_refused():
    g, d = players(classes=2)
    for net, needed in ((g, Z + 2), (d, 64 + 2)):
        with pytest.raises(ValueError, match=rf"{needed - 2} numbers.*{needed}"):
            net(net.init("uniform", sources(1)), torch.zeros(1, 3, needed - 2))


def test_an_unknown_init_says_what_there_is():
    with pytest.raises(ValueError, match=r"'he'.*uniform, xavier, orthogonal"):
        players()[0].init("he", sources(1))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize(("architecture", "side"), NETS)
def test_on_cuda_it_is_the_same_to_the_precision_of_bfloat16(architecture, side):
    for net in players(architecture, side, channels=3, width=16, classes=3):
        flat, x = net.init("uniform", sources(2)), points(net, 2, 16)
        params, at = flat.cuda().requires_grad_(), x.cuda().requires_grad_()
        here, there = net(flat, x), net(params, at)
        assert there.dtype == torch.float32
        torch.testing.assert_close(there.cpu(), here, rtol=0.05, atol=0.005)
        at_flat, at_x = torch.autograd.grad(there.square().sum(), (params, at), create_graph=True)
        assert (at_flat.dtype, at_x.dtype) == (torch.float32, torch.float32)
        (second,) = torch.autograd.grad(at_x.square().sum(), params)
        assert second.isfinite().all()
        # float64 is left as it is.
        exact = net(flat.double().cuda(), x.double().cuda()).cpu()
        torch.testing.assert_close(exact, net(flat.double(), x.double()), rtol=1e-6, atol=1e-8)
