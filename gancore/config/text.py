"""Values of fields as text, and sentences about those that are wrong."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from gancore.config.choices import Point
from gancore.config.field_spec import FieldSpec


def sentences_of(error: ValidationError, fields: Mapping[str, FieldSpec]) -> list[str]:
    """A sentence for each problem that pydantic found."""
    sentences: list[str] = []
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        shown = shortened(problem["input"])
        if problem["type"] == "value_error":
            sentences.append(str(problem["ctx"]["error"]).rstrip(".") + ".")  # type: ignore[index]
        elif name in fields:
            sentences.append(f"{name} is {shown}; allowed are {fields[name].allowed}.")
        else:
            sentences.append(unknown_field(name, fields))
    return sentences


def unknown_field(name: str, fields: Mapping[str, FieldSpec]) -> str:
    """Says that there is no such field, and which there are."""
    near = difflib.get_close_matches(name, fields, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; the fields are {', '.join(fields)}."
    return f"There is no field {shortened(name)}{hint}"


def shortened(value: Any, most: int = 60) -> str:
    """A value as Python writes it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def to_text(value: Any) -> str:
    """A field's value as a URL holds it; `from_text` gives the equal value."""
    if isinstance(value, tuple):
        pairs = cast("tuple[Point, ...]", value)
        return ";".join(f"{x!r},{y!r}" for x, y in pairs)
    return repr(value) if isinstance(value, float) else str(value)


def from_text(spec: FieldSpec | None, text: str) -> Any:
    """The value that a URL's text stands for; left as it is where it does not parse, for the validator to judge."""
    try:
        if spec is None:
            return text
        if spec.kind == "int":
            return int(text)
        if spec.kind == "float":
            return float(text)
        if spec.kind == "points":
            return tuple(tuple(float(part) for part in pair.split(",")) for pair in text.split(";") if pair)
    except (ValueError, OverflowError):
        return text
    return text
