"""How long subscribers stay: Kaplan-Meier for what was seen, the fitted model to continue it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from models.comparing import Difference, compare_times, lives
from models.contracts.cuts import coded, cut
from models.contracts.fits import Retention
from models.contracts.subscribers import Bools, Subscribers
from models.danger import Risk, risk_when_seen
from models.errors import EvidenceError
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR
from models.survival import EVERYONE, LEVEL, Curve, kaplan_meier

MODEL: Final = "still a customer, by the model"
YEARS_SHOWN: Final = 10
FEWEST: Final = 10


def staying(people: Subscribers, by: str | tuple[str, ...] | None = None) -> tuple[Curve, ...]:
    """Return the share still subscribed by months since the start, of everybody or by group.

    Parameters
    ----------
    people
        The subscribers. Those watched for one period only enter at the age they had before it.
    by
        What to compare by, see `cuts.cut`; everybody in one curve by default.
    """
    if by is None:
        return (_curve(people, EVERYONE, np.ones(len(people.frame), bool)),)
    found = []
    for label, who in cut(people, by).items():
        try:
            found.append(_curve(people, label, who))
        except EvidenceError:  # observed too late to be followed; the others are
            continue
    return tuple(found)


def staying_differences(people: Subscribers, by: str | tuple[str, ...]) -> tuple[Difference, ...]:
    """Put how long each group stayed against everybody else; groups of ten or more."""
    groups = {label: who for label, who in cut(people, by).items() if who.sum() >= FEWEST}
    if len(groups) < 2:
        return ()
    frame = people.frame
    entry = frame["entry_days"].to_numpy() if people.delayed else None
    codes = coded(groups, len(frame))
    return compare_times(
        lives(frame["age_days"], frame["observed"], codes, tuple(groups), entry_days=entry)
    )


def renewing(people: Subscribers) -> Risk:
    """Return the share leaving at each renewal, of those whose renewal came due.

    The first stands apart: whoever only wanted to try leaves there. Up to twelve renewals are not
    smoothed at all.

    Raises
    ------
    EvidenceError
        When fewer than ten have reached a second renewal.
    """
    frame = people.frame
    made = frame["renewals"].to_numpy(np.float64)
    left = frame["left"].to_numpy(bool)
    entry = None
    if people.delayed:
        length = people.period_months * DAYS_PER_MONTH
        entered = np.rint(frame["entry_days"].to_numpy() / length)
        entry = np.minimum(entered, made) * DAYS_PER_MONTH
    steps = kaplan_meier((made + left) * DAYS_PER_MONTH, left, entry_days=entry).as_far_as(FEWEST)
    if steps.ends < 2:
        raise EvidenceError(
            "Fewer than ten subscribers have reached a second renewal, so no renewal can be "
            "compared with another yet."
        )
    few = int(steps.ends)
    return risk_when_seen(steps, unit="renewal", apart=1 if few > MONTHS_PER_YEAR else few)


def _curve(people: Subscribers, label: str, who: Bools) -> Curve:
    frame = people.frame[who]
    entry = frame["entry_days"].to_numpy() if people.delayed else None
    whole = kaplan_meier(
        frame["age_days"].to_numpy(), frame["observed"].to_numpy(), label=label, entry_days=entry
    )
    # Between two leavings nothing moves but the number followed, which is asked for whole months.
    moves = np.diff(whole.share, prepend=np.nan) != 0
    moves[np.searchsorted(whole.months, np.arange(whole.ends))] = True
    moves[-1] = True
    return replace(
        whole,
        **{name: getattr(whole, name)[moves]
           for name in ("months", "share", "low", "high", "followed")},
    )  # fmt: skip


def model_staying(people: Subscribers, fitted: Retention, draws: int, seed: int) -> Curve:
    """Return the chosen model's share still there after each renewal, with its 80 % band."""
    periods = YEARS_SHOWN * MONTHS_PER_YEAR // people.period_months
    t = np.arange(max(periods, int(people.frame["renewals"].max()) + 1) + 1)
    share = fitted.chosen.survival(t)
    drawn = np.stack([one.survival(t) for one in fitted.chosen.draws(draws, seed)])
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    made = people.frame["renewals"].to_numpy()
    return Curve(
        label=fitted.label,
        quantity=MODEL,
        months=np.asarray(t * people.period_months, np.float64),
        share=share,
        low=np.minimum(low, share),
        high=np.maximum(high, share),
        followed=np.array([(made >= one).sum() for one in t], dtype=np.int64),
    )
