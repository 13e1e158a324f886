"""The place in the tour of the first GAN and the moves so far, as an address and a card hold them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from gancore.bounds import Bound
from gancore.demos.first_gan import MOST_PARTS, MOST_STEPS, SEED, FirstGan, moves_of, moves_text
from ui.exhibits.first_gan.words import STEPS
from ui.shared.parsing import number_text, numbers, quoted

_SWITCH = {"yes": True, "no": False}
_BOUNDS = {"step": Bound(1, STEPS, whole=True), "seed": SEED}


@dataclass(frozen=True)
class Place:
    """Where somebody is.

    step: of the tour, counted from 1; done: whether what it asks for has been pressed; seed, moves: of the GAN, as
    `gancore.demos.first_gan` reads them.
    """

    step: int = 1
    done: bool = False
    seed: int = 0
    moves: str = ""


FIELDS = tuple(Place.__dataclass_fields__)


def write(place: Place, usual: Place) -> dict[str, str]:
    """The fields in which a place differs from the usual one, as text; `read` gives the equal place."""
    base = asdict(usual)
    return {name: _text(value) for name, value in asdict(place).items() if value != base[name]}


def read(fields: Mapping[str, object], usual: Place) -> tuple[Place, list[str]]:
    """The place that the fields name, or the nearest there is with a sentence for everything that is wrong."""
    sentences: list[str] = []
    if unknown := [name for name in fields if name not in FIELDS]:
        sentences.append(f"The first GAN has no {', '.join(map(quoted, unknown))}; it has {', '.join(FIELDS)}.")
    found: dict[str, Any] = dict(numbers(fields, usual, _BOUNDS, sentences))
    if "done" in fields:
        said = fields["done"]
        value = _SWITCH.get(said) if isinstance(said, str) else said
        if isinstance(value, bool):
            found["done"] = value
        else:
            sentences.append(f"done is {quoted(said)}; allowed are yes and no. {_text(usual.done)} is shown.")
    if "moves" in fields:
        said = fields["moves"]
        try:
            found["moves"] = moves_text(FirstGan(moves=moves_of(said if isinstance(said, str) else repr(said))).moves)
        except ValueError:
            sentences.append(
                f"moves is {quoted(said)}; allowed are parts such as d10, g10 and r40 with commas between, at most "
                f"{MOST_PARTS} of them and {MOST_STEPS} steps in all. {quoted(usual.moves)} is shown."
            )
    return replace(usual, **found), sentences


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else number_text(value)
