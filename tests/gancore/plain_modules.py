"""Networks as tutorials write them, with the weights of one replica's row, and their weights as such a row."""

import torch
from torch import nn

from gancore.networks.mlp import in_rows


def sequential(net, row):
    """A tanh network of one row (1, P) as an nn.Sequential."""
    layers = []
    parts = [part[0] for part in net.unpack(row)]
    for weight, bias in zip(parts[::2], parts[1::2], strict=True):
        linear = nn.Linear(*weight.shape)
        linear.weight, linear.bias = nn.Parameter(weight.T.clone()), nn.Parameter(bias[0].clone())
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def row_of(module):
    """(P,): a module's parameters as they lie in a row."""
    return _row([parameter.detach() for parameter in module.parameters()])


def gradient_row_of(module):
    """(P,): the gradients of a module's parameters as they lie in a row."""
    return _row([parameter.grad for parameter in module.parameters()])


def random_row(net, draw):
    """(1, P): normal weights and biases in float64."""
    return in_rows([torch.randn(1, *shape, generator=draw, dtype=torch.float64) for shape in net.shapes])


def _row(tensors):
    return in_rows([each.T if each.ndim == 2 else each[None] for each in tensors])
