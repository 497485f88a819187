"""Contacts with the customer-service desk: waits, give-ups, resolutions and complaints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ressenti.simulation.loyalty import Orders
from ressenti.simulation.people import People, segment_columns
from ressenti.simulation.rows import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    Flags,
    Floats,
    Instants,
    Integers,
    chance,
    chosen,
    codes_drawn,
    constant_column,
    fact_table,
    happened_before,
    identifiers,
    instant_column,
    label_column,
    log_normal,
    number_column,
    stacked,
)
from ressenti.simulation.world import CHANNELS, CHAT, E_MAIL, LANGUAGE_CODES, PHONE, World

REASONS: Final = ("delivery", "return", "product_help", "billing", "subscription", "other")
DELIVERY: Final = 0

CONTACT_SHARE: Final = 0.1
CONTACT_SHARE_IF_LATE: Final = 0.5
"""The chance that a late parcel makes its customer contact the desk."""
COMPLAINT_SHARE: Final = 0.03
COMPLAINT_SHARE_IF_LATE: Final = 0.4

SHORTAGE_WAIT_FACTOR: Final = 6.0
"""How many times longer the median wait is while staff is short."""
MISSED_WAIT_EFFECT: Final = -0.6
"""What a wait longer than the customer accepts does to latent satisfaction."""
RESOLVED_SHARE: Final = 0.78
RESOLVED_SHARE_IN_SHORTAGE: Final = 0.62
UNRESOLVED_EFFECT: Final = -0.4

_GENERAL_CONTACTS_PER_ORDER = 0.07
_CHANNEL_CODES = (PHONE, CHAT, E_MAIL)
_CHANNEL_SHARES = (0.6, 0.15, 0.25)
_MEDIAN_WAIT_S = (40.0, 30.0, 4 * 3600.0)
_MEDIAN_ACCEPTED_S = (150.0, 90.0, 20 * 3600.0)
_WAIT_SIGMA = 0.9
_ACCEPTED_SIGMA = 0.5
_REASON_SHARES = (0.25, 0.2, 0.25, 0.12, 0.1, 0.08)
_TEAMS = ("Nantes", "Liège", "Montréal", "night")
_AGENTS = 60
_CALLS_BACK_SHARE = 0.8
_STAYS_OPEN_SHARE = 0.08
_HELD_SHARE = 0.4
_REOPENED_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts, one a row; durations in seconds; an instant that never came is ``NEVER``.

    ``follows`` says that the contact continues an issue an earlier one left open.
    """

    customer: Integers
    reason: Integers
    channel: Integers
    offered_at: Instants
    wait_s: Floats
    accepted_s: Floats
    abandoned: Flags
    resolved_first: Flags
    follows: Flags
    complaint: Flags

    def __len__(self) -> int:
        return int(self.customer.size)

    @property
    def missed(self) -> Flags:
        """Tell which waits were longer than the customer accepts."""
        return np.asarray(self.wait_s > self.accepted_s)

    @property
    def answered_at(self) -> Instants:
        taken = self.offered_at + (self.wait_s * SECOND).astype(np.int64)
        return np.where(self.abandoned, NEVER, taken)


def drawn_contacts(world: World, customers: People, orders: Orders) -> Contacts:
    """Return the contacts that orders and chance would bring if nobody left."""
    generator = chance(world.seed, "contacts")
    first = stacked(
        [_after_orders(world, generator, orders), _general(world, generator, customers, orders)]
    )
    again = _follow_ups(world, generator, first)
    contacts = stacked([first, again])
    contacts = chosen(contacts, np.argsort(contacts.offered_at, kind="stable"))
    return chosen(contacts, contacts.offered_at < world.period.end)


def _after_orders(world: World, generator: np.random.Generator, orders: Orders) -> Contacts:
    share = np.where(orders.late, CONTACT_SHARE_IF_LATE, CONTACT_SHARE)
    rows = np.flatnonzero(generator.random(len(orders)) < share)
    late = orders.late[rows]
    size = rows.size
    reason = np.where(late, DELIVERY, codes_drawn(generator, _REASON_SHARES, size))
    since = np.where(late, orders.due_at[rows], orders.ordered_at[rows])
    mean_days = np.where(late, 1.0, 8.0)
    offered_at = since + (generator.exponential(mean_days) * DAY).astype(np.int64)
    share = np.where(late, COMPLAINT_SHARE_IF_LATE, COMPLAINT_SHARE)
    complaint = generator.random(size) < share
    return _handled(world, generator, orders.customer[rows], reason, offered_at, complaint)


def _general(
    world: World, generator: np.random.Generator, customers: People, orders: Orders
) -> Contacts:
    size = int(_GENERAL_CONTACTS_PER_ORDER * len(orders))
    customer = generator.integers(len(customers), size=size)
    offered_at = world.trading_instants(generator, customers.shop[customer])
    reason = codes_drawn(generator, _REASON_SHARES, size)
    complaint = generator.random(size) < COMPLAINT_SHARE
    return _handled(world, generator, customer, reason, offered_at, complaint)


def _follow_ups(world: World, generator: np.random.Generator, first: Contacts) -> Contacts:
    """Return the second contacts of those whose issue was left open."""
    open_issue = ~first.resolved_first & (generator.random(len(first)) < _CALLS_BACK_SHARE)
    earlier = chosen(first, open_issue)
    later = first.offered_at[open_issue] + (generator.uniform(0.5, 6.0, len(earlier)) * DAY).astype(
        np.int64
    )
    complaint = generator.random(len(earlier)) < 2 * COMPLAINT_SHARE
    again = _handled(world, generator, earlier.customer, earlier.reason, later, complaint)
    return replace(
        again,
        resolved_first=np.zeros(len(again), dtype=np.bool_),
        follows=np.ones(len(again), dtype=np.bool_),
    )


def _handled(
    world: World,
    generator: np.random.Generator,
    customer: Integers,
    reason: Integers,
    offered_at: Instants,
    complaint: Flags,
) -> Contacts:
    """Return contacts with their waits, give-ups and resolutions at those instants."""
    size = customer.size
    which = codes_drawn(generator, _CHANNEL_SHARES, size)
    short = world.shortage.holds(offered_at)
    median = np.array(_MEDIAN_WAIT_S)[which] * np.where(short, SHORTAGE_WAIT_FACTOR, 1.0)
    wait_s = log_normal(generator, median=median, sigma=_WAIT_SIGMA, size=size)
    accepted_s = log_normal(
        generator, median=np.array(_MEDIAN_ACCEPTED_S)[which], sigma=_ACCEPTED_SIGMA, size=size
    )
    # Nobody hangs up before the wait they find acceptable is over; nobody hangs up on an e-mail.
    patience_s = accepted_s * np.exp(0.4 + 0.7 * np.abs(generator.standard_normal(size)))
    channel = np.array(_CHANNEL_CODES)[which]
    abandoned = (wait_s > patience_s) & (channel != E_MAIL)
    resolved = generator.random(size) < np.where(short, RESOLVED_SHARE_IN_SHORTAGE, RESOLVED_SHARE)
    return Contacts(
        customer=customer,
        reason=reason,
        channel=channel,
        offered_at=offered_at,
        wait_s=np.where(abandoned, patience_s, wait_s),
        accepted_s=accepted_s,
        abandoned=abandoned,
        resolved_first=resolved & ~abandoned,
        follows=np.zeros(size, dtype=np.bool_),
        complaint=complaint,
    )


def contact_table(world: World, customers: People, contacts: Contacts) -> pa.Table:
    """Return the ``contacts`` facts; what would happen after the period is not yet known."""
    size = len(contacts)
    end = world.period.end
    answered_at = happened_before(contacts.answered_at, end)
    gone_at = contacts.offered_at + (contacts.wait_s * SECOND).astype(np.int64)
    abandoned_at = happened_before(np.where(contacts.abandoned, gone_at, NEVER), end)
    shop = customers.shop[contacts.customer]
    language = customers.language[contacts.customer]
    ids = identifiers("k", np.arange(size))
    columns = {
        "contact_id": ids,
        "customer_id": identifiers("c", contacts.customer),
        "queue": _queue_column(contacts.channel, language),
        "reason": label_column(contacts.reason, REASONS),
        **_handling_columns(world, contacts, answered_at),
        "direction": constant_column("inbound", size),
        "offered_at": instant_column(contacts.offered_at),
        "answered_at": instant_column(answered_at),
        "abandoned_at": instant_column(abandoned_at),
        "first_reply_at": instant_column(answered_at),
        "complaint": pa.array(contacts.complaint),
        "touchpoint": constant_column("support", size),
        "channel": label_column(contacts.channel, CHANNELS),
        **segment_columns(shop, language),
    }
    return fact_table("contacts", columns, source_ids=ids)


def _handling_columns(world: World, contacts: Contacts, answered_at: Instants) -> dict[str, Any]:
    """Return who took each contact, how long it took and how it ended; null if not taken."""
    generator = chance(world.seed, "handling")
    size = len(contacts)
    taken = answered_at != NEVER
    talk_s = log_normal(generator, median=280.0, sigma=0.6, size=size).round()
    hold_s = log_normal(generator, median=45.0, sigma=0.7, size=size).round()
    hold_s *= generator.random(size) < _HELD_SHARE
    wrap_s = log_normal(generator, median=60.0, sigma=0.5, size=size).round()
    resolved_at = _resolved_at(generator, contacts, talk_s + hold_s)
    reopened = (resolved_at != NEVER) & (generator.random(size) < _REOPENED_SHARE)
    reopened_at = resolved_at + (generator.uniform(0.2, 7.0, size) * DAY).astype(np.int64)
    agent = np.where(taken, generator.integers(_AGENTS, size=size), -1)
    transferred_share = np.where(contacts.resolved_first, 0.08, 0.25)
    replies = 1 + generator.poisson(np.where(contacts.resolved_first, 0.2, 1.2))
    end = world.period.end
    return {
        "agent": identifiers("agent-", agent, width=2),
        "team": label_column(np.where(taken, agent % len(_TEAMS), -1), _TEAMS),
        "resolved_at": instant_column(happened_before(resolved_at, end)),
        "reopened_at": instant_column(happened_before(np.where(reopened, reopened_at, NEVER), end)),
        "talk_s": number_column(talk_s, taken),
        "hold_s": number_column(hold_s, taken),
        "wrap_s": number_column(wrap_s, taken),
        "replies": pa.array(np.where(taken, replies, 0)),
        "transferred": pa.array(taken & (generator.random(size) < transferred_share)),
    }


def _resolved_at(generator: np.random.Generator, contacts: Contacts, spoken_s: Floats) -> Instants:
    """Return when each issue was resolved: at once, days later, or never."""
    size = len(contacts)
    at_once = contacts.answered_at + (spoken_s * SECOND).astype(np.int64)
    later = contacts.answered_at + (generator.uniform(4.0, 150.0, size) * HOUR).astype(np.int64)
    resolved_at = np.where(contacts.resolved_first | contacts.follows, at_once, later)
    stays_open = ~contacts.resolved_first & (generator.random(size) < _STAYS_OPEN_SHARE)
    return np.where(contacts.abandoned | stays_open, NEVER, resolved_at)


def _queue_column(channel: Integers, language: Integers) -> pa.Array:
    """Return one queue for each channel and language, such as ``phone_fr``."""
    languages = len(LANGUAGE_CODES)
    names = [f"{CHANNELS[code]}_{tongue}" for code in _CHANNEL_CODES for tongue in LANGUAGE_CODES]
    place = np.zeros(len(CHANNELS), dtype=np.int64)
    place[list(_CHANNEL_CODES)] = np.arange(len(_CHANNEL_CODES))
    return label_column(place[channel] * languages + language, names)
