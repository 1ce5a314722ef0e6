"""Writes the invented magazine's files: `python -m models.samples DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from models.samples.files import write_magazine
from models.samples.magazine import magazine


def main(words: list[str] | None = None) -> int:
    """Write the files and print where they are."""
    parser = argparse.ArgumentParser(
        prog="python -m models.samples",
        description="Write the invented magazine: its tables, its settings and its whole truth.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="such as data/magazine")
    for path in write_magazine(parser.parse_args(words).folder, magazine()):
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
