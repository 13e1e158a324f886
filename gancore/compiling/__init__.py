"""The step functions of a game as machine code: made beside a run, kept on disk, and swapped in between two steps.

plan     what is compiled, and for which games the same code serves
sources  the code that a step function is made of: another code compiles anew
pytree   a step function's arguments and result as lists of tensors
tracing  a step function as a graph of tensor operations, autograd's included
store    where compiled step functions lie, and who may have written them
build    compiling one, in a process of its own: `python -m gancore.compiling.build`
library  a compiled step function, loaded
capture  a step function in a CUDA graph, where there is a GPU
speed    what of a run is compiled, and what is missing
swap     compiled step functions in the place of a trainer's plain ones
"""
