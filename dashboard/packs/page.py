"""The Brief as one page that any browser prints: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Final

from dashboard import briefing, wording
from dashboard.packs.contents import Pack

WIDTH: Final = 640
ROW: Final = 34
LABEL: Final = 190
STYLE: Final = """
@page { size: A4; margin: 14mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.4 Inter, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; color: #0f172a;
  max-width: 182mm; margin: 8mm auto; print-color-adjust: exact; -webkit-print-color-adjust: exact }
h1 { font-size: 17pt; line-height: 1.25; margin: 2mm 0 4mm }
h2 { font-size: 11.5pt; margin: 5mm 0 1.5mm }
.whose { color: #475569; font-size: 9pt } .invented { color: #b45309; font-weight: 700 }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 3mm }
.card { border: 1px solid #d9dee5; border-radius: 2mm; padding: 2.5mm }
.card b { display: block; font-size: 14pt; font-weight: 400; margin: 1mm 0 }
.card small, .card span { font-size: 8.2pt; color: #475569 }
ul { margin: 0; padding-left: 5mm } table { border-collapse: collapse; width: 100%; font-size: 9pt }
td, th { text-align: left; padding: 1mm 2mm 1mm 0; border-bottom: 1px solid #e2e8f0;
  vertical-align: top }
footer { margin-top: 5mm; font-size: 8.2pt; color: #475569 }
@media (max-width: 600px) { .cards { grid-template-columns: 1fr 1fr } }
"""


def brief_html(pack: Pack) -> bytes:
    """Return the Brief as a page of its own, made to be printed on one sheet of A4."""
    analysis, currency = pack.analysis, pack.currency or ""
    money = briefing.money_only(pack.settings)
    cards = briefing.cards(
        analysis,
        briefing.worth(analysis, money),
        briefing.worth_a_year_ago(analysis, money),
        pack.decision,
        currency,
    )
    mark = " invented" if pack.source.kind == "invented" else ""
    shown = "".join(
        f'<div class="card"><span>{escape(card.label)}</span><b>{escape(card.value)}</b>'
        f"<small>{escape(card.note)}</small></div>"
        for card in cards
    )
    reasons = "".join(
        f"<li>{escape(reason)}</li>"
        for reason in briefing.because(analysis, pack.decision, currency)
    )
    turns = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in turn) + "</tr>"
        for turn in pack.turns()
    )
    title = f"Brief, {pack.company}"
    unit = escape(f", {currency}" if currency else "")
    body = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>
<p class="whose{mark}">{escape(pack.whose)}</p>
<h1>{escape(pack.verdict)}</h1>
<div class="cards">{shown}</div>
<h2>What each option brings, more than doing nothing{unit}</h2>
{_bars(pack)}
<h2>Because</h2><ul>{reasons}</ul>
<h2>Where it turns</h2>
<table><tr><th>What</th><th>Break-even</th><th>You are here</th></tr>{turns}</table>
<footer><p>{escape(pack.sure)} {escape(pack.sources)}</p>
<p>Ranges hold 8 in 10 futures. Made with Tenure.</p></footer>
</body></html>
"""
    return body.encode()


def _bars(pack: Pack) -> str:
    """Return the options as bars with their ranges, as a picture within the page."""
    options = pack.options()
    low = min(0.0, *(one[2] for one in options))
    high = max(0.0, *(one[3] for one in options))
    span = (high - low) or 1.0
    room = WIDTH - LABEL - 90

    def at(amount: float) -> float:
        return LABEL + 10 + room * (amount - low) / span

    rows = []
    for place, (name, value, least, most, _) in enumerate(options):
        y = ROW * place + ROW / 2
        colour = "#0b5cad" if value >= 0 else "#ba495e"
        left, width = min(at(0), at(value)), abs(at(value) - at(0))
        rows.append(
            f'<text x="0" y="{y + 4:.0f}">{escape(name)}</text>'
            f'<rect x="{left:.1f}" y="{y - 9:.0f}" width="{width:.1f}" height="18" '
            f'fill="{colour}"/><path d="M{at(least):.1f} {y:.0f}H{at(most):.1f}" '
            'stroke="#0f172a" stroke-width="1.5"/>'
            f'<text x="{WIDTH}" y="{y + 4:.0f}" text-anchor="end">{wording.number(value)}</text>'
        )
    height = ROW * len(options)
    zero = f'<path d="M{at(0):.1f} 0V{height}" stroke="#94a3b8"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="100%" font-size="12" role="img" '
        f'aria-label="Options with their ranges">{zero}{"".join(rows)}</svg>'
    )
