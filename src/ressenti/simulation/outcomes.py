"""Outcomes customers wanted, and got or not; one of them, the decoy, matters to nobody."""

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
from ressenti.simulation.world import CHANNELS, SHOP, WEB, World

PARCEL_ON_TIME: Final = "parcel_on_time"
WAIT_ACCEPTED: Final = "wait_accepted"
RECEIPT_AT_ONCE: Final = "receipt_at_once"
"""The decoy: whether the receipt is mailed within the minutes expected changes no mark."""

_RECEIPT_EXPECTED_S = 300.0
_IMPORTANCES = (1.0, 2.0, 3.0, 4.0, 5.0)
_IMPORTANCE_SHARES: Mapping[str, tuple[float, ...]] = {
    PARCEL_ON_TIME: (0.0, 0.05, 0.15, 0.35, 0.45),
    WAIT_ACCEPTED: (0.02, 0.08, 0.25, 0.4, 0.25),
    RECEIPT_AT_ONCE: (0.4, 0.3, 0.2, 0.07, 0.03),
}


def outcome_table(world: World, customers: People, orders: Orders, contacts: Contacts) -> pa.Table:
    """Return the ``outcomes`` facts: parcels against the promise, waits against what is accepted.

    A wait given up is the time waited; everybody who gave up had waited longer than they accept.
    """
    generator = chance(world.seed, "outcomes")
    tables = [
        _parcels(world, generator, customers, orders),
        _waits(world, generator, customers, contacts),
        _receipts(world, generator, customers, orders),
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
