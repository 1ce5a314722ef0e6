"""The company on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.companies import Companion, Kind, Source
from dashboard.links import Reading

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis


@dataclass(frozen=True)
class Company:
    """The company on the screen: its finished analysis and what to call it.

    Attributes
    ----------
    analysis
        Everything that was computed from the file, a shop's or a subscription's
        (`analysis.relation` says which); the same object for every visitor.
    source, reading
        The file, and how it was read.
    told
        The customer file that the analysis was told of; None without one.
    """

    analysis: Analysis | ContractAnalysis
    source: Source
    reading: Reading
    told: Companion | None = None

    @property
    def name(self) -> str:
        """What the screen calls the company."""
        return self.source.name

    @property
    def kind(self) -> Kind:
        """`real`, `invented` or `yours`."""
        return self.source.kind

    @property
    def key(self) -> str:
        """A string that changes whenever the numbers may."""
        beside = "" if self.told is None else f"/{self.told!r}"
        return f"{self.source.fingerprint}/{self.reading.key}{beside}"

    @property
    def currency(self) -> str:
        """ISO code of the money, or an empty string when nobody says."""
        return self.analysis.log.currency or ""
