"""Who stays in a shop, where nobody says goodbye: curves, differences, silences, cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard import wording
from dashboard.shop.leaving import (
    RESAMPLES,
    WINDOW_WEEKS,
    counts_of,
    everyone,
    leaving,
    leaving_of,
    short,
)
from dashboard.staying import CAME, Better, Danger, Findings, Said, column_name
from dashboard.wording import comparing
from dashboard.wording import staying as words
from models.cohorts import (
    BASKET,
    DEFINITIONS,
    DISCOUNT,
    MEASURES,
    LayerCake,
    RetentionChange,
    Silences,
    Triangle,
    after_second,
    buying_again_within,
    comparable,
    layer_cake,
    plain_fact,
    retention_change,
    second_purchase,
    second_purchase_differences,
    silences,
    still_buying,
    triangle,
)
from models.cohorts.groups import By, groups
from models.comparing import Difference, compare_shares
from models.errors import EvidenceError
from models.leaving import find_leaving, model_curve
from models.lifetimes import fit_paretonbd
from models.periods import DAYS_PER_WEEK
from models.survival import Curve

if TYPE_CHECKING:
    from models.analysis import Analysis

BUYING: Final = "Still buying"
CUSTOMER: Final = "Still a customer"
SECOND: Final = "Second purchase"
QUANTITIES: Final = (BUYING, CUSTOMER, SECOND)
HALF_YEAR: Final = 182
YEAR: Final = 365
WITHIN: Final = "6 months"
AHEAD_MONTHS: Final = 36
ENOUGH_TO_TELL: Final = 200  # customers below whom a curve of silences is mostly band
MOST_GROUPS: Final = 12
SINCE: Final = "first purchase"
FROM_FIRST: Final = "Since the first purchase"
FROM_SECOND: Final = "Since the second purchase"
SILENCE: Final = "Silence"
DANGERS: Final = (FROM_FIRST, FROM_SECOND, SILENCE)
PERIOD: Final = "quarter"
CHANGED: Final = "Bought again in the next half-year"
CELLS: Final = MEASURES
COUNTED: Final = DEFINITIONS


def comparisons(analysis: Analysis) -> dict[str, str]:
    """Return what customers can be compared by: what the screen calls it, and the column."""
    named = CAME | {
        BASKET: "Size of the first order",
        DISCOUNT: "Discount on the first order",
    }
    # Products come last: most have too few first customers to speak for them.
    known = sorted(
        comparable(analysis.transactions, analysis.customers), key=lambda by: "product" in by
    )
    return {named.get(by, column_name(by)): by for by in known}


def kinds(analysis: Analysis) -> dict[str, str]:
    """Return what kinds of customers a change can be split by."""
    return {
        name: by for name, by in comparisons(analysis).items() if not name.endswith("they came")
    }


def window(analysis: Analysis) -> str:
    """Return how long buying again is looked for: half a year, or a third of a shorter file."""
    log = analysis.transactions
    third = (log.last_day - log.first_day + 1) / 3
    if third >= WINDOW_WEEKS * DAYS_PER_WEEK:
        return wording.count(WINDOW_WEEKS, "week")
    return wording.count(third, "day")


def title(analysis: Analysis, quantity: str) -> str:
    """Return what the vertical axis shows, and of whom."""
    who = "Customers" if short(analysis) else "New customers"
    return {
        BUYING: f"{who} who bought in the next {window(analysis)}",
        CUSTOMER: f"{who} who are still customers",
        SECOND: f"{who} without a second purchase yet",
    }[quantity]


def method(analysis: Analysis, quantity: str) -> str:
    """Return how a curve comes about, in plain words."""
    said = {
        BUYING: (
            "Counted, not estimated: of the new customers followed for another "
            f"{window(analysis)}, those who bought in them. The line can rise: who only paused "
            "comes back, and a busy season brings more."
        ),
        CUSTOMER: (
            "Nobody announces leaving in a shop. The solid line reads it from everybody's silences "
            "and assumes no shape, but takes purchases as coming at random, so that seasons leave "
            "ripples in it; the dashed line is a model fitted to the same customers, which runs on "
            "as a forecast."
        ),
        SECOND: (
            "What is seen: the time from the first to the second purchase. Who has not bought "
            "again counts for as long as they were followed."
        ),
    }[quantity]
    if short(analysis):
        return (
            f"{said} The file is so short that customers who may be older than it are counted, "
            "from where it first sees them."
        )
    return f"{said} Customers who may be older than the file are left out."


def estimator(analysis: Analysis, quantity: str) -> str:
    """Return by which method the numbers were computed, for those who know them by name."""
    return {
        BUYING: "Plain proportions with Wilson bands.",
        CUSTOMER: (
            "Nonparametric maximum likelihood of leaving times that nobody sees, purchases being "
            f"the signs of life; bands from {RESAMPLES} resamples. Dashed: "
            f"{analysis.lifetimes.name}."
        ),
        SECOND: "Kaplan-Meier with log-log bands.",
    }[quantity]


def curves(analysis: Analysis, quantity: str, by: By) -> tuple[Curve, ...]:
    """Return the curves of a quantity: for everyone, and for groups that are large enough.

    Raises
    ------
    EvidenceError
        When customers were followed too briefly.
    """
    log, people, older = analysis.transactions, analysis.customers, short(analysis)
    if quantity == BUYING:
        return still_buying(log, people, window_weeks=WINDOW_WEEKS, by=by, include_older=older)
    if quantity == SECOND:
        return second_purchase(log, people, by=by, include_older=older)
    whole, *parts = groups(log, people, by, include_older=older)
    large = sorted(parts, key=lambda group: -group.members.sum())[:MOST_GROUPS]
    told = [g for g in parts if g in large and g.members.sum() >= ENOUGH_TO_TELL]
    found = [leaving_of(analysis, whole).curve]
    for group in told:
        try:
            found.append(leaving_of(analysis, group).curve)
        except EvidenceError:  # the group came too lately; the page counts the lines it has
            continue
    return tuple(found)


def fitted(analysis: Analysis, quantity: str) -> Curve | None:
    """Return a fitted model's share still a customer, of the same customers, as a forecast."""
    if quantity != CUSTOMER:
        return None
    counts = counts_of(analysis, everyone(analysis))
    model = (
        analysis.lifetimes if counts.customers == len(analysis.customers) else fit_paretonbd(counts)
    )
    drawn = model.draws(RESAMPLES, seed=1)
    return model_curve(model, counts, months=AHEAD_MONTHS, label="forecast", drawn=drawn)


def differences(analysis: Analysis, quantity: str, by: By) -> tuple[Difference, ...]:
    """Return every group against everybody else."""
    if quantity == SECOND:
        return second_purchase_differences(
            analysis.transactions, analysis.customers, by, include_older=short(analysis)
        )
    return compare_shares(curves(analysis, quantity, by))


def saying(analysis: Analysis, quantity: str) -> Said:
    """Return how a difference in a quantity is said."""
    return {
        BUYING: Said(
            f"bought in the next {window(analysis)}", "buy on more often", "stop buying more often"
        ),
        CUSTOMER: Said("are still customers", "stay longer", "leave sooner"),
        SECOND: Said(
            "had not bought a second time", "come back later", "come back sooner", "waited"
        ),
    }[quantity]


def said_of(analysis: Analysis, quantity: str) -> str:
    """Return what everyone's curve says at twelve months, in a sentence."""
    curve = curves(analysis, quantity, None)[0]
    if quantity == SECOND:
        return f"{words.after_first(curve)} {words.second_purchase(curve)}"
    if quantity == CUSTOMER:
        return f"{words.still_there(curve)} {words.dangerous(leaving(analysis))}".strip()
    try:
        found = leaving(analysis)
    except EvidenceError:
        return words.still_buying(curve, window(analysis), None)
    said = words.still_buying(curve, window(analysis), found.curve)
    return f"{said} {words.dangerous(found)}".strip()


def findings(analysis: Analysis) -> Findings:
    """Return the page's verdict and its reasons."""
    headline = f"{len(analysis.customers):,} customers; what they do next is not known yet."
    reasons, first = [], ""
    try:
        fact = plain_fact(analysis.transactions)
    except EvidenceError as reason:
        reasons.append(str(reason))
    else:
        headline = words.came_back(fact)
        reasons.append(words.all_customers(fact))
    try:
        curve, within = curves(analysis, BUYING, None)[0], words.within(window(analysis))
    except EvidenceError:  # the page says so in the curve's place
        pass
    else:
        headline, first = words.new_buyers(curve, within), words.at_first(curve, within)
    change = _same_season(analysis)
    if change is not None:
        headline += f" {comparing.whether_better(change.change, 'come back')}"
        reasons.append(comparing.half_years(change))
    return Findings(headline, tuple(reasons), first)


def _same_season(analysis: Analysis) -> RetentionChange | None:
    """Return how many come back against a year before, if that can be said."""
    try:
        found = changed(analysis, next(iter(kinds(analysis).values())))
    except (EvidenceError, StopIteration):
        return None
    return found if found.same_season else None


def better(analysis: Analysis) -> Better:
    """Return whether newer customers come back more often than older ones."""
    cohorts = buying_again_within(analysis.transactions, analysis.customers, HALF_YEAR)
    second = second_purchase(analysis.transactions, analysis.customers)[0]
    return Better(
        title=f"Bought again within {WITHIN}",
        cohorts=cohorts,
        said=(
            words.trend(cohorts, WITHIN),
            "These are new customers only; the answer on top counts all buyers, new and old, and "
            "sets the same season of two years side by side."
            if _same_season(analysis)
            else "These are new customers only.",
            words.second_purchase(second),
        ),
        left_out=words.left_out(cohorts),
    )


def silence(analysis: Analysis) -> Silences:
    """Return how long customers are silent, and how many come back.

    Raises
    ------
    EvidenceError
        When nobody bought twice.
    """
    found = silences(analysis.transactions)
    found.usual()
    return found


def silence_said(found: Silences) -> tuple[str, ...]:
    """Return what silences say, as sentences."""
    return comparing.silence(found, HALF_YEAR, HALF_YEAR)


def danger(analysis: Analysis, view: str) -> Danger:
    """Return how many leave month by month: of everybody, or of those who bought twice.

    Raises
    ------
    EvidenceError
        When nobody bought twice, or customers were followed too briefly.
    """
    log, people = analysis.transactions, analysis.customers
    second = second_purchase(log, people)[0]
    lately = float((people.frame["first"].to_numpy() > log.last_day - YEAR).sum())
    said = [words.after_first(second)]
    if view == FROM_FIRST:
        found = leaving(analysis)
        said.append(
            "Nobody sees them leave: the months are read from silences, those after a single order "
            "among them."
        )
    else:
        twice = after_second(log, people)
        if twice is None:
            raise EvidenceError("Nobody bought on two days, so nobody can be followed from there.")
        found = find_leaving(twice, analysis.lifetimes, label="Bought twice", resamples=RESAMPLES)
        lately *= 1 - second.at(min(12.0, second.ends))
    if found.risk is None:
        raise EvidenceError("The file is so long that its months cannot be told apart.")
    return Danger(
        title="Of those still there, leaving in the month",
        axis=f"Months since the {view.removeprefix('Since the ')}",
        risk=found.risk,
        meeting=lately,
        said=tuple(said),
    )


def grid(analysis: Analysis, period: str, measure: str, definition: str, margin: float) -> Triangle:
    """Return a triangle; money and orders are always those in the period."""
    counted = definition if measure == "customers" else "in"
    asked = "value" if measure == "margin" else measure
    found = triangle(analysis.transactions, period=period, measure=asked, definition=counted)
    return found.times(margin) if measure == "margin" else found


def cake(analysis: Analysis) -> LayerCake:
    """Return revenue by month, stacked by the quarter its customers first bought in."""
    return layer_cake(analysis.transactions, period="month", layer="quarter")


def changed(analysis: Analysis, by: str) -> RetentionChange:
    """Return why fewer or more buyers came back than a year before.

    Raises
    ------
    EvidenceError
        When the file is too short.
    """
    return retention_change(analysis.transactions, analysis.customers, by)


def changed_said(found: RetentionChange) -> tuple[str, ...]:
    """Return the same as sentences."""
    return comparing.retention_changed(found)
