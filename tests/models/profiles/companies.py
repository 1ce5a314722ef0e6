"""Companies whose truth is known: traits drawn at random, outcomes planted on some of them."""

import numpy as np

from models.profiles.traits import Trait
from models.profiles.won import VALUE, Outcome, Won

COUNTRIES = ("Germany", "France", "Italy", "Spain")


def trait(name, levels, codes, *, edges=(), targetable=True):
    return Trait(name, name.capitalize(), levels, codes, name + " {}", edges, targetable=targetable)


def company(seed, customers=1200, *, planted=True, noise=6, spread=1.2):
    """Heavy-tailed worth; Germans bring twice as much, small first orders half, others the same.

    `noise` further traits have nothing to do with worth.
    """
    rng = np.random.default_rng(seed)
    country = rng.choice(4, customers, p=[0.25, 0.35, 0.25, 0.15])
    order = rng.choice(4, customers, p=[0.3, 0.3, 0.25, 0.15])
    effect = np.ones(customers)
    if planted:
        effect = np.where(country == 0, 2.0, 1.0) * np.where(order == 0, 0.5, 1.0)
    worth = 100 * effect * rng.lognormal(0, spread, customers)
    edges = (50.0, 100.0, 200.0)
    sizes = ("below 50", "50 to 100", "100 to 200", "200 or more")
    traits = [trait("country", COUNTRIES, country), trait("order", sizes, order, edges=edges)]
    for i in range(noise):
        levels = int(rng.integers(2, 7))
        names = tuple(f"level {k}" for k in range(levels))
        traits.append(trait(f"noise{i}", names, rng.integers(0, levels, customers)))
    return won(rng, tuple(traits), worth)


def won(rng, traits, worth, *, full_price=None):
    customers = len(worth)
    return Won(
        customer=np.array([f"C{i:06d}" for i in range(customers)], dtype=object),
        traits=traits,
        outcomes={VALUE: Outcome(VALUE, "Value", "worth", worth, False, "Drawn.")},
        full_price=full_price,
        new=rng.random(customers) < 0.4,
        revenue=worth / 3,
        company_revenue=float(worth.sum() / 3),
        currency="EUR",
        has_money=True,
        horizon_months=36,
    )
