"""Which plots stand under the panels: the scenario's, and of several generators one that shows them."""

import pytest

from ui.app.address import state_of
from ui.stage import CHARTS, USUAL_CURVES
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario

OTHER = ("losses", "captured", "oscillation", "accuracy")


def shown(*presets: str, curves: tuple[str, ...] = USUAL_CURVES) -> Comparison:
    return Comparison(None, state_of(presets), [Scenario("only", "Only", ("ring-merge",), curves)])  # type: ignore[arg-type]


@pytest.mark.parametrize("curves", [USUAL_CURVES, OTHER])
def test_one_generator_a_panel_leaves_the_scenario_s_plots(curves: tuple[str, ...]) -> None:
    assert shown("ring-merge", "ring-merge-pac", curves=curves).curves == curves


@pytest.mark.parametrize("curves", [USUAL_CURVES, OTHER])
@pytest.mark.parametrize(
    ("presets", "plot"),
    [
        (["grid-merge", "grid-merge-mad"], "own"),
        (["grid-merge-ada"], "mixture"),
        (["grid-merge", "grid-merge-mad", "grid-merge-ada"], "mixture"),  # whose weights differ
    ],
)
def test_several_generators_take_the_place_of_one_plot(presets: list[str], plot: str, curves: tuple[str, ...]) -> None:
    chosen = shown(*presets, curves=curves).curves
    assert set(chosen) - set(curves) == {plot}
    assert len(chosen) == len(curves)
    assert set(chosen) <= set(CHARTS)
    assert "captured" in chosen


def test_a_scenario_that_shows_the_generators_keeps_its_plots() -> None:
    curves = ("losses", "captured", "own", "transport")
    assert shown("ring-merge", "ring-merge-ada", curves=curves).curves == curves


def test_the_plots_follow_the_knob() -> None:
    comparison = shown("ring-merge")
    comparison.change(panel=0, field="model", value="mad_gan")
    assert "own" in comparison.curves
    comparison.change(panel=0, field="model", value="gan")
    assert comparison.curves == USUAL_CURVES
