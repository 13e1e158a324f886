"""What an address hides is hidden, kept in the address, and never more than is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.app.address import ours
from ui.app.view import HIDEABLE, View, read_view, write_view

views = st.builds(
    View,
    present=st.booleans(),
    hide=st.sets(st.sampled_from(sorted(HIDEABLE))).map(
        lambda names: tuple(name for name in HIDEABLE if name in names)
    ),
)


@given(views)
def test_an_address_gives_the_equal_view(view: View):
    query = write_view(view)
    assert read_view(query) == (view, [])
    assert ours(query) == query  # the page keeps it


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_address_breaks_a_page_or_writes_its_style(present: str, hide: str):
    view, sentences = read_view({"present": present, "hide": hide})
    assert set(view.hide) <= set(HIDEABLE)
    assert view.style in View(hide=view.hide).style  # made of the rules alone
    assert len(sentences) <= 1 + len(hide.split(","))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"present": "yes"}, "present is 'yes'; allowed are 0 and 1."),
        ({"hide": "knobs,teapot"}, "hide names 'teapot'; what can be hidden is nav, buttons, card,"),
    ],
)
def test_what_is_wrong_becomes_a_sentence(query: dict[str, str], said: str):
    view, sentences = read_view(query)
    assert len(sentences) == 1
    assert sentences[0].startswith(said)
    assert view.hide == (("knobs",) if "hide" in query else ())


def test_without_card_knobs_and_buttons_the_picture_has_the_whole_width():
    assert ".st-key-beside" in View(hide=("buttons", "card", "knobs")).style
    assert ".st-key-beside" not in View(hide=("card", "knobs")).style
