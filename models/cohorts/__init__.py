"""Cohorts: what can be counted without any model.

Row work is lazy Narwhals on integer day numbers; Python receives one row per customer, or fewer. A
customer's answer is never revised when the file grows: a later end adds answers and changes none.
"""

from models.cohorts.groups import COHORT
from models.cohorts.returning import (
    PlainFact,
    Repeat,
    buying_again_within,
    first_silence,
    plain_fact,
    second_purchase,
)
from models.cohorts.still_buying import still_buying
from models.cohorts.triangle import (
    DEFINITIONS,
    MEASURES,
    LayerCake,
    Triangle,
    layer_cake,
    triangle,
)

__all__ = [
    "COHORT",
    "DEFINITIONS",
    "MEASURES",
    "LayerCake",
    "PlainFact",
    "Repeat",
    "Triangle",
    "buying_again_within",
    "first_silence",
    "layer_cake",
    "plain_fact",
    "second_purchase",
    "still_buying",
    "triangle",
]
