"""Text of unknown origin, shown as it is."""

import string

_MARKUP = str.maketrans({mark: "\\" + mark for mark in string.punctuation})

# Addresses become links in Streamlit's markdown even where every mark is escaped. An invisible joiner inside
# them keeps them text.
_JOINER = "\u2060"
_ADDRESSES = (("://", f":{_JOINER}//"), ("www.", f"www{_JOINER}."), ("@", f"{_JOINER}@"))


def escape_markdown(text: str) -> str:
    """Markdown that shows `text` letter for letter: no link, no image, no formula and no HTML can come out of it."""
    text = " ".join(text.split())
    for address, broken in _ADDRESSES:
        text = text.replace(address, broken)
    return text.translate(_MARKUP)
