"""Every curve of the analysis, by what it shows and whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from models.analysis import Analysis
from models.cohorts import COHORT, second_purchase, still_buying
from models.cohorts.groups import Group, groups
from models.counts import collapse
from models.errors import TenureError
from models.leaving import model_curve, still_a_customer
from models.survival import EVERYONE, Curve

ALL: Final = "all"


def curves(analysis: Analysis) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the curves, and a sentence for each one the file cannot carry.

    Returns
    -------
    by_key, missing
        `survival` (share still a customer), `survival_model` (the same by the fitted model),
        `still_buying` and `second_purchase`, each by label: `all`, then `2010-Q1` and so on.
    """
    log, people = analysis.transactions, analysis.customers
    found: dict[str, dict[str, Any]] = {}
    missing: list[str] = []

    def keep(key: str, make: Callable[[], Iterable[Curve]]) -> None:
        by_label = found.setdefault(key, {})
        try:
            by_label.update(labelled(make()))
        except TenureError as reason:
            missing.append(str(reason))

    for group in groups(log, people, COHORT, include_older=False):
        keep("survival", partial(_still_a_customer, analysis, group))
    keep("survival_model", lambda: (model_curve(analysis.lifetimes, analysis.counts),))
    keep("still_buying", lambda: still_buying(log, people, by=COHORT))
    keep("second_purchase", lambda: second_purchase(log, people, by=COHORT))
    return found, list(dict.fromkeys(missing))


def _still_a_customer(analysis: Analysis, group: Group) -> tuple[Curve]:
    """Estimate the curve of leaving of some of the customers."""
    frame = analysis.customers.frame.loc[group.members]
    counts, _ = collapse(frame["x"], frame["t_x"], frame["T"])
    return (still_a_customer(counts, analysis.lifetimes, label=group.label),)


def labelled(made: Iterable[Curve]) -> dict[str, dict[str, Any]]:
    """Return curves by label, `all` for everyone's, as JSON has them."""
    return {_label(curve.label): _plotted(curve) for curve in made}


def _label(label: str) -> str:
    return ALL if label == EVERYONE else label


def _plotted(curve: Curve) -> dict[str, Any]:
    return {
        "quantity": curve.quantity,
        "months": curve.months,
        "share": curve.share,
        "low": curve.low,
        "high": curve.high,
        "followed": curve.followed,
    }
