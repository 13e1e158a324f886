"""The glossary: every term and symbol that a page explains where it stands, from one file a language.

assets/glossary/<language>.toml, once for every term:

    [[term]]
    name = "discriminator"          # as it is listed
    symbols = ["D"]                 # optional: found as they are written
    aliases = ["discriminators"]    # optional: other words for it, found like the name in upper and lower case
    common = true                   # optional: the name is a common word too, and only its aliases are found in texts
    says = "One or two sentences."
    formula = "D(x)"                # optional, plain text
    paper = "Goodfellow et al. 2014"  # optional
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

FILES = Path(__file__).parents[2] / "assets" / "glossary"

_KEYS = {"name", "symbols", "aliases", "common", "says", "formula", "paper"}

Stretch = str | Mapping[str, str]  # text, or a term in it: {"text", "says"}


@dataclass(frozen=True)
class Term:
    """One entry."""

    name: str
    says: str
    symbols: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    formula: str = ""
    paper: str = ""
    common: bool = False

    @property
    def explanation(self) -> str:
        """Everything about it in one line of plain text."""
        return " ".join(part for part in (self.says, self.formula, self.paper and f"({self.paper})") if part)


@dataclass(frozen=True)
class Found:
    """A term in a text: from where to where, and which."""

    start: int
    end: int
    term: Term


@dataclass(frozen=True)
class Glossary:
    """All terms of a language, in the order of the file."""

    terms: tuple[Term, ...]

    def explained(self, said: str) -> dict[str, str]:
        """The term that is called so, as the browser is sent it. Raises ValueError where there is none."""
        term = self._symbols.get(said) or self._words.get(said.lower())
        if term is None:
            raise ValueError(f"the glossary has no {said!r}")
        return {"name": term.name, "says": term.explanation}

    def find(self, text: str) -> Iterator[Found]:
        """Every term in a plain text, from left to right; the longest where several begin."""
        for match in self._pattern.finditer(text):
            said = match.group()
            term = self._symbols.get(said) or self._words.get(said.lower())
            if term is not None:
                yield Found(match.start(), match.end(), term)

    def called(self, text: str) -> Term | None:
        """The term whose name or alias the whole text is; symbols are none."""
        return self._words.get(text.strip().lower())

    def stretches(self, text: str, met: set[str]) -> list[Stretch]:
        """A plain text in stretches, terms that were not met before among them; `met` takes their names."""
        parts: list[Stretch] = []
        at = 0
        for found in self.find(text):
            if found.term.name in met:
                continue
            met.add(found.term.name)
            parts += [text[at : found.start], {"text": text[found.start : found.end], "says": found.term.explanation}]
            at = found.end
        return [part for part in [*parts, text[at:]] if part]

    @cached_property
    def _symbols(self) -> dict[str, Term]:
        return {symbol: term for term in self.terms for symbol in term.symbols}

    @cached_property
    def _words(self) -> dict[str, Term]:
        return {word.lower(): term for term in self.terms for word in (term.name, *term.aliases)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        common = {term.name.lower() for term in self.terms if term.common}
        longest_first = sorted([*self._symbols, *(self._words.keys() - common)], key=len, reverse=True)
        either = "|".join(
            re.escape(said) if said in self._symbols else f"(?i:{re.escape(said)})" for said in longest_first
        )
        # Not within a word. D’s and D's are D, and their s is nothing; nor is a letter beside a hyphen.
        return re.compile(rf"(?<![\w\\'’-])(?:{either})(?![\w-])")


def _term(table: Mapping[str, Any], name: str) -> Term:
    if unknown := table.keys() - _KEYS:
        raise ValueError(f"{name}: a term has no {', '.join(sorted(unknown))}; allowed are {', '.join(sorted(_KEYS))}")
    if not table.get("name") or not table.get("says"):
        raise ValueError(f"{name}: a term needs a name and what it says; it is {dict(table)!r}")
    fields: dict[str, Any] = {**table, **{key: tuple(table.get(key, ())) for key in ("symbols", "aliases")}}
    return Term(**fields)


def parse_glossary(source: str, name: str) -> Glossary:
    """A glossary from its file's text; raises ValueError that names the file and what is wrong."""
    terms = tuple(_term(table, name) for table in tomllib.loads(source).get("term", []))
    said = [each for term in terms for each in (*term.symbols, *(word.lower() for word in (term.name, *term.aliases)))]
    if twice := {each for each in said if said.count(each) > 1}:
        raise ValueError(f"{name}: {', '.join(sorted(twice))} stands twice; each word has one term")
    return Glossary(terms)


@cache
def glossary(language: str = "en") -> Glossary:
    """The terms in a language."""
    file = FILES / f"{language}.toml"
    return parse_glossary(file.read_text(encoding="utf-8"), file.name)
