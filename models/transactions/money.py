"""Which numbers are quantity, price and amount, judged without their names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.transactions.flags import is_flag
from models.transactions.judgement import Judgement, determines
from models.transactions.profiles import ColumnProfile


def number_columns(
    columns: Sequence[ColumnProfile], found: Sequence[Judgement], every: Sequence[ColumnProfile]
) -> list[Judgement]:
    """Find quantity, price and amount among the numbers."""
    taken = {j.position for j in found}
    numeric = [
        c for c in columns
        if c.position not in taken and c.number_share > 0.95 and len(c.texts) > 1
        and c.filled > 0.1 and not is_flag(c)
    ]  # fmt: skip
    whole = [c for c in numeric if _whole(c) and not _identifier(c)]
    money = [c for c in numeric if c not in whole and not _identifier(c)]
    product = next((every[j.position] for j in found if j.role == "product"), None)
    triple = _triple(whole, money)
    if triple:
        quantity, price, amount = triple
        why = "quantity times price is the amount in nearly every row"
        return [Judgement("quantity", quantity.position, 0.96, why),
                Judgement("price", price.position, 0.96, why),
                Judgement("amount", amount.position, 0.96, why)]  # fmt: skip
    middles = {c.position: float(np.nanmedian(np.abs(c.numbers))) for c in whole}
    quantities = [
        c for c in whole if middles[c.position] < (500 if money else 20) and _of_pieces(c)
    ]
    counted = min(quantities, key=lambda c: len(c.texts), default=None)
    found_numbers = []
    if counted is not None:
        why = f"small whole numbers, such as '{counted.examples[0]}'"
        sure = 0.8 if middles[counted.position] < 50 else 0.6
        found_numbers.append(Judgement("quantity", counted.position, sure, why))
    largest = max(money or [c for c in whole if c is not counted],
                  key=lambda c: (c.filled > 0.5, _size(c)), default=None)  # fmt: skip
    if largest is not None:
        found_numbers.append(_money_role(largest, counted, product, alone=len(money) == 1))
    return found_numbers


def _money_role(
    column: ColumnProfile, quantity: ColumnProfile | None, product: ColumnProfile | None,
    *, alone: bool,
) -> Judgement:  # fmt: skip
    """Decide whether a money column is a price per piece or the amount of the row."""
    sure = 0.9 if alone else 0.65
    if quantity is None:
        return Judgement("amount", column.position, sure, "the only money beside no quantity")
    fixed = 0.0 if product is None else determines(product.codes, column.codes)
    together = _rank_correlation(quantity.numbers, column.numbers)
    if together > 0.25:
        why = "it grows with the quantity, so it is the total of the row"
        return Judgement("amount", column.position, sure, why)
    if fixed > 0.3 or together < (0.05 if product else -0.15):
        why = "it does not grow with the quantity, so it is the price of one piece"
        return Judgement("price", column.position, sure, why)
    why = "it holds money, and nothing says that it is the price of one piece"
    return Judgement("amount", column.position, 0.6, why)


def _triple(
    whole: Sequence[ColumnProfile], money: Sequence[ColumnProfile]
) -> tuple[ColumnProfile, ColumnProfile, ColumnProfile] | None:
    for quantity in whole:
        several = np.abs(quantity.numbers) != 1
        for price in [*money, *whole]:
            for amount in [*money, *whole]:
                if len({quantity.position, price.position, amount.position}) < 3:
                    continue
                known = several & np.isfinite(quantity.numbers * price.numbers * amount.numbers)
                known &= amount.numbers != 0
                gap = np.abs(quantity.numbers * price.numbers - amount.numbers)[known]
                if (
                    known.sum() >= 20
                    and (gap <= 0.011).mean() > 0.9
                    and _size(price) < _size(amount)
                ):
                    return quantity, price, amount
    return None


def _of_pieces(column: ColumnProfile) -> bool:
    """Return whether whole numbers could count pieces: mostly few, sometimes many.

    Ratings, ages, points and days of delivery spread evenly or lean to the top instead.
    """
    numbers = np.abs(column.numbers[np.isfinite(column.numbers)])
    numbers = numbers[numbers > 0]
    if not len(numbers):
        return False
    middle, most = np.quantile(numbers, [0.5, 0.999])
    return bool(numbers.min() <= 2 and (middle == 1 or middle <= 0.4 * most))


def _whole(column: ColumnProfile) -> bool:
    numbers = column.numbers[np.isfinite(column.numbers)]
    marks = sum("." in text or "," in text for text in column.texts)
    return bool(len(numbers) and np.isclose(numbers % 1, 0).all()) and marks < 0.3 * len(
        column.texts
    )


def _identifier(column: ColumnProfile) -> bool:
    """Return whether whole numbers look like labels: padded, or all of one length and many."""
    if any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in column.texts):
        return True
    lengths = {len(text) for text in column.texts}
    return len(column.texts) > 50 and len(lengths) == 1 and min(lengths) >= 4 and _whole(column)


def _size(column: ColumnProfile) -> float:
    return float(np.nanmean(np.abs(column.numbers)))


def _rank_correlation(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    known = np.isfinite(a) & np.isfinite(b) & (a > 0) & (b > 0)
    if known.sum() < 20:
        return 0.0
    ranks = [np.unique(v[known], return_inverse=True)[1].astype(float) for v in (a, b)]
    if min(np.ptp(r) for r in ranks) == 0:
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
