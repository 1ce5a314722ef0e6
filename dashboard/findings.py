"""What may be asked of a file, and how a forecast came out: sentences that both kinds share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from scipy.special import bdtr

from dashboard import wording

if TYPE_CHECKING:
    import datetime as dt

    from models.holdouts import Forecast
    from models.transactions.cleaning import Ledger

Answer = Literal["yes", "partly", "no"]

HELD: Final = 0.8  # of ranges that hold in 8 of 10 cases
FEW: Final = 3  # tests of which all may hold by luck alone, however wrong the ranges
CHANCE: Final = 0.05  # so rarely would right ranges fail as often by accident


@dataclass(frozen=True)
class Finding:
    """One question that may be put to the file, and whether it can answer."""

    answer: Answer
    text: str


def ranked(found: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of their answers, best first."""
    order: tuple[Answer, ...] = ("yes", "partly", "no")
    return sorted(found, key=lambda finding: order.index(finding.answer))


def adds_up(book: Ledger) -> str:
    """Return the sentence that every row went somewhere."""
    left = sum(line.rows for line in book.excluded)
    return (
        f"{wording.count(book.rows_in)} in = {wording.count(book.rows_used)} used + "
        f"{wording.count(left)} left out, and the money adds up to the cent."
    )


def came(until: dt.date, weeks: float, known: str, forecast: Forecast, what: str) -> str:
    """Return what was forecast on a day, and what came.

    Parameters
    ----------
    until, weeks
        The last day that was known, and for how long was forecast.
    known
        Whose future was forecast, such as `4,000 customers`.
    forecast, what
        The forecast beside what came, and one of what is counted, such as `purchase`.
    """
    return (
        f"Known until {wording.date(until)}: {known}. Forecast for the {wording.count(weeks)} "
        f"weeks after it: {wording.count(forecast.predicted, what)}, "
        f"{wording.between(forecast.low, forecast.high, wording.count)}. "
        f"What came: {wording.count(forecast.actual)}, {inside(forecast)}."
    )


def inside(forecast: Forecast) -> str:
    """Return how far off a forecast was, and whether its range held what came."""
    where = "inside" if forecast.inside else "outside"
    if not forecast.actual:
        return f"{where} the range"
    missed = wording.percent(abs(forecast.error))
    side = "more" if forecast.error < 0 else "less"
    return f"{missed} {side} than forecast and {where} the range"


def missed(tests: Sequence[Forecast]) -> str:
    """Return from which to which share of what came earlier forecasts were off."""
    off = [test.error for test in tests if test.actual]
    if not off:
        return "nothing at all came after any of them"
    return f"off by {signed(min(off))} to {signed(max(off))}"


def carries(tests: Sequence[Forecast], weeks: float) -> str:
    """Return whether the data carries a forecast, by how often the range held what came.

    Parameters
    ----------
    tests
        Earlier forecasts beside what came, oldest first.
    weeks
        How long the last of them was.
    """
    if not tests:
        return "The file is too short to test a forecast: take every figure as a first guess."
    held, last = sum(test.inside for test in tests), tests[-1]
    wrong = bdtr(held, len(tests), HELD) < CHANCE or 2 * held < len(tests)
    sure = "This data carries a forecast" if len(tests) >= FEW else "Little tested yet"
    answer = "Use the forecast with care" if wrong else sure
    only = "only " if wrong else ""
    side = "above it" if last.error < 0 else "below it"
    came = f"came {wording.percent(abs(last.error))} {side}" if last.actual else "brought nothing"
    return (
        f"{answer}: its range held in {only}{held} of {wording.count(len(tests), 'test')} on the "
        f"past; the last {wording.count(weeks)} weeks {came}."
    )


def signed(share: float) -> str:
    """Return a share with its sign, such as `+12 %`."""
    return f"{'−' if share < 0 else '+'}{wording.percent(abs(share))}"
