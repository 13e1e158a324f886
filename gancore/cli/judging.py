"""What a claim says of a trial."""

from __future__ import annotations

from gancore.experiments.claims import Judgement, judge, looked_at
from gancore.experiments.presets import Verdict
from gancore.experiments.trial import Trial


def judged_by(result: Trial, rule: Verdict, length: int) -> Judgement | None:
    """What a rule about `length` steps says of a trial; None where the trial lacks the figure that it judges."""
    names = looked_at(rule)
    if not result.figures.keys() >= {*names}:
        return None
    return judge(rule, {name: result.values(name) for name in names}, step=result.steps, length=length)
