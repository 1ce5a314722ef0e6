"""The rows that recognition looks at are found by their lines, and only where rows are lines."""

from __future__ import annotations

import random

import pytest

from models.transactions import sampling
from models.transactions.profiles import profile
from models.transactions.reading import open_table
from models.transactions.sampling import SAMPLE_ROWS, blocks, sampled_lines


@pytest.mark.parametrize("chunk", [5, 16, 64, 1000])
@pytest.mark.parametrize("seed", range(10))
def test_sampled_lines_are_those_of_the_blocks(chunk, seed, tmp_path, monkeypatch):
    monkeypatch.setattr(sampling, "CHUNK", chunk)
    monkeypatch.setattr(sampling, "SAMPLE_ROWS", 16)
    rng = random.Random(seed)
    rows, skip = rng.randint(1, 200), rng.randint(0, 3)
    lines = ["x" * rng.randint(0, 12) + str(i) for i in range(rows + skip)]
    path = tmp_path / "lines.csv"
    path.write_bytes(("\n".join(lines) + rng.choice(["", "\n"])).encode())
    expected = [lines[skip + row - 1] for block in blocks(rows) for row in block]
    assert sampled_lines(path, skip, rows) == "".join(f"{line}\n" for line in expected).encode()
    assert sampled_lines(path, skip, rows + 1) is None
    assert sampled_lines(path, skip, rows - 1) is None


@pytest.mark.parametrize(
    ("spoil", "sampled"),
    [
        ({}, True),
        ({5: 'k5,2024-01-01,"1\n2"'}, False),  # a row of two lines
        ({7: "k7,2024-01-01,1\n"}, False),  # a blank line
        ({9: "k9,2024-01-01,1,2,3"}, False),  # a line that is no row
    ],
)
def test_every_way_of_sampling_finds_the_same_cells(spoil, sampled, tmp_path):
    rows = SAMPLE_ROWS + 2_000
    lines = [spoil.get(i, f"k{i},2024-01-{i % 28 + 1:02},{i}") for i in range(rows)]
    path = tmp_path / "log.csv"
    path.write_text("customer,date,amount\n" + "\n".join(lines) + "\n")
    raw = open_table(path)
    assert bool(raw.sample) is sampled
    cells = raw.database.run(
        f"SELECT c1 FROM {raw.table} WHERE "
        + " OR ".join(f"source_row BETWEEN {b.start} AND {b.stop - 1}" for b in blocks(raw.rows))
        + " ORDER BY source_row"
    )["c1"].to_pylist()
    assert list(profile(raw)[0].texts) == cells
