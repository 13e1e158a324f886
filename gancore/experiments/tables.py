"""Tables that a command measures and a page shows: JSON files, validated when they are read.

The web process reads them, so nothing at the top of this module imports torch.
"""

from __future__ import annotations

import datetime
import math
import platform
import statistics
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Generic, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gancore.config.seeds import LAST
from gancore.processor import processor

__all__ = ["Frozen", "Machine", "MeasuredCell", "MeasuredTable", "OfSeeds", "Seed", "Spread", "Text"]

Text = Annotated[str, Field(min_length=1, max_length=200)]
_T = TypeVar("_T")
Seed = Annotated[int, Field(ge=0, le=LAST)]


class Spread(NamedTuple):
    """Mean and standard deviation (n - 1) over n seeds; the mean is None of none, the deviation of fewer than two."""

    mean: float | None
    deviation: float | None
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        mean = statistics.fmean(values) if values else None
        return cls(mean, statistics.stdev(values) if len(values) > 1 else None, len(values))

    @property
    def standard_error(self) -> float:
        """Standard error of the mean, deviation/√n; 0 where there is no deviation."""
        return 0.0 if self.deviation is None else self.deviation / math.sqrt(self.n)


class Frozen(BaseModel):
    """Values that never change, and no others than these. Numbers are finite: JSON has no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MeasuredCell(Frozen):
    """One cell of a table: the day on which it was measured, and the seconds that it took."""

    date: datetime.date
    seconds: Annotated[float, Field(ge=0)]


_Cell = TypeVar("_Cell", bound=MeasuredCell)


class OfSeeds(MeasuredCell):
    """Figures of several seeds; failures: for each seed None, or what ceased to be finite and where."""

    failures: tuple[Text | None, ...]

    @property
    def diverged(self) -> int:
        """The number of seeds that ceased to be finite; they are in no mean."""
        return len(self.failures) - self.failures.count(None)

    def survivors(self, values: Sequence[_T]) -> list[_T]:
        """Those of one value a seed whose seed did not diverge."""
        return [value for value, failure in zip(values, self.failures, strict=True) if failure is None]


class Machine(Frozen):
    """On what the seconds were measured."""

    architecture: Text
    processor: Text
    device: Text
    torch: Text

    def __str__(self) -> str:
        return f"{self.architecture}, {self.processor}, device {self.device}, torch {self.torch}"

    @classmethod
    def here(cls, device: str = "auto") -> Machine:
        """This machine. Raises ValueError for a device that is not here."""
        import torch

        from gancore.device import pick_device

        return cls(
            architecture=platform.machine() or "unknown",
            processor=processor(),
            device=str(pick_device(device)),
            torch=str(torch.__version__),
        )


class MeasuredTable(Frozen, Generic[_Cell]):
    """A table measured on one machine; the class says in `subject` of what it is a table."""

    subject: ClassVar[str]

    machine: Machine
    cells: tuple[_Cell, ...] = ()

    @abstractmethod
    def with_cell(self, cell: _Cell) -> Self:
        """A copy with this cell in its place."""

    def resumed(self, earlier: Self) -> Self:
        """A copy with the cells of an earlier table of the same runs on the same machine; else the table as it is.

        Seconds of another machine could not stand beside those of this one.
        """
        mine, others = (each.model_dump(exclude={"cells"}) for each in (self, earlier))
        return self.model_copy(update={"cells": earlier.cells}) if mine == others else self

    @property
    def dates(self) -> str:
        """The day on which the cells were measured, or the first and the last; empty without cells."""
        days = sorted({cell.date.isoformat() for cell in self.cells})
        return days[0] if len(days) == 1 else " to ".join(days[:: len(days) - 1]) if days else ""

    def to_json(self) -> str:
        """The table as JSON, a line a cell; `from_json` gives the equal table."""
        head = self.model_dump_json(exclude={"cells"})
        lines = ",\n".join(cell.model_dump_json() for cell in self.cells)
        return f'{head[:-1]},"cells":[\n{lines}\n]}}\n'

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Raises ValueError that says where the text is wrong, and how."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            what = first["msg"].removeprefix("Value error, ").rstrip(".")
            raise ValueError(f"{where}: {what}" if where else what) from None

    @classmethod
    def read(cls, path: Path) -> Self:
        """The table in a file. Raises ValueError, one sentence, where it cannot be read or is none."""
        try:
            return cls.from_json(path.read_bytes())
        except OSError as error:
            raise ValueError(f"{path.name} cannot be read: {error.strerror or error}.") from None
        except ValueError as error:
            raise ValueError(f"{path.name} is no table of {cls.subject}: {error}.") from None

    def write(self, path: Path) -> None:
        """Puts the table in a file at once: whoever reads it meanwhile finds the old one or the new one."""
        beside = path.with_name(f"{path.name}.part")
        beside.write_text(self.to_json(), encoding="utf-8")
        beside.replace(path)
