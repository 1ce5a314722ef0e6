"""Customers simulated one by one from a model's own story, and random small companies."""

import numpy as np

from models.lifetimes import NBD, ParetoNBD


def simulate(model, customers, weeks, ahead, seed):
    """Return x, t_x, alive at `weeks`, and purchases in the next `ahead`, for newcomers at 0."""
    rng = np.random.default_rng(seed)
    k, at_once, p = 1, False, np.zeros(customers)
    rate = rng.gamma(model.r, 1 / model.alpha, customers)
    life = np.full(customers, np.inf)
    if isinstance(model, ParetoNBD):
        life = rng.exponential(1, customers) / rng.gamma(model.s, 1 / model.beta, customers)
    elif not isinstance(model, NBD):
        k, at_once = model.regularity, model.at_once
        p = rng.beta(model.a, model.b, customers)
    x, t_x, future = np.zeros((3, customers))
    now = np.zeros(customers)
    gone = np.where((rng.uniform(size=customers) < p) & at_once, 0.0, np.inf)
    open_ = np.flatnonzero(np.isinf(gone))
    while len(open_):
        now[open_] += rng.gamma(k, 1 / rate[open_])
        open_ = open_[now[open_] < np.minimum(life[open_], weeks + ahead)]
        seen = open_[now[open_] <= weeks]
        x[seen] += 1
        t_x[seen] = now[seen]
        future[open_[now[open_] > weeks]] += 1
        leaves = rng.uniform(size=len(open_)) < p[open_]
        gone[open_[leaves]] = now[open_[leaves]]
        open_ = open_[~leaves]
    return x, t_x, np.minimum(gone, life) > weeks, future


def company(seed, most=300):
    """Return x, t_x, T in weeks and the log of the gaps of a small random company on whole days."""
    rng = np.random.default_rng(seed)
    n = int(np.exp(rng.uniform(np.log(5), np.log(most))))
    r, s = np.exp(rng.uniform(-2.5, 2, 2))
    span = rng.uniform(8, 160)
    T = np.floor(span * 7) - np.floor(rng.uniform(0, span * 0.8, n) * 7)
    rate = rng.gamma(r, np.exp(rng.uniform(-4, 1)) / r / 7, n)
    hazard = rng.gamma(s, np.exp(rng.uniform(-6, 0)) / s / 7, n)
    life = np.minimum(rng.exponential(1, n) / np.maximum(hazard, 1e-12), T)
    who = np.repeat(np.arange(n), rng.poisson(rate * life))
    day = np.floor(rng.uniform(size=len(who)) * life[who])
    days = np.unique(np.concatenate([who * 100_000.0 + day, np.arange(n) * 100_000.0]))
    who, day = np.divmod(days, 100_000)
    gaps = np.diff(days)[np.diff(who) == 0]
    x = np.bincount(who.astype(int), minlength=n) - 1
    t_x = np.zeros(n)
    np.maximum.at(t_x, who.astype(int), day)
    return x, t_x / 7, T / 7, float(np.log(gaps / 7).sum())
