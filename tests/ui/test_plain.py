"""Nothing that comes from outside may become markup."""

import string

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ui.plain import plain


@given(st.text())
def test_text_is_rendered_letter_for_letter(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse("x" + plain(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    shown = "".join(child.content for child in children)
    assert shown.split() == ("x" + " ".join(text.split())).split()


def test_every_mark_that_could_mean_something_is_escaped() -> None:
    assert all(plain(mark) == "\\" + mark for mark in string.punctuation)
