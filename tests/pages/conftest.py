"""No page that is visited here really trains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from gancore.runtime import Registry
from tests.pages.visits import TOY_WORKER
from ui.app.sessions import compute_client, registry, rooms


@pytest.fixture(scope="module", autouse=True)
def _nothing_really_trains() -> Iterator[None]:
    """Toy workers for hundreds of visits, whose runs would train on every core; the browser's tests have real ones.
    No process is left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.app.sessions.Registry", partial(Registry, warm=0, make_worker=TOY_WORKER))
        patch.setenv("GANCORE_COMPILE", "off")
        yield
        registry().close()
        registry.clear()
        compute_client().close()
        compute_client.clear()
        rooms.clear()
