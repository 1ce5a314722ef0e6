"""(M)BG/CNBD-k: buyers more regular than chance, with k chosen by the likelihood.

Reference: M. Platzer, T. Reutterer (2016), "Ticking away the moments: timing regularity helps to
better predict customer activity", Marketing Science 35, 779-799.
"""

from __future__ import annotations

from models.counts import Counts
from models.errors import DataError
from models.lifetimes.bg_likelihood import Kind
from models.lifetimes.bgnbd import BetaGeometric, fit_beta_geometric

MOST_REGULAR = 12
"""Largest k tried; weekly shoppers on a fixed day stand at about 8."""

_PATIENCE = 2


def fit_cnbd(
    counts: Counts, *, at_once: bool = True, first: BetaGeometric | None = None
) -> BetaGeometric:
    """Fit MBG/CNBD-k (BG/CNBD-k when not `at_once`) for k = 1, 2, ... and keep the likeliest.

    The search stops after two k in a row below the best.

    Parameters
    ----------
    counts
        Collapsed customers with `log_gaps`.
    at_once
        Whether the first purchase can be the last.
    first
        The k = 1 fit, when it is already there.

    Raises
    ------
    DataError
        When `counts.log_gaps` is not known: triples alone cannot tell regular from random buying.
    """
    if counts.log_gaps is None:
        raise DataError(
            "These counts do not carry the sum of the logs of the gaps between purchases, without "
            "which regular buying cannot be told from random: collapse with log_gaps=..."
        )
    best = latest = first or fit_beta_geometric(counts, Kind(1, at_once))
    worse = 0
    for k in range(2, MOST_REGULAR + 1):
        latest = fit_beta_geometric(counts, Kind(k, at_once), near=latest)
        better = latest.log_likelihood > best.log_likelihood
        best, worse = (latest, 0) if better else (best, worse + 1)
        if worse == _PATIENCE:
            break
    return best
