"""Which rows of a file are looked at to recognise its columns, and where their lines are.

A row of a text file is found by counting its line ends, a tenth of the work of splitting it into
cells. That holds only while every row is one line, which counting also tells.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from pathlib import Path
from typing import Final

SAMPLE_ROWS: Final = 8_192
CHUNK: Final = 1 << 20  # bytes
_BLOCKS: Final = 8


def blocks(rows: int) -> tuple[range, ...]:
    """Return the 1-based numbers of the sampled rows: all of a short file, else spread blocks."""
    if rows <= SAMPLE_ROWS:
        return (range(1, rows + 1),)
    size = SAMPLE_ROWS // _BLOCKS
    starts = (1 + (rows - size) * i // (_BLOCKS - 1) for i in range(_BLOCKS))
    return tuple(range(start, start + size) for start in starts)


def sampled_lines(path: Path, skip: int, rows: int) -> bytes | None:
    """Return the lines of the sampled rows, or None when rows are not lines.

    Parameters
    ----------
    path
        A text file whose lines end with a line feed.
    skip
        Lines above the first row.
    rows
        How many rows an engine found in it.
    """
    with path.open("rb") as stream:
        ends = [chunk.count(b"\n") for chunk in iter(lambda: stream.read(CHUNK), b"")]
        before = [0, *accumulate(ends)]  # line ends before each chunk
        stream.seek(-1, 2)
        lines = before[-1] + (stream.read(1) != b"\n")
        # Cells with line ends, blank lines and lines that cannot be read all add lines.
        if lines != skip + rows:
            return None
        picked = b""
        for block in blocks(rows):
            line = skip + block.start - 1  # counted from 0
            chunk = max(0, bisect_left(before, line) - 1)  # where the line before it ends
            stream.seek(chunk * CHUNK)
            for _ in range(line - before[chunk]):
                stream.readline()
            picked += b"".join(stream.readline() for _ in block)
            if not picked.endswith(b"\n"):
                picked += b"\n"
        return picked
