"""Traces that many tests look at: tracing takes a second or several, and most games share functions with others."""

from functools import cache

from gancore.compiling.tracing import trace


@cache
def trace_once(plan):
    """`trace(plan)`, the same for all who ask; nobody changes it."""
    return trace(plan)
