"""The provenance page of the invented magazine: recipe, seed and the whole truth, from the truth.

Every number in the text is computed from what was planted, so that the page cannot drift from it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from models.samples.magazine import SampleMagazine
from models.samples.truth import (
    BEYOND_CONTROL,
    BEYOND_CONTROL_WEIGHTS,
    CHANNELS,
    DESKS,
    FIRST_OFFERS,
    OTHER_CONTACTS,
    PLANS,
    REASON_WEIGHTS,
    REASONS,
    REGIONS,
    MagazineTruth,
)

_WIDTH = 100
_COLUMNS = (
    ("subscriber_id", "one per person; nobody subscribes twice"),
    ("start_date", "first day"),
    ("end_date", "anniversary at which the last paid year was not renewed; blank while running"),
    ("status", "running or ended on the last day of the file"),
    ("plan, renewal_months, copies", "what is subscribed; all pay every 12 months"),
    ("list_price, price_paid", "euros for the latest year, all copies together"),
    ("paid_to_date", "euros paid since the start"),
    ("currency", "EUR"),
    ("acquisition_channel, first_offer", "how they came, and what they were given"),
    ("country, region", "where"),
    ("service_rating", 'latest answer to "how is our service?", 1 to 5; blank without an answer'),
    ("cancellation_reason", "as told on leaving; blank while running or when none was told"),
    ("renewal_test", "offer or control for those in the test, else blank"),
)


def provenance(sample: SampleMagazine) -> str:
    """Return the page, in Markdown."""
    truth = sample.truth
    parts = (
        *_head(sample),
        *_columns(),
        *_retention(),
        *_channels(truth),
        *_contacts(truth),
        *_test(truth),
        *_rest(truth),
    )
    return "\n\n".join(parts) + "\n"


def _head(sample: SampleMagazine) -> tuple[str, ...]:
    truth, table = sample.truth, sample.subscriptions
    running = int((table["status"] == "running").sum())
    return (
        "# INVENTED: a magazine that does not exist, made so that the truth is known",
        _paragraph("""
            No row describes a person or a company. Every screen and export that shows it must say
            so."""),
        _paragraph(f"""
            **Recipe.** `models/samples/`, written for this project. `python -m models.samples
            data/magazine` writes all files of this folder again, byte for byte; a test does.
            **Seed.** {sample.seed}. **Licence.** That of this repository (MIT).
            **Period.** {truth.first_year}-01-01, when the magazine was launched, so that nobody is
            older than the file, to {truth.last_day}. **Size.** {len(table):,} subscriptions,
            {running:,} running on the last day, all paid a year at a time, in euros."""),
    )


def _columns() -> tuple[str, ...]:
    return (
        "## Columns",
        "`subscriptions.csv`, one row per subscription:",
        _table(("column", "meaning"), _COLUMNS),
        _paragraph("""
            `contacts.csv`, one row per contact: subscriber_id, date, channel, reason,
            hours_to_answer (blank when nobody ever answered), rating of the answer (1 to 5, mostly
            blank). `acquisition_spend.csv`, one row per month and channel: new_subscribers, spend,
            currency. `settings.json`: knobs for `--settings`. `company.json`: where each knob comes
            from, the last day, the test."""),
    )


def _retention() -> tuple[str, ...]:
    rows = []
    for plan in PLANS:
        shares = [_percent(plan.survival(t)) for t in range(1, 8)]
        rows.append((plan.name, f"Beta({plan.a}, {plan.b})", f"{plan.weight:.0%}", *shares))
        rows.append(("(as published)", "", "", *map(_percent, plan.published)))
    years = " and ".join(str(since) for since, _ in PLANS[0].prices[1:])
    return (
        "## Truth: who stays",
        _paragraph("""
            Each person has a chance theta of not renewing, the same every year; theta ~ Beta(a, b)
            across the people of a plan. a and b are the estimates of Fader, P. S., Hardie, B. G. S.
            (2007), "How to project customer retention", Journal of Interactive Marketing 21, 76-90:
            Digital is their "Regular", Print + digital their "High End". Percent still there after
            1 to 7 renewals, beside what the paper observed (its model misses its own High End data
            by 1.8 points in the first year, and so does this company):"""),
        _table(("plan", "theta", "newcomers", *"1234567"), rows),
        _paragraph(f"""
            Nobody changes: retention rises with age because the impatient have gone. Channels and
            complaints below move people within a plan and leave its curve alone; the tested offer
            lifts it, by about half a point. Prices rose in {years}; that had no effect."""),
    )


def _channels(truth: MagazineTruth) -> tuple[str, ...]:
    rows = [
        (
            channel.name, f"{channel.weight:.0%}", f"{channel.tilt:+.1f}",
            *[_percent(plan.survival(t, channel.tilt)) for plan in PLANS for t in (1, 5)],
            f"{channel.cost:.0f}", *[f"{chance:.0%}" for chance in channel.offers],
        )
        for channel in CHANNELS
    ]  # fmt: skip
    shares = [f"{plan.name}, {t}" for plan in PLANS for t in (1, 5)]
    return (
        "## Truth: channels and what they cost",
        _paragraph("""
            A newcomer at rank u of the plan (0 most loyal, 1 least) comes through a channel in
            proportion to its share times 1 + tilt (2u - 1). Percent still there after 1 and 5
            renewals, euros per newcomer in an average month, and chances of each first offer:"""),
        _table(("channel", "newcomers", "tilt", *shares, "cost", *FIRST_OFFERS), rows),
        _paragraph(f"""
            Winning k times as many in a month costs k^{truth.growth} times as much for each;
            spending has noise of {truth.noise:.0%}; a month's spending wins that month's newcomers.
            The costs were chosen to be of the size of a newcomer's worth, so that neither keeping
            nor replacing is a foregone conclusion."""),
        _paragraph(f"""
            **First offers change nothing.** They differ by channel, so those who had
            "{FIRST_OFFERS[1]}" do leave sooner; within a channel they do not."""),
    )


def _contacts(truth: MagazineTruth) -> tuple[str, ...]:
    plans = ", ".join(f"{plan.name} {plan.complaints:.0%}" for plan in PLANS)
    regions = [(r.country, r.name, f"{r.weight:.0%}", f"{r.complaints:g}") for r in REGIONS]
    desks = [(d.name, f"{d.weight:.0%}", f"{d.unanswered:.0%}", f"{d.hours:g}") for d in DESKS]
    others = ", ".join(f"{kind.reason} {kind.chance:.0%}" for kind in OTHER_CONTACTS)
    return (
        "## Truth: contacts",
        _paragraph(f"""
            A year brings a delivery complaint with a chance that does not depend on theta: {plans},
            times the factor of the region. For the same person, a complaint in the year before a
            renewal multiplies the hazard of leaving there (minus the logarithm of the chance to
            renew) by **{truth.answered:g}** when it was answered and by **{truth.unanswered:g}**
            when it was not; how long the answer took changes nothing. The effect ends with that
            renewal. Where regions differ in staying, it is through these complaints."""),
        _table(("country", "region", "newcomers", "complaints"), regions),
        _table(("contacted by", "share", "never answered", "usual hours"), desks),
        _paragraph(f"""
            Other contacts have no effect, answered or not: {others} a year (praise times 1 - theta:
            those who praise were going to stay). The service rating is a symptom too: it falls with
            theta and after complaints, and moves nothing; {truth.answers_survey:.0%} have one."""),
    )


def _test(truth: MagazineTruth) -> tuple[str, ...]:
    first, last = truth.season
    return (
        "## Truth: the renewal test",
        _paragraph(f"""
            Everybody whose renewal was due from {first} to {last} was put into *offer* or *control*
            by a fair coin of their own. Offer: {truth.depth:.0%} off the next year, which everybody
            who renewed then took. Of those who would leave for a reason an offer can answer it held
            **{truth.save_rate:.0%}**, which is **{truth.saved:.0%} of all who would leave**, alike
            in both plans and all channels. It changes nobody: who was held faces the same theta a
            year later, so there is no bounce beyond their own higher chance of leaving. Nobody else
            ever had a renewal offer. At other depths nothing is true, because nothing else was
            tried. Whoever leaves the tested out of a curve must leave them out of that renewal
            only: to be in the test one had to stay until then."""),
    )


def _rest(truth: MagazineTruth) -> tuple[str, ...]:
    states = ("no complaint", "answered complaint", "unanswered complaint")
    rows = [
        (state, *[f"{share:.0%}" for share in weights])
        for state, weights in zip(states, REASON_WEIGHTS, strict=True)
    ]
    fates = ", ".join(
        f"{fate} {share:.0%}"
        for fate, share in zip(BEYOND_CONTROL, BEYOND_CONTROL_WEIGHTS, strict=True)
    )
    return (
        "## Truth: reasons, and one large subscriber",
        _paragraph(f"""
            Of those who leave, {truth.beyond_control:.0%} do so for a reason nothing can change
            ({fates}); the others say, by what happened in their last year:"""),
        _table(("last year", *REASONS), rows),
        _paragraph(f"""
            {truth.silent:.0%} of all leavers give no reason, whatever it was."""),
        _paragraph(f"""
            One corporate subscriber takes {truth.copies} copies of {PLANS[-1].name} at
            {truth.volume_discount:.0%} off since {truth.company_start}. It came by a sales visit,
            was not in the test, and never leaves in this file: with one such customer nobody can
            know its chance."""),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _paragraph(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH, break_on_hyphens=False)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(head), *[tuple(row) for row in rows]]
    lines.insert(1, ("---",) * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
