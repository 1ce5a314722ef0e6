"""What Keep or replace costs on the server at a million customers: once, and per slider.

python -m tests.bench.bench_decide [customers]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from models.decisions import Scenario, build_state, decide, what_matters
from models.decisions.experiment import plan_experiment
from models.decisions.segments import best_mix, segments
from models.decisions.shop import shop_roster
from models.decisions.targets import target_list
from models.draws import joint_draws
from models.samples import ParetoNBDTruth
from tests.models.decisions.people import company

MOVES = 20


def once(what: str, make: Callable[[], object]) -> object:
    """Print how long something takes that is done once per company."""
    start = time.perf_counter()
    made = make()
    print(f"{what:<44}{time.perf_counter() - start:8.2f} s")
    return made


def moved(what: str, make: Callable[[int], object]) -> None:
    """Print how long something takes that every slider does."""
    took = []
    for step in range(MOVES):
        start = time.perf_counter()
        make(step)
        took.append(1e3 * (time.perf_counter() - start))
    took.sort()
    print(f"{what:<44}{took[MOVES // 2]:8.1f} ms, slowest {took[-1]:.1f} ms")


def main() -> None:
    """Print every cost."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    people, model, spend = company(2_000, seed=4, truth=ParetoNBDTruth(0.9, 7, 1.5, 40))
    copies = -(-number // len(people.frame))
    frame = pd.concat([people.frame] * copies, ignore_index=True).head(number)
    many = replace(people, frame=frame.assign(customer=[f"C{i}" for i in range(number)]))
    print(f"{number:,} customers")
    drawn = joint_draws(people, model, spend)
    state = once("state, once per company", lambda: build_state(many, model, spend, draws=drawn))
    roster = once("roster, once", lambda: shop_roster(many, model, spend, state))
    found = once("segments, once per way of sorting", lambda: segments(roster))
    base = Scenario(acquisition_cost=30, contact_cost=0.1, depth=0.05, save_rate=0.4)

    def at(step: int, **fixed: object) -> Scenario:
        return replace(base, margin=0.4 + 0.01 * step, **fixed)

    for case in ("not_replaced", "refilled", "fixed_budget"):
        moved(
            f"decide, {case}", lambda step, case=case: decide(state, at(step, counterfactual=case))
        )
    moved("best mix by segment", lambda step: best_mix(state, found, at(step)))
    moved("what matters most", lambda step: what_matters(state, at(step)))
    moved("worth and size of a test", lambda step: plan_experiment(state, roster, at(step)))
    moved("target list, every customer anew", lambda step: target_list(state, roster, at(step)))


if __name__ == "__main__":
    main()
