"""What a company's file cannot say about money, and what it is taken to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.errors import SettingError
from models.periods import AnnualRate

USUAL_RATE: Final = AnnualRate(0.10)
USUAL_MONTHS: Final = 36  # the horizon a value is counted to unless data or somebody says else


@dataclass(frozen=True)
class Business:
    """What the file cannot say about money.

    Attributes
    ----------
    margin
        Share of revenue that is left after what varies with it.
    rate
        Discount rate of a year.
    horizon_months
        Months that are counted.
    cost_to_serve
        Money per customer and month, charged while somebody is a customer.

    Raises
    ------
    SettingError
        When a number makes no sense.
    """

    margin: float = 0.5
    rate: AnnualRate = USUAL_RATE
    horizon_months: int = USUAL_MONTHS
    cost_to_serve: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.margin <= 1:
            raise SettingError(
                f"A margin of {self.margin:g} is not a fraction between 0 and 1: write 40 % as 0.4."
            )
        if self.horizon_months < 1 or self.cost_to_serve < 0:
            raise SettingError(
                f"A horizon of {self.horizon_months:g} months with a cost to serve of "
                f"{self.cost_to_serve:g} cannot be valued: set at least 1 month and no less than 0."
            )
