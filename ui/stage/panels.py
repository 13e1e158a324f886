"""The description of each panel for the stage: its words, its figures, its data."""

from collections.abc import Sequence
from typing import Any

from gancore.config import FIELDS, RunConfig, cautions
from gancore.data.images import WITHOUT_REFERENCE
from gancore.data.toy import toy_data
from gancore.experiments.claims import looked_at
from gancore.experiments.presets import PRESETS, Preset, Verdict
from gancore.metrics.measures import MEASURES
from gancore.runtime.run import Run
from ui.app.address import LABELS, PageState
from ui.shared.headings import differences, heading
from ui.shared.words import value_text
from ui.stage.annotations import milestones, reference_lines
from ui.stage.figures import HEADLINE_OF
from ui.stage.judging import judgement_of, seeds_verdict
from ui.stage.payload import Fix, Panel
from ui.stage.repair import repaired
from ui.stage.scenario import Scenario
from ui.stage.scene_before import scene_before


def panels_of(state: PageState, runs: Sequence[Run | None], scenario: Scenario) -> list[Panel]:
    """One panel a configuration.

    Args:
        state: what stands on the stage.
        runs: the run of each panel, None before it has begun.
        scenario: the page's scenario that is on the stage, or its first.
    """
    presets = [PRESETS[name] for name in state.presets]
    labels = [label.upper() for label in LABELS]
    differs = differences(state.configs, presets, labels)
    headline = scenario.headline if state.presets[: len(scenario.presets)] == scenario.presets else None
    panels: list[Panel] = []
    for index, (config, preset, run) in enumerate(zip(state.configs, presets, runs, strict=True)):
        rule = rule_of(preset, config, presets)
        common: dict[str, Any] = {
            "label": labels[index],
            "kind": "images" if config.on_images else "plane",
            "title": heading(config, preset),
            "differs": differs[index],
            "cautions": [each.sentence for each in cautions(config)],
            "steps": config.steps,
            "seed": config.seed,
            "reference": reference_lines(config),
            "modes": 0 if config.on_images else len(toy_data(config).centres),
            "headline": _headline(preset, config, headline),
            "metric": rule.metric if rule is not None else _usual_headline(config),
        }
        if run is None:
            panels.append(Panel(**common, changes=milestones(config), scene=scene_before(config)))
        else:
            panels.append(Panel(**common, **_of_run(run, config, preset, rule)))
    return panels


def rule_of(preset: Preset, config: RunConfig, beside: Sequence[Preset]) -> Verdict | None:
    """The rule that judges a panel: its preset's own verdict, or, where it claims nothing, that of a panel like it, or
    a count of the modes.

    None where somebody has put images in the place of the preset's points, or points in that of its images, and where
    the data lack what the verdict needs.
    """
    if preset.config.on_images != config.on_images:
        return None
    if preset.verdict is None and preset.figure == "captured":
        return _by_modes(config)
    alike = (each.verdict for each in beside if each.verdict is not None and each.figure == preset.figure)
    rule = preset.verdict or next(alike, None)
    if rule is not None and config.data in WITHOUT_REFERENCE:
        return None if any(MEASURES[name].needs_reference for name in looked_at(rule)) else rule
    return rule


def _by_modes(config: RunConfig) -> Verdict:
    """The rule of a preset that claims nothing: it says what was captured, and calls nothing a collapse."""
    half = 0 if config.on_images else len(toy_data(config).centres) // 2
    return Verdict("captured", "at_most", half, "captured half or less", of=0, otherwise="captured more than half")


def _headline(preset: Preset, config: RunConfig, of_all: str | None) -> str:
    """The scenario's, while what it put on the stage is there; else that of the preset's own figure. Where somebody has
    put other data there, for which there is no such figure, what is usual for them."""
    usual = _usual_headline(config)
    if preset.config.on_images != config.on_images:
        return usual
    chosen = of_all or HEADLINE_OF.get(preset.figure, usual)
    return usual if chosen == "fid" else chosen


def _usual_headline(config: RunConfig) -> str:
    if not config.on_images:
        return "captured"
    return "variety" if config.data in WITHOUT_REFERENCE else "fid"


def _of_run(run: Run, config: RunConfig, preset: Preset, rule: Verdict | None) -> dict[str, Any]:
    """The fields of a panel that come from its run."""
    state, message, judged = run.state, run.message, None
    if rule is not None and len(run.seeds) > 1 and state not in ("diverged", "failed", "queued"):
        judged = judgement_of(run, rule, preset.config.steps)
        message = message if judged is None else judged.sentence
    broken = state in ("diverged", "failed")
    turned = [
        (step, f"{FIELDS[name].label} {value_text(name, old)} → {value_text(name, new)}")
        for step, name, old, new in run.changes
    ]
    return {
        "run": run.id,
        "state": state,
        "held": run.held,
        "message": message,
        "place": run.place,
        "ahead": run.ahead,
        "seeds": run.seeds,
        "verdict": seeds_verdict(judged),
        "pending": judged.pending if judged is not None else "",
        "fix": Fix(label=repaired(run, preset.config)[1]) if broken or run.silent else None,
        "silent": run.silent,
        "recorded": run.recorded,
        "parent": run.parent,
        "compiled_at": run.compiled_at,
        "why_plain": run.why_plain or "",
        "changes": milestones(config) + turned,
        "scene": run.scene or scene_before(config),
    }
