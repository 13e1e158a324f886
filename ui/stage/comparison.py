"""Several runs side by side: the same seed, one change. What a command does to them, and what the stage is told.

No Streamlit in here: a page hands over commands and draws panels; this decides which runs start, pause and stop.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from gancore.config import FIELDS, LIVE_FIELDS, ConfigError, RunConfig
from gancore.data.images import EMBEDDED, WITHOUT_REFERENCE, load_images
from gancore.data.toy import toy_data
from gancore.experiments.claims import Judgement, judge, looked_at
from gancore.experiments.presets import PRESETS, Preset, Verdict
from gancore.methods.adagan import begins
from gancore.metrics.measures import MEASURES
from gancore.runtime.frames import decode, encode_scene, read_header
from gancore.runtime.registry import Registry
from gancore.runtime.run import ENDED, Run
from gancore.training.image_scene import image_scene
from gancore.training.snapshot import ImageScene, Scene
from ui.app.address import LABELS, MANY, State, state_of
from ui.shared.words import field_text, headings, value_text
from ui.stage import USUAL_CURVES, Command, Fix, Panel, Reference, SeedsVerdict
from ui.stage.figures import HEADLINE_OF

# One message to the browser holds at most this many bytes of frames; the rest follows with the next one.
_BATCH = 1_500_000

SHORTEST = 4.0  # seconds that a run takes at least


@dataclass(frozen=True)
class Scenario:
    """Presets to put side by side, and the name under which the number keys offer them.

    `curves` are the plots under them, from `ui.stage.CHARTS`; `densities` opens it with the noised densities drawn;
    `headline`, from `ui.stage.figures.HEADLINES`, is the figure that stands largest in every panel, where it is not
    each preset's own.
    """

    name: str
    title: str
    presets: tuple[str, ...]
    curves: tuple[str, ...] = USUAL_CURVES
    densities: bool = False
    headline: str | None = None


class Comparison:
    """The panels of one browser session on one page."""

    def __init__(self, registry: Registry, state: State, scenarios: Sequence[Scenario]) -> None:
        self._registry = registry
        self._scenarios = scenarios
        self.owner = secrets.token_urlsafe(16)
        self.state = state
        self.id = secrets.token_urlsafe(6)
        self.runs: list[Run | None] = [None] * len(state.configs)
        self.notices: list[str] = []
        self.pace: float | None = None
        self.drawing = 0
        self._manifold = False
        self._sent: dict[str, int] = {}  # run -> newest frame the browser was sent
        self._scenes: set[str] = set()

    # ── What happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def obey(self, commands: Sequence[Command]) -> bool:
        """Carries out what came from the stage; True where the rest of the page has to be drawn again."""
        before = (self.state, self.notices)
        for command in commands:
            arguments = {name: value for name, value in command.items() if name != "kind"}
            act: Callable[..., None] | None = getattr(self, f"_on_{command['kind']}", None)
            if act is None:
                continue
            self._try(act, **arguments)
        return (self.state, self.notices) != before

    def show(self, state: State, *, play: bool = False) -> None:
        """Puts another state on the stage; what ran before is stopped."""
        self._stop()
        self.state = state
        self.runs = [None] * len(state.configs)
        self.id = secrets.token_urlsafe(6)
        if play:
            self.start()

    def start(self, *, paused: bool = False) -> None:
        """Starts every panel from step 0."""
        self._stop()
        self.notices = []
        self.id = secrets.token_urlsafe(6)
        self.runs = []
        for config in self.state.configs:
            seeds = [config.seed + i for i in range(MANY)] if self.state.many else [config.seed]
            run = self._registry.submit(config, seeds=seeds, owner=self.owner, paused=paused)
            run.pace(self._pace_of(run))
            if self._manifold:
                run.manifold(True)
            if self._draws_layers():
                run.layers(True)
            self.runs.append(run)

    def turn(self, panel: int | None, field: str, value: Any) -> None:
        """`change`, with what is wrong as a notice on the page."""
        self._try(self.change, panel=panel, field=field, value=value)

    def _try(self, act: Callable[..., None], **arguments: Any) -> None:
        try:
            act(**arguments)
        except ConfigError as error:
            self.notices = list(error.sentences)
        except ValueError as error:
            self.notices = [str(error)]

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
                run = self.runs[index]
                if run is not None and not run.ended:
                    run.set(**{field: value})
        elif running:
            going = any(run.state not in (*ENDED, "paused") for run in running)
            self.start(paused=not going)

    def seen(self) -> None:
        """Somebody looks at this page: its runs go on."""
        for run in self._alive():
            run.touch()

    def put_aside(self) -> None:
        """Nobody looks at this page just now: its runs wait, paused, and give way to others."""
        for run in self._alive():
            run.put_aside()

    def forget_sent(self) -> None:
        """Another browser page has taken over: it has to be sent everything."""
        self._sent.clear()
        self._scenes.clear()

    def leave(self) -> None:
        """The browser has gone; the runs are freed after their grace. Returns at once."""
        self._registry.release(self.owner)

    def _stop(self) -> None:
        for run in self._alive():
            run.stop()

    def _draws_layers(self) -> bool:
        """Whether anything on the stage shows the gradient of each of the generator's layers."""
        figures = (PRESETS[name].figure for name in self.state.presets)
        return "layers" in self.curves or "g_depth_fall" in figures

    @property
    def training(self) -> list[bool]:
        """Which panels have a run that has not ended."""
        return [run is not None and not run.ended for run in self.runs]

    def _alive(self) -> list[Run]:
        return [run for run in self.runs if run is not None and not run.ended]

    def _on_play(self) -> None:
        alive = self._alive()
        if not alive:
            self.start()
        for run in alive:
            run.play()

    def _on_pause(self) -> None:
        for run in self._alive():
            run.pause()

    def _on_step(self) -> None:
        self._advance("both")

    def _on_step_d(self) -> None:
        self._advance("discriminator")

    def _on_step_g(self) -> None:
        self._advance("generator")

    def _advance(self, player: Any) -> None:
        if all(run is None for run in self.runs):
            self.start(paused=True)
        for run in self._alive():
            run.advance(1, player)

    def _on_rewind(self) -> None:
        self.start()

    def _on_new_seed(self) -> None:
        self.state = self.state.with_seed((self.state.seed + (MANY if self.state.many else 1)) % 2**31)
        self.start()

    def _on_preset(self, index: int) -> None:
        if index < len(self._scenarios):
            self.choose(self._scenarios[index], play=True)

    def choose(self, scenario: Scenario, *, play: bool) -> None:
        """Puts a scenario on the stage, with the seed that is on it, one or many."""
        chosen = state_of(scenario.presets, self.state.seed)
        self.show(replace(self.state, presets=chosen.presets, configs=chosen.configs), play=play)

    def offer(self, name: str | None) -> None:
        """Puts the scenario of that name on the stage, ready to be played; but leaves what somebody has put there."""
        scenario = next((each for each in self._scenarios if each.name == name), None)
        mine = [state_of(each.presets, self.state.seed).configs for each in self._scenarios]
        if scenario is not None and self.state.configs in mine and self.state.presets != scenario.presets:
            self.choose(scenario, play=False)

    def put(self, panel: int, preset: str | None) -> None:
        """Gives one panel another preset, adds a panel after the last, or (None) takes one away; the others stay."""
        presets, configs = list(self.state.presets), list(self.state.configs)
        if preset is None:
            if len(presets) == 1:
                raise ValueError("One panel has to stay.")
            del presets[panel], configs[panel]
        else:
            config = PRESETS[preset].config.changed(seed=self.state.seed)
            presets[panel : panel + 1], configs[panel : panel + 1] = [preset], [config]
        self.show(replace(self.state, presets=tuple(presets), configs=tuple(configs)))

    def _on_pace(self, value: float | None) -> None:
        self.pace = value
        for run in self._alive():
            run.pace(self._pace_of(run))

    def _pace_of(self, run: Run) -> float:
        """Steps a second that a run holds at most: compiled, it would be over before anybody has seen it move."""
        return run.config.steps / SHORTEST if self.pace is None else self.pace

    def _on_manifold(self, on: bool) -> None:
        self._manifold = on
        for run in self._alive():
            run.manifold(on)

    def _on_seeds(self) -> None:
        self.show(replace(self.state, many=True), play=True)

    def _on_single(self) -> None:
        self.show(replace(self.state, many=False))

    def _on_open_seed(self, seed: int) -> None:
        self.show(replace(self.state.with_seed(seed), many=False), play=True)

    def _on_points(self, points: list[list[float]]) -> None:
        centres = tuple((x, y) for x, y in points)
        configs = tuple(config.changed(data="points", points=centres) for config in self.state.configs)
        self.show(replace(self.state, configs=configs), play=True)

    def _on_fix(self, panel: int) -> None:
        run = self.runs[panel] if panel < len(self.runs) else None
        if run is not None:
            self.state = self.state.with_config(panel, repaired(run, PRESETS[self.state.presets[panel]].config)[0])
            self.start()

    def _on_need(self, run: str, after: int) -> None:
        if any(each is not None and each.id == run for each in self.runs):
            self._sent[run] = after
            self._scenes.discard(run)

    # ── What the stage is told ────────────────────────────────────────────────────────────────────────────────────

    @property
    def scenario(self) -> Scenario:
        """The scenario that is on the stage; the page's first where none of them is."""
        found = (each for each in self._scenarios if each.presets == self.state.presets)
        return next(found, self._scenarios[0])

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

    def panels(self) -> list[Panel]:
        """One panel a configuration, with the frames that the browser has not been sent yet."""
        room = _BATCH // max(len(self.runs), 1)
        titles = headings(self.state.configs, [PRESETS[name] for name in self.state.presets])
        return [self._panel(index, titles[index], room) for index in range(len(self.runs))]

    def _verdict(self, preset: Preset) -> Verdict | None:
        """What judges a panel: its preset's own verdict, or, where it claims nothing, that of a panel like it."""
        beside = (PRESETS[name] for name in self.state.presets)
        alike = (each.verdict for each in beside if each.verdict is not None and each.figure == preset.figure)
        return preset.verdict or (None if preset.figure == "captured" else next(alike, None))

    def _headline(self, preset: Preset, config: RunConfig) -> str:
        """Of the scenario, while what it put on the stage is there; else of the preset's own figure. Where somebody has
        put other data there, for which there is no such figure, what is usual for them."""
        usual = _usual_headline(config)
        if preset.config.on_images != config.on_images:
            return usual
        of_all = self.scenario.headline if self.state.presets == self.scenario.presets else None
        chosen = of_all or HEADLINE_OF.get(preset.figure, usual)
        return usual if chosen == "fid" else chosen

    def _panel(self, index: int, title: str, room: int) -> Panel:
        config, run = self.state.configs[index], self.runs[index]
        preset = PRESETS[self.state.presets[index]]
        # Somebody may have put images where the preset has points, or the other way about.
        alike = preset.config.on_images == config.on_images
        verdict = self._verdict(preset) if alike else None
        if verdict is not None and MEASURES[verdict.metric].needs_reference and config.data in WITHOUT_REFERENCE:
            verdict = None
        modes = 0 if config.on_images else len(toy_data(config).centres)
        label = LABELS[index].upper()
        common: dict[str, Any] = {
            "label": label,
            "kind": "images" if config.on_images else "plane",
            "title": title,
            "steps": config.steps,
            "seed": config.seed,
            "reference": reference_lines(config),
            "modes": modes,
            "headline": self._headline(preset, config),
            "metric": verdict.metric if verdict is not None else _usual_headline(config),
        }
        planned = milestones(config)
        if run is None:
            return Panel(**common, changes=planned, scene=scene_before(config))
        after = self._sent.get(run.id, 0)
        frames: list[tuple[int, bytes]] = []
        size = 0
        for frame in run.frames_since(after):
            size += len(frame.data)
            if frames and size > room:
                break
            frames.append((frame.seq, frame.data))
        if frames:
            self._sent[run.id] = frames[-1][0]
        scene = run.scene if run.id not in self._scenes else None
        if scene is not None:
            self._scenes.add(run.id)
        state = run.state
        fix = None
        if state in ("diverged", "failed"):
            fix = Fix(label=repaired(run, PRESETS[self.state.presets[index]].config)[1])
        message, judged = run.message, None
        if verdict is None and alike and preset.figure == "captured":
            verdict = Verdict("captured", "at_most", modes // 2, "collapsed", of=0)
        if verdict is not None and len(run.seeds) > 1 and state not in ("diverged", "failed", "queued"):
            judged = judgement_of(run, verdict, preset.config.steps)
            message = message if judged is None else judged.sentence
        oldest, newest = run.history.first, run.history.last
        return Panel(
            **common,
            run=run.id,
            state=state,
            message=message,
            place=run.place,
            step=run.step,
            seeds=run.seeds,
            verdict=seeds_verdict(judged),
            pending=judged.pending if judged is not None else "",
            fix=fix,
            compiled_at=run.compiled_at,
            why_plain=run.why_plain or "",
            changes=planned
            + [
                (step, f"{FIELDS[name].label} {value_text(name, old)} → {value_text(name, new)}")
                for step, name, old, new in run.changes
            ],
            scene=scene,
            frames=frames,
            after=after,
            first=oldest.seq if oldest else 0,
            last=newest.seq if newest else 0,
        )


def _usual_headline(config: RunConfig) -> str:
    if not config.on_images:
        return "captured"
    return "variety" if config.data in WITHOUT_REFERENCE else "fid"


def scene_before(config: RunConfig) -> bytes:
    """The data of a run that has not begun, as a scene. Of images only what comes with the program is shown; others are
    read, and downloaded where they have to be, by the run."""
    if config.on_images:
        return _images_before(config.data, config.pixels_a_side, config.images)
    data = toy_data(config)
    sample = data.sample(np.random.default_rng(config.seed), 512)
    centres, weights = data.centres.astype(np.float32), data.weights.astype(np.float32)
    return encode_scene(Scene(centres, weights, data.sigma, sample, data.view))


@lru_cache(maxsize=8)
def _images_before(name: str, side: int | None, n: int) -> bytes:
    if name not in EMBEDDED:
        return encode_scene(ImageScene(np.zeros((0, 1, 1, 1), np.uint8), side=1, channels=1, classes=(), n=n))
    return encode_scene(image_scene(load_images(name, side), n))


def milestones(config: RunConfig) -> list[tuple[int, str]]:
    """Steps at which something begins that the config has planned, and what."""
    if config.model == "adagan":
        return [(step, f"generator {part} begins") for part, step in enumerate(begins(config), 1) if step]
    if 0 < config.freeze_at < config.steps:
        return [(config.freeze_at, "G stands still; a fresh D learns")]
    return []


def reference_lines(config: RunConfig) -> list[Reference]:
    """Where the losses stand when D cannot tell real from generated: only for games in which that is a number.

    A gradient penalty of the Wasserstein kind is not 0 there, so no line is drawn with it. A discriminator of k+1
    classes gives the data 1/(k+1) there; its own loss depends on how far the k generators lie apart.
    """
    if config.penalty == "gradient_penalty" or config.loss not in ("minimax", "non_saturating"):
        return []
    if config.model == "mad_gan" and config.generators > 1:
        k = config.generators
        if config.loss == "minimax":
            return [Reference(value=float(np.log(k / (k + 1))), label=f"−log {k + 1}/{k}", curve="g_loss")]
        return [Reference(value=float(np.log(k + 1)), label=f"log {k + 1}", curve="g_loss")]
    lines = [Reference(value=float(np.log(4)), label="log 4", curve="d_loss")]
    if config.loss == "minimax":
        return [*lines, Reference(value=-float(np.log(2)), label="−log 2", curve="g_loss")]
    return [*lines, Reference(value=float(np.log(2)), label="log 2", curve="g_loss")]


def repaired(run: Run, base: RunConfig) -> tuple[RunConfig, str]:
    """What to run instead of a run that failed, and what the button says.

    A run that died is run again. One that diverged gets the learning rates of its preset back, or, where it has
    them already, a tenth of them.
    """
    config = run.config
    if run.state != "diverged":
        return config, "Run it again"
    rates = {name: getattr(base, name) for name in ("d_lr", "g_lr") if getattr(config, name) != getattr(base, name)}
    if not rates:
        rates = {name: getattr(config, name) / 10 for name in ("d_lr", "g_lr")}
    said = " and ".join(field_text(name, value) for name, value in rates.items())
    return config.changed(**rates), f"Rewind with {said}"


def judgement_of(run: Run, rule: Verdict, length: int) -> Judgement | None:
    """What a rule about `length` steps says of a run's seeds, by its newest frame that measures them; None while no
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
    return judge(rule, figures, step=found[rule.metric][0], length=length)


def seeds_verdict(judged: Judgement | None) -> SeedsVerdict | None:
    """A judgement as the stage shows it: each seed, and whether it has failed. None where there is no verdict yet."""
    if judged is None or not judged.final:
        return None
    better = MEASURES[judged.rule.metric].better
    # A seed that counts has failed where the claim is that seeds come out on the bad side.
    bad = (judged.rule.rule == "at_least") == (better == "less")
    return SeedsVerdict(
        step=judged.step,
        earlier=judged.earlier,
        word=judged.rule.word,
        counted=judged.counted,
        failed=[better is not None and counts is bad for counts in judged.counted],
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
