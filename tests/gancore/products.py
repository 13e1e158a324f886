"""The matrix products of a trainer's steps: how their operands lie in memory, and what this machine's library makes of
them for one replica alone and for several."""

from typing import NamedTuple

import torch
from torch.utils._python_dispatch import TorchDispatchMode

LINE = 64  # bytes of a cache line
BATCHED = ("bmm", "baddbmm")
OTHERS = ("mm", "addmm", "convolution", "convolution_backward")


class Layout(NamedTuple):
    """How one replica's part of an operand lies in memory; `offsets` are those of all replicas in a cache line."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offsets: frozenset[int]


class Product(NamedTuple):
    """A product of one kind and layout; the result is its last operand."""

    name: str
    operands: tuple[Layout, ...]


class _Watch(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.seen: set[Product] = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        if name in BATCHED or name in OTHERS:
            tensors = [each for each in (*args, out) if isinstance(each, torch.Tensor)]
            self.seen.add(Product(name, tuple(_layout(each, name in BATCHED) for each in tensors)))
        return out


def _layout(tensor: torch.Tensor, batched: bool) -> Layout:
    shape, strides = (tensor.shape[1:], tensor.stride()[1:]) if batched else (tensor.shape, tensor.stride())
    step = tensor.stride(0) * tensor.element_size() if batched else 0
    begins = (tensor.data_ptr() + i * step for i in range(len(tensor) if batched else 1))
    # The stride of a dimension of one is never walked.
    walked = tuple(stride if size > 1 else 0 for size, stride in zip(shape, strides, strict=True))
    return Layout(tuple(shape), walked, frozenset(begin % LINE for begin in begins))


def products(trainer, steps=1) -> set[Product]:
    """Every kind and layout of product in a few steps of a trainer that has taken one (which fills the caches)."""
    trainer.advance()
    with _Watch() as watch:
        trainer.advance(steps)
    return watch.seen


def alike_alone(product: Product, replicas=4) -> bool:
    """Whether this machine gives each of several replicas the bits of that replica alone, operands so laid."""
    if product.name not in BATCHED:
        return True  # computed replica by replica
    draw = torch.Generator().manual_seed(0)

    def operand(layout: Layout) -> torch.Tensor:
        reach = 1 + sum((size - 1) * stride for size, stride in zip(layout.shape, layout.strides, strict=True))
        lines = -(-reach * 4 // LINE) * LINE // 4
        memory = torch.randn(replicas * lines, generator=draw)
        return memory.as_strided((replicas, *layout.shape), (lines, *layout.strides))

    operator = getattr(torch, product.name)
    operands = [operand(each) for each in product.operands[:-1]]
    together = operator(*operands)
    return all(
        torch.equal(together[i : i + 1], operator(*(each[i : i + 1].clone() for each in operands)))
        for i in range(replicas)
    )
