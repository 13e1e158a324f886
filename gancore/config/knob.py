"""The maker of every field of `RunConfig`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field


def knob(
    default: Any,
    label: str,
    help: str,
    group: str,
    *,
    live: bool = False,
    unit: str = "",
    slider: tuple[float, float] | None = None,
    log: bool = False,
    when: Mapping[str, tuple[str, ...]] | None = None,
    **bounds: float,
) -> Any:
    """A field of `RunConfig` with all that a control needs to know about it.

    `live` fields act on a running GAN; the others restart it. `slider` is the range worth dragging through, inside
    the hard `bounds` (`ge`, `le`, `max_length`). `when` names the choices of other fields for which this one matters.
    """
    extra: dict[str, Any] = {
        "label": label,
        "group": group,
        "live": live,
        "unit": unit,
        "slider": slider,
        "log": log,
        "when": dict(when or {}),
    }
    return Field(default, description=help, json_schema_extra=extra, **bounds)  # type: ignore[arg-type]
