"""A tab that comes back finds its comparison, and what is wrong in the address that it was opened with."""

from __future__ import annotations

from typing import Any

from ui.app.address import read, state_of
from ui.app.sessions import OpenPage
from ui.exhibits import USUAL
from ui.stage.comparison import Comparison
from ui.stage.scenario import Scenario

NAMES = ("ring-merge", "ring-merge-mad")


class NoRuns:
    """A registry that starts nothing."""

    def release(self, owner: str) -> None:
        pass


def comparison() -> Comparison:
    registry: Any = NoRuns()
    return Comparison(registry, state_of(NAMES), [Scenario("one", "One", NAMES)])


def test_a_tab_that_finds_its_runs_again_is_told_what_its_address_cannot_have() -> None:
    left = OpenPage(comparison())
    left.greet("page", "tab")
    left.leave()
    back = OpenPage(comparison())
    query = {"a": NAMES[0], "b": NAMES[1], "b.loss": "wasserstein", "seed": "0"}
    state, back.comparison.notices = read(query, state_of(NAMES), [USUAL])
    assert state == left.comparison.state  # repaired: MAD-GAN has no Wasserstein loss
    assert back.greet("page", "tab")
    assert back.comparison is left.comparison
    assert any("wasserstein" in sentence for sentence in back.comparison.notices)


def test_another_tab_finds_nothing() -> None:
    left = OpenPage(comparison())
    left.greet("page", "one tab")
    left.leave()
    assert not OpenPage(comparison()).greet("page", "another tab")
