"""The family of open models: fit them all on the same customers and choose one for the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from models.counts import Counts
from models.lifetimes.base import Lifetimes
from models.lifetimes.bgnbd import BetaGeometric, fit_bgnbd, fit_mbgnbd
from models.lifetimes.cnbd import fit_cnbd
from models.lifetimes.nbd import fit_nbd
from models.lifetimes.paretonbd import fit_paretonbd

FAMILY: Final[Mapping[str, Callable[[Counts], Lifetimes]]] = MappingProxyType(
    {
        "NBD": fit_nbd,
        "Pareto/NBD": fit_paretonbd,
        "BG/NBD": fit_bgnbd,
        "MBG/NBD": fit_mbgnbd,
        "MBG/CNBD-k": fit_cnbd,
    }
)
"""Every open model by name. MBG/CNBD-k needs `counts.log_gaps`."""


def fit_all(counts: Counts, told: Callable[[str], None] | None = None) -> tuple[Lifetimes, ...]:
    """Fit the family, the naive NBD first.

    MBG/CNBD-k is tried when the gaps are known, and kept when some k > 1 beats random buying.

    Parameters
    ----------
    counts
        Collapsed customers.
    told
        Called with each model's name before it is fitted.
    """
    fitted: list[Lifetimes] = []
    for name, fit in FAMILY.items():
        if name == "MBG/CNBD-k":
            continue
        if told:
            told(name)
        fitted.append(fit(counts))
    if counts.log_gaps is not None:
        if told:
            told("MBG/CNBD-k")
        random = next(m for m in fitted if isinstance(m, BetaGeometric) and m.at_once)
        regular = fit_cnbd(counts, first=random)
        if regular.regularity > 1:
            fitted.append(regular)
    return tuple(fitted)


def choose(candidates: Sequence[Lifetimes], customers: int) -> Lifetimes:
    """Return the candidate with the best BIC among those that can count active customers.

    BG/NBD is left out: it calls every one-time buyer a customer for ever. A fit that did not settle
    is chosen only when none did.

    Parameters
    ----------
    candidates
        Fits on the same customers.
    customers
        How many customers they were fitted on.
    """
    able = [m for m in candidates if not (isinstance(m, BetaGeometric) and not m.at_once)]
    settled = [m for m in able if m.report.converged] or able or list(candidates)
    return min(settled, key=lambda m: bayes_criterion(m, customers))


def bayes_criterion(model: Lifetimes, customers: int) -> float:
    """Return -2 log-likelihood + parameters x ln(customers); a fitted k counts as a parameter."""
    free = len(model.parameters)
    if isinstance(model, BetaGeometric) and model.regularity > 1:
        free += 1
    return -2 * model.log_likelihood + free * float(np.log(max(customers, 1)))
