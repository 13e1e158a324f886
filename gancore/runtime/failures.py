"""The sentence that a user is told of an error in the program."""

from __future__ import annotations


def sentence_of(error: Exception, step: int) -> str:
    """One sentence; the traceback goes to the log."""
    text = str(error).strip().partition("\n")[0]
    out_of_memory = (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"  # torch's, for a GPU
        or any(words in text for words in ("can't allocate memory", "not enough memory"))  # torch's, for the CPU
    )
    if out_of_memory:
        return f"Out of memory at step {step:,}: smaller networks, a smaller batch or fewer seeds may fit."
    detail = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"Failed at step {step:,} ({detail.rstrip('.')}); its history is kept."
