"""The page's state in its URL: opened elsewhere it gives the same runs.

`?a=ring-chase&b=ring-chase-unrolled&b.d_lr=0.01&a@500.loss=minimax&seed=3&card=2&many=16&dirac.b=consensus`: a preset
for every panel, what was changed in it, from the start or from a step on, the seed that all panels share, and the
settings of the exhibits that have one (`ui.exhibits`).
Whatever is wrong in it becomes a sentence and the nearest state that runs. Names from before an exhibit was renamed
still open it. How much of the page is shown, `present` and `hide`, is part of the address too (`ui.app.view`).
Parameters that others append, such as `utm_source` or `fbclid`, are ignored, and left out where the
address is written anew: what is sent on holds the state and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from gancore.config import LIVE_FIELDS, RunConfig
from gancore.experiments.presets import PRESETS
from ui.exhibits import CODECS, USUAL, Settings
from ui.shared.parsing import quoted

LABELS = "abcd"
MANY = 16


@dataclass(frozen=True)
class Later:
    """What a panel's GAN changes in itself before a step: `changes` are live fields with their values."""

    step: int
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class PageState:
    """The state of a page: the presets its panels started from, their configurations, the card, one seed or many.

    `later` is what panels change in themselves on their way; panels beyond its end change nothing. `settings` are those
    of the exhibits that need no run, for the cards that show them.
    """

    presets: tuple[str, ...]
    configs: tuple[RunConfig, ...]
    card: int = 1
    many: bool = False
    settings: Settings = field(default_factory=lambda: dict(USUAL))
    later: tuple[Later | None, ...] = ()

    @property
    def seed(self) -> int:
        """The seed that all panels share."""
        return self.configs[0].seed

    def later_of(self, panel: int) -> Later | None:
        """What a panel changes in itself on its way."""
        return self.later[panel] if panel < len(self.later) else None

    def with_config(self, panel: int, config: RunConfig) -> "PageState":
        """The same with another configuration in one panel."""
        configs = list(self.configs)
        configs[panel] = config
        return replace(self, configs=tuple(configs))

    def with_seed(self, seed: int) -> "PageState":
        """The same with another seed in every panel."""
        return replace(self, configs=tuple(config.changed(seed=seed) for config in self.configs))


def state_of(presets: Sequence[str], seed: int = 0, card: int = 1) -> PageState:
    """The state in which the named presets stand side by side, unchanged."""
    return PageState(tuple(presets), tuple(PRESETS[name].config.changed(seed=seed) for name in presets), card)


def write(state: PageState, openings: Sequence[PageState]) -> dict[str, str]:
    """The query parameters of a state; `read` gives the equal state.

    Args:
        state: what the page shows.
        openings: each card of the lecture as it opens. Of the exhibits only what differs from the card's is written.
    """
    query: dict[str, str] = {}
    for panel, (label, name, config) in enumerate(zip(LABELS, state.presets, state.configs, strict=False)):
        query[label] = name
        changes = config.to_query(PRESETS[name].config)
        changes.pop("seed", None)
        query |= {f"{label}.{field}": text for field, text in changes.items()}
        if (later := state.later_of(panel)) is not None:
            changes = config.changed(**later.changes).to_query(config)
            query |= {f"{label}@{later.step}.{field}": text for field, text in changes.items()}
    query["seed"] = str(state.seed)
    if state.card != 1:
        query["card"] = str(state.card)
    if state.many:
        query["many"] = str(MANY)
    opened = openings[state.card - 1].settings
    for name, codec in CODECS.items():
        fields = codec.write(state.settings[name], opened[name])
        query |= {f"{name}.{field}": text for field, text in fields.items()}
    return query


def ours(query: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a URL that are this app's: its names, and all that begins with a panel's or an exhibit's name
    and a dot, so that a slip such as `b.d_lrr` is still named."""
    known = {"seed", "card", "many", "present", "hide", *LABELS}
    today = {_today(key): text for key, text in query.items()}
    return {
        key: text
        for key, text in today.items()
        if key in known or ("." in key and key.partition(".")[0].partition("@")[0] in {*LABELS, *CODECS})
    }


def names_stage(query: Mapping[str, str]) -> bool:
    """Whether a URL says anything of the stage but its seed: a preset, a change in a panel, or many seeds."""
    return any(key.partition(".")[0].partition("@")[0] in (*LABELS, "many") for key in query)


# What an exhibit's fields, or the whole parameter, were called in links of earlier versions.
_RENAMED = {
    "lab": "dirac",
    "aug": "augmentation",
    "measure": "corruption",
    "theta": "optimal_discriminator.theta",
    "sigma": "optimal_discriminator.sigma",
}


def _today(key: str) -> str:
    """The name that a parameter has today."""
    if key in _RENAMED and "." in _RENAMED[key]:
        return _RENAMED[key]
    name, dot, field = key.partition(".")
    return f"{_RENAMED[name]}.{field}" if dot and "." not in _RENAMED.get(name, ".") else key


def read(query: Mapping[str, str], openings: Sequence[PageState]) -> tuple[PageState, list[str]]:
    """The state that a URL names, or the nearest one that runs with a sentence for everything that is wrong in it.

    Args:
        query: the URL's parameters; those that are not `ours` are ignored.
        openings: each card of the lecture as it opens, for where the URL says nothing.
    """
    query = ours(query)
    sentences: list[str] = []
    card = 1
    if "card" in query:
        try:
            card = int(query["card"])
        except ValueError:
            card = 0
        if not 1 <= card <= len(openings):
            sentences.append(f"card is {quoted(query['card'])}; allowed are 1 to {len(openings)}. 1 is shown.")
            card = 1
    default = openings[card - 1]
    per_panel: dict[str, dict[str, str]] = {label: {} for label in (*LABELS, *CODECS)}
    later_fields: dict[str, dict[str, dict[str, str]]] = {label: {} for label in (*LABELS, *CODECS)}
    for key, text in query.items():
        where, dot, field = key.partition(".")
        label, at, step = where.partition("@")
        if at:
            later_fields[label].setdefault(step, {})[field] = text
        elif dot:
            per_panel[label][field] = text
    names: list[str] = []
    for label, usual in zip(LABELS, default.presets + ("",) * len(LABELS), strict=False):
        name = query.get(label, usual if not any(each in query for each in LABELS) else "")
        if not name:
            continue
        if name not in PRESETS:
            near = usual or default.presets[0]
            alike = get_close_matches(name, PRESETS, n=4, cutoff=0.4)
            hint = f" Near to it are {', '.join(alike)}." if alike else ""
            sentences.append(f"There is no preset {quoted(name)}; {near} is shown.{hint}")
            name = near
        names.append(name)
    if not names:
        names = list(default.presets)
    seed, wrong = RunConfig.nearest({"seed": query["seed"]}) if "seed" in query else (default.configs[0], [])
    sentences += wrong
    configs: list[RunConfig] = []
    for label, name in zip(LABELS, names, strict=False):
        fields = {field: text for field, text in per_panel[label].items() if field != "seed"}
        config, wrong = RunConfig.nearest(fields, PRESETS[name].config.changed(seed=seed.seed))
        configs.append(config)
        sentences += [f"{label.upper()}: {sentence}" for sentence in wrong]
    later: list[Later | None] = []
    for label, config in zip(LABELS, configs, strict=False):
        found, wrong = _later(later_fields[label], config)
        later.append(found)
        sentences += [f"{label.upper()}: {sentence}" for sentence in wrong]
    for label in LABELS[len(names) :]:
        if per_panel[label] or later_fields[label]:
            sentences.append(f"The link changes panel {label.upper()}, but shows only {len(names)}.")
    if query.get("many", str(MANY)) != str(MANY):
        sentences.append(f"many is {quoted(query['many'])}; allowed is {MANY}. One seed is shown.")
    settings: dict[str, Any] = {}
    for name, codec in CODECS.items():
        settings[name], wrong = codec.read(per_panel[name], default.settings[name])
        sentences += [f"{name}: {sentence}" for sentence in wrong]
    many = query.get("many") == str(MANY)
    planned = tuple(later) if any(later) else ()
    return PageState(tuple(names), tuple(configs), card, many, settings, planned), sentences


def _later(fields: Mapping[str, Mapping[str, str]], config: RunConfig) -> tuple[Later | None, list[str]]:
    """What a URL lets a panel change on its way, from its fields by their step, and what is wrong in that."""
    if not fields:
        return None, []
    (text, changes), *more = fields.items()
    sentences = [f"{quoted(other)} is a second step at which it changes; one is read." for other, _ in more]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) < config.steps):
        return None, [*sentences, f"{quoted(text)} is no step of it; allowed are 1 to {config.steps - 1:,}."]
    if fixed := [name for name in changes if name not in LIVE_FIELDS]:
        named = ", ".join(quoted(name) for name in fixed)
        return None, [*sentences, f"{named} cannot be changed at a step; a GAN keeps it from its start."]
    after, wrong = RunConfig.nearest(changes, config)
    changed = {name: getattr(after, name) for name in changes if getattr(after, name) != getattr(config, name)}
    return Later(int(text), changed) if changed else None, [*sentences, *wrong]
