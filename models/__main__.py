"""The analysis without a screen: `python -m models FILE --out DIR`.

Everything the dashboard shows can be had here as `analysis.json` and `customers.csv`. Whatever is
wrong with the input is answered by one sentence on stderr and exit status 2.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from models.errors import FileError, SettingError, TenureError

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis
    from models.transactions.columns import Mapping as Columns
    from models.transactions.rawtable import RawTable
    from models.transactions.subscriptions import Subscriptions

COLUMN_FLAGS = {
    "customer": "who bought",
    "date": "when",
    "amount": "how much money",
    "quantity": "how many pieces (with --price instead of --amount)",
    "price": "money per piece",
    "product": "what was bought",
    "order": "order or invoice number",
    "discount": "discount given",
}
CONTRACT_FLAGS = {
    "start": ("start-column", "when each subscription began"),
    "end": ("end-column", "when it ended; blank while it runs"),
    "tenure": ("tenure-column", "for how long somebody has been a customer, in a file of no dates"),
    "plan": ("plan", "what is subscribed"),
}
KNOB_FLAGS = {
    "margin": ("margin", "share of revenue that is profit, as a fraction: 0.5"),
    "annual_rate": ("annual-rate", "yearly discount rate, as a fraction: 0.10"),
    "horizon_months": ("horizon-months", "how far ahead value is counted: 36, or 5 renewals"),
    "acquisition_cost": ("cac", "what winning one new customer costs, in the file's currency"),
}


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are sentences, like everyone else's here."""

    def error(self, message: str) -> NoReturn:
        raise SettingError(
            f"The command could not be read: {message}. See `python -m models --help`."
        )


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2011-12-31") from None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not abs(value) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a finite number")
    return value


def _weeks(text: str) -> int:
    return _whole(text, "weeks")


def _count(text: str) -> int:
    return _whole(text, "months")


def _whole(text: str, unit: str) -> int:
    value = _number(text)
    if value < 1 or value != int(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of {unit}, 1 or more")
    return int(value)


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser; README.md lists what it accepts."""
    result = _Parser(
        prog="python -m models",
        description="Who stays, what each customer is worth, and whether to keep or replace them.",
        allow_abbrev=False,
    )
    result.add_argument(
        "file", metavar="FILE", help="purchases or subscriptions: CSV, Excel, Parquet"
    )
    result.add_argument("--out", metavar="DIR", required=True, help="where the two files go")
    result.add_argument(
        "--contacts", metavar="LOG", type=Path, help="a contact log: who got in touch, and when"
    )
    columns = result.add_argument_group("which column is which (a header or a position from 1)")
    for role, meaning in COLUMN_FLAGS.items():
        columns.add_argument(f"--{role}", metavar="COL", help=meaning)
    contracts = result.add_argument_group("a file with one row per subscription")
    for role, (flag, meaning) in CONTRACT_FLAGS.items():
        contracts.add_argument(f"--{flag}", metavar="COL", dest=role, help=meaning)
    contracts.add_argument("--leaving-column", metavar="COL", help="which column says who left")
    contracts.add_argument("--leaving-means", metavar="VALUE", help="what it says of them")
    contracts.add_argument(
        "--leavers", choices=("all", "last-period"), help="whose leaving a file of no dates holds"
    )
    contracts.add_argument(
        "--payments", action="store_true", help="the file is a log of payments of subscriptions"
    )
    contracts.add_argument("--period-months", metavar="N", type=_count, help="months per payment")
    reading = result.add_argument_group("reading the file")
    reading.add_argument("--date-order", choices=("dmy", "mdy", "ymd"), help="order of day, month")
    reading.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    reading.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="whether row 1 names the columns"
    )
    reading.add_argument(
        "--end", metavar="DATE", type=_date, dest="covers", help="last day the file covers"
    )
    reading.add_argument("--until", metavar="DATE", type=_date, help="use nothing after this day")
    reading.add_argument("--currency", metavar="CODE", help="for example EUR")
    settings = result.add_argument_group("the forecast and the decision")
    settings.add_argument("--holdout", metavar="WEEKS", type=_weeks, help="length of the test")
    for knob, (flag, meaning) in KNOB_FLAGS.items():
        settings.add_argument(f"--{flag}", metavar="X", dest=knob, type=_number, help=meaning)
    settings.add_argument("--settings", metavar="FILE.json", help="every knob by its name")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 2 after one sentence on stderr."""
    try:
        arguments = parser().parse_args(argv)
        print(_analyse_file(arguments))
    except TenureError as refusal:
        return _refuse(f"{refusal} {refusal.command}".strip())
    except KeyboardInterrupt:
        return _refuse("Stopped before the analysis was finished; nothing was written.")
    except Exception as surprise:
        # A stranger's file may meet a mistake of ours; they still get a sentence, and we the name.
        what = " ".join(str(surprise).split())[:300]
        return _refuse(
            "Tenure met something it does not know how to handle "
            f"({type(surprise).__name__}: {what}); nothing was written."
        )
    return 0


def _refuse(sentence: str) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return 2


def _analyse_file(arguments: argparse.Namespace) -> str:
    """Do what the command line asks and return what to print about it."""
    path = Path(arguments.file)
    if path.is_dir():
        raise FileError(f"{path} is a folder: name one file in it, as CSV, Excel or Parquet.")
    out = _writable(Path(arguments.out))
    settings = _settings(arguments)
    # Imported here, after everything that can be refused at once has been.
    from models.decisions.horizon import filled
    from models.decisions.scenario import Scenario
    from models.report.company import write_company
    from models.transactions.columns import recognise
    from models.transactions.reading import open_table

    Scenario.from_settings(settings)  # refused before any time goes into the file
    raw = open_table(path, sheet=arguments.sheet, header=arguments.header)
    roles = {role: getattr(arguments, role) for role in (*COLUMN_FLAGS, *CONTRACT_FLAGS)}
    # Who names a quantity and a price wants their product, whatever else looks like an amount.
    by_piece = roles["amount"] is None and (roles["quantity"] or roles["price"]) is not None
    mapping = recognise(raw, date_order=arguments.date_order).with_roles(
        date_order=arguments.date_order, drop=("amount",) if by_piece else (), **roles
    )
    analysis = _analysed(raw, mapping, arguments)
    scenario = Scenario.from_settings(filled(settings, analysis.found))
    analysis_file, customers_file = write_company(out, analysis, scenario, arguments.contacts)
    word = "customers" if analysis.relation == "shop" else "subscribers"
    return (
        f"{raw.name}: {analysis.customer_count:,} {word}. "
        f"Wrote {analysis_file} and {customers_file}."
    )


def _analysed(
    raw: RawTable, mapping: Columns, arguments: argparse.Namespace
) -> Analysis | ContractAnalysis:
    """Read the rows as what they are and compute everything that no setting changes."""
    from models.analysis import analyse
    from models.contracts import analyse_subscriptions
    from models.transactions.log import read_transactions
    from models.transactions.payments import subscriptions_of

    listed = mapping.kind in {"subscriptions", "snapshot"} or _speaks_of_subscriptions(arguments)
    if listed and not arguments.payments:
        subscriptions = _listed(arguments, raw, mapping)
        return analyse_subscriptions(subscriptions, holdout_weeks=arguments.holdout)
    transactions = read_transactions(
        raw,
        mapping=mapping,
        until=arguments.until,
        end=arguments.covers,
        currency=arguments.currency,
    )
    if arguments.payments:
        paid = subscriptions_of(transactions, period_months=arguments.period_months)
        return analyse_subscriptions(paid, holdout_weeks=arguments.holdout)
    return analyse(transactions, holdout_weeks=arguments.holdout)


def _speaks_of_subscriptions(arguments: argparse.Namespace) -> bool:
    named = (*CONTRACT_FLAGS, "leaving_column", "leaving_means", "leavers", "period_months")
    return any(getattr(arguments, name) is not None for name in named)


def _listed(arguments: argparse.Namespace, raw: RawTable, mapping: Columns) -> Subscriptions:
    """Read a file with one row per subscription."""
    from models.transactions.subscriptions import read_subscriptions

    return read_subscriptions(
        raw,
        mapping=mapping,
        until=arguments.until,
        end=arguments.covers,
        leaving_column=arguments.leaving_column,
        leaving_means=arguments.leaving_means,
        leavers=arguments.leavers,
        period_months=arguments.period_months,
        date_order=arguments.date_order,
        currency=arguments.currency,
    )


def _writable(out: Path) -> Path:
    """Return the folder, made if needed, before any time goes into an analysis for it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".tenure-can-write"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise FileError(
            f"--out {out}: nothing can be written there ({problem.strerror or problem}). "
            "Name a folder you may write to."
        ) from None
    return out


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the knobs of the settings file, overruled by those given as flags."""
    settings = _settings_file(Path(arguments.settings)) if arguments.settings else {}
    flags = {knob: getattr(arguments, knob) for knob in KNOB_FLAGS}
    return settings | {knob: value for knob, value in flags.items() if value is not None}


def _settings_file(path: Path) -> dict[str, Any]:
    import json

    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise FileError(
            f"--settings {path}: the file cannot be opened ({problem.strerror})."
        ) from None
    except (ValueError, RecursionError) as problem:
        raise FileError(f"--settings {path}: this is not JSON ({problem}).") from None
    if not isinstance(content, Mapping):
        raise FileError(
            f'--settings {path}: expected knobs by name, like {{"margin": 0.4}}, '
            f"but the file holds a {type(content).__name__}."
        )
    return dict(content)


if __name__ == "__main__":
    raise SystemExit(main())
