"""Small curves, triangles and layer cakes to draw, and what a figure says."""

import re

import numpy as np

from models.cohorts import LayerCake, Triangle
from models.survival import EVERYONE, Curve


def curve(label=EVERYONE, rate=0.08, customers=900, months=24, *, smooth=False):
    when = np.arange(0, months + 1, dtype=float)
    share = np.exp(-rate * when)
    return Curve(
        label=label,
        quantity="still a customer",
        months=when,
        share=share,
        low=share * 0.9,
        high=np.minimum(share * 1.05, 1),
        followed=np.linspace(customers, customers // 10, len(when)).astype(np.int64),
        smooth=smooth,
    )


def grid(**changes):
    values = np.array([[1.0, 0.40, 0.30], [1.0, 0.50, np.nan], [1.0, np.nan, np.nan]])
    settings = {
        "period": "quarter",
        "measure": "customers",
        "definition": "in",
        "cohorts": ("2010-Q1", "2010-Q2", "2010-Q3"),
        "customers": np.array([1184, 816, 587]),
        "values": values,
        "totals": values,
        "average": np.array([1.0, 0.50, np.nan]),
        "unfinished": np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=bool),
        "older": np.array([True, False, False]),
    }
    return Triangle(**settings | changes)


def cake(unfinished=(False, False), older=(False, False)):
    return LayerCake(
        periods=("2010-Q1", "2010-Q2"),
        layers=("2010-Q1", "2010-Q2"),
        revenue=np.array([[100.0, 60.0], [np.nan, 40.0]]),
        unfinished=np.array(unfinished),
        older=np.array(older),
    )


def words(chart):
    """Everything a figure writes, without its markup."""
    texts = [note.text for note in chart.layout.annotations]
    return [re.sub(r"<[^>]+>", "", text) for text in texts]
