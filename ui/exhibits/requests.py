"""Requests of a browser to an exhibit that Python computes: each is heard once, and answered by the next run.

The other half is `ui/shared/frontend/request_channel.js`. It has one request under way at a time: while a slider is
dragged, its values in between are left out rather than queued.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import streamlit as st

from ui.shared.acknowledgements import Acknowledgements

_Request = Mapping[object, object]
_Setting = TypeVar("_Setting")
# The setting that fields name, or the nearest there is, with a sentence for everything that is wrong; of the usual one.
Read = Callable[[Mapping[str, object], _Setting], tuple[_Setting, list[str]]]


@dataclass
class Asking:
    """State of one browser session's exhibit, from run to run.

    key: the element's; heard: the requests that have come; newest: the last that was taken, empty before the first.
    """

    key: str
    heard: Acknowledgements = field(default_factory=Acknowledgements)
    newest: _Request = field(default_factory=dict[object, object])
    _arrived: _Request | None = None  # not taken yet

    def arrive(self) -> None:
        """For the component's `on_asked_change`.

        Called before the script runs, so that this run's answer is the one that was asked for.
        """
        state: Any = st.session_state.get(self.key)
        value = state.get("asked") if isinstance(state, Mapping) else None
        if isinstance(value, Mapping) and is_new(cast("_Request", value), self.heard):
            self._arrived = cast("_Request", value)

    def take(self, usual: _Setting, read: Read[_Setting]) -> tuple[_Setting, bool]:
        """The setting that is asked for, and whether nobody turns anything; `usual` and True where nothing is asked.

        Args:
            usual: the setting as it is.
            read: makes a setting of what the field says.
        """
        if self._arrived is None:
            return usual, True
        self.newest, self._arrived = self._arrived, None
        return setting_of(self.newest.get("setting"), usual, read), self.newest.get("rests") is True


def asking(key: str) -> Asking:
    """State of this session's exhibit `key`."""
    return st.session_state.setdefault(f"{key}:memory", Asking(key))


def is_new(value: _Request, heard: Acknowledgements) -> bool:
    """True the first time a request comes from a browser; False also for what is no request."""
    viewer, number = value.get("viewer"), value.get("number")
    if not isinstance(viewer, str) or not 1 <= len(viewer) <= 40:
        return False
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**53:
        return False
    return heard.is_new(viewer, number)


def setting_of(value: object, usual: _Setting, read: Read[_Setting]) -> _Setting:
    """The setting that the browser wants, as near as there is one; `usual` where it said nothing of the kind."""
    if not isinstance(value, Mapping):
        return usual
    return read({str(name): each for name, each in cast("_Request", value).items()}, usual)[0]
