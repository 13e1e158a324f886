"""The page as Streamlit runs it, without a browser: any address gives a page, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from streamlit.testing.v1 import AppTest

from tests.ui.test_address import queries
from ui.session import registry

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(scope="module", autouse=True)
def _no_worker_is_left() -> Iterator[None]:
    yield
    registry().close()
    registry.clear()


def page(query: dict[str, str] | None = None) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return app.run()


def texts(app: AppTest) -> str:
    return " ".join(each.value for each in [*app.warning, *app.markdown, *app.subheader])


def components(app: AppTest) -> list[Any]:
    return app.get("bidi_component")


def test_it_draws_a_card_the_knobs_and_the_stage() -> None:
    app = page()
    assert not app.exception
    assert not app.warning
    assert len(components(app)) == 2
    assert app.subheader[0].value.startswith("1/")


def test_the_cards_can_be_walked_and_the_address_follows() -> None:
    app = page()
    for number in range(2, 7):
        app.button(key="mode_collapse:on").click().run()
        assert app.subheader[0].value.startswith(f"{number}/")
        assert app.query_params["card"] == str(number)
        assert not app.exception


def test_a_question_checks_itself() -> None:
    app = page({"card": "2"})
    app.radio[0].set_value(app.radio[0].options[0]).run()
    assert app.error
    assert not app.success
    app.radio[0].set_value(app.radio[0].options[2]).run()
    assert app.success


def test_a_wrong_address_is_a_sentence_and_a_page() -> None:
    app = page({"a": "ring-chase", "a.d_lr": "-1", "b": "<img src=x onerror=alert(1)>", "seed": "abc"})
    assert not app.exception
    said = texts(app)
    for word in ("d\\_lr", "abc", "no preset"):
        assert word in said, said
    assert app.query_params["a.d_lr"] == "0.0"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(queries)
def test_any_address_gives_a_page(query: dict[str, str]) -> None:
    app = page(query)
    assert not app.exception
    assert len(components(app)) == 2


def test_the_web_process_never_imports_torch() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"app = AppTest.from_file({APP!r}, default_timeout=60).run(); "
        "from ui.session import registry; registry().close(); "
        "assert not app.exception; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(APP).parent, timeout=120)
