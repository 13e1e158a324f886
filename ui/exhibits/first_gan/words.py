"""The words of the tour: a file a language, assets/start/<language>/tour.toml.

Each step has a title, a text, a formula with a sentence that says the same (`meaning`), a button, what it does to the
GAN (`moves`), what there will be to see (`look`), and what was seen (`seen`, with the figures' places in braces). Where
there is a `whole`, it is said once every cloud is captured; where there is a `later`, once G has taken a step.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ui.shared.glossary import Stretch, glossary

TEXTS = Path(__file__).parents[3] / "assets" / "start"
STEPS = 5


@dataclass(frozen=True)
class Tour:
    """The steps of the tour, and the labels of the picture."""

    steps: tuple[Mapping[str, str], ...]
    labels: Mapping[str, str]
    language: str

    def seen(self, step: int, answer: Mapping[str, Any]) -> str:
        """What was seen after a step's button was pressed, in words that are true of the answer."""
        words = self.steps[step - 1]
        kind = "seen"
        if "whole" in words and answer["captured"] == answer["modes"]:
            kind = "whole"
        elif "later" in words and answer["g_steps"]:
            kind = "later"
        return words[kind].format(
            real=f"{100 * answer['says_real']:.0f}",
            fake=f"{100 * answer['says_fake']:.0f}",
            d_loss=f"{answer['d_loss']:.2f}",
            g_loss=f"{answer['g_loss']:.2f}",
            captured=answer["captured"],
            modes=answer["modes"],
            d_steps=answer["d_steps"],
            g_steps=answer["g_steps"],
        )

    def seen_in_stretches(self, step: int, answer: Mapping[str, Any]) -> list[Stretch]:
        """The same as the browser is sent it: terms that the tour has not explained by then are among it."""
        words = glossary(self.language)
        met = {found.term.name for each in self.steps[:step] for found in words.find(each["text"])}
        return words.stretches(self.seen(step, answer), met | {words.explained(said)["name"] for said in ("D", "G")})

    def shown(self) -> dict[str, Any]:
        """The tour as the browser is sent it: texts in stretches, the explained terms among them."""
        words = glossary(self.language)
        steps: list[dict[str, Any]] = []
        met: set[str] = set()
        for step in self.steps:
            shown: dict[str, Any] = {
                name: text for name, text in step.items() if name not in ("seen", "whole", "later")
            }
            steps.append({**shown, "text": words.stretches(step["text"], met)})
        terms = {name: words.explained(name) for name in ("D", "G", "z", "x", "L_D", "L_G")}
        return {"steps": steps, "labels": dict(self.labels), "terms": terms}


@cache
def tour(language: str = "en") -> Tour:
    """The tour in a language. Raises ValueError where its file has another number of steps than `STEPS`."""
    found = tomllib.loads((TEXTS / language / "tour.toml").read_text(encoding="utf-8"))
    if len(found["step"]) != STEPS:
        raise ValueError(f"tour.toml in {language!r} has {len(found['step'])} steps; {STEPS} are needed")
    return Tour(tuple(found["step"]), found["labels"], language)
