"""How often subscribers renew: beta-geometric and beta-discrete-Weibull for everybody and by plan.

Plans have parameters of their own where a likelihood-ratio test at 5 % tells them apart; a plan
that too few have left is read with everybody's. Where the test asks for it, a person's own chance
to leave changes with time (BdW); the decision engine needs it constant (sBG), so both are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.special import chdtrc

from models.contracts.subscribers import PLAN, Bools, Subscribers
from models.lifetimes.contract import (
    BetaDiscreteWeibull,
    Renewals,
    fit_bdw,
    fit_sbg,
)
from models.lifetimes.nobody_left import NobodyLeft
from models.survival import EVERYONE

DOUBT: Final = 0.05
FEWEST_LEFT: Final = 30


@dataclass(frozen=True, eq=False)
class Retention:
    """The two models of one group of subscribers.

    Attributes
    ----------
    label
        Whose they are.
    customers, left
        How many there are, and how many were seen leaving at a renewal.
    simple, wide
        sBG and BdW.
    """

    label: str
    customers: int
    left: int
    simple: BetaDiscreteWeibull
    wide: BetaDiscreteWeibull

    @property
    def candidates(self) -> tuple[BetaDiscreteWeibull, ...]:
        """What may be chosen: both models, or the one thing that is known while nobody left."""
        return (self.simple,) if self.simple is self.wide else (self.simple, self.wide)

    @cached_property
    def chosen(self) -> BetaDiscreteWeibull:
        """BdW where a likelihood-ratio test at 5 % asks for it, else sBG."""
        gain = 2 * (self.wide.log_likelihood - self.simple.log_likelihood)
        return self.wide if float(chdtrc(1, max(gain, 0.0))) < DOUBT else self.simple


@dataclass(frozen=True, eq=False)
class Retentions:
    """Who is read with which model.

    Attributes
    ----------
    everyone
        All subscribers together.
    plans
        By plan, those with enough leavers; empty when there are no two of them.
    by_plan
        Whether plans are told apart.
    members
        Label -> whose rows of `Subscribers.frame` are read with it.
    """

    everyone: Retention
    plans: Mapping[str, Retention]
    by_plan: bool
    members: Mapping[str, Bools]

    @property
    def used(self) -> Mapping[str, Retention]:
        """The models in use, by label; together they cover everybody."""
        if not self.by_plan:
            return {EVERYONE: self.everyone}
        return {label: self.plans.get(label, self.everyone) for label in self.members}

    @property
    def name(self) -> str:
        """The name of what is used."""
        names = sorted({one.chosen.name for one in self.used.values()}, reverse=True)
        return " and ".join(names) + (" by plan" if self.by_plan else "")

    @property
    def log_likelihood(self) -> float:
        """Of what is used, over the plans with enough leavers."""
        used = self.plans.values() if self.by_plan else (self.everyone,)
        return float(sum(one.chosen.log_likelihood for one in used))


def fit_retention(renewals: Renewals, label: str = EVERYONE) -> Retention:
    """Fit both models to one group; while nobody has left there is nothing to fit."""
    if not renewals.left.any():
        known = NobodyLeft.after(_asked(renewals))
        return Retention(label, round(renewals.customers), 0, known, known)
    return Retention(
        label=label,
        customers=round(renewals.customers),
        left=round(float(renewals.left.sum())),
        simple=fit_sbg(renewals),
        wide=fit_bdw(renewals),
    )


def _asked(renewals: Renewals) -> float:
    """Return how many renewals came due while people were watched, all of which were made."""
    made = np.arange(len(renewals.stayed))
    before = 0.0 if renewals.entered is None else float(made @ renewals.entered)
    return float(made @ renewals.stayed) - before


def fit_retentions(people: Subscribers) -> Retentions:
    """Fit everybody, then each plan, and keep the plans apart if they differ.

    Raises
    ------
    DataError
        When nobody has reached a first renewal.
    """
    everyone = fit_retention(people.renewals())
    members = people.groups(PLAN)
    plans = {
        label: fit_retention(people.renewals(who), label)
        for label, who in members.items()
        if people.frame.loc[who, "left"].sum() >= FEWEST_LEFT
    }
    by_plan = len(plans) > 1 and _differ(people, members, plans)
    everybody = {EVERYONE: np.ones(len(people.frame), bool)}
    return Retentions(everyone, plans, by_plan, members if by_plan else everybody)


def fit_groups(people: Subscribers, by: str) -> dict[str, Retention]:
    """Fit each group of a channel or cohort that enough have left."""
    return {
        label: fit_retention(people.renewals(who), label)
        for label, who in people.groups(by).items()
        if people.frame.loc[who, "left"].sum() >= FEWEST_LEFT
    }


def _differ(
    people: Subscribers, members: Mapping[str, Bools], plans: Mapping[str, Retention]
) -> bool:
    """Return whether plans with enough leavers have parameters of their own (LR test at 5 %)."""
    together = np.any([members[label] for label in plans], axis=0)
    pooled = fit_bdw(people.renewals(together)).log_likelihood
    apart = sum(one.wide.log_likelihood for one in plans.values())
    return float(chdtrc(3 * (len(plans) - 1), max(2 * (apart - pooled), 0.0))) < DOUBT
