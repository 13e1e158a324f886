"""What is printed reaches its reader, or the command says why not."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO


def make_printable(stream: TextIO) -> None:
    """From now on a character that the terminal's encoding lacks is printed as a question mark, and is no error."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


def give_up_writing(error: OSError) -> int:
    """Says in a sentence why the output cannot be written, unless nobody reads it any more; the exit status is 1."""
    if not isinstance(error, BrokenPipeError):
        print(f"The output cannot be written: {error.strerror or error}.", file=sys.stderr)
    # What is still in the stream's memory would be tried once more at the end of the process, with a traceback.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 1
