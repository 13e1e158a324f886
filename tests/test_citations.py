"""A citation names a place in a paper (a section, an equation) only where that place has been looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KINDS = ("*.py", "*.js", "*.md")

# What has been found in the papers' own text, or in their authors' code.
LOOKED_UP = {
    "Arjovsky & Bottou 2017": {"section 2.2.1", "figure 2", "theorem 2.4"},
    "Arjovsky, Chintala & Bottou 2017": {"eq 2", "algorithm 1", "example 1"},
    "Daskalakis et al. 2018": {"algorithm 1"},
    "Gidel et al. 2019": {"section 3", "section 3.2", "algorithm 4"},
    "Goodfellow et al. 2014": {"eq 1", "section 3", "algorithm 1", "proposition 1", "theorem 1"},
    "Gulrajani et al. 2017": {"eq 3", "section 4"},
    "He et al. 2015": {"eq 10"},
    "Kingma & Ba 2015": {"algorithm 1"},
    "Kynkäänniemi et al. 2019": {"eq 2"},
    "Mescheder et al. 2018": {
        *("definition 2.1", "lemma 2.4", "lemma 2.5", "section 2", "section 3", "section 3.1", "eq 9", "eq 10"),
    },
    "Metz et al. 2017": {"eq 6–9"},
    "Miyato et al. 2018": {"eq 8", "eq 16", "eq 17", "algorithm 1"},
}

_NAME = r"[A-Z]\w+"
_AUTHORS = rf"{_NAME}, {_NAME} & {_NAME}|{_NAME} & {_NAME}|{_NAME}(?: et al\.)?"
_PAPER = re.compile(rf"({_AUTHORS}) ((?:19|20)\d\d)(?=, )")
_KIND = r"(section|eq|algorithm|theorem|proposition|lemma|definition|figure|example|table)s?\.?"
_NUMBER = r"\d+(?:\.\d+)*(?:–\d+(?:\.\d+)*)?"
_PLACE = re.compile(rf"(?:,| and) {_KIND} ({_NUMBER}(?:(?:, | and ){_NUMBER})*)")


def places(text: str) -> Iterator[tuple[str, str]]:
    """Each paper that a text names with a place in it: ("Metz et al. 2017", "eq 6–9")."""
    text = re.sub(r"\s*\n[\s#/*]*", " ", text)
    for paper in _PAPER.finditer(text):
        at = paper.end()
        while place := _PLACE.match(text, at):
            kind, numbers = place.groups()
            for number in re.findall(_NUMBER, numbers):
                yield f"{paper[1]} {paper[2]}", f"{kind} {number}"
            at = place.end()


def files() -> list[Path]:
    folders = ("gancore", "ui", "assets", "pages", "benchmarks", "examples", "tests")
    found = [path for folder in folders for kind in KINDS for path in (ROOT / folder).rglob(kind)]
    return [path for path in (*found, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path != Path(__file__)]


def test_places_are_found_in_prose() -> None:
    said = "Roth & Ba 2017, theorems 2.4 and 2.6 (Metz et al. 2017, eq. 6–9) · He et al. 2015, section\n  2.1, figure 2"
    assert list(places(said)) == [
        ("Roth & Ba 2017", "theorem 2.4"),
        ("Roth & Ba 2017", "theorem 2.6"),
        ("Metz et al. 2017", "eq 6–9"),
        ("He et al. 2015", "section 2.1"),
        ("He et al. 2015", "figure 2"),
    ]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_place_in_a_paper_has_been_looked_up(path: Path) -> None:
    for paper, place in places(path.read_text(encoding="utf-8")):
        assert place in LOOKED_UP.get(paper, set()), f"{paper}, {place}: look it up, or name the paper alone"
