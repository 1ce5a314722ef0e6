"""Tables whose cells are set apart by blanks alone: runs of blanks, or columns of fixed width."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

STEADY = 0.95  # share of lines with the usual number of words
MANY = 20  # lines after which a single blank place in all of them is no accident


@dataclass(frozen=True)
class Blanks:
    """How to cut a line: at runs of blanks, or at fixed places.

    Attributes
    ----------
    starts
        Where each column begins, as 0-based positions; empty to cut at every run of blanks.
    """

    starts: tuple[int, ...] = ()

    def cut(self, line: str) -> list[str] | None:
        """Return the cells of a line, None if a word lies across the border of two columns."""
        if not self.starts:
            return line.split()
        line = line.rstrip().expandtabs()
        if not line:
            return []
        if any(line[start - 1 : start].strip() for start in self.starts[1:]):
            return None
        ends = (*self.starts[1:], None)
        return [line[a:b].strip() for a, b in zip(self.starts, ends, strict=True)]


RUNS = Blanks()


def blanks_of(lines: list[str]) -> Blanks | None:
    """Judge how lines are cut, None if they are not a table of two columns or more."""
    filled = [line for line in lines if line.strip()]
    widths = Counter(len(line.split()) for line in filled)
    if not widths:
        return None
    width, count = widths.most_common(1)[0]
    if width > 1 and count >= STEADY * len(filled):
        return RUNS
    starts = _starts([line.expandtabs() for line in filled])
    return Blanks(starts) if len(starts) > 1 and len(filled) > 2 else None


def _starts(lines: list[str]) -> tuple[int, ...]:
    """Return the places where a letter follows a place that is blank in every line."""
    longest = max(map(len, lines))
    used = [False] * longest
    for line in lines:
        for place, letter in enumerate(line):
            used[place] = used[place] or letter != " "
    starts = [p for p in range(longest) if used[p] and (p == 0 or not used[p - 1])]
    gap = 1 if len(lines) >= MANY else 2
    return tuple(p for p in starts if p == starts[0] or not any(used[max(0, p - gap) : p]))
