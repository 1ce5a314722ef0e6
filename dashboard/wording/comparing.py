"""Groups against each other, then against now, and what months cost: said as sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dashboard.wording.numbers import (
    MINUS,
    between,
    count,
    money,
    money_between,
    months,
    number,
    of_hundred,
    percent,
    short_date,
)
from dashboard.wording.text import capital, listed
from models.periods import date_of

if TYPE_CHECKING:
    from dashboard.staying import Cost, Danger, Said
    from models.cohorts import RetentionChange, Silences
    from models.comparing import Difference
    from models.contracts.renewed import RenewalChange
    from models.mix import Change, Part

MOST_SAID: Final = 2
ENOUGH: Final = 30


def differs(one: Difference, words: Said) -> str:
    """Say how a group stands against everybody else, and whether that could be noise."""
    when = "right at the start" if one.month < 1 else f"after {months(one.month)}"
    stayed = ""
    if not math.isnan(one.mean):
        stayed = (
            f" Of the first {count(one.horizon, 'month')} they {words.time} {number(one.mean)} on "
            f"average, everybody else {number(one.mean_rest)}."
        )
    return (
        f"{capital(one.label)}: {percent(one.share)} {words.share} {when}, against "
        f"{percent(one.rest)} of everybody else. {_sure(one, words)}{stayed}"
    )


def _sure(one: Difference, words: Said) -> str:
    if one.noise:
        return "This could be noise."
    return f"They {words.above if one.gap > 0 else words.below}; this is not noise."


def differences(found: Sequence[Difference], words: Said) -> tuple[str, ...]:
    """Say which groups stand out: the clearest above and below, else that none does.

    Parameters
    ----------
    found
        Every group against everybody else.
    words
        How a difference is said.
    """
    if not found:
        return ("No two groups are large enough to be compared.",)
    if len(found) == 2:
        return (_pair(found[0], found[1], words),)
    real = sorted((one for one in found if not one.noise), key=lambda one: -abs(one.gap))
    groups = count(len(found), "group")
    if not real:
        widest = max(found, key=lambda one: abs(one.gap))
        return (
            f"None of {groups} differs from the others by more than noise.",
            differs(widest, words),
        )
    differing = "differs" if len(real) == 1 else "differ"
    return (
        *(differs(one, words) for one in real[:MOST_SAID]),
        f"{len(real)} of {groups} {differing} from everybody else by more than noise.",
    )


def _pair(one: Difference, other: Difference, words: Said) -> str:
    """Say how two groups stand against each other, in one sentence."""
    return (
        f"{capital(one.label)} against {other.label}: {percent(one.share)} against "
        f"{percent(other.share)} {words.share} after {months(one.month)}. {_sure(one, words)}"
    )


def cost(one: Cost, currency: str | None) -> str:
    """Say what a dangerous month costs a year."""
    name = f"{capital(one.unit)} {one.step}"
    more = (
        f"{percent(one.leaving)} of those still there leave in it, against {percent(one.usual)} "
        f"around it: {count(one.leavers)} more customers a year"
    )
    if math.isnan(one.money):
        return f"{name} stands out: {more}."
    reach = money_between(one.low, one.high, currency)
    return f"{name} costs {money(one.money, currency)} a year ({reach}). {more}."


def no_danger(danger: Danger) -> str:
    """Say that no month stands out, and where most are lost."""
    risk = danger.risk
    told = risk.followed >= min(ENOUGH, int(risk.followed[0]))
    worst = int((risk.smooth * told).argmax())
    low, high = float(risk.low[worst]), float(risk.high[worst])
    unit = risk.unit
    if unit == "renewal" and not worst:
        return (
            "No renewal after the first loses clearly more than those around it, so none has a "
            "price of its own."
        )
    return (
        f"No single {unit} loses clearly more than those around it, so none has a price of its "
        f"own. The risk is highest in {unit} {int(risk.ages[worst])}: "
        f"{percent(float(risk.smooth[worst]))} ({between(low, high, percent)})."
    )


def silence(found: Silences, lapse: int, within: int) -> tuple[str, ...]:
    """Say how long customers usually pause, when silence means goodbye, and who came back."""
    usual, nine = found.usual(), found.usual(0.9)
    said = [
        f"Half of all repeat purchases come within {count(usual, 'day')} of the one before, nine "
        f"in ten within {count(nine, 'day')}."
    ]
    far = found.four_in_five
    if found.goodbye is not None:
        said.append(
            f"From {count(found.goodbye, 'day')} of silence on, four in five never came back: "
            "there silence starts to mean goodbye."
        )
    elif far is not None:
        said.append(
            f"It takes {count(far, 'day')} of silence until four in five stay away, more than a "
            f"quarter of the {count(found.span, 'day')} of the file: no silence that is short "
            "enough to act on means goodbye here."
        )
    else:
        said.append(
            "However long the silence, more than one in five came back: no silence means goodbye "
            "here."
        )
    share, lapsed = found.returned(lapse, within)
    if not math.isnan(share):
        said.append(
            f"Of {count(lapsed, 'silence')} longer than {count(lapse, 'day')}, "
            f"{of_hundred(share)} ended with a purchase within {count(within, 'day')} more: lapsed "
            "customers do come back."
        )
    return tuple(said)


def retention_changed(found: RetentionChange) -> tuple[str, ...]:
    """Say how the share of buyers who bought again changed, and why."""
    before, after = (short_date(date_of(day)) for day in (found.before, found.after))
    change = found.change
    season = (
        ""
        if found.same_season
        else " The file is too short to compare the same season, so the season is in this too."
    )
    return (
        f"Of the buyers of the {count(found.days, 'day')} from {before}, {percent(change.was)} "
        f"bought in the next {count(found.days)}; of those from {after}, "
        f"{percent(change.now)}.{season}",
        *_parts(change, "buyers"),
    )


def renewals_changed(found: RenewalChange) -> tuple[str, ...]:
    """Say how the share of due renewals that were made changed, and why."""
    change = found.change
    return (
        f"Of {count(found.due_after, 'renewal')} due since {short_date(date_of(found.after))}, "
        f"{percent(change.now)} were made; in the year before, {percent(change.was)} of "
        f"{count(found.due_before)}, which "
        f"{'is more than chance' if change.total.clear else 'could be chance'}.",
        *_parts(change, "subscribers"),
    )


def whether_better(change: Change, what: str) -> str:
    """Say whether a share is getting better, set against the same season a year before.

    `what` is what those who count do, such as `come back`.
    """
    moved = change.total
    if not moved.clear:
        return "It is getting neither better nor worse."
    better, many = moved.change > 0, 100 * abs(moved.change)
    said = f"{many:.0f}" if many >= 1 else number(many)
    return (
        f"It is getting {'better' if better else 'worse'}: {said} of 100 "
        f"{'more' if better else 'fewer'} {what} than a year before."
    )


def half_years(found: RetentionChange) -> str:
    """Say from what that was read."""
    change = found.change
    return (
        f"Better or worse? Of all who bought within {count(found.days, 'day')}, "
        f"{percent(change.now)} bought in the next {found.days}; a year before, "
        f"{percent(change.was)}, which "
        f"{'is more than chance' if change.total.clear else 'could be chance'}."
    )


def _parts(change: Change, who: str) -> tuple[str, ...]:
    said = [
        f"{_points(change.behaviour)} because the same kinds of {who} behave differently, "
        f"{_points(change.mix)} because their mix changed."
    ]
    if change.reverses:
        way = "more" if change.behaviour.change > 0 else "less"
        said.append(
            f"Careful: kind by kind, {who} stay {way} often than before, and still the total moved "
            "the other way, because the mix changed. Judge them kind by kind."
        )
    elif change.opposed and change.behaviour.clear:
        said.append(
            f"Careful: the total and the {who} themselves moved in opposite directions; the mix of "
            "kinds may be why."
        )
    elif not change.total.clear:
        said.append("In all, the change could be noise.")
    return tuple(said)


def _points(part: Part) -> str:
    """Say a part of a change in points, with its range."""
    change, low, high = (points(end) for end in (part.change, part.low, part.high))
    return f"{change} points ({low} to {high}, 8 in 10)"


def points(share: float) -> str:
    """Return a change of a share in points, with its sign: `+1.4`, `−0.2`, `0.0`."""
    rounded = round(100 * share, 1)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):.1f}"


def kinds(change: Change, most: int = 3) -> str:
    """Say how the largest kinds changed."""
    order = (change.before + change.after).argsort()[::-1][:most]
    parts = [
        f"{change.labels[k]} {percent(float(change.share_before[k]))} to "
        f"{percent(float(change.share_after[k]))}"
        for k in order
    ]
    return f"By kind: {listed(parts)}."
