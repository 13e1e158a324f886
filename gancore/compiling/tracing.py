"""A step function as a graph of tensor operations, in which autograd's own are like any others."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, fx
from torch._guards import TracingContext, tracing
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx

from gancore.compiling.plan import Plan, arguments
from gancore.compiling.pytree import leaves, rebuilt
from gancore.step.moves import StepSpec
from gancore.step.updates import StepFunctions

__all__ = ["Traced", "trace"]


class Traced(NamedTuple):
    """graph: maps the inputs that matter to the outputs that are new.

    inputs: those tensors; takes: their places among the leaves of the step function's arguments; gives: for each leaf
    of the function's result its place in the arguments' leaves followed by the graph's outputs, for much of a player
    stays as it was."""

    graph: fx.GraphModule
    inputs: list[Tensor]
    takes: list[int]
    gives: list[int]


def trace(plan: Plan) -> Traced:
    """Takes the step function once, and writes down what it does. Tensors that do not change are constants of the
    graph."""
    example = arguments(plan)
    function = getattr(StepFunctions.of(StepSpec.of(plan.config)), plan.function)
    given = [each.detach() for each in leaves(example)]

    def on_leaves(*tensors: Tensor) -> list[Tensor]:
        return list(leaves(function(*rebuilt(example, iter(tensors)))))

    on_leaves(*given)  # what is made at the first call and kept must not be made of traced tensors
    # make_fx keeps beside each value one that has no memory; it would make a mode for each of them, with a traceback.
    with tracing(TracingContext(FakeTensorMode())):
        graph = make_fx(on_leaves)(*given)
    for node in graph.graph.nodes:
        node.meta.clear()  # of another tracing mode than the compiler's
        # How a result lies in memory is the compiler's choice, and what was a view here may be a copy there.
        if node.target is torch.ops.aten.view.default:
            node.target = torch.ops.aten.reshape.default
    graph.graph.eliminate_dead_code()
    handed = [node for node in graph.graph.nodes if node.op == "placeholder"]
    result = graph.graph.output_node()
    (returned,) = result.args
    new: list[fx.Node] = []
    gives: list[int] = []
    for node in returned:  # type: ignore[union-attr]
        if node.op == "placeholder":
            gives.append(handed.index(node))
        else:
            if node not in new:
                new.append(node)
            gives.append(len(handed) + new.index(node))
    result.args = (new,)  # type: ignore[assignment]
    takes = [place for place, node in enumerate(handed) if node.users]
    for node in handed:
        if not node.users:
            graph.graph.erase_node(node)
    graph.recompile()
    return Traced(graph, [given[place] for place in takes], takes, gives)
