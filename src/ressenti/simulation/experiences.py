"""What customers lived through, in which state of mind, and who of them answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ressenti.simulation.asking import (
    INVITED,
    NOT_SENT_SHARE,
    answer_delays,
    answer_propensity,
    channel_level,
    drawn_channels,
)
from ressenti.simulation.contacts import MISSED_WAIT_EFFECT, UNRESOLVED_EFFECT, Contacts
from ressenti.simulation.loyalty import LATE_EFFECT, Orders, Subscriptions
from ressenti.simulation.people import People
from ressenti.simulation.rows import (
    DAY,
    HOUR,
    NEVER,
    Flags,
    Floats,
    Instants,
    Integers,
    chance,
    chosen,
    stacked,
)
from ressenti.simulation.world import (
    BUY,
    COUNTRY_OF_SHOP,
    DELIVER,
    DISCOVER,
    RENEW,
    START,
    SUPPORT,
    USE,
    World,
)

TOUCHPOINT_LEVELS: Final = (-0.05, 0.1, 0.05, -0.05, 0.1, -0.1, 0.0)
_BUY_ASKED = 0.7
_START_ASKED = 0.2
_USE_PER_ORDER = 0.5
_VISITS_PER_ORDER = 0.15
_ASKED_AFTER = (0, 0, 3 * HOUR, 14 * DAY, 0, HOUR, 7 * DAY)


@dataclass(frozen=True, slots=True)
class Experiences:
    """Experiences about which somebody could be asked, one a row.

    ``level`` is the latent satisfaction to expect, ``outcome_effect`` the part of it lost (or
    that would be lost) by missing the touchpoint's outcome, ``missed`` whether it was missed.
    """

    touchpoint: Integers
    customer: Integers
    asked_at: Instants
    answered_at: Instants
    channel: Integers
    missed: Flags
    resolved_first: Flags
    outcome_effect: Floats
    level: Floats
    propensity: Floats
    sent: Flags
    answers: Flags

    def __len__(self) -> int:
        return int(self.touchpoint.size)


@dataclass(frozen=True, slots=True)
class _Occasions:
    touchpoint: Integers
    customer: Integers
    at: Instants
    missed: Flags
    resolved_first: Flags


def monthly_shocks(world: World, customers: People, orders: Orders, contacts: Contacts) -> Floats:
    """Return what each customer's bad experiences took from their mood: customers by months."""
    parcels = np.flatnonzero(orders.late & (orders.delivered_at < world.period.end))
    customer = np.concatenate([orders.customer[parcels], contacts.customer])
    at = np.concatenate([orders.delivered_at[parcels], contacts.offered_at])
    loss: Floats = np.concatenate(
        [
            np.full(parcels.size, LATE_EFFECT),
            MISSED_WAIT_EFFECT * contacts.missed + UNRESOLVED_EFFECT * ~contacts.resolved_first,
        ]
    )
    cells = customer * world.months + world.month_of(at)
    size = (len(customers), world.months)
    lost = np.bincount(cells, weights=loss, minlength=size[0] * size[1])
    return np.asarray(lost.reshape(size), dtype=np.float64)


def lived_experiences(
    world: World,
    customers: People,
    orders: Orders,
    contacts: Contacts,
    subscriptions: Subscriptions,
) -> Experiences:
    """Return the experiences of those who were customers at the time, whether asked or not."""
    generator = chance(world.seed, "experiences")
    occasions = stacked(
        [
            *_of_orders(generator, orders),
            _of_contacts(contacts),
            _of_renewals(world, subscriptions),
            *_of_passers_by(world, generator, customers, subscriptions, len(orders)),
        ]
    )
    occasions = chosen(occasions, occasions.at < world.period.end)
    return _asked(world, generator, customers, occasions)


def _asked(
    world: World, generator: np.random.Generator, customers: People, occasions: _Occasions
) -> Experiences:
    """Return who was asked about each occasion, where, and who answered."""
    touchpoint = occasions.touchpoint
    size = touchpoint.size
    channel = drawn_channels(generator, touchpoint, world.elapsed(occasions.at))
    propensity = answer_propensity(channel, COUNTRY_OF_SHOP[customers.shop[occasions.customer]])
    invited = np.isin(channel, INVITED)
    sent = ~invited | (generator.random(size) >= NOT_SENT_SHARE)
    asked_at = occasions.at + np.array(_ASKED_AFTER)[touchpoint]
    answered_at = asked_at + answer_delays(generator, channel)
    answers = sent & (generator.random(size) < propensity)
    effect = np.select(
        [touchpoint == DELIVER, touchpoint == SUPPORT], [LATE_EFFECT, MISSED_WAIT_EFFECT], 0.0
    )
    return Experiences(
        touchpoint=touchpoint,
        customer=occasions.customer,
        asked_at=asked_at,
        answered_at=answered_at,
        channel=channel,
        missed=occasions.missed,
        resolved_first=occasions.resolved_first,
        outcome_effect=effect,
        level=_level(world, customers, occasions)
        + channel_level(channel)
        + effect * occasions.missed,
        propensity=propensity * np.where(invited, 1.0 - NOT_SENT_SHARE, 1.0),
        sent=sent,
        answers=answers & (answered_at < world.period.end),
    )


def _level(world: World, customers: People, occasions: _Occasions) -> Floats:
    """Return the latent satisfaction to expect, apart from the channel and the outcome."""
    shop = customers.shop[occasions.customer]
    at_desk = occasions.touchpoint == SUPPORT
    # The desk is one for all shops: no shop, no team of a shop changes what callers feel about it.
    team = np.where(at_desk, 0.0, world.team_level(shop, occasions.at))
    unresolved = at_desk & ~occasions.resolved_first
    return np.asarray(
        world.common_level(shop, occasions.at)
        + team
        + np.array(TOUCHPOINT_LEVELS)[occasions.touchpoint]
        + UNRESOLVED_EFFECT * unresolved,
        dtype=np.float64,
    )


def _occasions(
    touchpoint: int,
    customer: Integers,
    at: Instants,
    *,
    missed: Flags | None = None,
    resolved_first: Flags | None = None,
) -> _Occasions:
    nothing = np.zeros(customer.size, dtype=np.bool_)
    return _Occasions(
        touchpoint=np.full(customer.size, touchpoint),
        customer=customer,
        at=at,
        missed=nothing if missed is None else missed,
        resolved_first=nothing if resolved_first is None else resolved_first,
    )


def _of_orders(generator: np.random.Generator, orders: Orders) -> tuple[_Occasions, ...]:
    drawn = generator.random(len(orders))
    bought = np.flatnonzero(~orders.delivered & (drawn < _BUY_ASKED))
    delivered = np.flatnonzero(orders.delivered)
    started = np.flatnonzero(drawn > 1.0 - _START_ASKED)
    return (
        _occasions(BUY, orders.customer[bought], orders.ordered_at[bought]),
        _occasions(
            DELIVER,
            orders.customer[delivered],
            orders.delivered_at[delivered],
            missed=orders.late[delivered],
        ),
        _occasions(START, orders.customer[started], orders.ordered_at[started]),
    )


def _of_contacts(contacts: Contacts) -> _Occasions:
    taken = chosen(contacts, ~contacts.abandoned)
    return _occasions(
        SUPPORT,
        taken.customer,
        taken.answered_at,
        missed=taken.missed,
        resolved_first=taken.resolved_first,
    )


def _of_renewals(world: World, subscriptions: Subscriptions) -> _Occasions:
    """Return the anniversaries of the spells that fall in the period and were reached."""
    most = int((world.period.end - subscriptions.started_at.min(initial=0)) // (365 * DAY)) + 1
    years = np.arange(1, min(most, 12) + 1)
    at = subscriptions.started_at[:, None] + years * 365 * DAY
    alive = (at < subscriptions.ended_at[:, None]) | (subscriptions.ended_at[:, None] == NEVER)
    reached = alive & (at >= world.period.start) & (at < world.period.end)
    spell, year = np.nonzero(reached)
    return _occasions(RENEW, subscriptions.customer[spell], at[spell, year])


def _of_passers_by(
    world: World,
    generator: np.random.Generator,
    customers: People,
    subscriptions: Subscriptions,
    orders: int,
) -> tuple[_Occasions, ...]:
    """Return the users asked out of the blue, and the visitors of the web site."""
    end = subscriptions.end_of(len(customers))
    parts = []
    for touchpoint, size in (
        (USE, int(_USE_PER_ORDER * orders)),
        (DISCOVER, int(_VISITS_PER_ORDER * orders)),
    ):
        customer = generator.integers(len(customers), size=size)
        at = world.trading_instants(generator, customers.shop[customer])
        still = at < end[customer]
        parts.append(_occasions(touchpoint, customer[still], at[still]))
    return tuple(parts)
