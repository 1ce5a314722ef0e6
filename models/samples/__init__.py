"""Invented companies whose truth is known: the oracle of the recovery tests, and the second demo.

Each generator takes a seed and returns what a real company would export *and* what no real company
can see.
"""

from models.samples.files import write_magazine
from models.samples.magazine import SampleMagazine, magazine
from models.samples.shop import (
    FIRST_DAY,
    ParetoNBDTruth,
    SampleShop,
    SpendTruth,
    exponential_lifetimes,
    shop,
)
from models.samples.truth import MagazineTruth

__all__ = [
    "FIRST_DAY",
    "MagazineTruth",
    "ParetoNBDTruth",
    "SampleMagazine",
    "SampleShop",
    "SpendTruth",
    "exponential_lifetimes",
    "magazine",
    "shop",
    "write_magazine",
]
