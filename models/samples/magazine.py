"""The invented magazine: subscribers with known truth, as the files it would export.

See `truth.py` for what is planted, `membership.py` for the people and `books.py` for the files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.samples import books
from models.samples.membership import Lives, People, live, newcomers
from models.samples.truth import MagazineTruth

SEED = 20_251_231  # the last day of the file


@dataclass(frozen=True, eq=False)
class SampleMagazine:
    """An invented subscription company.

    Attributes
    ----------
    subscriptions, contacts, acquisition_spend
        The three files, one row per subscription, per contact, per month and channel. Dates are
        text (`2018-01-31`), blanks are empty text, money is euros; money per year in
        `subscriptions` is for all copies together.
    hidden
        What no real company can see, one row per subscription in the same order: `chance` of not
        renewing (theta), `undisturbed` chance to renew after a quiet year, `saved` by the offer.
    truth
        What was planted.
    seed
        What it was drawn with.
    """

    subscriptions: pd.DataFrame
    contacts: pd.DataFrame
    acquisition_spend: pd.DataFrame
    hidden: pd.DataFrame
    truth: MagazineTruth
    seed: int

    @property
    def cost_of_a_newcomer(self) -> float:
        """Euros spent per newcomer over the last calendar year."""
        return books.cost_of_a_newcomer(self.acquisition_spend, self.truth.last_day)


def magazine(*, seed: int = SEED, truth: MagazineTruth | None = None) -> SampleMagazine:
    """Draw the magazine's subscribers, contacts and spending.

    Parameters
    ----------
    seed
        Makes the company reproducible; the shipped one has the default.
    truth
        What to plant; that of the shipped company by default.
    """
    truth = truth or MagazineTruth()
    people = newcomers(truth, seed)
    lives = live(people, truth, seed)
    return SampleMagazine(
        subscriptions=books.subscriptions(people, lives, truth, seed),
        contacts=books.contacts(people, lives, truth, seed),
        acquisition_spend=books.acquisition_spend(people, truth, seed),
        hidden=_hidden(people, lives),
        truth=truth,
        seed=seed,
    )


def _hidden(people: People, lives: Lives) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subscriber_id": books.names(people),
            "chance": people.chance,
            "undisturbed": lives.undisturbed,
            "saved": np.asarray(lives.saved),
        }
    )
