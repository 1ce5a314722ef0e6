"""What is known of leaving while every renewal was made: no law, but the most there may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.lifetimes.base import GIVEN, FitReport
from models.lifetimes.contract import BetaDiscreteWeibull

ALIKE = 1e4  # a + b of people who hardly differ


@dataclass(frozen=True)
class NobodyLeft(BetaDiscreteWeibull):
    """What can be said while everybody renewed: how many leave at most, and of no one else.

    With n renewals due and made, one chance to leave for all has the posterior Beta(1, n + 1)
    under a uniform prior (Laplace's rule of succession): its mean is 1 / (n + 2), and 9 in 10 of it
    lie below about 2.3 / n. How much people differ cannot be told, so they are taken as alike.
    """

    asked: float = 0.0

    @classmethod
    def after(cls, asked: float) -> Self:
        """Return it after so many renewals due and made."""
        report = FitReport(
            True, 0, 0.0, (), False,
            f"Nobody left at {asked:,.0f} renewals, so no law of leaving can be fitted. With 9 in "
            f"10 certainty fewer than {most_leaving(asked):.2%} leave at each; people are taken "
            "as alike.",
        )  # fmt: skip
        share = 1 / (asked + 2)
        fit = replace(GIVEN, log_likelihood=0.0, report=report)
        return cls(share * ALIKE, (1 - share) * ALIKE, asked=asked, fit=fit)

    @property
    def name(self) -> str:
        """What is known."""
        return "nobody left"

    def draws(self, n: int, seed: int) -> tuple[BetaDiscreteWeibull, ...]:
        """Draw the chance to leave that all share from its posterior."""
        shares = np.random.default_rng(seed).beta(1, self.asked + 1, n)
        return tuple(
            BetaDiscreteWeibull(share * ALIKE, (1 - share) * ALIKE) for share in shares.tolist()
        )


def most_leaving(asked: float) -> float:
    """Return below which share 9 in 10 of the posterior lie after renewals that were all made."""
    return float(1 - 0.1 ** (1 / (asked + 1)))
