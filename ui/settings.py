"""The exhibits that are opened in a setting: its name in an address and on a card, and how either becomes one."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gancore.demos.augmented_gradient import Augmenting
from ui.augmenting.reach import read_augmenting, write_augmenting
from ui.dirac.reach import Lab, read_lab, write_lab
from ui.measuring.reach import Measure, read_measure, write_measure

Settings = Mapping[str, Any]  # by the names of KINDS


class Kind(NamedTuple):
    """A setting of one exhibit.

    exhibit: who is opened in it, of `ui.lecture.EXHIBITS`; usual: where nobody says anything; `read` makes of fields,
    and of the setting that they change, the nearest that there is, with a sentence for everything that is wrong;
    `write` gives the fields in which a setting differs from another.
    """

    exhibit: str
    usual: Any
    read: Callable[[Mapping[str, object], Any], tuple[Any, list[str]]]
    write: Callable[[Any, Any], dict[str, str]]


KINDS: dict[str, Kind] = {
    "lab": Kind("dirac", Lab(), read_lab, write_lab),
    "aug": Kind("augment", Augmenting(), read_augmenting, write_augmenting),
    "measure": Kind("measuring", Measure(), read_measure, write_measure),
}

USUAL: Settings = {name: kind.usual for name, kind in KINDS.items()}
