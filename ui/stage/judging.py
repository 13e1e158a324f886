"""Verdicts on the seeds of a live run, by its newest frames."""

from collections.abc import Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from gancore.experiments.claims import Judgement, judge, looked_at
from gancore.experiments.presets import Verdict
from gancore.metrics.measures import MEASURES
from gancore.runtime.frames import decode, read_header
from gancore.runtime.run import Run
from ui.stage.payload import SeedsVerdict


def judgement_of(run: Run, rule: Verdict, length: int) -> Judgement | None:
    """Verdict of a rule about `length` steps on a run's seeds, by its newest frame that measures them; None while no
    frame does."""
    newest = run.history.last
    if newest is None:
        return None
    found = {name: _newest_values(run, name) for name in looked_at(rule)}
    if not all(values for _, values in found.values()):
        return None
    meta, _ = decode(newest.data)
    # A seed whose loss is no longer a number has diverged, whatever was measured of it.
    losses = meta["scalars"].get("g_loss") if meta.get("step") else None
    figures = {
        name: [None if losses is not None and losses[i] is None else value for i, value in enumerate(values)]
        for name, (_, values) in found.items()
    }
    return judge(rule, figures, step=min(step for step, _ in found.values()), length=length)


def seeds_verdict(judged: Judgement | None) -> SeedsVerdict | None:
    """A judgement as the stage shows it: each seed, and whether it has failed. None where there is no verdict yet."""
    if judged is None or not judged.final:
        return None
    sided = MEASURES[judged.rule.metric].better is not None
    count = judged.good_count
    return SeedsVerdict(
        step=judged.step,
        earlier=judged.earlier,
        good=count.good,
        words=count.words,
        well=judged.good,
        failed=[sided and good is False for good in judged.good],
    )


class _Found(NamedTuple):
    """Where a metric was last found: the frame that was looked at last, and of the one that has it step and values."""

    seq: int = 0
    step: int = 0
    values: Sequence[float | None] = ()


# Some metrics are not in every frame.
_found: WeakKeyDictionary[Run, dict[str, _Found]] = WeakKeyDictionary()


def _newest_values(run: Run, metric: str) -> tuple[int, Sequence[float | None]]:
    """The step at which a metric was last measured, and its value for each seed."""
    found = _found.setdefault(run, {}).get(metric, _Found())
    frames = run.history.since(found.seq)
    for frame in reversed(frames):
        if metric in (scalars := read_header(frame.data)[0]["scalars"]):
            found = found._replace(step=frame.step, values=scalars[metric])
            break
    _found[run][metric] = found._replace(seq=frames[-1].seq) if frames else found
    return found.step, found.values
