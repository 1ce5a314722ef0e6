"""Words that come from a file, made safe to stand in a sentence on a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_BEFORE_UNIT: Final = re.compile(
    r"(?<=\d) (?=%)|(?<=\b[A-Z]{3}) (?=[−\d])|(?<=\d) (?=million|billion)"
    r"|(?<=\d) (?=in 100?\b)|(?<=\d in) (?=100?\b)|(?<=\bn) (?==)|(?<=\bn =) (?=\d)"
)
_LONGEST: Final = 60


def escape(text: object, longest: int = _LONGEST) -> str:
    r"""Return user text that Markdown shows as written, on one line and not overlong.

    A customer called `![p](http://evil.test/p.png)` would otherwise make every visitor's browser
    fetch that picture; `:red[x]` and `$x$` would change the page's looks.
    """
    return _MARKDOWN.sub(r"\\\1", shorten(text, longest))


def shorten(text: object, longest: int = _LONGEST) -> str:
    """Return text on one line, cut with an ellipsis; for places that show text as it is."""
    line = " ".join(_CONTROL.sub(" ", str(text)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def listed(parts: Sequence[str], word: str = "and") -> str:
    """Join parts as a sentence does: `a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def capital(sentence: str) -> str:
    """Return a sentence that begins with a capital, everything else as it was."""
    return sentence[:1].upper() + sentence[1:]


def unbroken(sentence: str) -> str:
    """Return a sentence whose numbers stay on one line with unit, currency code and `8 in 10`."""
    return _BEFORE_UNIT.sub("\u00a0", sentence)
