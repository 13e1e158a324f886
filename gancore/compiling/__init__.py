"""The turns of a game as machine code: made beside a run, kept on disk, and swapped in between two steps.

plan     what is compiled, and for which games the same code serves
sources  the code that a turn is made of: another code compiles anew
leaves   a turn's arguments and result as lists of tensors
tracing  a turn as a graph of tensor operations, autograd's included
store    where compiled turns lie, and who may have written them
build    compiling one, in a process of its own: `python -m gancore.compiling.build`
library  a compiled turn, loaded
capture  a turn in a CUDA graph, where there is a GPU
speed    what of a run is compiled, and what is missing
swap     compiled turns in the place of a trainer's plain ones
"""
