"""Judges a trial by a preset's claim."""

from __future__ import annotations

from gancore.experiments.claims import Judgement, judge, looked_at
from gancore.experiments.presets import Verdict
from gancore.experiments.trial import Trial


def judged_by(result: Trial, rule: Verdict, length: int) -> Judgement | None:
    """Judges a trial by a rule about `length` steps; None where the trial lacks the figure that the rule needs."""
    names = looked_at(rule)
    if not result.figures.keys() >= {*names}:
        return None
    return judge(rule, {name: result.values(name) for name in names}, step=result.steps, length=length)
