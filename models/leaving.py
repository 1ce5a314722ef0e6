"""Still a customer: the curve of leaving when nobody announces it.

Three readings, each named for what it is: the self-consistent curve, which assumes no shape of
lifetimes; the fitted model's own curve; and two popular rules that are wrong, kept to show by how
much. How the self-consistent curve is found is in `unseen.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.counts import Counts
from models.danger import DangerousMonth, Risk, risk_of_leaving
from models.errors import EvidenceError
from models.lifetimes.base import Lifetimes
from models.periods import DAYS_PER_WEEK, WEEKS_PER_MONTH
from models.survival import EVERYONE, LEVEL, Curve, kaplan_meier
from models.unseen import find_goodbyes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STILL_A_CUSTOMER = "still a customer"
NAMED_WRONG = "named wrong method"

_SILENCE_TO_TELL = 2
_FEWEST = 10
_MOST_POINTS = 60


@dataclass(frozen=True, eq=False)
class Leaving:
    """What the silences of a company tell about leaving.

    Attributes
    ----------
    curve
        Share still a customer by age.
    risk
        Share leaving by month of age; None where the months are too many to be told apart.
    """

    curve: Curve
    risk: Risk | None

    @property
    def dangerous(self) -> tuple[DangerousMonth, ...]:
        """Months that lose more customers than those around them; often none."""
        return self.risk.dangerous if self.risk else ()


def still_a_customer(
    counts: Counts, lifetimes: Lifetimes, *, label: str = EVERYONE, resamples: int = 200
) -> Curve:
    """Return the curve of `find_leaving`."""
    return find_leaving(counts, lifetimes, label=label, resamples=resamples).curve


def find_leaving(
    counts: Counts,
    lifetimes: Lifetimes,
    *,
    label: str = EVERYONE,
    resamples: int = 200,
    seed: int = 1,
    level: float = LEVEL,
) -> Leaving:
    """Estimate the share still a customer by age, without assuming a shape of lifetimes.

    The purchase rates of a fitted model tell how telling a silence is; everything else comes from
    the histories. The curve ends at the last whole month after which ten customers were watched for
    two more, since a goodbye shows only in the silence after it, and never goes beyond the longest
    `T`. It assumes that purchases come at random while somebody is a customer: clockwork buyers,
    who give themselves away sooner, bias it.

    Parameters
    ----------
    counts
        Histories of all customers, or of a group of them.
    lifetimes
        A fitted model with gamma purchase rates (`r`, `alpha`); both are estimated anew.
    label
        Whose curve it is.
    resamples, seed
        Bootstraps of the counts behind the band.
    level
        Level of the band.

    Raises
    ------
    EvidenceError
        When customers were watched too briefly, or nobody ever bought twice.
    """
    months = _months_seen(counts, label)
    r, alpha = _purchase_rates(lifetimes)
    found = find_goodbyes(counts, r, alpha, _whole_months(counts) * WEEKS_PER_MONTH)
    seen = slice(0, len(months))
    redrawn = found.resampled(resamples, seed)
    share = np.clip(found.survival[seen], 0, 1)
    low, high = np.quantile(redrawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    low, high = _opened(low, high)[seen], high[seen]
    curve = Curve(
        label,
        STILL_A_CUSTOMER,
        months,
        share,
        np.clip(np.minimum(low, share), 0, 1),
        np.clip(np.maximum(high, share), 0, 1),
        _followed(counts, months),
        level,
        smooth=True,
    )
    monthly = len(months) < 2 or months[1] == 1
    risk = risk_of_leaving(redrawn[:, seen], share, curve.followed) if monthly else None
    return Leaving(curve, risk)


def model_curve(
    lifetimes: Lifetimes,
    counts: Counts,
    *,
    months: int | None = None,
    label: str = EVERYONE,
    drawn: Sequence[Lifetimes] | None = None,
    level: float = LEVEL,
) -> Curve:
    """Return the fitted model's share still a customer: drawn dashed, and free to run on.

    Parameters
    ----------
    lifetimes
        Any fitted model.
    counts
        The histories it was fitted on, for how many were followed this long.
    months
        Where the curve ends; by default at the longest history. What lies beyond is a forecast,
        with nobody followed.
    label, level
        See `Curve`.
    drawn
        Equally likely alternatives to the model, for the band; 200 new draws by default, which cost
        more than everything else here.
    """
    ends = math.floor(counts.T.max() / WEEKS_PER_MONTH) if months is None else months
    grid = np.arange(max(ends, 1) + 1, dtype=np.float64)
    weeks = grid * WEEKS_PER_MONTH
    share = np.clip(lifetimes.survival(weeks), 0, 1)
    others = lifetimes.draws(200, seed=1) if drawn is None else drawn
    curves = np.stack([np.clip(m.survival(weeks), 0, 1) for m in others])
    low, high = np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Curve(
        label,
        f"{STILL_A_CUSTOMER} ({lifetimes.name} model)",
        grid,
        share,
        np.minimum(low, share),
        np.maximum(high, share),
        _followed(counts, grid),
        level,
        smooth=True,
    )


def censored_at_last_purchase(counts: Counts, silence_weeks: float = 26) -> Curve:
    """Return a named wrong method: gone at the last purchase if silent, and watched no longer.

    Every one-time buyer leaves at age 0, and those still buying are forgotten at their last
    purchase, so the share is far too low and moves with the day of viewing.
    """
    return _dated_at_last_purchase(counts, counts.t_x, counts.T - counts.t_x > silence_weeks)


def silence_rule(counts: Counts, silence_weeks: float = 26) -> Curve:
    """Return a named wrong method: gone at the last purchase, judged a silence before the end.

    Ending the follow-up early makes the silences comparable and cures nothing: whoever pauses is
    taken for gone, at the wrong date.
    """
    watched = np.maximum(counts.T - silence_weeks, 0.0)
    return _dated_at_last_purchase(
        counts, np.minimum(counts.t_x, watched), counts.t_x < counts.T - silence_weeks
    )


def _opened(low: Floats, high: Floats) -> Floats:
    """Return the lower end, opened where the band has no width.

    A first month in which the estimate puts no goodbye is empty in every bootstrap too, though it
    can hardly be told from the next: there the band opens on a straight line.
    """
    line = np.concatenate([low[:1], (low[:-2] + low[2:]) / 2, low[-1:]])
    return np.where(high - low < 1e-3, np.minimum(line, low), low)


def _dated_at_last_purchase(counts: Counts, weeks: Floats, gone: npt.NDArray[np.bool_]) -> Curve:
    return kaplan_meier(
        np.rint(weeks * DAYS_PER_WEEK),
        gone,
        label=NAMED_WRONG,
        quantity=STILL_A_CUSTOMER,
        weights=counts.n,
    )


def _purchase_rates(lifetimes: Lifetimes) -> tuple[float, float]:
    parameters = lifetimes.parameters
    if not {"r", "alpha"} <= set(parameters):
        raise EvidenceError(
            f"The {lifetimes.name} model has no gamma purchase rate (r, alpha) to read silences "
            "with: give a fitted Pareto/NBD or one of its relatives."
        )
    return parameters["r"], parameters["alpha"]


def _months_seen(counts: Counts, label: str) -> Floats:
    """Return the months the curve may speak of, or refuse."""
    months = _whole_months(counts)
    enough = min(_FEWEST, counts.customers)
    told = _followed(counts, months + _SILENCE_TO_TELL) >= enough
    if told.sum() < 2:
        raise EvidenceError(
            f"The customers of '{label}' were watched for {counts.T.max():.0f} weeks at most, too "
            "briefly to tell a goodbye from a pause: wait until at least ten have been watched for "
            "three months, or look at second purchases."
        )
    if not (counts.x > 0).any():
        raise EvidenceError(
            f"Nobody of '{label}' bought on two days, so a silence tells nothing: look at second "
            "purchases in a larger group."
        )
    return months[told]


def _whole_months(counts: Counts) -> Floats:
    """Return whole months up to the longest history, a few at a time when it is very long."""
    most = math.floor(counts.T.max() / WEEKS_PER_MONTH)
    return np.arange(0, most + 1, max(1, math.ceil(most / _MOST_POINTS)), dtype=np.float64)


def _followed(counts: Counts, months: Floats) -> Ints:
    order = np.argsort(counts.T)
    watched = np.concatenate([[0], np.cumsum(counts.n[order])])
    before = np.searchsorted(counts.T[order], months * WEEKS_PER_MONTH - 1e-9)
    return np.asarray(watched[-1] - watched[before], dtype=np.int64)
