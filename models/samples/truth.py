"""What is true of the invented magazine: everything its subscribers, contacts and tests follow.

Retention follows P. S. Fader, B. G. S. Hardie (2007), "How to project customer retention", Journal
of Interactive Marketing 21, 76-90: each person has a chance theta of not renewing, the same every
year, and theta ~ Beta(a, b) across the people of a plan, with the paper's estimates for its
"Regular" and "High End" customers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

Floats = npt.NDArray[np.float64]

_RANKS = (np.arange(20_000) + 0.5) / 20_000


@dataclass(frozen=True)
class Plan:
    """A kind of subscription, paid for a year at a time.

    Attributes
    ----------
    a, b
        Beta law of a subscriber's chance of not renewing.
    published
        Share still there after 1, 2, ... renewals, as the paper observed it.
    weight
        Share of newcomers.
    prices
        (first year it held in, list price per year in euros).
    complaints
        Chance of a delivery complaint within a year, averaged over regions.
    """

    name: str
    a: float
    b: float
    published: tuple[float, ...]
    weight: float
    prices: tuple[tuple[int, float], ...]
    complaints: float

    def chance(self, rank: Floats) -> Floats:
        """Return the chance of not renewing of the person at each rank from 0 (loyal) to 1."""
        return np.asarray(betaincinv(self.a, self.b, rank), np.float64)

    def survival(self, renewals: int, tilt: float = 0.0) -> float:
        """Return the share that makes so many renewals, among newcomers tilted by their channel."""
        stays = (1 - self.chance(_RANKS)) ** renewals
        return float(np.mean(stays * (1 + tilt * (2 * _RANKS - 1))))


@dataclass(frozen=True)
class Channel:
    """A way newcomers come in.

    Attributes
    ----------
    weight
        Share of newcomers.
    tilt
        Newcomers at rank u of their plan (0 most loyal, 1 least) come through this channel
        1 + tilt (2u - 1) times as often as through one with no tilt. Weighted tilts sum to zero,
        so a plan's retention is that of the paper whatever the channels.
    cost
        Euros spent per newcomer in an average month.
    offers
        Chances of each first offer.
    """

    name: str
    weight: float
    tilt: float
    cost: float
    offers: tuple[float, ...]


@dataclass(frozen=True)
class Region:
    """A place, its share of newcomers, and its delivery complaints against the average of 1."""

    country: str
    name: str
    weight: float
    complaints: float


@dataclass(frozen=True)
class Desk:
    """A way to get in touch: share of contacts, share never answered, usual hours to an answer."""

    name: str
    weight: float
    unanswered: float
    hours: float


@dataclass(frozen=True)
class OtherContact:
    """A contact that changes nothing: yearly chance, and how much of it theta takes away."""

    reason: str
    chance: float
    fades: float


PLANS = (
    Plan(
        "Digital", 0.7041, 1.1820,
        (0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241),
        0.55, ((2018, 60.0), (2021, 66.0), (2024, 72.0)), 0.06,
    ),
    Plan(
        "Print + digital", 0.6681, 3.8061,
        (0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491),
        0.45, ((2018, 100.0), (2021, 110.0), (2024, 120.0)), 0.14,
    ),
)  # fmt: skip

FIRST_OFFERS = ("none", "first year 25 % off", "welcome gift")
FIRST_YEAR_DISCOUNT = 0.25

CHANNELS = (
    Channel("website", 0.30, 0.0, 70.0, (0.70, 0.20, 0.10)),
    Channel("kiosk voucher", 0.20, 0.6, 60.0, (0.25, 0.75, 0.00)),
    Channel("recommendation", 0.20, -0.6, 40.0, (0.30, 0.00, 0.70)),
    Channel("social ads", 0.15, 0.2, 120.0, (0.40, 0.60, 0.00)),
    Channel("direct mail", 0.15, -0.2, 140.0, (0.20, 0.50, 0.30)),
)

REGIONS = (
    Region("DE", "North", 0.20, 0.8),
    Region("DE", "East", 0.15, 2.0),
    Region("DE", "South", 0.22, 0.8),
    Region("DE", "West", 0.21, 0.8),
    Region("AT", "Vienna", 0.07, 0.8),
    Region("AT", "Alps", 0.05, 1.2),
    Region("CH", "Zurich", 0.06, 0.8),
    Region("CH", "Geneva", 0.04, 0.8),
)

DESKS = (
    Desk("phone", 0.30, 0.06, 0.2),
    Desk("e-mail", 0.40, 0.22, 14.0),
    Desk("chat", 0.12, 0.12, 0.3),
    Desk("social", 0.12, 0.45, 9.0),
    Desk("shop", 0.06, 0.03, 0.1),
)

COMPLAINT = "delivery complaint"
OTHER_CONTACTS = (
    OtherContact("question", 0.12, 0.0),
    OtherContact("praise", 0.06, 1.0),
    OtherContact("change of address", 0.04, 0.0),
)

# Reasons an offer can answer, by what happened in the year before (nothing, a complaint that was
# answered, one that was not), and those that nothing can.
REASONS = ("price", "no time", "content", "delivery", "other")
REASON_WEIGHTS = (
    (0.36, 0.30, 0.20, 0.02, 0.12),
    (0.27, 0.22, 0.15, 0.27, 0.09),
    (0.15, 0.12, 0.08, 0.60, 0.05),
)
BEYOND_CONTROL = ("moved", "died")
BEYOND_CONTROL_WEIGHTS = (0.6, 0.4)

MONTHS = (1.0, 0.8, 0.9, 0.8, 0.8, 0.7, 0.6, 0.7, 1.1, 1.2, 1.6, 1.8)


@dataclass(frozen=True)
class MagazineTruth:
    """The sizes of everything planted in the invented magazine.

    Attributes
    ----------
    cohorts
        Newcomers of each calendar year from `first_year`, without the corporate subscriber.
    answered, unanswered
        A delivery complaint multiplies a person's own hazard of leaving at the next renewal, which
        is minus the logarithm of the chance to renew, by these; compared with the same person and
        no complaint.
    season
        First and last day of the renewals that were put to the test.
    depth
        Discount on the next year in the test; whoever was offered it and renewed had it.
    save_rate
        Of those who would leave for a reason an offer can answer, the share the test's offer saves.
    beyond_control
        Share of leavers who move or die.
    silent
        Share of leavers who give no reason.
    growth
        Winning k times as many a month costs k^growth times as much for each.
    margin
        Of each euro paid, what is left after paper, print, post and payment.
    noise
        Standard deviation of the logarithm of a month's spending.
    answers_survey
        Share of subscribers with a service rating.
    copies, volume_discount, company_start
        The one corporate subscriber, who is too large to be put at risk and never leaves.
    """

    first_year: int = 2018
    last_day: dt.date = dt.date(2025, 12, 31)
    cohorts: tuple[int, ...] = (1250, 1350, 1550, 1500, 1500, 1550, 1600, 1700)
    answered: float = 1.5
    unanswered: float = 3.0
    season: tuple[dt.date, dt.date] = (dt.date(2022, 9, 1), dt.date(2022, 12, 31))
    depth: float = 0.20
    save_rate: float = 0.40
    beyond_control: float = 0.10
    silent: float = 0.15
    margin: float = 0.65
    growth: float = 0.3
    noise: float = 0.08
    answers_survey: float = 0.6
    copies: int = 300
    volume_discount: float = 0.30
    company_start: dt.date = dt.date(2019, 3, 1)

    @property
    def saved(self) -> float:
        """Of all who would leave, the share that the test's offer saves."""
        return self.save_rate * (1 - self.beyond_control)

    @property
    def unanswered_share(self) -> float:
        """Share of contacts that nobody answers."""
        return sum(desk.weight * desk.unanswered for desk in DESKS)
