"""The sentences that a user is told of an error in the program, and of memory that has run out."""

from __future__ import annotations

from gancore.config import RunConfig
from gancore.runtime.memory_room import advice

KILLED = "signal 9, SIGKILL"  # as `how_it_died` says it
_OUT_OF_MEMORY = "Out of memory at step {step:,}; its history is kept. {advice}"
_PERHAPS = "{what} Where memory runs out the system ends a process so. {advice}"
# What torch says where the CPU's memory has run out
_SAYS = ("can't allocate memory", "not enough memory", "std::bad_alloc", "Cannot allocate memory")


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that there is no more memory, of the machine or of a graphics card."""
    of_a_card = type(error).__name__ == "OutOfMemoryError"  # torch's
    return isinstance(error, MemoryError) or of_a_card or any(words in str(error) for words in _SAYS)


def sentence_of(error: Exception, step: int, config: RunConfig, seeds: int, device: str = "cpu") -> str:
    """What has become of a run of so many seeds, in sentences; the traceback goes to the log."""
    if ran_out_of_memory(error):
        return _OUT_OF_MEMORY.format(step=step, advice=advice(config, seeds, device))
    text = str(error).strip().partition("\n")[0]
    detail = f"{type(error).__name__}: {text}" if text else type(error).__name__
    said = f"Failed at step {step:,} ({detail.rstrip('.')}); its history is kept."
    return perhaps_of_memory(said, config, seeds) if KILLED in text else said


def perhaps_of_memory(what: str, config: RunConfig, seeds: int) -> str:
    """The sentence of a process that was killed, and that it may be for its memory."""
    return _PERHAPS.format(what=what, advice=advice(config, seeds))
