"""An exhibit: a figure beside a card that answers without a run. One folder each, one name for all of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gancore.runtime.compute_client import ComputeClient


class Codec(NamedTuple):
    """How an exhibit's setting becomes fields of an address or a card, and they a setting.

    usual: where nobody says anything; `read` makes of fields, and of the setting that they change, the nearest that
    there is, with a sentence for everything that is wrong; `write` gives the fields in which a setting differs from
    another.
    """

    usual: Any
    read: Callable[[Mapping[str, Any], Any], tuple[Any, list[str]]]
    write: Callable[[Any, Any], dict[str, str]]


class Mount(Protocol):
    """Draws an exhibit in a setting; returns its setting as it is now, and whether nobody turns anything.

    `height` is in CSS pixels; `key` is the element's.
    """

    def __call__(self, setting: Any, client: ComputeClient, /, *, height: int, key: str) -> tuple[Any, bool]: ...


@dataclass(frozen=True)
class Exhibit:
    """One exhibit.

    name: its folder, its component, its fields in an address and on a card, and its job, where it `has_job` of
    `gancore.demos.jobs`; codec: None where there is nothing to set.
    """

    name: str
    mount: Mount
    codec: Codec | None = None
    has_job: bool = False
