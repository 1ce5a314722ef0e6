"""When newcomers must arrive: the renewal equation, replacements of replacements included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calendar:
    """Arrivals that hold a target, period by period from 1; shape `(K, periods)` each.

    Attributes
    ----------
    arriving
        Newcomers who come in each period.
    held
        What is there at the end of each period, in the unit of the target.
    gap
        What is missing of the target; positive only until the first campaign has caught up.
    """

    arriving: Floats
    held: Floats
    gap: Floats


def arrivals(
    existing: npt.ArrayLike,
    kernel: npt.ArrayLike,
    target: npt.ArrayLike,
    *,
    lead: int = 0,
    pipeline: float = 0.0,
    spread: int = 1,
) -> Calendar:
    """Return the newcomers that hold a target.

    Parameters
    ----------
    existing
        What is left of today's customers after 1, 2, ... periods, shape `(K, periods)`.
    kernel
        What one newcomer adds 0, 1, ... periods after arriving, shape `(K, >= periods)`; for a
        number of customers the share still there, for revenue what they bring.
    target
        What to hold in each period, shape `(K, periods)` or one number.
    lead
        Periods before a campaign begun today brings anybody.
    pipeline
        Newcomers a period who come within the lead time, on their way already.
    spread
        Periods over which the gap of the lead time is caught up; 1 is at once.

    Notes
    -----
    ``n_t = max(0, target_t - E_t - sum_{u<t} n_u k(t - u)) / k(0)`` after the lead time. Sizing by
    today's share of leavers for ever buys too many: those who remain are the loyal ones.
    """
    left, adds, wanted = (
        np.atleast_2d(np.asarray(one, np.float64)) for one in (existing, kernel, target)
    )
    rows, periods = left.shape
    wanted = np.broadcast_to(wanted, left.shape)
    adds = np.broadcast_to(adds, (rows, adds.shape[1]))
    arriving, held = np.zeros((rows, periods)), np.zeros((rows, periods))
    missing = np.zeros(rows)
    for t in range(periods):
        there = left[:, t] + np.einsum("ku,ku->k", arriving[:, :t], adds[:, 1 : t + 1][:, ::-1])
        if t < lead:
            arriving[:, t] = pipeline
        else:
            allowed = missing * max(0.0, 1 - (t - lead + 1) / spread)
            short = np.maximum(wanted[:, t] - allowed - there, 0.0)
            arriving[:, t] = short / adds[:, 0]
        held[:, t] = there + arriving[:, t] * adds[:, 0]
        if t == lead - 1:
            missing = np.maximum(wanted[:, t] - held[:, t], 0.0)
    return Calendar(arriving, held, np.maximum(wanted - held, 0.0))
