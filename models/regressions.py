"""Regressions on time until something is seen: Cox, Weibull, and whether a ratio stays the same.

The door to lifelines for regressions, beside `survival.py` for curves: an estimate with its
covariance is another noun than a curve, and few who draw curves need it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from models.errors import DataError, EvidenceError

Floats = npt.NDArray[np.float64]

_DAYS, _SEEN, _ENTRY, _WEIGHT = "(days)", "(seen)", "(entry)", "(weight)"
_MOST_STEPS = 200  # steps in which the customers of one tied day are taken out one after another
_FIRST_HALF_DAY = 0.5  # Weibull has no density at 0


@dataclass(frozen=True, eq=False)
class Watch:
    """How long each was watched, whether the event was seen, and what goes with it.

    Attributes
    ----------
    days
        Days until the event or the end of observation, shape `(rows,)`.
    seen
        Whether the event was seen, shape `(rows,)`.
    design
        One numeric column per covariate, `(rows, p)`; no column follows from the others.
    weights
        How many customers each row stands for, shape `(rows,)`.
    entry
        Age in days at which each row came under observation; None when all were watched from 0.

    Raises
    ------
    DataError
        For ragged or negative input.
    """

    days: Floats
    seen: npt.NDArray[np.bool_]
    design: pd.DataFrame
    weights: Floats
    entry: Floats | None = None

    def __post_init__(self) -> None:
        entry = np.zeros(len(self.days)) if self.entry is None else self.entry
        sizes = {len(self.days), len(self.seen), len(self.design), len(self.weights), len(entry)}
        if len(sizes) != 1:
            raise DataError("A regression needs one duration, event and weight per row.")
        if not ((self.days >= 0).all() and (entry >= 0).all() and (entry <= self.days).all()):
            raise DataError(
                "Somebody was watched for a negative time: check the start and end dates."
            )

    def part(self, rows: npt.NDArray[np.bool_]) -> Watch:
        """Return some of the rows."""
        entry = None if self.entry is None else self.entry[rows]
        return Watch(
            self.days[rows], self.seen[rows], self.design[rows].reset_index(drop=True),
            self.weights[rows], entry,
        )  # fmt: skip

    def halves(self) -> tuple[Watch, Watch, float]:
        """Return the watch up to the median event, the watch beyond it, and its day.

        Whoever is seen leaving early is not part of the second watch, as in any risk set.
        """
        order = np.argsort(self.days, kind="stable")
        order = order[self.seen[order]]
        reached = np.cumsum(self.weights[order])
        day = float(self.days[order][np.searchsorted(reached, reached[-1] / 2)])
        begun = np.ones(len(self.days), bool) if self.entry is None else self.entry < day
        first = Watch(
            np.minimum(self.days, day), self.seen & (self.days <= day), self.design, self.weights,
            None if self.entry is None else np.minimum(self.entry, day),
        ).part(begun)  # fmt: skip
        return first, self.part(self.days > day), day

    def frame(self) -> pd.DataFrame:
        """Return the rows as lifelines takes them."""
        table = self.design.astype(np.float64)
        table[_DAYS], table[_SEEN], table[_WEIGHT] = self.days, self.seen, self.weights
        if self.entry is not None:
            table[_ENTRY] = self.entry
        return table


@dataclass(frozen=True, eq=False)
class Ratios:
    """Log ratios with their covariance.

    Attributes
    ----------
    names
        Covariates, in the order of the arrays.
    log_ratios
        Per unit of the covariate, shape `(p,)`: of the rate (Cox) or of the time (Weibull).
    covariance
        Shape `(p, p)`.
    log_likelihood
        Cox: partial, with Efron's correction for ties; Weibull: total.
    concordance
        How often, of two customers, the one with the higher rate is seen first.
    """

    names: tuple[str, ...]
    log_ratios: Floats
    covariance: Floats
    log_likelihood: float
    concordance: float


def collapse(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the different rows with the column `weight`, so that a fit costs what they cost."""
    return rows.groupby(list(rows.columns), as_index=False, sort=True, observed=True).size().rename(
        columns={"size": "weight"}
    )  # fmt: skip


def cox(watch: Watch) -> Ratios:
    """Fit proportional rates.

    Raises
    ------
    EvidenceError
        When the rows carry no estimate: too few events, or a group that settles everything.

    References
    ----------
    Cox, D. R. (1972). Regression models and life-tables. JRSS B 34. Ties: Efron (1977), JASA 72.
    """
    from lifelines import CoxPHFitter  # imported on first use: it takes a second

    # lifelines can go through the ties in one batch only where everybody is watched from 0.
    batch = None if watch.entry is not None else True
    return _fitted(CoxPHFitter(), watch, "log_likelihood_", batch_mode=batch)


def weibull(watch: Watch) -> Ratios:
    """Fit accelerated times: how many times as long it lasts, under a Weibull law.

    Raises
    ------
    EvidenceError
        When the rows carry no estimate.

    References
    ----------
    Kalbfleisch, J. D. and Prentice, R. L. (2002). The Statistical Analysis of Failure Time Data.
    """
    from lifelines import WeibullAFTFitter

    later = Watch(
        np.maximum(watch.days, _FIRST_HALF_DAY), watch.seen, watch.design, watch.weights,
        watch.entry,
    )  # fmt: skip
    return _fitted(WeibullAFTFitter(), later, "log_likelihood_")


class _Fitter(Protocol):
    """What lifelines' regressions have in common."""

    params_: pd.Series[float]
    variance_matrix_: pd.DataFrame
    concordance_index_: float

    def fit(self, df: pd.DataFrame, **settings: object) -> object: ...


def _fitted(fitter: _Fitter, watch: Watch, likelihood: str, **how: object) -> Ratios:
    names = list(watch.design.columns)
    if not watch.seen.any():  # as in the second half of a watch that ends with its median event
        raise _no_estimate(watch)
    settings: dict[str, Any] = {"duration_col": _DAYS, "event_col": _SEEN, "weights_col": _WEIGHT}
    if watch.entry is not None:
        settings["entry_col"] = _ENTRY
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what went wrong is judged below, from the numbers
        try:
            fitter.fit(watch.frame(), **settings, **how)
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as reason:
            raise _no_estimate(watch) from reason
    found: pd.Series[float] = fitter.params_
    spread: pd.DataFrame = fitter.variance_matrix_
    if found.index.nlevels > 1:  # Weibull: of the scale, not of the shape
        found = found[found.index.get_level_values(0) == "lambda_"].droplevel(0)
        spread = spread.loc[["lambda_"], ["lambda_"]].droplevel(0, axis=0).droplevel(0, axis=1)
    values = np.asarray(found[names], dtype=np.float64)
    covariance = spread.loc[names, names].to_numpy(np.float64)
    if not (np.isfinite(values).all() and (np.diag(covariance) > 0).all()):
        raise _no_estimate(watch)
    return Ratios(
        tuple(names), values, covariance, float(getattr(fitter, likelihood)),
        float(fitter.concordance_index_),
    )  # fmt: skip


def _no_estimate(watch: Watch) -> EvidenceError:
    events = int(watch.weights[watch.seen].sum())
    return EvidenceError(
        f"{int(watch.weights.sum()):,} customers and {events:,} events do not tell "
        f"{watch.design.shape[1]} influences apart. Choose fewer columns, or bring a longer file."
    )


def changes_with_age(
    watch: Watch, fitted: Ratios, groups: Sequence[Sequence[str]]
) -> tuple[float, ...]:
    """Test for each group of columns whether its ratios stay the same as customers grow older.

    Grambsch and Therneau's score test with the exact information of the model that adds
    `covariate x g(age)`, g = 1 - Kaplan-Meier, ties as Efron; lifelines' own statistic replaces the
    information at each event by its average and comes out too large.

    Parameters
    ----------
    watch, fitted
        What was fitted by `cox`, and the estimate.
    groups
        Columns tested together: those of one attribute.

    Returns
    -------
    tuple of float
        A p-value per group.

    References
    ----------
    Grambsch, P. M. and Therneau, T. M. (1994). Proportional hazards tests and diagnostics based on
    weighted residuals. Biometrika 81. Score form: Therneau, survival 3.0, `cox.zph`.
    """
    score, information, age = _by_event_day(watch, fitted.log_ratios)
    plain = information.sum(0)
    crossed = np.einsum("k,kij->ij", age, information)
    slopes = np.einsum("k,kij->ij", age**2, information)
    through = np.linalg.solve(plain, crossed)
    departure = age @ score - score.sum(0) @ through
    spread = slopes - crossed @ through
    answers = []
    for group in groups:
        at = [fitted.names.index(name) for name in group]
        part = departure[at]
        square = float(part @ np.linalg.lstsq(spread[np.ix_(at, at)], part, rcond=None)[0])
        answers.append(float(stats.chi2.sf(square, len(at))))
    return tuple(answers)


def _by_event_day(watch: Watch, log_ratios: Floats) -> tuple[Floats, Floats, Floats]:
    """Return score `(m, p)`, information `(m, p, p)` and g `(m,)` at each of m event days."""
    x = watch.design.to_numpy(np.float64)
    x = x - np.average(x, axis=0, weights=watch.weights)
    rate = watch.weights * np.exp(x @ log_ratios)
    days = np.unique(watch.days[watch.seen])
    last = np.searchsorted(days, watch.days, side="right")  # in the risk sets before this one
    first = None if watch.entry is None else np.searchsorted(days, watch.entry, side="right")
    died = np.where(watch.seen, last - 1, len(days))

    def at_risk(values: Floats) -> Floats:
        """Add up over who is watched on each event day."""
        total = _sums(last, values, len(days) + 1)[::-1].cumsum(0)[::-1][1:]
        if first is not None:
            total -= _sums(first, values, len(days) + 1)[::-1].cumsum(0)[::-1][1:]
        return total

    def of_events(values: Floats) -> Floats:
        return _sums(died, values, len(days) + 1)[:-1]

    one = np.ones((len(x), 1))
    events = of_events(watch.weights[:, None] * one)[:, 0]
    share = 1 - events / at_risk(watch.weights[:, None] * one)[:, 0]
    before = np.concatenate([[1.0], np.cumprod(share)[:-1]])
    s0, d0 = at_risk(rate[:, None])[:, 0], of_events((rate * watch.seen)[:, None])[:, 0]
    s1, d1 = at_risk(rate[:, None] * x), of_events((rate * watch.seen)[:, None] * x)
    (a, b), (c, e, f) = _efron(s0, d0, events)
    score = of_events((watch.weights * watch.seen)[:, None] * x) - a[:, None] * s1 + b[:, None] * d1
    information = np.empty((len(days), x.shape[1], x.shape[1]))
    for j in range(x.shape[1]):
        moved = (rate * x[:, j])[:, None] * x
        information[:, j] = a[:, None] * at_risk(moved) - b[:, None] * of_events(
            moved * watch.seen[:, None]
        )
    information -= c[:, None, None] * _outer(s1, s1) + f[:, None, None] * _outer(d1, d1)
    information += e[:, None, None] * (_outer(s1, d1) + _outer(d1, s1))
    return score, information, 1 - before


def _sums(place: npt.NDArray[np.intp], values: Floats, size: int) -> Floats:
    """Add up rows by place, shape `(size, columns)`."""
    return np.stack([np.bincount(place, column, size) for column in values.T], axis=1)


def _outer(left: Floats, right: Floats) -> Floats:
    return left[:, :, None] * right[:, None, :]


def _efron(
    s0: Floats, d0: Floats, events: Floats
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats, Floats]]:
    """Return, per event day, sums over its events taken out one by one.

    With f = 0, 1/d, ..., (d-1)/d and n = s0 - f d0: sums of 1/n and f/n, then of 1/n^2, f/n^2 and
    f^2/n^2. Of more than 200 events every so many stand for their neighbours.
    """
    steps = np.minimum(np.rint(events), _MOST_STEPS).astype(np.int64)
    day = np.repeat(np.arange(len(events)), steps)
    place = np.arange(len(day)) - np.repeat(np.cumsum(steps) - steps, steps)
    many = (events / steps)[day]
    # The middle of the run of events that one step stands for; f = place / d where it stands for 1.
    f = (place * many + (many - 1) / 2) / events[day]
    n = s0[day] - f * d0[day]

    def added(values: Floats) -> Floats:
        return _sums(day, (many * values)[:, None], len(events))[:, 0]

    return (added(1 / n), added(f / n)), (added(1 / n**2), added(f / n**2), added(f**2 / n**2))
