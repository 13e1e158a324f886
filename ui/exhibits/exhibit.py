"""An exhibit: a figure beside a card that answers without a run. One folder each, one name for all of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from numpy.typing import NDArray

from gancore.runtime.compute_client import ComputeClient

Answer = tuple[Mapping[str, Any], Mapping[str, NDArray[Any]]]  # JSON values, and arrays


class Codec(NamedTuple):
    """How an exhibit's setting becomes fields of an address or a card, and they a setting.

    usual: where nobody says anything; `read` makes of fields, and of the setting that they change, the nearest that
    there is, with a sentence for everything that is wrong; `write` gives the fields in which a setting differs from
    another.
    """

    usual: Any
    read: Callable[[Mapping[str, Any], Any], tuple[Any, list[str]]]
    write: Callable[[Any, Any], dict[str, str]]


class Question(Protocol):
    """A browser's question to an exhibit; `ui.channel.messages.Ask`.

    setting: fields of one, None where it asks for the setting that the page has; rests: nobody turns anything just now;
    table: it shows its table.
    """

    @property
    def setting(self) -> Mapping[str, Any] | None: ...
    @property
    def rests(self) -> bool: ...
    @property
    def table(self) -> bool: ...


@dataclass(frozen=True)
class Exhibit:
    """One exhibit: either it has a `codec` and an `answer`, or it shows the same `content` to everybody.

    name: its folder, its component, its fields in an address and on a card, and its job, where it `has_job` of
    `gancore.demos.jobs`; answer: what a question comes to in a setting, asked over the channel while somebody turns
    something; content: what its component is mounted with.
    """

    name: str
    codec: Codec | None = None
    answer: Callable[[Any, Question, ComputeClient], Answer] | None = None
    content: Callable[[], Mapping[str, Any]] | None = None
    has_job: bool = False
