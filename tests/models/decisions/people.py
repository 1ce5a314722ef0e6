"""Customers of invented shops, counted straight from the purchase log."""

import numpy as np
import pandas as pd

from models.counts import collapse
from models.customers import Customers
from models.lifetimes import fit_paretonbd, fit_spend
from models.samples import FIRST_DAY, shop


def customers_of(log, last_day, *, scale=1.0):
    """Count every customer of a log with one row per purchase day."""
    day = (log["date"] - pd.Timestamp("1970-01-01")).dt.days.to_numpy()
    rows = pd.DataFrame(
        {"customer": log["customer"].to_numpy(), "day": day, "amount": scale * log["amount"]}
    )
    grouped = rows.groupby("customer")
    first, last = grouped["day"].min(), grouped["day"].max()
    orders, amount = grouped["day"].count(), grouped["amount"].sum()
    repeats = rows[rows["day"].to_numpy() > first[rows["customer"]].to_numpy()]
    means = repeats.groupby("customer")["amount"].mean().reindex(first.index)
    frame = pd.DataFrame(
        {
            "customer": first.index,
            "first": first.to_numpy(),
            "last": last.to_numpy(),
            "orders": orders.to_numpy(),
            "amount": amount.to_numpy(float),
            "x": orders.to_numpy() - 1,
            "t_x": (last - first).to_numpy() / 7.0,
            "T": (last_day - first).to_numpy() / 7.0,
            "spend_days": orders.to_numpy() - 1,
            "mean_spend": means.to_numpy(float),
            "older_than_file": np.zeros(len(first), bool),
        }
    )
    return Customers(frame, FIRST_DAY, int(last_day), None)


def company(customers, *, seed, scale=1.0, **options):
    """Return customers, Pareto/NBD and spend of an invented shop."""
    sample = shop(customers, seed=seed, **options)
    people = customers_of(sample.log, sample.last_day, scale=scale)
    counts, _ = collapse(people.frame["x"], people.frame["t_x"], people.frame["T"])
    return people, fit_paretonbd(counts), fit_spend(people)
