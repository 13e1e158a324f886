"""An exhibit that the compute client answers, fast enough to follow a slider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gancore.runtime.compute_client import ComputeClient
from ui.exhibits.exhibit import Answer, Question

_Setting = TypeVar("_Setting")


@dataclass(frozen=True)
class Answered(Generic[_Setting]):
    """Answers the exhibit `name` by the job of that name.

    question: the job's fields of a setting; controls: what they offer, for the message; words: the sentences that go
    with an answer.
    """

    name: str
    question: Callable[[_Setting], Mapping[str, Any]]
    controls: Callable[[_Setting], Mapping[str, Any]]
    words: Callable[[_Setting, Mapping[str, Any]], Mapping[str, Any]] = lambda setting, answer: {}

    def answer(self, setting: _Setting, asked: Question, client: ComputeClient) -> Answer:
        """The job's answer and its arrays; where none came, `answer` is null, `problem` says why, and there are no
        arrays."""
        meta = {"problem": None, "answer": None, **self.controls(setting)}
        try:
            answer, arrays = client.ask(self.name, **self.question(setting))
        except ValueError as error:
            return {**meta, "problem": str(error)}, {}
        return {**meta, "answer": {**answer, **self.words(setting, answer)}}, arrays
