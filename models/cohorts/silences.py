"""Silences: how long customers usually pause, and after how long a pause starts to mean goodbye.

A silence ends with the next purchase or with the file. Each is counted once, by its length in days,
so that a million customers are a few thousand numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import narwhals as nw
import numpy as np
import numpy.typing as npt

from models.cohorts.groups import in_order
from models.errors import EvidenceError
from models.periods import DAYS_PER_MONTH
from models.survival import Curve, kaplan_meier
from models.transactions.log import Transactions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STILL_SILENT: Final = "still silent"
STAY_AWAY: Final = 0.8
"""Share who never come back, from which on a silence is taken for a goodbye."""

_FEWEST = 10


@dataclass(frozen=True, eq=False)
class Silences:
    """How long customers were silent after a purchase.

    Attributes
    ----------
    days
        Lengths, increasing, shape `(m,)`.
    ended, running
        How many silences of that length ended with a purchase, and how many last until the end of
        the file; shape `(m,)`.
    span
        Days the file covers.
    """

    days: Ints
    ended: Ints
    running: Ints
    span: int

    @cached_property
    def curve(self) -> Curve:
        """Share of silences that still last, by months; as far as ten were followed."""
        seen, open_ = self.ended > 0, self.running > 0
        whole = kaplan_meier(
            np.concatenate([self.days[seen], self.days[open_]]),
            np.concatenate([np.ones(seen.sum()), np.zeros(open_.sum())]),
            weights=np.concatenate([self.ended[seen], self.running[open_]]),
            quantity=STILL_SILENT,
        )
        return whole.as_far_as(_FEWEST)

    def usual(self, part: float = 0.5) -> int:
        """Return the days within which that part of all repeat purchases came.

        Raises
        ------
        EvidenceError
            When nobody bought twice.
        """
        told = np.cumsum(self.ended)
        if not told[-1]:
            raise EvidenceError(
                "Nobody bought on two days, so there is no usual pause between purchases."
            )
        return int(self.days[np.searchsorted(told, part * told[-1])])

    def coming_back(self, silent_days: npt.ArrayLike) -> Floats:
        """Return the share who came back, as far as was followed, of those silent for so long.

        NaN beyond what was followed.
        """
        asked = np.asarray(silent_days, dtype=np.float64) / DAYS_PER_MONTH
        here = self.curve.share_at(asked)
        end = float(self.curve.share[-1])
        # A curve that reaches 0 has nobody left who could come back.
        back = np.divide(here - end, here, out=np.full(here.shape, np.nan), where=here > 0)
        return np.asarray(back)

    @cached_property
    def goodbye(self) -> int | None:
        """Days of silence after which four in five stay away; None if that takes too long to use.

        Too long is more than a quarter of the file: customers would be called lost whom the file
        could hardly have seen coming back.
        """
        days = np.arange(1, self.span + 1)
        back = self.coming_back(days)
        told = np.flatnonzero(back <= 1 - STAY_AWAY)
        if not len(told) or days[told[0]] > self.span / 4:
            return None
        return int(days[told[0]])

    @cached_property
    def four_in_five(self) -> int | None:
        """Days of silence after which four in five stay away, however long that is."""
        days = np.arange(1, self.span + 1)
        told = np.flatnonzero(self.coming_back(days) <= 1 - STAY_AWAY)
        return int(days[told[0]]) if len(told) else None

    def returned(self, lapse_days: int, within_days: int) -> tuple[float, int]:
        """Return the share of lapsed customers who came back within so many more days.

        Parameters
        ----------
        lapse_days
            Silence after which a customer counts as lapsed.
        within_days
            How much longer they are watched.

        Returns
        -------
        share, lapsed
            NaN where nobody was watched that long; how many silences were that long.
        """
        begins, ends = self.curve.share_at(
            np.array([lapse_days, lapse_days + within_days]) / DAYS_PER_MONTH
        )
        lapsed = int((self.ended + self.running)[self.days > lapse_days].sum())
        return (float(1 - ends / begins) if begins > 0 else float("nan")), lapsed


def silences(transactions: Transactions) -> Silences:
    """Count the silences after every purchase day, of everybody, those older than the file too."""
    gaps = (
        transactions.days()
        .filter(~nw.col("gap").is_null())
        .group_by("gap")
        .agg(times=nw.col("day").count())
        .sort("gap")
        .collect("pyarrow")
        .to_native()
        .to_pandas()
    )
    last = in_order(
        transactions.days().group_by("customer_id").agg(nw.col("day").max())
    )["day"].to_numpy(dtype=np.int64)  # fmt: skip
    span = transactions.last_day - transactions.first_day + 1
    ended = np.bincount(
        gaps["gap"].to_numpy(dtype=np.int64), weights=gaps["times"].to_numpy(), minlength=span + 1
    )
    running = np.bincount(transactions.last_day - last, minlength=span + 1)
    size = max(len(ended), len(running))
    ended, running = (np.pad(v, (0, size - len(v))) for v in (ended, running))
    told = (ended + running) > 0
    return Silences(
        np.flatnonzero(told).astype(np.int64),
        np.rint(ended[told]).astype(np.int64),
        running[told].astype(np.int64),
        span,
    )
