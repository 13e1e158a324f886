"""Text of unknown origin, shown as it is."""

import string

_MARKUP = str.maketrans({mark: "\\" + mark for mark in string.punctuation})


def plain(text: str) -> str:
    """Markdown that shows `text` letter for letter: no link, no image, no formula and no HTML can come out of it."""
    return " ".join(text.split()).translate(_MARKUP)
