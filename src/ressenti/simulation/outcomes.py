"""Outcomes customers wanted, and got or not.

Parcels and waits change the marks of those who lived them. A free adviser is a sign of the team's
mood, which customers feel a month later. Being known at the counter follows satisfaction instead
of preceding it: where customers were happy last month, the same faces came back. The receipt, the
decoy, matters to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ressenti.simulation.contacts import Contacts
from ressenti.simulation.loyalty import Orders
from ressenti.simulation.people import People, segment_columns
from ressenti.simulation.rows import (
    DAY,
    SECOND,
    Floats,
    Instants,
    Integers,
    chance,
    chosen,
    codes_drawn,
    constant_column,
    fact_table,
    identifiers,
    instant_column,
    label_column,
    log_normal,
    number_column,
)
from ressenti.simulation.world import (
    CHANNELS,
    MOOD_EFFECT,
    MOOD_LAG_MONTHS,
    SHOP,
    WEB,
    World,
)

PARCEL_ON_TIME: Final = "parcel_on_time"
WAIT_ACCEPTED: Final = "wait_accepted"
RECEIPT_AT_ONCE: Final = "receipt_at_once"
"""The decoy: whether the receipt is mailed within the minutes expected changes no mark."""
ADVISER_FREE: Final = "adviser_free"
"""Comes first: a team in good spirits makes itself free, and its customers feel it later."""
KNOWN_AT_COUNTER: Final = "known_at_counter"
"""The reverse: customers who were happy come back, and are known the month after."""

ADVISER_SLOPE: Final = 3.0
"""What one unit of the team's mood adds to the log-odds that an adviser is free in time."""
KNOWN_SLOPE: Final = 6.0
"""What one unit of the shop's latent satisfaction adds to the log-odds of being known …"""
KNOWN_AFTER_MONTHS: Final = 1
"""… this many months later."""

_RECEIPT_EXPECTED_S = 300.0
_ADVISER_EXPECTED_S = 180.0
_ADVISER_LOG_ODDS = 0.7
_KNOWN_LOG_ODDS = 0.0
_OBSERVED_SHARE = 0.5
_IMPORTANCES = (1.0, 2.0, 3.0, 4.0, 5.0)
_IMPORTANCE_SHARES: Mapping[str, tuple[float, ...]] = {
    PARCEL_ON_TIME: (0.0, 0.05, 0.15, 0.35, 0.45),
    WAIT_ACCEPTED: (0.02, 0.08, 0.25, 0.4, 0.25),
    RECEIPT_AT_ONCE: (0.4, 0.3, 0.2, 0.07, 0.03),
    ADVISER_FREE: (0.05, 0.15, 0.3, 0.3, 0.2),
    KNOWN_AT_COUNTER: (0.1, 0.2, 0.35, 0.25, 0.1),
}


def outcome_table(world: World, customers: People, orders: Orders, contacts: Contacts) -> pa.Table:
    """Return the ``outcomes`` facts; of each, less than expected is good, and equal is met.

    A wait given up is the time waited; everybody who gave up had waited longer than they accept.
    """
    generator = chance(world.seed, "outcomes")
    tables = [
        _parcels(world, generator, customers, orders),
        _waits(world, generator, customers, contacts),
        _receipts(world, generator, customers, orders),
        _advisers(world, customers, orders),
        _greetings(world, customers, orders),
    ]
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    return table.sort_by("occurred_at")


def _parcels(
    world: World, generator: np.random.Generator, customers: People, orders: Orders
) -> pa.Table:
    rows = np.flatnonzero(orders.delivered & (orders.delivered_at < world.period.end))
    ordered_at = orders.ordered_at[rows]
    return _table(
        generator,
        customers,
        outcome=PARCEL_ON_TIME,
        touchpoint="deliver",
        unit="day",
        customer=orders.customer[rows],
        channel=np.full(rows.size, WEB),
        occurred_at=orders.delivered_at[rows],
        actual=(orders.delivered_at[rows] - ordered_at) / DAY,
        expected=(orders.due_at[rows] - ordered_at) / DAY,
        source_ids=identifiers("parcel-", rows),
    )


def _waits(
    world: World, generator: np.random.Generator, customers: People, contacts: Contacts
) -> pa.Table:
    ended_at = contacts.offered_at + (contacts.wait_s * SECOND).astype(np.int64)
    rows = np.flatnonzero(ended_at < world.period.end)
    return _table(
        generator,
        customers,
        outcome=WAIT_ACCEPTED,
        touchpoint="support",
        unit="second",
        customer=contacts.customer[rows],
        channel=contacts.channel[rows],
        occurred_at=ended_at[rows],
        actual=contacts.wait_s[rows],
        expected=contacts.accepted_s[rows],
        source_ids=identifiers("wait-", rows),
    )


def _receipts(
    world: World, generator: np.random.Generator, customers: People, orders: Orders
) -> pa.Table:
    bought = chosen(orders, ~orders.delivered)
    taken_s = log_normal(generator, median=200.0, sigma=0.7, size=len(bought))
    mailed_at = bought.ordered_at + (taken_s * SECOND).astype(np.int64)
    rows = np.flatnonzero(mailed_at < world.period.end)
    return _table(
        generator,
        customers,
        outcome=RECEIPT_AT_ONCE,
        touchpoint="buy",
        unit="second",
        customer=bought.customer[rows],
        channel=np.full(rows.size, SHOP),
        occurred_at=mailed_at[rows],
        actual=taken_s[rows],
        expected=np.full(rows.size, _RECEIPT_EXPECTED_S),
        source_ids=identifiers("receipt-", rows),
    )


def _advisers(world: World, customers: People, orders: Orders) -> pa.Table:
    """Return how long some of those who bought in a shop waited for advice."""
    generator = chance(world.seed, "advisers")
    bought = _observed(generator, orders)
    shop = customers.shop[bought.customer]
    mood = world.mood[shop, world.month_of(bought.ordered_at)]
    in_time = generator.random(len(bought)) < _chance_of(_ADVISER_LOG_ODDS + ADVISER_SLOPE * mood)
    early_s = _ADVISER_EXPECTED_S * generator.uniform(0.1, 1.0, len(bought))
    late_s = _ADVISER_EXPECTED_S + generator.exponential(240.0, len(bought))
    return _table(
        generator,
        customers,
        outcome=ADVISER_FREE,
        touchpoint="buy",
        unit="second",
        customer=bought.customer,
        channel=np.full(len(bought), SHOP),
        occurred_at=bought.ordered_at,
        actual=np.where(in_time, early_s, late_s),
        expected=np.full(len(bought), _ADVISER_EXPECTED_S),
        source_ids=identifiers("adviser-", np.arange(len(bought))),
    )


def _greetings(world: World, customers: People, orders: Orders) -> pa.Table:
    """Return how often some of those who bought in a shop had to say again who they are."""
    generator = chance(world.seed, "greetings")
    bought = _observed(generator, orders)
    shop = customers.shop[bought.customer]
    month = world.month_of(bought.ordered_at) - KNOWN_AFTER_MONTHS - MOOD_LAG_MONTHS
    earlier = np.where(month >= 0, MOOD_EFFECT * world.mood[shop, np.maximum(month, 0)], 0.0)
    known = generator.random(len(bought)) < _chance_of(_KNOWN_LOG_ODDS + KNOWN_SLOPE * earlier)
    again = 1.0 + generator.poisson(0.4, len(bought))
    return _table(
        generator,
        customers,
        outcome=KNOWN_AT_COUNTER,
        touchpoint="buy",
        unit="time",
        customer=bought.customer,
        channel=np.full(len(bought), SHOP),
        occurred_at=bought.ordered_at,
        actual=np.where(known, 0.0, again),
        expected=np.zeros(len(bought)),
        source_ids=identifiers("greeting-", np.arange(len(bought))),
    )


def _observed(generator: np.random.Generator, orders: Orders) -> Orders:
    """Return the part of the shops' orders at which somebody noted what happened."""
    noted = generator.random(len(orders)) < _OBSERVED_SHARE
    return chosen(orders, ~orders.delivered & noted)


def _chance_of(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), dtype=np.float64)


def _table(
    generator: np.random.Generator,
    customers: People,
    *,
    outcome: str,
    touchpoint: str,
    unit: str,
    customer: Integers,
    channel: Integers,
    occurred_at: Instants,
    actual: Floats,
    expected: Floats,
    source_ids: pa.Array,
) -> pa.Table:
    size = customer.size
    importance = codes_drawn(generator, _IMPORTANCE_SHARES[outcome], size)
    columns: dict[str, Any] = {
        "outcome": constant_column(outcome, size),
        "customer_id": identifiers("c", customer),
        "occurred_at": instant_column(occurred_at),
        "actual": number_column(actual),
        "expected": number_column(expected),
        "unit": constant_column(unit, size),
        "importance": number_column(np.array(_IMPORTANCES)[importance]),
        "touchpoint": constant_column(touchpoint, size),
        "channel": label_column(channel, CHANNELS),
        **segment_columns(customers.shop[customer], customers.language[customer]),
    }
    return fact_table("outcomes", columns, source_ids=source_ids)
