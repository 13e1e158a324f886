"""Judges a claim by the seeds of a run. The command line, the stage and the printed tables all ask here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gancore.experiments.presets import Verdict
from gancore.experiments.statistics import share_sentence, wilson
from gancore.experiments.trial import FIGURES

__all__ = ["GoodCount", "Judgement", "judge", "looked_at"]

# What is said, each a whole sentence or part of one with named places.
SO_FAR = "{count} of {of} so far: {figure} {bound} {limit:g}{also}{diverged}"
ALSO = ", {figure} ≥ {limit:.0%}"
PENDING = "No verdict before step {length:,}."
EARLIER = "The verdict is of step {step:,}."
BOUNDS = {"at_most": "≤", "at_least": "≥"}
DIVERGED = "; {lost} diverged"


class GoodCount(NamedTuple):
    """The count of seeds that came out well, of all of them, and the words for those: high is always good."""

    good: int
    of: int
    words: str


@dataclass(frozen=True)
class Judgement:
    """The outcome of a run's seeds under a rule.

    counted  whether each seed does what the rule says; None for one that diverged, which is another failure
    good     whether each seed has come out well (`Verdict.good`); None for one that diverged
    step     generator steps after which this was measured
    length   generator steps that the claim speaks of: before them there is no verdict
    """

    rule: Verdict
    counted: tuple[bool | None, ...]
    good: tuple[bool | None, ...]
    step: int
    length: int

    @property
    def count(self) -> int:
        """The number of seeds that do what the rule says."""
        return self.counted.count(True)

    @property
    def of(self) -> int:
        """The number of seeds, those that diverged included."""
        return len(self.counted)

    @property
    def good_count(self) -> GoodCount:
        """The count that is shown large. A seed that diverged is in neither side's, and named in the sentence."""
        return GoodCount(self.good.count(True), self.of, self.rule.good_words)

    @property
    def final(self) -> bool:
        """True where there is a verdict: the claim's length is reached, or no seed is left that could reach it."""
        return self.step >= self.length or self.counted.count(None) == self.of

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval for the share of seeds that count, `wilson`; None before there is a verdict."""
        return wilson(self.count, self.of) if self.final else None

    @property
    def holds(self) -> bool | None:
        """True where as large a share counts as the rule asks for, or a larger; None before the verdict."""
        return self.count * self.rule.seeds >= self.rule.of * self.of if self.final else None

    @property
    def earlier(self) -> str:
        """The words over an earlier moment of a run that has its verdict: "The verdict is of step 2,000.", say."""
        return EARLIER.format(step=self.step)

    @property
    def pending(self) -> str:
        """The reason why there is no verdict yet, "No verdict before step 2,000.", or nothing where there is one."""
        return "" if self.final else PENDING.format(length=self.length)

    @property
    def sentence(self) -> str:
        """For example "14 of 16 collapsed (95 % interval 64–97 %); 1 diverged"; before there is a verdict the count
        alone, "14 of 16 so far: captured modes ≤ 4"."""
        lost = self.counted.count(None)
        diverged = DIVERGED.format(lost=lost) if lost else ""
        if self.final:
            return share_sentence(self.count, self.of, self.rule.word) + diverged
        return SO_FAR.format(
            count=self.count,
            of=self.of,
            figure=FIGURES[self.rule.metric],
            bound=BOUNDS[self.rule.rule],
            limit=self.rule.limit,
            also=ALSO.format(figure=FIGURES[self.rule.also[0]], limit=self.rule.also[1]) if self.rule.also else "",
            diverged=diverged,
        )


def judge(rule: Verdict, figures: Mapping[str, Sequence[float | None]], *, step: int, length: int) -> Judgement:
    """The judgement of a rule over the seeds of a run.

    figures: each scalar that the rule looks at (`looked_at`), a value a seed, None or what is not finite for a seed
    that diverged; step: after how many generator steps; length: how many the claim speaks of. Raises ValueError where
    there are no values, or not as many of one scalar as of the other.
    """
    for name in looked_at(rule):
        if not figures.get(name):
            raise ValueError(f"figures has no values of {name}; those of at least one seed are needed")
    names = looked_at(rule)
    counted: list[bool | None] = []
    good: list[bool | None] = []
    for values in zip(*(figures[name] for name in names), strict=True):
        seed = {
            name: value for name, value in zip(names, values, strict=True) if value is not None and math.isfinite(value)
        }
        diverged = len(seed) < len(names)
        counted.append(None if diverged else rule.holds(*(seed[name] for name in _counted_by(rule))))
        good.append(None if diverged else rule.good(seed))
    return Judgement(rule, tuple(counted), tuple(good), step, length)


def looked_at(rule: Verdict) -> tuple[str, ...]:
    """The scalars that a rule looks at, each once: its own, the other that it asks for as well, and what is asked of a
    seed that has come out well."""
    provided = () if rule.provided is None else (rule.provided.metric,)
    return tuple(dict.fromkeys((*_counted_by(rule), *provided)))


def _counted_by(rule: Verdict) -> tuple[str, ...]:
    """The scalars by which a seed counts."""
    return (rule.metric,) if rule.also is None else (rule.metric, rule.also[0])
