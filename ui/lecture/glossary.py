"""Marks the terms of the glossary in a card's markdown: each once, where it first stands.

A marked term is underlined with dots, and explained when it is pointed at, focused or tapped. Formulas, code, links and
names of buttons stay as they are: of bold text only that which is a term as a whole is marked.
"""

import re
from html import escape
from pathlib import Path

import streamlit as st

from ui.shared.glossary import Glossary, Term, glossary

# What is left alone: formulas, code, links and bare addresses, icons. Bold text is looked at as a whole.
_ASIDE = re.compile(
    r"(?P<aside>\$\$.*?\$\$|\$[^$\n]+\$|```.*?```|`[^`]*`|!?\[[^\]]*\]\([^)]*\)|https?://\S+|:[a-z_/]+:)"
    r"|\*\*(?P<bold>[^*]+)\*\*",
    re.DOTALL,
)

_STYLE = Path(__file__).parents[1] / "shared" / "frontend" / "term.css"


def explain_terms() -> None:
    """Styles the terms that `explained_markdown` marks, for the page that is drawn."""
    st.html(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")


def explained_markdown(text: str, language: str = "en") -> str:
    """A card's markdown with its terms marked, for `st.markdown(…, unsafe_allow_html=True)`.

    HTML that stands in the text itself is shown as it is written: a card is words, and no page of its own.
    """
    words = glossary(language)
    met: set[str] = set()
    parts: list[str] = []
    at = 0
    for match in _ASIDE.finditer(text):
        parts.append(_marked(text[at : match.start()], words, met))
        bold = match.group("bold")
        if bold is None:
            parts.append(match.group())
        else:
            term = words.called(bold)
            told = _written(bold) if term is None or term.name in met else _span(bold, term, met)
            parts.append(f"**{told}**")
        at = match.end()
    return "".join([*parts, _marked(text[at:], words, met)])


def _marked(text: str, words: Glossary, met: set[str]) -> str:
    parts: list[str] = []
    at = 0
    for found in words.find(text):
        if found.term.name in met:
            continue
        parts += [_written(text[at : found.start]), _span(text[found.start : found.end], found.term, met)]
        at = found.end
    return "".join([*parts, _written(text[at:])])


def _written(text: str) -> str:
    """Markdown in which no tag begins."""
    return text.replace("<", "&lt;")


def _span(said: str, term: Term, met: set[str]) -> str:
    met.add(term.name)
    # Markdown reads what stands between tags: marks of its own are written as entities.
    told = re.sub(r"[*_`$\[\]:~|\\]", lambda mark: f"&#{ord(mark.group())};", escape(term.explanation))
    return f'<span class="term" tabindex="0">{said}<span class="explained" role="tooltip">{told}</span></span>'
