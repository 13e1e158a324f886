"""The laboratory's setting: what can be chosen, how far each knob reaches, and how strangers' words become one.

In a module of its own: the page's address and the cards need no more than this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from gancore.theory.dirac import BOUNDS, GAMES, UPDATES, Setting
from ui.shared.parsing import choice, number_of, number_text, numbers, quoted

Start = tuple[float, float]

MOST_STARTS = 8
FURTHEST = 4.0  # of a start from the equilibrium, in θ and in ψ
NO_START = "none"  # in an address

# What A and B play when a game is chosen.
FIRST = {"dirac": ("non_saturating", "r1"), "bilinear": ("plain", "extragradient")}


# What is turned, by its name here: k is short for the steps of D.
KNOBS = {"k" if name == "d_steps" else name: bound for name, bound in BOUNDS.items()}


@dataclass(frozen=True)
class Lab:
    """Two methods of one game under one step size, with the points (θ, ψ) at which both start."""

    a: str = "non_saturating"
    b: str = "r1"
    game: str = "dirac"
    updates: str = Setting.updates
    h: float = Setting.h
    k: int = Setting.d_steps
    sigma: float = Setting.sigma
    gamma: float = Setting.gamma
    penalty: float = Setting.penalty
    clip: float = Setting.clip
    consensus: float = Setting.consensus
    starts: tuple[Start, ...] = ((1.0, 1.0),)

    def setting(self, method: str) -> Setting:
        """The setting in which the library plays one method; knobs that it does not read keep their defaults."""
        knob = GAMES[self.game][method].knob
        own = {knob: getattr(self, knob)} if knob else {}
        return Setting(self.game, method, self.updates, h=self.h, d_steps=self.k, **own)

    def settings(self) -> tuple[Setting, Setting]:
        """The settings of A and of B."""
        return self.setting(self.a), self.setting(self.b)

    def survey_setting(self) -> Setting:
        """The setting in which the library judges every method of the game: all knobs; its own method says nothing."""
        knobs = {name: getattr(self, name) for name in KNOBS if name not in ("h", "k")}
        return Setting(self.game, FIRST[self.game][0], self.updates, h=self.h, d_steps=self.k, **knobs)

    def playing(self, game: str) -> "Lab":
        """The same in another game, with the methods that come first in it."""
        return self if game == self.game else replace(self, game=game, a=FIRST[game][0], b=FIRST[game][1])


def write(lab: Lab, usual: Lab) -> dict[str, str]:
    """The fields in which a setting differs from the usual one, as text; `read` gives the equal setting."""
    base = asdict(usual.playing(lab.game)) | {"game": usual.game}
    return {name: _text(value) for name, value in asdict(lab).items() if value != base[name]}


def read(fields: Mapping[str, object], usual: Lab) -> tuple[Lab, list[str]]:
    """The setting that the fields name, or the nearest that runs with a sentence for everything that is wrong.

    Values are numbers and names, or their text; starts are pairs or "1,1;0.5,-1". What is not named is as usual.
    """
    sentences: list[str] = []
    if unknown := [name for name in fields if name not in FIELDS]:
        sentences.append(f"The laboratory has no {', '.join(map(quoted, unknown))}; it has {', '.join(FIELDS)}.")
    game = choice("game", fields, GAMES, usual.game, sentences)
    lab = usual.playing(game)
    found: dict[str, Any] = {"updates": choice("updates", fields, UPDATES, lab.updates, sentences)}
    for panel in ("a", "b"):
        found[panel] = choice(panel, fields, GAMES[game], getattr(lab, panel), sentences)
    found |= numbers(fields, lab, KNOBS, sentences)
    if "starts" in fields:
        found["starts"], wrong = _starts(fields["starts"], lab.starts)
        sentences += wrong
    return replace(lab, **found), sentences


FIELDS = tuple(Lab.__dataclass_fields__)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        pairs = cast("tuple[Start, ...]", value)
        return ";".join(",".join(map(_text, pair)) for pair in pairs) or NO_START
    return number_text(value)


def _starts(value: object, usual: tuple[Start, ...]) -> tuple[tuple[Start, ...], list[str]]:
    if isinstance(value, str):
        value = [] if value == NO_START else [pair.split(",") for pair in value.split(";")]
    pairs: list[object] = list(cast("Iterable[object]", value)) if isinstance(value, list | tuple) else [None]
    read = [_start(pair) for pair in pairs]
    good = [start for start in read if start is not None]
    sentences: list[str] = []
    if len(good) < len(read):
        allowed = f"pairs θ,ψ from −{FURTHEST:g} to {FURTHEST:g}, with ; between them, or {NO_START}"
        sentences.append(f"Of starts, {len(read) - len(good)} cannot be read; allowed are {allowed}.")
        if not good:
            return usual, sentences
    if len(good) > MOST_STARTS:
        sentences.append(f"starts names {len(good)} points; the first {MOST_STARTS} are shown.")
    return tuple(good[:MOST_STARTS]), sentences


def _start(pair: object) -> Start | None:
    if not isinstance(pair, list | tuple):
        return None
    numbers = [number_of(value) for value in cast("Iterable[object]", pair)]
    if len(numbers) != 2 or not all(abs(number) <= FURTHEST for number in numbers):  # NaN is refused by this
        return None
    return numbers[0], numbers[1]
