"""The ideal-customer file: one page of HTML that needs nothing else and prints on one sheet.

Every text is escaped; no name of a customer is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from dashboard import wording
from dashboard.wording import ideal as words
from models.periods import date_of
from models.profiles import Profiles
from models.profiles.cards import Card

if TYPE_CHECKING:
    from models.decisions.scenario import Scenario
    from models.relation import Analysed

STYLE = """
@page { size: A4; margin: 14mm }
body { font: 10.5pt/1.45 Inter, "Segoe UI", system-ui, sans-serif; color: #0f172a;
  max-width: 190mm; margin: 6mm auto; padding: 0 4mm }
h1 { font-size: 16pt; line-height: 1.25; margin: 0 0 2mm }
h2 { font-size: 11.5pt; margin: 5mm 0 1.5mm }
p, ul { margin: 0 0 2mm } li { margin-bottom: 1mm }
.quiet { color: #5b6472; font-size: 9pt }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(55mm, 1fr)); gap: 4mm }
.card { border: 1px solid #d5d9de; border-radius: 2mm; padding: 3mm; break-inside: avoid }
.card h2 { margin-top: 0 } .rule { font-weight: 600 }
dl { margin: 0 } dt { color: #5b6472; font-size: 9pt } dd { margin: 0 0 1.2mm }
@media print { @page { margin: 10mm } body { font-size: 9pt; line-height: 1.35; margin: 0 auto }
  h1 { font-size: 14pt } .quiet, dt { font-size: 8pt }
  .cards { grid-template-columns: repeat(3, 1fr) } }
"""


@dataclass(frozen=True)
class Sheet:
    """What the page is about: whose numbers, until when, under which settings.

    Attributes
    ----------
    company, kind
        The company's shown name, and `real`, `invented` or `yours`.
    until
        The last day of the data, in words.
    settings
        Each setting with its value and where it comes from, as text.
    currency
        Code, or None.
    """

    company: str
    kind: str
    until: str
    settings: Sequence[str]
    currency: str | None


def sheet(
    company: str, kind: str, analysis: Analysed, scenario: Scenario, badge: Callable[[str], str]
) -> Sheet:
    """Return whose numbers these are; `badge` says where a setting comes from."""
    log = analysis.log
    cost = scenario.acquisition_cost
    each = "not known" if cost is None else wording.money(cost, log.currency)
    return Sheet(
        company=company,
        kind=kind,
        until="an unknown day" if log.last_day is None else wording.date(date_of(log.last_day)),
        settings=[
            f"margin {wording.percent(scenario.margin)} ({badge('margin')})",
            f"cost of a new customer {each} ({badge('acquisition_cost')})",
        ],
        currency=log.currency,
    )


def ideal_file(
    sheet: Sheet, shown: Sequence[Card], profiles: Profiles, notes: Sequence[str], months: int
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    sheet
        Whose numbers these are.
    shown
        The three cards.
    profiles
        What goes with the outcome the first card is about.
    notes
        What was derived or could not be told.
    months
        Months that worth counts.
    """
    currency = sheet.currency
    ribbon = "INVENTED COMPANY. " if sheet.kind == "invented" else ""
    listed = "".join(
        f"<li>{escape(words.goes_with(one, profiles))}</li>" for one in profiles.singles[:10]
    )
    found = f"<ul>{listed}</ul>" if listed else "<p>Nothing passes the tests.</p>"
    further = "".join(f"<li>{escape(note)}</li>" for note in notes)
    title = words.headline(shown[0], profiles, currency)
    cards = "".join(_card(card, shown[1], currency, months) for card in shown)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Ideal customer: {escape(sheet.company)}</title><style>{STYLE}</style></head><body>"
        f'<p class="quiet">{ribbon}{escape(sheet.company)} · data until {escape(sheet.until)} · '
        f"{escape(' · '.join(sheet.settings))} · names hidden</p>"
        f"<h1>{escape(title)}</h1>"
        f'<div class="cards">{cards}</div>'
        f"<h2>What goes with {escape(profiles.outcome.label.lower())}</h2>{found}"
        f"<p>{escape(words.WARNING)}</p>"
        f'<h2>How it was found</h2><p class="quiet">{escape(words.tested(profiles))}</p>'
        f'<ul class="quiet">{further}</ul></body></html>\n'
    )


def _card(card: Card, worst: Card, currency: str | None, months: int) -> str:
    instead = words.instead(card, worst, currency) if card.kind == "win_instead" else []
    facts = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>"
        for label, value in instead + words.facts(card, currency, months)
    )
    why, close = words.why(card), words.near(card)
    return (
        f'<section class="card"><h2>{escape(words.TITLES[card.kind])}</h2>'
        f'<p class="rule">{escape(words.who(card, currency))}</p>'
        f"{f'<p>{escape(why)}</p>' if why else ''}<dl>{facts}</dl>"
        f"{f'<p class=quiet>{escape(close)}</p>' if close else ''}</section>"
    )
