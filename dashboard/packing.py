"""Buttons that make a file when they are pressed, and not before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamlit.delta_generator import DeltaGenerator

from dashboard import exports, session

if TYPE_CHECKING:
    from dashboard.companies import Source
    from dashboard.visit import Visit
    from models.analysis import Analysis
    from models.contracts import ContractAnalysis

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DECK = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
KINDS = {
    "budget": ("Budget with formulas, XLSX", "budget.xlsx", SHEET, ":material/table:"),
    "slides": ("Decision as slides, PPTX", "decision.pptx", DECK, ":material/slideshow:"),
    "page": ("Brief on one page, to print", "brief.html", "text/html", ":material/print:"),
}


def make(kind: str, analysis: Analysis | ContractAnalysis, source: Source, visit: Visit) -> bytes:
    """Return a file to take away; the rooms that write it are imported here, when it is asked for.

    Parameters
    ----------
    kind
        A key of `KINDS`.
    analysis, source, visit
        The company, where it comes from, and what is set.
    """
    from dashboard.packs.contents import Pack

    pack = Pack(analysis, source, visit.scenario(), visit.badge)
    if kind == "budget":
        from dashboard.packs.budget import budget_xlsx

        return budget_xlsx(pack)
    if kind == "slides":
        from dashboard.packs.slides import decision_pptx

        return decision_pptx(pack)
    from dashboard.packs.page import brief_html

    return brief_html(pack)


def buttons(company: session.Company, place: DeltaGenerator, where: str, *kinds: str) -> None:
    """Draw a button for each kind of file.

    Parameters
    ----------
    company, place
        The open company, and where to draw.
    where
        Tells these buttons from those elsewhere on the page.
    kinds
        Keys of `KINDS`; all of them by default.
    """
    visit = session.visit()
    for kind in kinds or KINDS:
        label, name, mime, icon = KINDS[kind]
        place.download_button(
            label,
            partial(make, kind, company.analysis, company.source, visit),
            file_name=exports.file_name(name, company.kind),
            mime=mime,
            icon=icon,
            key=f"{where}:{kind}",
            on_click="ignore",
        )
