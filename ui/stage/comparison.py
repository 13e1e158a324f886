"""Several runs side by side: the same seed, one change. What a command does to them, and what the stage is told.

No Streamlit in here: a page hands over commands and draws panels; this decides which runs start, pause and stop.
"""

import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, Literal, NamedTuple, ParamSpec, TypeAlias, TypeVar

from gancore.config import LIVE_FIELDS, ConfigError, RunConfig
from gancore.config.seeds import seeds_from
from gancore.experiments.presets import PRESETS
from gancore.recording import RecordedRun, Recording, made_by, recorded_of, replayed
from gancore.runtime.registry import Registry
from gancore.runtime.run import ENDED, Run
from ui.app.address import LABELS, MANY, PageState, state_of
from ui.knobs.activity import Activity, activity_of
from ui.stage.panels import panels_of
from ui.stage.payload import Panel, stage_state
from ui.stage.repair import repaired
from ui.stage.scenario import Scenario
from ui.stage.stored_seeds import seeds_button

SHORTEST = 4.0  # seconds that a run takes at least
UNDONE = 20  # changes that can be taken back

# Steps a second with which a run begins, so that its first moves can be followed; with GANCORE_FIRST_PACE=0 it is as
# fast from the start.
FIRST_PACE = float(os.environ.get("GANCORE_FIRST_PACE", "5")) or None

FULL = "All {count} panels are taken: take one away, then keep another."
NOTHING_KEPT = "There is nothing to keep yet: press Play."

Pace: TypeAlias = float | Literal["eased"] | None  # steps a second; slowly, then faster; as fast as it can

_Self = TypeVar("_Self", bound="Comparison")
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Described(NamedTuple):
    """The stage as JSON values, with the scenes and the runs that these name."""

    state: dict[str, Any]
    scenes: list[bytes]
    runs: list[Run]


def one_at_a_time(
    method: Callable[Concatenate[_Self, _Arguments], _Result],
) -> Callable[Concatenate[_Self, _Arguments], _Result]:
    """Lets one thread in at a time; counts what the page around the stage has to draw again."""

    @wraps(method)
    def held(self: _Self, /, *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        with self.lock:
            before = self.around
            try:
                return method(self, *arguments, **named)
            finally:
                if self.around != before:
                    self.turns += 1

    return held


class Comparison:
    """The panels on one stage; safe to use from several threads: the page's, and those of whoever watches.

    state: what the address says; notices: what is wrong in it, or in what was asked for; turns: how often the page
    around it had to be drawn again; id: another one for each start; owner: of the runs.
    """

    def __init__(self, registry: Registry, state: PageState, scenarios: Sequence[Scenario]) -> None:
        self.state = state
        self.notices: list[str] = []
        self.lock = threading.RLock()
        self.turns = 0
        self._registry = registry
        self._scenarios = scenarios
        self.owner = secrets.token_urlsafe(16)
        self.id = secrets.token_urlsafe(6)
        self.runs: list[Run | None] = [None] * len(state.configs)
        self.pace: Pace = "eased"
        self._manifold = False
        self._before: deque[PageState] = deque(maxlen=UNDONE)  # the states that were left, the newest last
        self._turned: object = None  # the knob that was turned last: its turns are one change
        self._one_seed: tuple[PageState, list[Run | None]] | None = None  # while many stand in its place

    # ── What happens ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def around(self) -> tuple[object, ...]:
        """The part of it that the page around the stage shows."""
        return self.state, self.notices, any(run is not None for run in self.runs)

    @property
    def mark(self) -> str:
        """Another one whenever the page around the stage has to be drawn again."""
        return f"{self.owner}:{self.turns}"

    @one_at_a_time
    def obey(self, kind: str, **values: Any) -> None:
        """Carries out a command of the stage's; what cannot be done becomes a notice."""
        act: Callable[..., None] = getattr(self, f"_on_{kind}")
        self._try(act, **values)

    @one_at_a_time
    def adjust(self, **fields: Any) -> None:
        """Sets fields of the state that concern no run: the card, the settings of the exhibits."""
        self.state = replace(self.state, **fields)

    def set_setting(self, exhibit: str, setting: Any, *, rests: bool) -> None:
        """Sets an exhibit; the page around it is drawn again once it `rests`."""
        with self.lock:
            self.state = replace(self.state, settings={**self.state.settings, exhibit: setting})
            if rests:
                self.turns += 1

    @one_at_a_time
    def note(self, notices: Sequence[str]) -> None:
        """Puts sentences over the card, in the place of those before."""
        self.notices = list(notices)

    @one_at_a_time
    def show(self, state: PageState, *, play: bool = False) -> None:
        """Puts another state on the stage; what ran before is stopped."""
        again = self.state.configs == state.configs and any(run is not None for run in self.runs)
        self._stop()
        self.state = state
        self.runs = [None] * len(state.configs)
        self.id = secrets.token_urlsafe(6)
        self._one_seed = None
        if play:
            self.start(anew=again)

    @one_at_a_time
    def move_to(self, state: PageState) -> None:
        """Puts a state on the stage as hands would: at once, where it differs in live fields of runs that go on alone,
        else from the start, if anything was on its way."""
        begun = any(run is not None for run in self.runs)
        if not self._is_live(state):
            self.show(state, play=begun)
            return
        for index, (old, new) in enumerate(zip(self.state.configs, state.configs, strict=True)):
            if changes := {
                name: getattr(new, name) for name in LIVE_FIELDS if getattr(new, name) != getattr(old, name)
            }:
                self._bend(index, lambda run, changes=changes: run.set(**changes))
        self.state = state

    def _is_live(self, state: PageState) -> bool:
        """Whether runs that go on can become those of a state."""
        mine = self.state
        if not all(self.training) or (mine.presets, mine.many, mine.later) != (state.presets, state.many, state.later):
            return False
        pairs = zip(mine.configs, state.configs, strict=True)
        return all(old.changed(**{name: getattr(new, name) for name in LIVE_FIELDS}) == new for old, new in pairs)

    def _remember(self) -> None:
        """Keeps the state that is about to be left."""
        self._before.append(self.state)
        self._turned = None

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return bool(self._before)

    def _on_undo(self) -> None:
        if self._before:
            self._turned = None
            self.notices = []
            self.move_to(replace(self._before.pop(), card=self.state.card, settings=self.state.settings))

    @one_at_a_time
    def start(self, *, paused: bool = False, anew: bool = False) -> None:
        """Starts every panel; `anew`: from step 0, though somebody else's equal run may be on its way already."""
        self._stop()
        self.notices = []
        self.id = secrets.token_urlsafe(6)
        self.runs = []
        for index, config in enumerate(self.state.configs):
            seeds = seeds_from(config.seed, MANY if self.state.many else 1)
            paces = self._paces_of(config)
            later = self.state.later_of(index)
            if paused or anew or later is not None:
                hold = paused or later is not None
                run = self._registry.submit(config, seeds=seeds, owner=self.owner, paused=hold, **paces)
                if later is not None:
                    run.set(at=later.step, **later.changes)
                    if not paused:
                        run.play()
            else:
                run = self._registry.share(config, seeds=seeds, owner=self.owner, **paces)
            if self._manifold:
                run.manifold(True)
            if self._draws_layers():
                run.layers(True)
            self.runs.append(run)

    @one_at_a_time
    def turn(self, panel: int | None, field: str, value: Any) -> None:
        """`change`, with what is wrong as a notice on the page; it can be undone. Turns of the same knob, one after the
        other, are one change."""
        before = self.state
        self._try(self.change, panel=panel, field=field, value=value)
        if self.state == before:
            return
        if not self._before or self._turned != (panel, field):
            self._before.append(before)
        self._turned = (panel, field)

    def _try(self, act: Callable[..., None], **arguments: Any) -> None:
        try:
            act(**arguments)
        except ConfigError as error:
            self.notices = list(error.sentences)
        except ValueError as error:
            self.notices = [str(error)]

    @one_at_a_time
    def change(self, panel: int | None, field: str, value: Any) -> None:
        """Sets one field in one panel or in all: at once where it is live and the run goes on, else by starting again.

        Raises ConfigError, with a sentence, and changes nothing, where the value does not fit.
        """
        panels = range(len(self.runs)) if panel is None else [panel]
        if field == "seed":
            panels = range(len(self.runs))
        state = self.state
        for index in panels:
            state = state.with_config(index, state.configs[index].changed(**{field: value}))
        self.state, self.notices = state, []
        running = [run for run in self.runs if run is not None]
        if field in LIVE_FIELDS:
            for index in panels:
                self._bend(index, lambda run: run.set(**{field: value}))
        elif running:
            going = any(run.state not in (*ENDED, "paused") for run in running)
            self.start(paused=not going)

    @one_at_a_time
    def seen(self) -> None:
        """Somebody looks at this page: its runs go on."""
        for run in self._alive():
            run.touch(self.owner)

    @one_at_a_time
    def put_aside(self) -> None:
        """Nobody looks at this page just now: its runs wait, paused, and give way to others."""
        for run in self._alive():
            run.put_aside(self.owner)

    @one_at_a_time
    def look(self) -> None:
        """Somebody sees its pictures: its runs give way to nobody."""
        for run in self._alive():
            run.look(self.owner)

    def leave(self) -> None:
        """The browser has gone; the runs are freed after their grace. Returns at once."""
        self._registry.release(self.owner)

    def _stop(self) -> None:
        for run in self._alive():
            self._registry.drop(run, self.owner)

    def _bend(self, index: int, act: Callable[[Run], object]) -> None:
        """Does something to the run of a panel, by which it is no more what others of its config are: where it is
        shared, to one of our own that is split off, and goes on if that one did."""
        run = self.runs[index]
        if run is None or run.ended:
            return
        if not run.is_shared(self.owner):
            act(run)
            return
        goes_on = run.state != "paused"
        mine = self.runs[index] = self._registry.split(run, self.owner)
        if goes_on:
            mine.play()
        act(mine)

    def _draws_layers(self) -> bool:
        """Whether anything on the stage shows the gradient of each of the generator's layers."""
        figures = (PRESETS[name].figure for name in self.state.presets)
        return "layers" in self.curves or "g_depth_fall" in figures

    @property
    def training(self) -> list[bool]:
        """Whether each panel has a run that has not ended; it may be paused."""
        return [run is not None and not run.ended for run in self.runs]

    @property
    def activity(self) -> list[Activity]:
        """What each panel's run does at this moment."""
        return ["nothing" if run is None else activity_of(run.state) for run in tuple(self.runs)]

    def _alive(self) -> list[Run]:
        return [run for run in self.runs if run is not None and not run.ended]

    def _on_play(self) -> None:
        alive = self._alive()
        if not alive:
            self.start()
        for run in alive:
            run.play()

    def _on_pause(self) -> None:
        for index in range(len(self.runs)):
            self._bend(index, lambda run: run.pause())

    def _on_step(self) -> None:
        self._advance("both")

    def _on_step_d(self) -> None:
        self._advance("discriminator")

    def _on_step_g(self) -> None:
        self._advance("generator")

    def _advance(self, player: Any) -> None:
        if all(run is None for run in self.runs):
            self.start(paused=True)
        for index in range(len(self.runs)):
            self._bend(index, lambda run: run.advance(1, player))

    def _on_rewind(self) -> None:
        self.start(anew=True)

    def _on_new_seed(self) -> None:
        self._remember()
        *_, following = seeds_from(self.state.seed, (MANY if self.state.many else 1) + 1)
        self.state = self.state.with_seed(following)
        self.start()

    def state_with(self, scenario: Scenario) -> PageState:
        """The state in which a scenario stands on the stage as it was made, with the seed that is there now."""
        chosen = state_of(scenario.presets, self.state.seed)
        return replace(self.state, presets=chosen.presets, configs=chosen.configs, many=False, later=())

    @one_at_a_time
    def choose(self, scenario: Scenario, *, play: bool) -> None:
        """Puts a scenario on the stage, with the seed that is on it."""
        self._remember()
        self.show(self.state_with(scenario), play=play)

    @one_at_a_time
    def open(self, recording: Recording) -> None:
        """Puts recorded runs on the stage, as they ended; from there they can be started anew."""
        self._remember()
        self._stop()
        runs = recording.runs
        self.state = replace(
            self.state,
            presets=tuple(self._preset_of(run) for run in runs),
            configs=tuple(run.config.changed(seed=run.seeds[0]) for run in runs),
            many=any(len(run.seeds) > 1 for run in runs),
            later=(),
        )
        self.runs = [replayed(run, self.owner) for run in runs]
        self.notices = []
        self.id = secrets.token_urlsafe(6)

    def _preset_of(self, run: RecordedRun) -> str:
        """The preset that a recorded run began as, or, where it is none of ours, one of this page's or of any."""
        if run.preset in PRESETS:
            return run.preset
        here = [name for scenario in self._scenarios for name in scenario.presets]
        return next(name for name in [*here, *PRESETS] if PRESETS[name].config.on_images == run.config.on_images)

    @one_at_a_time
    def recording(self) -> Recording | None:
        """What has been seen of all panels so far; None before there is anything to see."""
        found = [
            recorded
            for run, preset in zip(self.runs, self.state.presets, strict=True)
            if run is not None and (recorded := recorded_of(run, preset)) is not None
        ]
        return Recording(tuple(found), made_by("auto")) if found else None

    @one_at_a_time
    def put(self, panel: int, preset: str | None) -> None:
        """Gives one panel another preset, adds a panel after the last, or (None) takes one away; the others stay."""
        presets, configs = list(self.state.presets), list(self.state.configs)
        later = [self.state.later_of(each) for each in range(len(presets))]
        if preset is None:
            if len(presets) == 1:
                raise ValueError("One panel has to stay.")
            del presets[panel], configs[panel], later[panel]
        else:
            config = PRESETS[preset].config.changed(seed=self.state.seed)
            presets[panel : panel + 1], configs[panel : panel + 1] = [preset], [config]
            later[panel : panel + 1] = [None]
        self._remember()
        self.show(
            replace(
                self.state,
                presets=tuple(presets),
                configs=tuple(configs),
                later=tuple(later) if any(later) else (),
            )
        )

    def _on_keep(self, panel: int) -> None:
        """What a panel has shown stays, as one panel more, whatever becomes of that panel."""
        state = self.state
        run = self.runs[panel] if panel < len(self.runs) else None
        if len(state.configs) == len(LABELS):
            raise ValueError(FULL.format(count=len(LABELS)))
        kept = None if run is None else recorded_of(run, state.presets[panel])
        if kept is None:
            raise ValueError(NOTHING_KEPT)
        self._remember()
        later = [state.later_of(each) for each in (*range(len(state.configs)), panel)]
        self.state = replace(
            state,
            presets=(*state.presets, state.presets[panel]),
            configs=(*state.configs, state.configs[panel]),
            later=tuple(later) if any(later) else (),
        )
        self.runs = [*self.runs, replayed(kept, self.owner)]
        self.notices = []

    def _on_pace(self, value: Pace) -> None:
        self.pace = value
        for index, config in enumerate(self.state.configs):
            paces = self._paces_of(config)
            self._bend(index, lambda run, paces=paces: run.pace(paces["pace"], first=paces["first_pace"]))

    def _paces_of(self, config: RunConfig) -> dict[str, float | None]:
        """Steps a second that a run holds at most, and those with which it begins. As fast as it can, compiled, it
        would be over before anybody has seen it move."""
        if isinstance(self.pace, float | int):
            return {"pace": self.pace, "first_pace": None}
        return {"pace": config.steps / SHORTEST, "first_pace": FIRST_PACE if self.pace == "eased" else None}

    def _on_manifold(self, on: bool) -> None:
        self._manifold = on
        for run in self._alive():
            run.manifold(on)

    def _on_seeds(self) -> None:
        one = self.state, self.runs
        self.show(replace(self.state, many=True), play=True)
        self._one_seed = one

    def _on_single(self) -> None:
        """Back to the one seed, and to what it had shown, where nothing else was changed meanwhile."""
        before, state = self._one_seed, replace(self.state, many=False)
        self.show(state)
        if before is not None and before[0] == state:
            self.runs = before[1]

    def _on_open_seed(self, seed: int) -> None:
        self._remember()
        self.show(replace(self.state.with_seed(seed), many=False), play=True)

    def _on_points(self, points: list[list[float]]) -> None:
        centres = tuple((x, y) for x, y in points)
        configs = tuple(config.changed(data="points", points=centres) for config in self.state.configs)
        self._remember()
        self.show(replace(self.state, configs=configs), play=True)

    def _on_fix(self, panel: int) -> None:
        run = self.runs[panel] if panel < len(self.runs) else None
        if run is not None:
            self._remember()
            self.state = self.state.with_config(panel, repaired(run, PRESETS[self.state.presets[panel]].config)[0])
            self.start(anew=True)

    # ── What the stage is told ────────────────────────────────────────────────────────────────────────────────────

    @property
    def scenario(self) -> Scenario:
        """The scenario that is on the stage, with what was kept beside it; the page's first where none of them is."""
        presets = self.state.presets
        found = [each for each in self._scenarios if each.presets == presets[: len(each.presets)]]
        return max(found, key=lambda each: len(each.presets), default=self._scenarios[0])

    @property
    def curves(self) -> tuple[str, ...]:
        """The plots under the panels: the scenario's, and where a panel has several generators a plot of them."""
        chosen = self.scenario.curves
        models = {config.model for config in self.state.configs}
        # What each holds says more of generators whose weights are all the same.
        wanted = "mixture" if "adagan" in models else "own" if "mad_gan" in models else None
        if wanted is None or {"mixture", "own"} & set(chosen):
            return chosen
        leaves = "gradient" if "gradient" in chosen else chosen[-1]
        return tuple(wanted if name == leaves else name for name in chosen)

    @property
    def stamp(self) -> tuple[object, ...]:
        """Another one whenever `described` may say something else. Takes no lock: it is looked at all the time."""
        return (self.id, self.turns, self.pace, *(None if run is None else run.stamp for run in tuple(self.runs)))

    def panels(self) -> list[Panel]:
        """One panel a configuration."""
        with self.lock:
            return panels_of(self.state, self.runs, self.scenario)

    def described(self) -> Described:
        """The stage, as others are told it."""
        with self.lock:
            panels = self.panels()
            described = stage_state(
                panels,
                compare=self.id,
                seeds_button=seeds_button(self.state),
                card=str(self.state.card),
                pace=self.pace,
                curves=self.curves,
                densities=self.scenario.densities,
            )
            runs = [run for run in self.runs if run is not None]
        return Described(described, [panel.scene for panel in panels if panel.scene is not None], runs)
