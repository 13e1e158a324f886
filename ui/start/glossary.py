"""The glossary as a list."""

import streamlit as st

from ui.shared.glossary import Term, glossary
from ui.shared.markdown import escape_markdown


def draw_glossary(language: str = "en") -> None:
    """Draws every term with its symbols, by name, in two columns."""
    terms = sorted(glossary(language).terms, key=lambda term: term.name.lower())
    half = -(-len(terms) // 2)
    for column, part in zip(st.columns(2), (terms[:half], terms[half:]), strict=True):
        with column:
            st.markdown("\n\n".join(map(_entry, part)))


def _entry(term: Term) -> str:
    name = f"**{escape_markdown(term.name)}**"
    if term.symbols:
        name = f"{name} ({escape_markdown(', '.join(term.symbols))})"
    return f"{name}: {escape_markdown(term.explanation)}"
