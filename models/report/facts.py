"""What the analysis knows of a file, in the words of `analysis.json`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from models.analysis import Analysis
from models.backtest import Forecast, HoldOut
from models.decisions.knobs import KNOBS
from models.decisions.scenario import Scenario
from models.lifetimes import Lifetimes
from models.periods import date_of
from models.relation import Analysed
from models.surprise import Surprise
from models.transactions.cleaning import Ledger
from models.transactions.columns import Mapping

OPEN_WHY: Final = (
    "Every row is a purchase and nobody announces that they leave, so leaving is inferred from "
    "silence."
)


def assumptions(analysis: Analysis, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Yield every guess taken instead of a question."""
    yield from (asdict(guess) for guess in analysis.transactions.assumptions)
    last = date_of(analysis.transactions.last_day).isoformat()
    yield {
        "what": "last day the file covers",
        "value": last,
        "why": "The last day any row carries, unless somebody said on which day the file ends.",
    }
    yield {"what": "relation", "value": "open", "why": OPEN_WHY}
    yield from settings(analysis, scenario)


def settings(analysis: Analysed, scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Yield the horizon unless it was set, and every setting that is what nobody knows better."""
    used, asked = analysis.answerable(scenario), scenario.horizon
    for name, found in analysis.found.items():
        if found.value == getattr(used, name):
            yield {"what": f"setting {name}", "value": found.value, "why": found.why}
    if used.horizon < asked and scenario.horizon_months is not None:
        yield {
            "what": "horizon in months",
            "value": used.horizon,
            "why": f"A file is trusted for at most twice its own length, so value is counted for "
            f"{used.horizon:g} months and not for the {asked:g} in the settings.",
        }
    for name, value in used.to_settings().items():
        knob = KNOBS[name]
        if value is not None and value == knob.default and knob.source == "assumed":
            yield {"what": f"setting {name}", "value": value, "why": knob.why}


def source(analysis: Analysis) -> dict[str, Any]:
    """Return which file this is and which of its columns are used."""
    return source_of(analysis.transactions.mapping, analysis.transactions.name)


def source_of(mapping: Mapping, name: str) -> dict[str, Any]:
    """Return which file a mapping belongs to and which of its columns play a role."""
    return {
        "name": name,
        "sha256": None if mapping.raw is None else mapping.raw.fingerprint,
        "columns": {guess.role: guess.header for guess in mapping.guesses},
        "notes": [] if mapping.raw is None else list(mapping.raw.notes),
    }


def ledger(analysis: Analysis) -> dict[str, Any]:
    """Return where every row and all money went; exact to the cent."""
    return ledger_of(analysis.transactions.ledger)


def ledger_of(book: Ledger) -> dict[str, Any]:
    """Return a ledger, exact to the cent."""
    return {
        "rows_in": book.rows_in,
        "rows_used": book.rows_used,
        "amount_in": book.amount_in,
        "amount_used": book.amount_used,
        "rows_unreadable": book.rows_unreadable,
        "excluded": [
            {"reason": line.reason, "rule": line.rule, "rows": line.rows, "amount": line.amount}
            for line in book.excluded
        ],
        "returns": {
            "rows": book.returns_rows,
            "amount": book.returns_amount,
            "left_over": book.returns_left_over,
        },
        "guests": {"rows": book.guest_rows, "revenue": book.guest_revenue},
    }


def data(analysis: Analysis) -> dict[str, Any]:
    """Return who and what is in the file."""
    log, frame = analysis.transactions, analysis.customers.frame
    return {
        "customers": len(frame),
        "orders": int(frame["orders"].sum()),
        "revenue": float(frame["amount"].sum()) if log.has_money else None,
        "first": date_of(log.first_day),
        "last": date_of(log.last_day),
        "currency": log.currency,
        "relation": "open",
        "relation_why": OPEN_WHY,
        "may_be_older_than_the_file": int(frame["older_than_file"].sum()),
    }


def model(analysis: Analysis) -> dict[str, Any]:
    """Return the model that forecasts, beside every candidate."""
    chosen = analysis.lifetimes
    return {
        "name": chosen.name,
        "parameters": chosen.parameters,
        "log_likelihood": chosen.log_likelihood,
        "why": "Its hazards of leaving are what the decision is computed on.",
        "candidates": [_candidate(one, analysis.holdout) for one in analysis.candidates],
    }


def _candidate(fitted: Lifetimes, tested: HoldOut | None) -> dict[str, Any]:
    return {
        "name": fitted.name,
        "log_likelihood": fitted.log_likelihood,
        "parameters": fitted.parameters,
        "holdout_error": None if tested is None else tested.error(fitted.name),
        "converged": fitted.report.converged,
        "fit": fitted.report.sentence,
    }


def spend(analysis: Analysis) -> dict[str, Any]:
    """Return the model of spend per purchase day."""
    purse = analysis.spend
    if purse is None:
        why = "The file has no money, so only purchases are forecast."
        return {"name": None, "parameters": {}, "log_likelihood": None, "why": why}
    return {
        "name": purse.name,
        "parameters": purse.parameters,
        "log_likelihood": purse.log_likelihood,
        "mean_per_purchase_day": purse.population_mean,
        "correlation_with_frequency": purse.correlation,
        "why": purse.report.sentence,
    }


def holdout(analysis: Analysis) -> dict[str, Any]:
    """Return the forecast tested on weeks it was not shown."""
    rolled = {
        "rolling": [_cut(cut) for cut in analysis.rolling.cuts],
        "rolling_spread": analysis.rolling.spread,
        "rolling_inside": analysis.rolling.inside,
        "beyond_parameters": {
            name: beyond(found)
            for name, found in zip(("purchases", "money"), analysis.rolling.beyond, strict=True)
            if name == "purchases" or analysis.transactions.has_money
        },
    }
    if analysis.holdout is None:
        names = ("until", "weeks", "predicted", "actual", "predicted_low", "predicted_high")
        empty = dict.fromkeys((*names, "baseline_predicted", "baselines", "money"))
        return {**empty, "why": analysis.holdout_why, **rolled}
    return {**_cut(analysis.holdout), "candidates": analysis.holdout.candidates, **rolled}


def _cut(cut: HoldOut) -> dict[str, Any]:
    return {
        "until": cut.until,
        "weeks": cut.weeks,
        "customers": cut.customers,
        **forecast(cut.purchases),
        "baseline_predicted": cut.nobody_leaves,
        "baselines": {
            "nbd": cut.nobody_leaves,
            "last_period": cut.last_period,
            "last_year": cut.last_year,
        },
        "money": None if cut.money is None else forecast(cut.money),
    }


def forecast(made: Forecast) -> dict[str, Any]:
    """Return a forecast beside what came."""
    return {
        "predicted": made.predicted,
        "actual": made.actual,
        "predicted_low": made.low,
        "predicted_high": made.high,
        "error": made.error,
        "inside": made.inside,
    }


def beyond(found: Surprise) -> dict[str, Any]:
    """Return what ranges of totals carry beyond parameters and people, and on what evidence."""
    return {
        "over_dispersion": found.phi,
        "month_shock": found.month,
        "month_shock_source": "assumed" if found.month_assumed else "data",
        "months": found.months,
        "past_misses": found.miss,
        "past_misses_source": "assumed" if found.miss_assumed else "data",
        "cuts": found.cuts,
        "season": list(np.exp(found.season)) or None,
        "season_why": found.season_why,
    }
