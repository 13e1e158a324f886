"""Computations of the exhibits that need no run."""
