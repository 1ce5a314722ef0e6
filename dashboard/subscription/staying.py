"""Who stays with a subscription, where leaving is seen: curves, renewals, cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.staying import CAME, Better, Danger, Findings, Said, column_name
from dashboard.subscription import leaving
from dashboard.wording import comparing
from dashboard.wording import renewing as words
from models.cohorts import SUBSCRIBED, LayerCake, Repeat, Triangle
from models.cohorts.groups import By
from models.comparing import Difference
from models.contracts.curves import model_staying, renewing, staying, staying_differences
from models.contracts.cuts import comparable, cut
from models.contracts.renewed import AGE, RenewalChange, renewal_change, still_here
from models.contracts.triangles import subscribed_cake, subscribed_triangle
from models.errors import EvidenceError
from models.lifetimes.nobody_left import NobodyLeft
from models.periods import DAYS_PER_MONTH, MONTHS_PER_YEAR
from models.survival import Curve, proportion

if TYPE_CHECKING:
    from models.contracts import ContractAnalysis

SUBSCRIBED_STILL: Final = "Still subscribed"
QUANTITIES: Final = (SUBSCRIBED_STILL,)
DRAWS: Final = 100
FEWEST: Final = 10
MOST_QUARTERS: Final = 12
SINCE: Final = "the start"
DANGERS: Final = ("Renewal by renewal",)
SILENCE: Final = None
PERIOD: Final = "year"
CHANGED: Final = "Due renewals that were made"
CELLS: Final = SUBSCRIBED
COUNTED: Final[dict[str, str]] = {}


def comparisons(analysis: ContractAnalysis) -> dict[str, str]:
    """Return what subscribers can be compared by: what the screen calls it, and the column."""
    return {CAME.get(by, column_name(by)): by for by in comparable(analysis.people)}


def kinds(analysis: ContractAnalysis) -> dict[str, str]:
    """Return what kinds of subscribers a change can be split by."""
    return {column_name(AGE): AGE} | {
        name: by for name, by in comparisons(analysis).items() if by not in CAME
    }


def title(analysis: ContractAnalysis, quantity: str) -> str:
    """Return what the vertical axis shows."""
    return "New subscribers still there"


def method(analysis: ContractAnalysis, quantity: str) -> str:
    """Return how the curve comes about, in plain words."""
    late = (
        " Who left before a certain day is not in the file, so those who came earlier count only "
        "from the age they had then."
        if analysis.people.delayed
        else ""
    )
    return (
        "Read from the ends that were seen; whoever still subscribes counts for as long as they "
        f"were followed.{late} The dashed line is a model fitted to them, which runs on as a "
        "forecast."
    )


def estimator(analysis: ContractAnalysis, quantity: str) -> str:
    """Return by which method the numbers were computed, for those who know them by name."""
    return f"Kaplan-Meier with log-log bands. Dashed: {analysis.fitted.name}."


def curves(analysis: ContractAnalysis, quantity: str, by: By) -> tuple[Curve, ...]:
    """Return the share still subscribed: of everybody, and of groups of ten or more."""
    whole = staying(analysis.people)
    if by is None:
        return whole
    groups = (curve for curve in staying(analysis.people, by) if curve.followed[0] >= FEWEST)
    return (*whole, *(curve.as_far_as(FEWEST) for curve in groups))


def fitted(analysis: ContractAnalysis, quantity: str) -> Curve | None:
    """Return the fitted model's share still subscribed, running on beyond the data."""
    found = model_staying(analysis.people, analysis.fitted.everyone, DRAWS, 1)
    return Curve(
        "forecast", found.quantity, found.months, found.share, found.low, found.high, found.followed
    )


def differences(analysis: ContractAnalysis, quantity: str, by: By) -> tuple[Difference, ...]:
    """Return every group against everybody else."""
    return () if by is None else staying_differences(analysis.people, by)


def saying(analysis: ContractAnalysis, quantity: str) -> Said:
    """Return how a difference is said."""
    return Said("were still there", "stay longer", "leave sooner")


def said_of(analysis: ContractAnalysis, quantity: str) -> str:
    """Return what everyone's curve says at twelve months, in a sentence."""
    return words.still_subscribed(staying(analysis.people)[0])


def findings(analysis: ContractAnalysis) -> Findings:
    """Return the page's verdict and its reasons."""
    people, known = analysis.people, analysis.fitted.everyone.chosen
    if isinstance(known, NobodyLeft):
        headline = f"Nobody has left yet: {words.most_may_leave(known.asked)}."
        return Findings(headline, (leaving.nobody_left(analysis),))
    new, reasons, risk = staying(people)[0], [], None
    try:
        risk = renewing(people)
    except EvidenceError as reason:
        reasons.append(str(reason))
    else:
        reasons.append(words.first_renewals(risk))
    headline = words.new_subscribers(new, risk)
    change = _year_on_year(analysis)
    if change is not None:
        headline += f" {comparing.whether_better(change.change, 'renew')}"
        reasons.append(comparing.renewals_changed(change)[0])
    try:
        reasons.append(words.a_year_later(still_here(people), new, risk))
    except EvidenceError as reason:
        reasons.append(str(reason))
    return Findings(headline, tuple(reasons))


def _year_on_year(analysis: ContractAnalysis) -> RenewalChange | None:
    """Return how many due renewals are made against a year before, if that can be said."""
    try:
        return changed(analysis, AGE)
    except EvidenceError:
        return None


def better(analysis: ContractAnalysis) -> Better:
    """Return whether newer subscribers renew more often the first time.

    Raises
    ------
    EvidenceError
        When the file has no dates.
    """
    people = analysis.people
    if people.last_day is None:
        raise EvidenceError(
            "The file says how long people have subscribed but not since when: bring start dates "
            "to see whether newer ones stay more often."
        )
    frame, length = people.frame, people.period_months * DAYS_PER_MONTH
    quarters = len(cut(people, "quarter"))
    asked = ((frame["renewals"] > 0) | frame["left"]).to_numpy(bool)
    made = (frame["renewals"] > 0).to_numpy(bool)
    cohorts = []
    for label, who in cut(people, "quarter" if quarters <= MOST_QUARTERS else "year").items():
        due = who & asked
        if due.sum() < FEWEST:
            continue
        share, low, high = (float(v[0]) for v in proportion([(due & made).sum()], [due.sum()]))
        young = frame.loc[who, "start"].max() + length > people.last_day
        cohorts.append(Repeat(label, int(due.sum()), share, low, high, False, not young))
    found = tuple(cohorts)
    return Better(
        title="Renewed the first time",
        cohorts=found,
        said=(
            words.renewal_trend(found),
            "These are first renewals only; the answer on top counts every renewal that came due.",
        ),
        left_out="",
    )


def danger(analysis: ContractAnalysis, view: str) -> Danger:
    """Return how many leave at each renewal.

    Raises
    ------
    EvidenceError
        When too few have reached a second renewal.
    """
    risk, frame = renewing(analysis.people), analysis.people.frame
    again, left = int((frame["spell"] > frame["spell"].min()).sum()), int(frame["observed"].sum())
    return Danger(
        title="Leaving when a renewal comes due",
        axis="Renewal",
        risk=risk,
        meeting=analysis.new.per_month * MONTHS_PER_YEAR,
        said=tuple(filter(None, (words.first_renewal(risk), words.subscribed_again(again, left)))),
    )


def grid(
    analysis: ContractAnalysis, period: str, measure: str, definition: str, margin: float
) -> Triangle:
    """Return a triangle of everybody who started together.

    Raises
    ------
    EvidenceError
        When the file has no dates, or no money.
    """
    asked = "value" if measure == "margin" else measure
    found = subscribed_triangle(analysis.people, period=period, measure=asked)
    return found.times(margin) if measure == "margin" else found


def cake(analysis: ContractAnalysis) -> LayerCake:
    """Return what was paid by quarter, stacked by the year its subscribers came.

    Raises
    ------
    EvidenceError
        When the file has no dates or no money.
    """
    return subscribed_cake(analysis.people)


def changed(analysis: ContractAnalysis, by: str) -> RenewalChange:
    """Return why fewer or more renewals were made than a year before.

    Raises
    ------
    EvidenceError
        When the file has no dates, or none came due.
    """
    return renewal_change(analysis.people, by)


def changed_said(found: RenewalChange) -> tuple[str, ...]:
    """Return the same as sentences."""
    return comparing.renewals_changed(found)
