"""Fields and their values in words."""

import pytest

from gancore.config import FIELDS
from ui.shared.words import value_text


@pytest.mark.parametrize("name", [name for name, spec in FIELDS.items() if spec.kind == "choice"])
def test_every_choice_is_said_in_words_and_not_by_its_name_in_the_code(name: str) -> None:
    said = [value_text(name, choice) for choice in FIELDS[name].choices]
    assert not any("_" in each for each in said)
    assert len(set(said)) == len(said)
