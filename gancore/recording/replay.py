"""A recorded run in the place of a live one."""

from gancore.recording.recording import RecordedRun
from gancore.runtime import endings
from gancore.runtime.history import History
from gancore.runtime.run import Run

__all__ = ["recorded_of", "replayed"]

MOST_FRAMES = 400  # of a run that was watched: two of them are less than 3 MB then


def replayed(recorded: RecordedRun, owner: str) -> Run:
    """A run that has ended, with the history of the recorded one; it has no worker and never gets one."""
    return Run.ended_before(
        recorded.config,
        seeds=recorded.seeds,
        owner=owner,
        scene=recorded.scene,
        frames=recorded.frames,
        state=recorded.outcome,
        message=recorded.message,
        changes=recorded.changes,
    )


def recorded_of(run: Run, preset: str) -> RecordedRun | None:
    """A run as far as it has been seen, with its weights and state, where there are any; None before its first frame.

    A run that goes on does so meanwhile: its state is of the newest step, at most some steps beyond the newest frame.
    """
    kept = run.put_away()
    thinned = History(MOST_FRAMES)
    for each in run.history.since(0):
        if kept is None or each.step <= kept.step:
            thinned.append(
                each.step, each.time, each.data, failure=each.failure, judged=each.judged, measured=each.measured
            )
    frames = tuple(frame.data for frame in thinned.since(0))
    scene, state = run.scene, run.state
    if scene is None or not frames:
        return None
    ended = state in ("finished", "diverged", "failed", "stopped")
    return RecordedRun(
        config=run.config,
        seeds=run.seeds,
        scene=scene,
        frames=frames,
        outcome=state if ended else "stopped",
        message=run.message if ended else endings.recorded(run.step if kept is None else kept.step),
        preset=preset,
        changes=tuple(run.changes),
        weights=None if kept is None else kept.weights,
        state=None if kept is None else kept.state,
    )
