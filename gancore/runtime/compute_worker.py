"""The compute worker, a process that answers questions: `python -m gancore.runtime.compute_worker`.

It stands between the web process and torch like a worker, but trains nothing: it takes questions in the order in which
they come and answers each with one frame. Commands and messages are lines and frames as in `protocol`:

    to the compute worker    question  number, job, settings
                    withdraw  number: nobody waits for that answer any more
    from the compute worker  ready
                    answer    to (the number), error (a sentence, or null); body: the encoded answer
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Any, cast

from gancore.demos.jobs import JOBS, Job
from gancore.runtime.frames import encode
from gancore.runtime.protocol import Message, pack_message
from gancore.runtime.worker import read_commands, take_over_streams

LOOK_UP = 1.0  # seconds after which a waiting worker looks whether its parent lives


def warm_up() -> None:
    """Imports torch while nobody has asked yet."""
    import torch

    torch.set_num_threads(1)


def answer(question: Mapping[str, Any], jobs: Mapping[str, Job]) -> Message:
    """The answer to a question, whatever it says: what goes wrong becomes a sentence."""
    number, error, body = question.get("number"), None, b""
    try:
        job = jobs.get(str(question.get("job")))
        if job is None:
            raise ValueError(f"job is {question.get('job')!r}; allowed are {', '.join(jobs)}")
        body = encode(*job(cast("Mapping[str, Any]", question.get("settings") or {})))
    except ValueError as wrong:
        error = str(wrong)
    except Exception as broken:
        traceback.print_exception(broken, file=sys.stderr)
        error = f"This could not be computed ({type(broken).__name__}); the server's log says more."
    return Message("answer", {"to": number, "error": error}, body)


def main(jobs: Mapping[str, Job] = JOBS, warm_up: Callable[[], None] = warm_up) -> None:
    commands, messages = take_over_streams()
    parent = os.getppid()
    mailbox: SimpleQueue[dict[str, Any]] = SimpleQueue()

    def say(message: Message) -> None:
        # At once and not by a thread of its own: should the next question kill us, this answer is not lost.
        try:
            messages.write(pack_message(message))
            messages.flush()
        except OSError:  # nobody reads us any more
            os._exit(0)

    threading.Thread(target=read_commands, args=(commands, mailbox), name="commands", daemon=True).start()
    warm_up()
    say(Message("ready", {}))
    waiting: dict[object, dict[str, Any]] = {}  # number -> question, in the order in which they came
    while True:
        try:
            command = mailbox.get(timeout=0 if waiting else LOOK_UP)
        except Empty:
            # Should somebody else hold the other end of our input open, the parent's death still shows here.
            if os.getppid() != parent:
                os._exit(0)
        else:
            match command.get("kind"):
                case "question":
                    waiting[command.get("number")] = command
                case "withdraw":
                    waiting.pop(command.get("number"), None)
                case _:  # a newer client may say more than is understood here
                    pass
            continue
        if waiting:
            say(answer(waiting.pop(next(iter(waiting))), jobs))


if __name__ == "__main__":
    main()
