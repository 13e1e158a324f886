"""The glossary has every term and symbol that the lectures lean on, and explains nothing that nobody says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gancore.config import FIELDS
from gancore.experiments.presets import PRESETS
from ui.exhibits.first_gan.words import TEXTS, tour
from ui.lecture.cards import LECTURES, Card, lecture
from ui.lecture.glossary import explained_markdown
from ui.shared.glossary import glossary, parse_glossary
from ui.stage.figures import HEADLINES
from ui.start.lectures import PAGES

# What a reader has to be able to look up.
ASKED = """
W, JS, KL, σ, γ, λ, ‖∇G‖, good, captured, touched, held out, critic, saturating, discriminator, generator, latent, z,
mode, unrolling, K, k, TTUR, instance noise, R1, Roth, gradient penalty, Lipschitz, spectral norm, PacGAN, m, MAD-GAN,
AdaGAN, β, FD, FID, KID, exp-KL score, precision, recall, variety, memorised, saddle, eigenvalue, oscillation,
Jensen-Shannon, overlap, support, T, consistency, L_D, L_G, D, G, x, chase, merge, θ, ψ, h, n
""".replace("\n", " ").split(", ")
WORDS = glossary()
CARDS = [card for folder in sorted((LECTURES / "en").iterdir()) for card in lecture(folder.name)]
SYMBOL = re.compile(r"(?<![\w\\'’-])(?:[WKkmzxTθψσγλβhn]|JS|KL|FD|FID|KID|R1|TTUR|‖∇G‖)(?![\w-])")


@pytest.mark.parametrize("said", [each.strip() for each in ASKED])
def test_it_has_what_is_asked_for(said: str) -> None:
    assert WORDS.explained(said)["says"]


def test_every_term_is_explained_in_one_to_four_whole_sentences() -> None:
    for term in WORDS.terms:
        assert term.says.endswith("."), term.name
        assert len(term.explanation.split()) <= 50, term.name


def test_it_says_so_where_it_has_none() -> None:
    with pytest.raises(ValueError, match="'hovercraft'"):
        WORDS.explained("hovercraft")


def everything() -> str:
    """All that a reader may come across: cards, tour, exercises, the lecturer's guide, knobs, presets, scenarios, and
    what stands under the pictures."""
    cards = [
        " ".join([card.title, card.text, card.question or "", *card.choices, card.because, card.notes])
        for card in CARDS
    ]
    steps = [" ".join(step.values()) for step in tour().steps]
    files = [path.read_text(encoding="utf-8") for path in sorted((TEXTS / "en").iterdir())]
    files += [path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.py"))]
    knobs = [f"{spec.label} {spec.help}" for spec in FIELDS.values()]
    presets = [f"{preset.title} {preset.claim}" for preset in PRESETS.values()]
    terms = [term.explanation for term in WORDS.terms]
    verdicts = [figure.line for headline in HEADLINES.values() for figure in headline.figures]
    return "\n".join([*cards, *steps, *files, *knobs, *presets, *terms, *verdicts])


def test_every_term_is_used_somewhere() -> None:
    text = everything().replace("-\n", "-").replace("\n", " ").replace("$", " ").replace("\\theta", "θ")
    text = text.replace("\\psi", "ψ").replace("\\lambda", "λ")
    used = {found.term.name for found in WORDS.find(text)}
    assert [term.name for term in WORDS.terms if term.name not in used] == []


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_no_card_uses_a_symbol_that_is_not_explained(card: Card) -> None:
    plain = re.sub(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]*`", " ", card.text, flags=re.DOTALL)
    for symbol in SYMBOL.findall(plain):
        assert WORDS.explained(symbol)


def test_the_longest_term_is_found_whatever_its_case_and_a_symbol_only_as_it_is_written() -> None:
    found = [each.term.name for each in WORDS.find("Gradient penalty; the gradient; K, not k; Generators; it's s")]
    assert found == ["gradient penalty", "gradient", "unrolling", "steps of D", "generator", "logit"]


def test_a_common_word_is_no_term_unless_it_is_meant() -> None:
    assert [each.term.name for each in WORDS.find("A good generator makes good samples.")] == ["generator", "good"]


# ── On a card ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def marked(text: str) -> list[str]:
    return re.findall(r'class="term" tabindex="0">([^<]*)<', explained_markdown(text))


def test_a_term_is_marked_once_where_it_first_stands() -> None:
    assert marked("D and the discriminator: D.") == ["D"]


def test_formulas_code_links_and_names_of_buttons_are_left_alone() -> None:
    kept = "$D(x)$ $$K\n+ G$$ `T` [W](a?K=5) **Run it** **K** :material/info: https://x.org/T"
    assert explained_markdown(kept) == kept


def test_of_bold_text_a_term_is_marked_as_a_whole() -> None:
    assert marked("**Unrolling** helps; press **unrolling now**.") == ["Unrolling"]


@given(st.text(max_size=60))
def test_no_html_of_a_cards_own_gets_through(text: str) -> None:
    told = explained_markdown(
        f"<img\nsrc=x> **<i>b</i>** D {text.replace('$', '').replace('`', '')} <img onerror=alert(1)>"
    )
    assert "<img" not in told
    assert "<i>" not in told


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('[[term]]\nname = "a"\n', "needs a name and what it says"),
        ('[[term]]\nname = "a"\nsays = "b"\nsymbol = ["c"]\n', "symbol"),
        ('[[term]]\nname = "a"\nsays = "b"\n[[term]]\nname = "c"\nsays = "d"\naliases = ["A"]\n', "stands twice"),
    ],
)
def test_a_mistake_is_named_with_its_file(source: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"x\.toml") as error:
        parse_glossary(source, "x.toml")
    assert said in str(error.value)
