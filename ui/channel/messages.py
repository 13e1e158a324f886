"""What a browser may say over the channel, typed once. It is a stranger's: what does not fit is refused, never mended.

`docs/channel.md` describes both directions.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

VERSION = 2  # of the messages, both ways: a page that was drawn by another version is told to reload

LONGEST = 16_384  # characters of one message
MAX_POINTS = 64
_FASTEST = 1e5  # steps a second
_FURTHEST = 1e6  # of a point from the origin

_Whole: TypeAlias = Annotated[int, Field(ge=0, lt=2**53)]
_Panel: TypeAlias = Annotated[int, Field(ge=0, lt=4)]
_Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
_Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=40)]
_Coordinate: TypeAlias = Annotated[float, Field(ge=-_FURTHEST, le=_FURTHEST, allow_inf_nan=False)]

_Point: TypeAlias = Annotated[list[_Coordinate], Field(min_length=2, max_length=2)]


class _Message(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Hello(_Message):
    """The first message: who this is, and which frames of which runs it has already."""

    kind: Literal["hello"]
    version: int
    token: Annotated[str, Field(max_length=64)]
    tab: Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$")]
    have: Annotated[dict[Annotated[str, Field(max_length=64)], _Whole], Field(max_length=64)] = {}


class Got(_Message):
    """So many messages have been handled; the server sends on."""

    kind: Literal["got"]
    number: _Whole


class Press(_Message):
    """A button or a key of the stage that says nothing more."""

    kind: Literal["play", "pause", "step", "step_d", "step_g", "rewind", "new_seed", "seeds", "single", "undo"]


class Keep(_Message):
    """What a panel has shown stays, as one panel more."""

    kind: Literal["keep"]
    panel: _Panel


class Pace(_Message):
    """Steps a second that the runs hold at most; "eased" for slowly, then faster; None for as fast as they can."""

    kind: Literal["pace"]
    value: Annotated[float, Field(gt=0, le=_FASTEST, allow_inf_nan=False)] | Literal["eased"] | None


class OpenSeed(_Message):
    """One of many seeds alone."""

    kind: Literal["open_seed"]
    seed: _Whole


class Points(_Message):
    """Data drawn with the mouse."""

    kind: Literal["points"]
    points: Annotated[list[_Point], Field(min_length=1, max_length=MAX_POINTS)]


class Fix(_Message):
    """The button over a run that has failed."""

    kind: Literal["fix"]
    panel: _Panel


class Manifold(_Message):
    """Whether the image of a grid in z is drawn."""

    kind: Literal["manifold"]
    on: bool


class Turn(_Message):
    """A knob's new value, for one panel or (None) for all. `number` counts this browser's turns."""

    kind: Literal["turn"]
    number: _Whole
    panel: _Panel | None
    field: _Name
    value: Annotated[str, Field(max_length=80)] | int | _Number


class Ask(_Message):
    """An exhibit in a setting: None asks for it as the page has it. `rests`: nobody turns anything just now."""

    kind: Literal["ask"]
    number: _Whole
    exhibit: _Name
    setting: dict[str, Any] | None = None
    rests: bool = True
    table: bool = False


Command: TypeAlias = Press | Keep | Pace | OpenSeed | Points | Fix | Manifold
Message: TypeAlias = Hello | Got | Command | Turn | Ask

_READER: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])


def read_message(text: str) -> Message:
    """A browser's message out of its JSON.

    Raises:
        ValueError: says what is wrong, without what came: it may be long, and nobody's.
    """
    if len(text) > LONGEST:
        raise ValueError(f"A message of {len(text):,} characters; at most {LONGEST:,} are read.")
    try:
        return _READER.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        where = ".".join(str(each) for each in first["loc"]) or "message"
        raise ValueError(f"{where}: {first['msg']}"[:200]) from None
    except RecursionError:
        raise ValueError("message: nested too deep") from None


def arguments(command: Command) -> dict[str, Any]:
    """The fields of a command, without its kind."""
    return command.model_dump(exclude={"kind"})
