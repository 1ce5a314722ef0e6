"""Numbers as they are said in a meeting: two digits in a sentence, all of them on hover.

Money always carries its currency code, a date always its year, and a range says `8 in 10`.
Nothing here raises: a number that is not known is said to be unknown.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Final

Amount = float | int | Decimal

MINUS: Final = "−"
UNKNOWN: Final = "not known"
LEVEL: Final = "8 in 10"
_SCALES: Final = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))


def two_digits(value: Amount, digits: int = 2) -> float:
    """Round to so many significant digits (0, NaN and infinity stay what they are)."""
    number = float(value)
    if number == 0 or not math.isfinite(number):
        return number
    return round(number, digits - 1 - math.floor(math.log10(abs(number))))


def _magnitude(number: float, digits: int) -> str:
    """Write a positive number with so many significant digits and a word from a million on."""
    rounded = two_digits(number, digits)
    for scale, word in _SCALES:
        if rounded >= scale:
            return f"{_decimals(rounded / scale, digits)}{word}"
    return _decimals(rounded, digits)


def _decimals(rounded: float, digits: int) -> str:
    """Write a rounded number with thousands commas and only the decimals its digits need."""
    whole = len(str(int(rounded))) if rounded >= 1 else 0
    if whole >= digits:
        return f"{rounded:,.0f}"
    if whole:
        text = f"{rounded:.{digits - whole}f}"
        return text.rstrip("0").rstrip(".")
    places = 0 if rounded == 0 else digits - 1 - math.floor(math.log10(rounded))
    text = f"{rounded:.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def number(value: Amount, digits: int = 2) -> str:
    """Return a plain number in a sentence, such as `4,200`, `1.8` or `3.4 million`."""
    amount = float(value)
    if math.isnan(amount):
        return UNKNOWN
    sign = MINUS if amount < 0 else ""
    if math.isinf(amount):
        return f"{sign}no limit" if not sign else "no lower limit"
    return f"{sign}{_magnitude(abs(amount), digits)}"


def money(amount: Amount, currency: str | None, digits: int = 2) -> str:
    """Return money in a sentence: `GBP 410`, `GBP 1.3 million`, `GBP −38,000`.

    Parameters
    ----------
    amount
        Money; NaN is said to be unknown.
    currency
        The three-letter code; `None` when the file names none.
    digits
        Significant digits.
    """
    said = number(amount, digits)
    if not math.isfinite(float(amount)):
        return said
    return f"{currency} {said}" if currency else said


def money_exactly(amount: Amount, currency: str | None) -> str:
    """Return money to the penny, for hover and tables: `GBP 16,343,651.00`."""
    value = float(amount)
    if not math.isfinite(value):
        return number(value)
    sign = MINUS if value < 0 else ""
    said = f"{sign}{abs(value):,.2f}"
    return f"{currency} {said}" if currency else said


def change(amount: Amount) -> str:
    """Return a change in a number with its sign: `+55,000`, `−910`, `no change`."""
    if math.isnan(float(amount)):
        return UNKNOWN
    return "no change" if abs(amount) < 0.5 else f"{'+' if amount > 0 else ''}{number(amount)}"


def percent(share: float, digits: int = 2) -> str:
    """Return a share (0 to 1, or beyond) as `63 %`, `0.83 %`, `over 99 %`."""
    if math.isnan(share):
        return UNKNOWN
    if 0.995 <= share < 1:
        return "over 99 %"
    if 0 < share < 1e-4:
        return "under 0.01 %"
    return f"{number(share * 100, digits)} %"


def chance(share: float) -> str:
    """Return a probability as people out of ten, or out of a hundred near the ends."""
    if math.isnan(share):
        return UNKNOWN
    if share < 0.01:
        return "less than 1 in 100"
    if share > 0.99:
        return "more than 99 in 100"
    if 0.05 <= share <= 0.95:
        return f"{min(max(round(share * 10), 1), 9)} in 10"
    return f"{round(share * 100)} in 100"


def of_hundred(share: float) -> str:
    """Return a share as people: `21 of 100`; below one in a hundred `0.8 of 100`."""
    if 0 < share < 1e-4:
        return "fewer than 0.01 of 100"
    return UNKNOWN if math.isnan(share) else f"{number(share * 100)} of 100"


def count(amount: float, one: str = "", many: str = "") -> str:
    """Return a counted thing: `no customers`, `1 customer`, `5,942 customers`.

    Parameters
    ----------
    amount
        How many; fractions are rounded to the nearest whole.
    one, many
        The noun for one and for several (by default the first with an `s`). Without a noun only
        the number is written.
    """
    if math.isnan(amount):
        return f"an unknown number of {many or one + 's'}" if one else UNKNOWN
    whole = round(amount)
    if not one:
        return f"{whole:,}".replace("-", MINUS)
    if whole == 0:
        return f"no {many or one + 's'}"
    return f"{whole:,} {one if whole == 1 else many or one + 's'}"


def ordinal(place: int) -> str:
    """Return which one it is: `first`, `second`, `third`, `4th`, `22nd`."""
    if 1 <= place <= 3:
        return ("first", "second", "third")[place - 1]
    ending = "th" if 10 < place % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def between(low: float, high: float, say: Callable[[float], str]) -> str:
    """Return a range with its level: `between GBP 380 and GBP 450, 8 in 10`.

    Parameters
    ----------
    low, high
        The 10th and the 90th percentile.
    say
        How one end is written, such as `percent`.
    """
    if math.isnan(low) or math.isnan(high):
        return "range not known"
    lower, upper = say(low), say(high)
    if lower == upper:
        return f"about {lower}, {LEVEL}"
    return f"between {lower} and {upper}, {LEVEL}"


def money_between(low: float, high: float, currency: str | None) -> str:
    """Return a range of money with its level, with as many digits as it takes to tell the ends."""
    for digits in (2, 3, 4):
        if money(low, currency, digits) != money(high, currency, digits):
            break
    return between(low, high, lambda amount: money(amount, currency, digits))


def money_inside(value: float, low: float, high: float, currency: str | None) -> str:
    """Return money with as many digits as it takes to stand inside its own range once rounded."""
    for digits in (2, 3, 4):
        if not low <= value <= high or low <= float(f"{value:.{digits}g}") <= high:
            break
    return money(value, currency, digits)


def date(day: dt.date) -> str:
    """Return a date with its year: `9 December 2011`."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: dt.date) -> str:
    """Return a date with its year where room is short: `9 Dec 2011`."""
    return f"{day.day} {day:%b %Y}"


def month(day: dt.date) -> str:
    """Return a month with its year: `March 2012`."""
    return f"{day:%B %Y}"


def months(duration: float) -> str:
    """Return a duration in months: `7.4 months`, `1 month`; from two years on in years."""
    if math.isnan(duration):
        return UNKNOWN
    if math.isinf(duration):
        return "longer than anybody was followed"
    if duration >= 24:
        said = number(duration / 12)
        return f"{said} years"
    said = number(duration)
    return f"{said} month" if said == "1" else f"{said} months"


def times(ratio: float, digits: int = 2) -> str:
    """Return a multiple of the average: `1.4 times the average`."""
    return UNKNOWN if math.isnan(ratio) else f"{number(ratio, digits)} times the average"
