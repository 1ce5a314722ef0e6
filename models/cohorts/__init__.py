"""Cohorts: what can be counted without any model.

Row work is lazy Narwhals on integer day numbers; Python receives one row per customer, or fewer. A
customer's answer is never revised when the file grows: a later end adds answers and changes none.
"""

from models.cohorts.grid import DEFINITIONS, MEASURES, SUBSCRIBED, LayerCake, Triangle
from models.cohorts.groups import BASKET, CALENDARS, COHORT, DISCOUNT, comparable
from models.cohorts.returning import (
    PlainFact,
    Repeat,
    after_second,
    buying_again_within,
    first_silence,
    plain_fact,
    second_purchase,
    second_purchase_differences,
)
from models.cohorts.silences import Silences, silences
from models.cohorts.still_buying import still_buying
from models.cohorts.stretches import RetentionChange, retention_change
from models.cohorts.triangle import layer_cake, triangle

__all__ = [
    "BASKET",
    "CALENDARS",
    "COHORT",
    "DEFINITIONS",
    "DISCOUNT",
    "MEASURES",
    "SUBSCRIBED",
    "LayerCake",
    "PlainFact",
    "Repeat",
    "RetentionChange",
    "Silences",
    "Triangle",
    "after_second",
    "buying_again_within",
    "comparable",
    "first_silence",
    "layer_cake",
    "plain_fact",
    "retention_change",
    "second_purchase",
    "second_purchase_differences",
    "silences",
    "still_buying",
    "triangle",
]
