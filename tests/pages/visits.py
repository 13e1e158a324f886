"""Visits of a page as Streamlit runs it, without a browser."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from streamlit.runtime.caching.cache_resource_api import clear_session_cache
from streamlit.testing.v1 import AppTest

from gancore.runtime.process import WorkerProcess

ROOT = Path(__file__).parents[2]
APP = str(ROOT / "ui" / "app" / "navigation.py")
TOY_WORKER = partial(WorkerProcess, command=(str(ROOT / "tests" / "gancore" / "runtime" / "toy_worker.py"),))


def page(name: str, query: dict[str, str] | None = None) -> AppTest:
    """A first visit. All sessions of AppTest have one id: the one before is ended as Streamlit ends a session, or its
    open page would be found here."""
    clear_session_cache("test session id")
    app = AppTest.from_file(APP, default_timeout=60)
    app.switch_page(str(ROOT / "pages" / f"{name}.py"))
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return app.run()


def texts(app: AppTest) -> str:
    return " ".join(each.value for each in [*app.warning, *app.markdown, *app.subheader])


def components(app: AppTest) -> list[str]:
    """The names of the components on the page."""
    found: list[Any] = app.get("bidi_component")
    return sorted(each.proto.component_name.removeprefix("gancore.") for each in found)
