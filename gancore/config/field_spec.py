"""The specification of one field for controls, tables and the command line, drawn from its metadata."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter
from pydantic.fields import FieldInfo

from gancore.config.choices import MAX_POINTS, POINT_LIMIT


@dataclass(frozen=True)
class FieldSpec:
    """Specification of one field, for a control, a table or the command line."""

    name: str
    label: str
    help: str
    group: str
    kind: Literal["int", "float", "choice", "points"]
    default: Any
    live: bool
    unit: str
    low: float | None
    high: float | None
    slider: tuple[float, float] | None
    log: bool
    choices: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]]

    def matters(self, config: object) -> bool:
        """Whether the field has an effect in this config."""
        return all(getattr(config, other) in names for other, names in self.when.items())

    @property
    def allowed(self) -> str:
        """The values that the field allows, in words: "whole numbers from 1 to 64"."""
        if self.kind == "choice":
            return ", ".join(self.choices)
        if self.kind == "points":
            return f"at most {MAX_POINTS} pairs of numbers within ±{POINT_LIMIT:g}"
        number = "whole numbers" if self.kind == "int" else "numbers"
        return f"{number} from {self.low:,.15g} to {self.high:,.15g}"

    def clamped(self, text: str, fallback: Any) -> Any:
        """The value nearest to `text` that the field allows."""
        if self.kind not in ("int", "float"):
            return fallback
        try:
            value = float(text)
        except (ValueError, OverflowError):
            return fallback
        if math.isnan(value):
            return fallback
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        value = min(max(value, low), high)
        return int(value) if self.kind == "int" else value


def spec_of(name: str, info: FieldInfo) -> FieldSpec:
    """The spec of a field that `knob` has made."""
    extra: Any = info.json_schema_extra
    bounds: dict[str, float] = {}
    for constraint in info.metadata:
        for key in ("ge", "le"):
            if (value := getattr(constraint, key, None)) is not None:
                bounds[key] = value
    annotation: Any = info.annotation
    kind: Any = "points" if name == "points" else {int: "int", float: "float"}.get(annotation, "choice")
    return FieldSpec(
        name=name,
        help=info.description or "",
        kind=kind,
        default=info.default,
        low=bounds.get("ge"),
        high=bounds.get("le"),
        choices=get_args(annotation) if kind == "choice" else (),
        **extra,
    )


def adapter_of(info: FieldInfo) -> TypeAdapter[Any]:
    """Validates a value of one field alone, by its type and its bounds."""
    annotation: Any = info.annotation
    if annotation is float:
        return TypeAdapter(Annotated[(float, Field(allow_inf_nan=False), *info.metadata)])  # pyright: ignore
    return TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)  # pyright: ignore
