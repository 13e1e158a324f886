"""Mounts a component that speaks to a room instead of to Streamlit."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ui.channel.room import Room
from ui.shared.component import mount_command


def mount(folder: Path, room: Room, *, drawn: str, key: str, data: Mapping[str, Any] | None = None) -> None:
    """Draws the component of a folder. All that it shows and says goes over the channel; of Streamlit it asks one
    thing: to draw the page again where the room's mark is another one than `drawn`.

    Args:
        folder: the component's.
        room: whom it speaks to, and drives.
        drawn: the mark of the comparison that the page around it shows.
        key: the element's; keep it the same so that it is never mounted anew.
        data: what else it is told, as JSON values.
    """
    told = {"room": room.id, "token": room.driver, "drawn": drawn, "key": key, **(data or {})}
    mount = mount_command(folder)
    mount(key=key, data=told, height="content", on_redraw_change=_ignore)


def _ignore() -> None:
    """Streamlit reports a trigger only if it has a callback."""
