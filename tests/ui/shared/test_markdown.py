"""Nothing that comes from outside may become markup."""

import string

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ui.shared.markdown import escape_markdown


@given(st.text(st.characters(exclude_characters="\x00\u2060")))
def test_text_is_rendered_letter_for_letter(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse("x" + escape_markdown(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    shown = "".join(child.content for child in children).replace("\u2060", "")
    assert shown.split() == ("x" + " ".join(text.split())).split()


def test_every_mark_that_could_mean_something_is_escaped() -> None:
    assert all(escape_markdown(mark).removeprefix("\u2060") == "\\" + mark for mark in string.punctuation)


@given(st.text(alphabet="w.:/@ahtp"))
def test_no_address_is_left_whole(text: str) -> None:
    shown = escape_markdown(text).replace("\\", "")
    assert "://" not in shown
    assert "www." not in shown
    assert "a@" not in shown
