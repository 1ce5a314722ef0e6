"""Writes the invented magazine to disk: the same bytes every time, on any machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.samples.magazine import SampleMagazine
from models.samples.provenance import provenance


def write_magazine(folder: Path, sample: SampleMagazine) -> tuple[Path, ...]:
    """Write the company's files into a folder, made when missing, and return where they are.

    `settings.json` holds knobs by name, as `--settings` reads them; `company.json` says where each
    comes from (`data` or `assumed`) and what a reader of the tables has to know besides.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "subscriptions.csv": sample.subscriptions,
        "contacts.csv": sample.contacts,
        "acquisition_spend.csv": sample.acquisition_spend,
    }
    texts = {name: table.to_csv(index=False, lineterminator="\n") for name, table in tables.items()}
    knobs = settings(sample)
    texts["settings.json"] = _json({name: value for name, (value, _, _) in knobs.items()})
    texts["company.json"] = _json(_company(sample))
    texts["PROVENANCE.md"] = provenance(sample)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in texts)


def settings(sample: SampleMagazine) -> dict[str, tuple[float, str, str]]:
    """Return by name of the knob: its value, its source (`data` or `assumed`), and why."""
    truth = sample.truth
    tested = "The renewal offer that was tested: {}."
    return {
        "margin": (
            truth.margin,
            "data",
            f"The invented books: of 100 euros paid, {100 * truth.margin:.0f} are left after "
            "paper, print, post and payment.",
        ),
        "acquisition_cost": (
            round(sample.cost_of_a_newcomer, 2),
            "data",
            f"Acquisition spending of {truth.last_day.year} divided by its newcomers.",
        ),
        "depth": (truth.depth, "data", tested.format(f"{truth.depth:.0%} off")),
        "reference_depth": (truth.depth, "data", tested.format(f"{truth.depth:.0%} off")),
        "duration_months": (12.0, "data", tested.format("it held for the next paid year")),
        "contact_cost": (1.0, "assumed", "A letter with the bill; no file says what it costs."),
    }


def _company(sample: SampleMagazine) -> dict[str, Any]:
    truth = sample.truth
    return {
        "name": "Magazine (invented)",
        "kind": "invented",
        "about": "Invented magazine with known truth, "
        f"{truth.first_year}-{truth.last_day.year}, EUR.",
        "currency": "EUR",
        "last_day": str(truth.last_day),
        "renewal_test": {
            "column": "renewal_test",
            "first_due": str(truth.season[0]),
            "last_due": str(truth.season[1]),
            "depth": truth.depth,
            "duration_months": 12,
        },
        "settings": {
            name: {"source": source, "why": why}
            for name, (_, source, why) in settings(sample).items()
        },
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
