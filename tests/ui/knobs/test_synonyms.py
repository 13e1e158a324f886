"""What a knob is called by others, and where a hidden one has its effect."""

from pathlib import Path

import pytest

from gancore.config import FIELDS, RunConfig
from gancore.experiments.presets import PRESETS
from ui.knobs.elsewhere import elsewhere
from ui.knobs.synonyms import SYNONYMS, words_of

POINTS, IMAGES = RunConfig(), PRESETS["small-diffaugment"].config
PAGES = Path(__file__).parents[3] / "pages"


def test_words_are_of_fields_that_there_are() -> None:
    assert SYNONYMS.keys() <= FIELDS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_no_word_is_said_twice_of_a_field(name: str) -> None:
    words = [word.casefold() for word in words_of(name)]
    assert len(words) == len(set(words))
    assert all(word.strip() == word and word for word in words)


@pytest.mark.parametrize("part", ["lr", "beta1", "hidden", "optimizer"])
def test_a_players_field_is_also_called_by_its_player(part: str) -> None:
    assert "critic" in words_of(f"d_{part}")
    assert "critic" not in words_of(f"g_{part}")
    assert "critic" not in words_of("data")


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("config", [POINTS, IMAGES])
def test_where_a_field_has_its_effect_is_said_where_it_has_none_and_only_there(name: str, config: RunConfig) -> None:
    said = elsewhere(FIELDS[name], [config])
    assert (said is None) == FIELDS[name].matters(config)
    if said is not None:
        assert FIELDS[name].label in said["sentence"]
        assert ("{page}" in said["sentence"]) == bool(said["path"])
        assert not said["path"] or (PAGES / f"{said['path']}.py").exists()


def test_what_acts_on_images_is_on_the_page_of_images_and_the_other_way_round() -> None:
    augment, model = elsewhere(FIELDS["augment"], [POINTS]), elsewhere(FIELDS["model"], [IMAGES])
    assert augment is not None
    assert model is not None
    assert (augment["path"], model["path"]) == ("diffaugment", "mode_collapse")


def test_a_knob_that_waits_for_another_names_it() -> None:
    weight = elsewhere(FIELDS["clip"], [POINTS])
    assert weight is not None
    assert weight["sentence"] == "“clip bound” acts where “constraint” is weight clipping."
