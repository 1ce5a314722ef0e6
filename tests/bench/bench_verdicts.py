"""How often the verdict is right on invented companies whose best option is known.

Sixty subscription companies with their own laws of leaving, prices, margins, offers and costs of a
new customer. Each option is first carried out person by person on the true chances; then the
company's past is read, fitted and decided as any file is. Run by `make bench`:

    python -m tests.bench.bench_verdicts [companies]
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.decisions import Scenario, decide
from models.decisions.subscription import Subscribers, build_subscription_state
from models.lifetimes.contract import Renewals, fit_sbg

Floats = npt.NDArray[np.float64]

YEARS = 8
EACH = 600
FUTURES = 60
HORIZON = 3


def past(rng: np.random.Generator, a: float, b: float) -> tuple[Floats, Floats, Floats]:
    """Return renewals made, who left, and everybody's chance, of cohorts of the last years."""
    theta = rng.beta(a, b, YEARS * EACH)
    age = np.repeat(np.arange(YEARS), EACH)
    life = rng.geometric(theta) - 1  # renewals made before leaving
    return np.minimum(life, age).astype(np.float64), (life < age).astype(np.float64), theta


def stream(there: npt.NDArray[np.bool_], price: Floats, v: float) -> Floats:
    """Return discounted payments by future; `there` has people, futures and years."""
    when = v ** (np.arange(HORIZON) + 0.5)
    return np.asarray(np.einsum("nft,n,t->f", there, price, when))


def carried_out(
    rng: np.random.Generator, theta: Floats, fresh: Floats, scenario: Scenario, price: float
) -> dict[str, Floats]:
    """Return what each option brings against doing nothing, one number per future."""
    v, m = 1 / (1 + scenario.annual_rate), scenario.margin
    luck = rng.random((len(theta), FUTURES, HORIZON))
    plain = np.cumprod(luck >= theta[:, None, None], axis=2).astype(bool)
    held_theta = np.repeat(theta[:, None], HORIZON, 1)
    held_theta[:, 0] *= 1 - scenario.save_rate
    if HORIZON > 1:
        held_theta[:, 1] = np.minimum(held_theta[:, 1] * (1 + scenario.bounce), 1)
    held = np.cumprod(luck >= held_theta[:, None, :], axis=2).astype(bool)
    prices = np.full(len(theta), price)
    gain = m * (stream(held, prices, v) - stream(plain, prices, v))
    paid = scenario.depth * price * held[:, :, 0].sum(axis=0) * v**0.5
    keep = gain - paid - scenario.contact_cost * len(theta)
    leavers = (~plain[:, :, 0]).sum(axis=0)
    new = rng.random((len(fresh), FUTURES, HORIZON)) >= fresh[:, None, None]
    years = np.cumprod(new, axis=2)
    worth = (
        m * price * (1 + np.einsum("nft,t->f", years, v ** np.arange(1, HORIZON + 1)) / len(fresh))
    )
    assert scenario.acquisition_cost is not None
    return {
        "nothing": np.zeros(FUTURES),
        "keep": keep,
        "replace": leavers * (worth - scenario.acquisition_cost),
    }


def company(seed: int) -> tuple[str, float, float, str, str]:
    """Return the true best option, its lead, its standard error, and what the engine says."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(0.4, 3), rng.uniform(1, 6)
    price = float(rng.uniform(40, 200))
    renewed, left, theta = past(rng, a, b)
    here = left == 0
    scenario = Scenario(
        margin=float(rng.uniform(0.3, 0.8)), depth=float(rng.uniform(0.02, 0.25)),
        save_rate=float(rng.uniform(0, 0.7)), bounce=0.25, duration_months=12, horizon_months=36,
        acquisition_cost=float(price * rng.uniform(0.3, 3)), contact_cost=0.5,
        lead_time_months=0, replacement_ratio=1.0,
    )  # fmt: skip
    scenario = replace(
        scenario, reference_depth=scenario.depth,
        save_rate_low=scenario.save_rate - 0.05, save_rate_high=scenario.save_rate + 0.05,
    )  # fmt: skip
    bring = carried_out(rng, theta[here], rng.beta(a, b, 4_000), scenario, price)
    order = sorted(bring, key=lambda name: -bring[name].mean())
    gap = bring[order[0]] - bring[order[1]]
    fitted = fit_sbg(Renewals.from_customers(renewed.astype(np.int64), left.astype(bool)))
    around = rng.multivariate_normal(np.log([fitted.a, fitted.b]), fitted.fit.covariance, 100)
    chances = np.exp(np.vstack([np.log([fitted.a, fitted.b]), around]))
    groups, people = np.unique(renewed[here], return_counts=True)
    state = build_subscription_state(
        Subscribers(groups, people.astype(np.float64), np.full(len(groups), price), 12, price),
        chances,
    )
    decision = decide(state, scenario)
    said = {"neither": "nothing"}.get(decision.verdict, decision.verdict)
    error = float(gap.std() / np.sqrt(FUTURES))
    return order[0], float(gap.mean()), error, said, decision.best


def main() -> None:
    """Print how often the verdict was right, too close or wrong, where the truth is clear."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    clear = right = close = 0
    wrong = []
    best: dict[str, int] = {}
    for seed in range(number):
        truth, gap, error, said, _ = company(seed)
        best[truth] = best.get(truth, 0) + 1
        if gap <= 2 * error:
            continue
        clear += 1
        right += said == truth
        close += said == "too close"
        if said not in {truth, "too close"}:
            wrong.append((seed, truth, said, round(gap / error, 1)))
    print(f"{number} companies; truly best: {best}")
    print(f"clear by more than 2 standard errors: {clear}")
    print(f"right {right}, too close {close}, wrong {len(wrong)} {wrong}")


if __name__ == "__main__":
    main()
