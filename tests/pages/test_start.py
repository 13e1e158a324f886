"""The page on which the app opens, without a browser: old links, what is wrong in an address, exercises, plans."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.pages.visits import components, page, texts
from tests.ui.app.test_address import queries
from ui.shared.glossary import glossary
from ui.start.exercises import exercises
from ui.start.lectures import lectures, plans

pytestmark = pytest.mark.processes


def test_it_draws_a_first_gan_the_map_the_plans_and_every_term() -> None:
    app = page("start")
    assert not app.exception
    assert not app.warning
    assert components(app) == ["first_gan"]
    assert app.query_params == {"first_gan.step": "1"}
    said = texts(app).replace("\\", "")
    for each in lectures().values():
        assert each.about in said
    for plan in plans()[0]:
        assert f"{plan.title}, {plan.minutes} minutes" in said
    for term in glossary().terms:
        assert term.name in said


@pytest.mark.parametrize(
    "query",
    [{"a": "ring-chase", "b": "ring-chase-unrolled", "seed": "3"}, {"card": "8"}, {"b.d_lr": "0.01"}, {"theta": "1"}],
)
def test_a_link_of_the_time_when_the_app_opened_on_mode_collapse_opens_what_it_opened(query: dict[str, str]) -> None:
    app = page("start", query)
    then = page("mode_collapse", query)
    assert not app.exception
    assert components(app) == components(then) != ["first_gan"]
    assert app.subheader[0].value == then.subheader[0].value
    assert app.query_params == then.query_params


def test_a_link_opens_its_place_in_the_tour() -> None:
    query = {"first_gan.step": "4", "first_gan.done": "yes", "first_gan.moves": "d10,g10"}
    app = page("start", query)
    assert app.query_params == query
    setting = app.session_state["room"].comparison.state.settings["first_gan"]
    assert (setting.step, setting.done, setting.moves) == (4, True, "d10,g10")
    app.query_params["first_gan.moves"] = "d10"  # as the browser's way back gives it
    app.run()
    assert app.session_state["room"].comparison.state.settings["first_gan"].moves == "d10"


def test_what_is_wrong_in_an_address_is_a_sentence_and_the_page() -> None:
    app = page("start", {"first_gan.step": "77", "first_gan.moves": "<b>dance</b>"})
    assert not app.exception
    assert components(app) == ["first_gan"]
    assert "step is" in texts(app)
    assert "moves is" in texts(app)
    assert app.query_params == {"first_gan.step": "5"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(queries)
def test_any_address_gives_a_page(query: dict[str, str]) -> None:
    app = page("start", query)
    assert not app.exception
    assert components(app)


def test_every_exercise_checks_itself_and_explains() -> None:
    app = page("start")
    for number, exercise in enumerate(exercises(), 1):
        key = f"exercise:{number}"
        if exercise.number is not None:
            app.number_input(key=key).set_value(exercise.number).run()
        else:
            app.radio(key=key).set_value(exercise.choices[exercise.answer - 1]).run()
        assert len(app.success) == number, exercise.title
    first = exercises()[0]
    app.number_input(key="exercise:1").set_value((first.number or 0) + 1).run()
    assert [each.value for each in app.error] == [f"**Not so.** {first.because}"]
