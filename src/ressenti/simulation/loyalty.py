"""Orders and parcels, subscriptions, and the churn that follows dissatisfaction with a lag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from ressenti.simulation.people import People, segment_columns
from ressenti.simulation.rows import (
    DAY,
    NEVER,
    Flags,
    Floats,
    Instants,
    Integers,
    chance,
    codes_drawn,
    constant_column,
    fact_table,
    identifiers,
    instant_column,
    label_column,
    number_column,
)
from ressenti.simulation.world import (
    CHANNELS,
    COUNTRIES,
    COUNTRY_OF_SHOP,
    INCIDENT_REGION,
    REGION_OF_SHOP,
    SHOP,
    WEB,
    World,
)

LATE_SHARE: Final = 0.08
LATE_SHARE_IN_INCIDENT: Final = 0.75
LATE_EFFECT: Final = -0.75
"""What a parcel later than promised does to latent satisfaction with the delivery."""

CHURN_LAG_MONTHS: Final = 2
MONTHLY_HAZARD: Final = 0.015
"""The chance of leaving in a month for a customer whose mood is 0."""
HAZARD_SLOPE: Final = -0.9
"""What one unit of mood adds to the logarithm of the hazard ``CHURN_LAG_MONTHS`` later."""

_DELIVERED_SHARE = 0.55
_SUBSCRIBER_SHARE = 0.6
_EARLIEST_SPELL_DAYS = 730
_CATEGORIES = ("beans", "machine", "accessory", "gift")
_CATEGORY_SHARES = (0.6, 0.1, 0.2, 0.1)
_CATEGORY_PRICES = (28.0, 340.0, 35.0, 50.0)
_CATEGORY_MARGINS = (0.45, 0.22, 0.5, 0.4)
_STATUSES = ("paid", "returned", "cancelled")
_STATUS_SHARES = (0.95, 0.03, 0.02)
_PLANS = (12.9, 19.9, 29.9)
_PLAN_SHARES = (0.5, 0.35, 0.15)
_END_REASONS = ("dissatisfaction", "price", "moved", "payment_failure")
_SUBSCRIPTION_TOUCHPOINT = "renew"
_ORDER_TOUCHPOINT = "buy"


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders, one a row; ``due_at`` and ``delivered_at`` are ``NEVER`` when bought in the shop."""

    customer: Integers
    ordered_at: Instants
    due_at: Instants
    delivered_at: Instants
    late: Flags
    category: Integers
    status: Integers
    amount: Floats
    margin: Floats

    def __len__(self) -> int:
        return int(self.customer.size)

    @property
    def delivered(self) -> Flags:
        return np.asarray(self.delivered_at != NEVER)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Spells of being a subscriber, at most one a customer; ``ended_at`` is ``NEVER`` if alive."""

    customer: Integers
    started_at: Instants
    ended_at: Instants
    plan: Integers
    reason: Integers

    def end_of(self, customers: int) -> Instants:
        """Return when each of the customers left, far in the future for those who did not."""
        end = np.full(customers, np.iinfo(np.int64).max)
        left = self.ended_at != NEVER
        end[self.customer[left]] = self.ended_at[left]
        return end


def drawn_orders(world: World, customers: People, size: int) -> Orders:
    """Return the orders that would be placed if nobody left."""
    generator = chance(world.seed, "orders")
    # The exponent makes a few customers buy often and many buy once.
    customer = (len(customers) * generator.random(size) ** 1.5).astype(np.int64)
    shop = customers.shop[customer]
    ordered_at = world.trading_instants(generator, shop)
    delivered = generator.random(size) < _DELIVERED_SHARE
    promised = np.array([country.promised_days for country in COUNTRIES])[COUNTRY_OF_SHOP[shop]]
    due_at = ordered_at + (promised * DAY).astype(np.int64)
    late = delivered & (generator.random(size) < late_share(world, shop, due_at))
    early_days = promised * generator.uniform(0.0, 0.5, size)
    late_days = 0.2 + generator.exponential(2.5, size)
    delivered_at = due_at + (np.where(late, late_days, -early_days) * DAY).astype(np.int64)
    category = codes_drawn(generator, _CATEGORY_SHARES, size)
    amount = np.array(_CATEGORY_PRICES)[category] * np.exp(0.35 * generator.standard_normal(size))
    margin = amount * np.array(_CATEGORY_MARGINS)[category] * generator.uniform(0.8, 1.2, size)
    return Orders(
        customer=customer,
        ordered_at=ordered_at,
        due_at=np.where(delivered, due_at, NEVER),
        delivered_at=np.where(delivered, delivered_at, NEVER),
        late=late,
        category=category,
        status=codes_drawn(generator, _STATUS_SHARES, size),
        amount=amount.round(2),
        margin=margin.round(2),
    )


def late_share(world: World, shop: Integers, due_at: Instants) -> Floats:
    """Return the chance that a parcel of the shop, due at that instant, comes late."""
    hit = (REGION_OF_SHOP[shop] == INCIDENT_REGION) & world.incident.holds(due_at)
    return np.where(hit, LATE_SHARE_IN_INCIDENT, LATE_SHARE)


def drawn_subscriptions(world: World, customers: People, shocks: Floats) -> Subscriptions:
    """Return the spells, ended by a hazard that rises ``CHURN_LAG_MONTHS`` after bad months.

    Parameters
    ----------
    shocks : array, customers by months
        What the month's bad experiences took from the customer's latent satisfaction.
    """
    generator = chance(world.seed, "subscriptions")
    customer = np.flatnonzero(generator.random(len(customers)) < _SUBSCRIBER_SHARE)
    earliest = world.period.start - _EARLIEST_SPELL_DAYS * DAY
    span = world.period.end - earliest
    started_at = earliest + (span * generator.random(customer.size)).astype(np.int64)
    usual = customers.taste[customer] + world.shop_level[customers.shop[customer]]
    mood = usual[:, None] + shocks[customer]
    end_month = _end_months(world, generator, mood, started_at)
    return Subscriptions(
        customer=customer,
        started_at=started_at,
        ended_at=_instants_within(world, generator, end_month),
        plan=codes_drawn(generator, _PLAN_SHARES, customer.size),
        reason=_reasons(generator, mood, end_month),
    )


def _end_months(
    world: World, generator: np.random.Generator, mood: Floats, started_at: Instants
) -> Integers:
    """Return the month in which each spell ends, -1 if it does not."""
    earlier = np.maximum(np.arange(world.months) - CHURN_LAG_MONTHS, 0)
    hazard = 1.0 - np.exp(-MONTHLY_HAZARD * np.exp(HAZARD_SLOPE * mood[:, earlier]))
    leaves = generator.random(hazard.shape) < hazard
    # In the month of joining nobody leaves yet, so that a spell never ends before it starts.
    leaves &= np.arange(world.months) > world.month_of(started_at)[:, None]
    return np.where(leaves.any(axis=1), leaves.argmax(axis=1), -1)


def _instants_within(world: World, generator: np.random.Generator, month: Integers) -> Instants:
    starts = world.first_of_months()
    part = generator.random(month.size)
    first = np.maximum(starts[month], world.period.start)
    last = np.minimum(starts[month + 1], world.period.end)
    within = first + (part * (last - first)).astype(np.int64)
    return np.where(month >= 0, within, NEVER)


def _reasons(generator: np.random.Generator, mood: Floats, end_month: Integers) -> Integers:
    rows = np.arange(end_month.size)
    felt = mood[rows, np.maximum(end_month - CHURN_LAG_MONTHS, 0)]
    unhappy = generator.random(felt.size) < 1.0 / (1.0 + np.exp(1.0 + 2.0 * felt))
    other = 1 + codes_drawn(generator, (0.5, 0.3, 0.2), felt.size)
    return np.where(end_month < 0, -1, np.where(unhappy, 0, other))


def order_table(customers: People, orders: Orders) -> pa.Table:
    """Return the ``orders`` facts."""
    numbers = np.arange(len(orders))
    ids = identifiers("o", numbers)
    shop = customers.shop[orders.customer]
    columns = {
        "order_id": ids,
        "customer_id": identifiers("c", orders.customer),
        "ordered_at": instant_column(orders.ordered_at),
        "amount": number_column(orders.amount),
        "margin": number_column(orders.margin),
        "currency": _currency_column(shop),
        "category": label_column(orders.category, _CATEGORIES),
        "status": label_column(orders.status, _STATUSES),
        "touchpoint": constant_column(_ORDER_TOUCHPOINT, len(orders)),
        "channel": label_column(np.where(orders.delivered, WEB, SHOP), CHANNELS),
        **segment_columns(shop, customers.language[orders.customer]),
    }
    return fact_table("orders", columns, source_ids=ids)


def subscription_table(customers: People, subscriptions: Subscriptions) -> pa.Table:
    """Return the ``subscriptions`` facts."""
    size = subscriptions.customer.size
    shop = customers.shop[subscriptions.customer]
    columns = {
        "customer_id": identifiers("c", subscriptions.customer),
        "started_at": instant_column(subscriptions.started_at),
        "ended_at": instant_column(subscriptions.ended_at),
        "recurring_revenue": number_column(np.array(_PLANS)[subscriptions.plan]),
        "currency": _currency_column(shop),
        "end_reason": label_column(subscriptions.reason, _END_REASONS),
        "touchpoint": constant_column(_SUBSCRIPTION_TOUCHPOINT, size),
        "channel": constant_column(None, size),
        **segment_columns(shop, customers.language[subscriptions.customer]),
    }
    return fact_table("subscriptions", columns, source_ids=identifiers("s", subscriptions.customer))


def _currency_column(shop: Integers) -> pa.Array:
    names = sorted({country.currency for country in COUNTRIES})
    code_of_country = np.array([names.index(country.currency) for country in COUNTRIES])
    return label_column(code_of_country[COUNTRY_OF_SHOP[shop]], names)
