"""Every page as Streamlit runs it, without a browser: any address gives a page, never a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pages.visits import APP, ROOT, TOY_WORKER, components, page, texts
from tests.ui.app.test_address import queries
from ui.lecture.cards import lecture

pytestmark = pytest.mark.processes

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "start")  # named as their lectures

every_page = pytest.mark.parametrize("name", PAGES)


EXHIBITS = {
    "stage": ["knobs", "stage"],
    "optimal_discriminator": ["optimal_discriminator"],
    "dirac": ["dirac"],
    "remedies": ["remedies"],
    "augmentation": ["augmentation"],
    "corruption": ["corruption"],
    "small_data": ["small_data"],
}


@every_page
def test_it_draws_a_card_and_its_exhibit(name: str) -> None:
    app = page(name)
    assert not app.exception
    assert not app.warning
    assert components(app) == EXHIBITS[lecture(name)[0].exhibit]
    assert app.subheader[0].value == lecture(name)[0].title


@every_page
def test_the_cards_can_be_walked_there_and_back_and_the_address_follows(name: str) -> None:
    cards = lecture(name)
    app = page(name)
    for number in [*range(2, len(cards) + 1), *range(len(cards) - 1, 0, -1)]:
        on = app.subheader[0].value == cards[number - 2].title
        app.button(key=f"{name}:{'on' if on else 'back'}").click().run()
        assert app.subheader[0].value == cards[number - 1].title
        assert app.query_params.get("card", "1") == str(number)
        assert components(app) == EXHIBITS[cards[number - 1].exhibit]
        assert not app.exception


@every_page
def test_every_question_checks_itself(name: str) -> None:
    for number, card in enumerate(lecture(name), 1):
        if not card.question:
            continue
        for choice in range(1, len(card.choices) + 1):
            app = page(name, {"card": str(number)})
            app.button(key=f"{name}:card:{number}:choice:{choice}").click().run()
            if card.reveal:
                assert not app.success
                assert not app.error
                app.button(key=f"{name}:card:{number}:choice:tell").click().run()
            assert bool(app.success) == (choice == card.answer)
            assert bool(app.error) == (choice != card.answer)
            assert not app.exception


@every_page
def test_whatever_a_card_names_to_be_tried_can_be_tried(name: str) -> None:
    for number, card in enumerate(lecture(name), 1):
        for index, action in enumerate(card.actions):
            app = page(name, {"card": str(number)})
            lesson = app.session_state["room"].comparison
            key, before = f"{name}:card:{number}:try:{index}", (app.query_params, lesson.is_tried(action))
            app.button(key=key).click().run()
            assert not app.exception
            assert not app.warning, action.say
            # What the card opens with may be one of the choices.
            assert (app.query_params != before[0]) == (lesson.is_tried(action) != before[1]), action.say
            assert lesson.is_tried(action), action.say


@every_page
def test_a_card_whose_runs_are_not_on_the_stage_says_so_and_brings_them_back(name: str) -> None:
    number, _ = next((i, card) for i, card in enumerate(lecture(name), 1) if card.scenario)
    said = "Something else is on the stage"
    assert said not in texts(page(name, {"card": str(number)}))
    app = page(name, {"card": str(number), "a": "grid-chase", "b": "grid-chase-pac"})
    assert said in texts(app)
    app.button(key=f"{name}:reset").click().run()
    assert said not in texts(app)
    assert app.query_params["a"] != "grid-chase"


@every_page
def test_knobs_that_take_the_cards_place_leave_its_answer(name: str) -> None:
    cards = lecture(name)
    number, card = next((i, card) for i, card in enumerate(cards, 1) if card.question and card.scenario)
    app = page(name, {"card": str(number)})
    app.button(key=f"{name}:card:{number}:choice:{card.answer}").click().run()
    for _ in range(2):
        app.button(key=f"{name}:knobs:alone").click().run()
        assert components(app) == EXHIBITS["stage"]
        assert app.session_state["room"].comparison.chosen == card.answer


@every_page
def test_parameters_of_others_leave_a_page_as_its_bare_address_opens_it(name: str) -> None:
    bare = page(name)
    training = bare.session_state["room"].comparison.training
    assert any(training) == (lecture(name)[0].exhibit == "stage")  # its first GAN is already at it
    app = page(name, {"utm_source": "lms", "fbclid": "IwAR2x"})
    assert not app.exception
    assert not app.warning
    assert app.query_params == bare.query_params  # they are gone
    assert app.session_state["room"].comparison.training == training


@every_page
def test_a_wrong_address_is_a_sentence_and_a_page(name: str) -> None:
    app = page(name, {"a": "ring-chase", "a.d_lr": "-1", "b": "<img src=x onerror=alert(1)>", "seed": "abc"})
    assert not app.exception
    said = texts(app)
    for word in ("d\\_lr", "abc", "no preset"):
        assert word in said, said
    assert app.query_params["a.d_lr"] == "0.0"


@every_page
def test_a_wrong_place_of_the_sliders_is_a_sentence_too(name: str) -> None:
    app = page(name, {"theta": "7", "sigma": "wide"})
    assert not app.exception
    assert "theta is" in texts(app)
    assert "sigma is" in texts(app)
    assert app.query_params["optimal_discriminator.theta"] == "4"
    assert "optimal_discriminator.sigma" not in app.query_params


@pytest.mark.parametrize(("name", "card"), [("diffaugment", "2"), ("measuring", "1")])
def test_a_wrong_setting_of_an_exhibit_is_a_sentence_and_the_exhibit(name: str, card: str) -> None:
    wrong = {
        "augmentation.image": "cat",
        "augmentation.contrast": "9",
        "corruption.tab": "nose",
        "corruption.noise": "loud",
    }
    app = page(name, {"card": card, **wrong})
    assert not app.exception
    assert components(app) == EXHIBITS[lecture(name)[int(card) - 1].exhibit]
    said = texts(app)
    for word in ("augmentation\\: image is", "contrast is", "corruption\\: tab is", "noise is"):
        assert word in said, said
    assert app.query_params["augmentation.contrast"] == "1.5"
    assert "corruption.noise" not in app.query_params


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PAGES), queries)
def test_any_address_gives_a_page(name: str, query: dict[str, str]) -> None:
    app = page(name, query)
    assert not app.exception
    assert components(app) in EXHIBITS.values()


def test_the_web_process_never_imports_torch() -> None:
    code = f"""
import sys
from functools import partial
from streamlit.testing.v1 import AppTest
import ui.app.sessions
from gancore.runtime import Registry
from gancore.runtime.process import WorkerProcess
worker = partial(WorkerProcess, command={TOY_WORKER.keywords["command"]!r})
ui.app.sessions.Registry = partial(Registry, warm=0, make_worker=worker)
for name in {["start", *PAGES]!r}:
    app = AppTest.from_file({APP!r}, default_timeout=60).switch_page(f"{ROOT}/pages/{{name}}.py").run()
    assert not app.exception, name
    assert "torch" not in sys.modules, name
ui.app.sessions.registry().close()
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=240)


def test_an_address_that_has_just_been_left_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the browser asks for before it has heard of the new address still names the old one."""
    app = page("mode_collapse")
    for _ in range(2):
        app.button(key="mode_collapse:on").click().run()
    assert app.query_params["card"] == "3"
    app.query_params["card"] = "2"
    app.run()
    assert app.subheader[0].value == lecture("mode_collapse")[2].title
    monkeypatch.setattr("ui.app.following._UNDER_WAY", 0.0)
    app.query_params["card"] = "2"
    app.run()
    assert app.subheader[0].value == lecture("mode_collapse")[1].title
