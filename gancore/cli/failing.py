"""Ends a command with one sentence on stderr and exit code 2, and checks what several commands take."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import NoReturn

import typer

from gancore.config import RunConfig
from gancore.config.seeds import LAST
from gancore.runtime.failures import ran_out_of_memory
from gancore.runtime.memory_room import MemoryRoom, advice, card_refusal

MAX_SEEDS = 1024


def fail(sentence: str) -> NoReturn:
    """Ends the command with a sentence."""
    typer.echo(" ".join(sentence.split()), err=True)
    raise typer.Exit(2)


def fail_training(error: Exception) -> NoReturn:
    """Says in a sentence why torch gave up: such as more memory than there is."""
    fail(f"Training failed: {str(error).strip().partition(chr(10))[0] or type(error).__name__}.")


@contextlib.contextmanager
def within_memory(config: RunConfig, seeds: int, device: str) -> Generator[None]:
    """Trains a run of so many seeds only where there is memory for it; where that runs out all the same, says what to
    turn down. Raises ValueError where the device is not there."""
    import torch

    from gancore.device import pick_device

    place = pick_device(device)
    if place.type == "cuda" and (why := card_refusal(config, seeds, str(place), torch.cuda.mem_get_info(place)[0])):
        fail(why)
    if (why := MemoryRoom().refusal(config, seeds, str(place))) is not None:
        fail(why)
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not ran_out_of_memory(error):
            raise
        fail(f"Out of memory. {advice(config, seeds, str(place))}")


def check_seeds(seeds: int, first: int = 0) -> None:
    """Refuses a number of seeds, or a first one, that is not allowed."""
    if not 1 <= seeds <= MAX_SEEDS:
        fail(f"seeds is {seeds}; allowed are whole numbers from 1 to {MAX_SEEDS}.")
    if not 0 <= first <= LAST - (seeds - 1):
        fail(f"The first seed is {first:,}, and the last would be {first + seeds - 1:,}; allowed are 0 to {LAST:,}.")


def check_device(name: str) -> None:
    """Refuses a device that is not there."""
    from gancore.device import pick_device  # imports torch, which the commands without a device never need

    try:
        pick_device(name)
    except ValueError as error:
        fail(str(error))
