"""Subscribers living through an offer one by one, by code that shares nothing with the engine."""

import numpy as np

NEVER = 99


def slots(rng, scenario, law, when, left, *, price):
    """Return the worth of places that fall empty at `when` and are refilled for ever after."""
    v, lead = 1 / (1 + scenario.annual_rate), round(scenario.lead_time_months / 12)
    serve, total, place = 12 * scenario.cost_to_serve, np.zeros(len(when)), np.arange(len(when))
    each = scenario.new_ramp * scenario.margin * price - serve
    while True:
        going = left >= lead
        place, when, left = place[going], when[going], left[going]
        if not len(place):
            return total
        np.add.at(total, place, -scenario.acquisition_cost * v**when)
        when, left = when + lead, left - lead
        ends = rng.geometric(rng.beta(*law, len(place)))
        paid = each * v**when
        for year in range(1, int(left.max(initial=0)) + 1):
            paid += ((year <= left) & (year < ends)) * each * v ** (when + year)
        np.add.at(total, place, paid)
        again = ends <= left
        place, when, left = place[again], (when + ends)[again], (left - ends)[again]


def lived(rng, scenario, law, renewed, people, *, price=100.0, due=1.0):
    """Return what a yearly subscription's offer changes for each person, shape `(people,)`."""
    theta = rng.beta(law[0], law[1] + renewed, people)
    years, window = round(scenario.horizon / 12), round(scenario.duration_months / 12)
    stands, v = round(scenario.cancel_window_months / 12), 1 / (1 + scenario.annual_rate)
    effect = scenario.save_rate * scenario.controllable
    cancel = scenario.channel == "at_cancel"
    earns = scenario.margin * price - 12 * scenario.cost_to_serve
    gives = scenario.depth * price + scenario.redemption_cost
    taker = rng.random(people) < scenario.stayers_taking
    plain, held = np.ones(people, bool), np.ones(people, bool)
    since = np.full(people, NEVER if cancel else 1)  # when the offer began
    took = np.zeros(people, bool) if cancel else taker.copy()
    value = np.full(people, 0.0 if cancel else -scenario.contact_cost)
    empty = np.zeros((2, people), int)  # when each place falls empty, with the offer and without
    for t in range(1, years + 1):
        luck, chance = rng.random(people), np.where(t == since + window, 1 + scenario.bounce, 1.0)
        if not cancel and t <= window:
            chance[:] = 1 - effect
        wants = held & (luck < theta * chance)
        saved = np.zeros(people, bool)
        if cancel:
            free = held & (since == NEVER) & (t <= stands)
            asks = free & (wants | (rng.random(people) < scenario.asks_only_for_discount))
            saved = asks & wants & (rng.random(people) < effect)
            new = saved | (asks & ~wants)
            since, took = np.where(new, t, since), took | new
            value -= v ** (t - 1 + due) * scenario.contact_cost * asks
        stays = plain & (luck >= theta)
        empty[1][plain & ~stays], plain = t, stays
        gone = wants & ~saved
        empty[0][gone], held = t, held & ~gone
        took |= not cancel and t <= window and held & ~plain
        cheap = held & took & (t >= since) & (t < since + window)
        later = held & took & (t >= since + window)
        value += v ** (t - 1 + due) * (
            earns * held - earns * plain - gives * cheap
            + scenario.later_spend * scenario.margin * price * later
        )  # fmt: skip
    if scenario.counterfactual == "refilled":
        for sign, ends in zip((1, -1), empty, strict=True):
            who = ends > 0
            worth = slots(rng, scenario, law, ends[who] - 1 + due, years - ends[who], price=price)
            value[who] += sign * scenario.replacement_ratio * worth
    return value
