"""Invitations by e-mail and text message: sent or not, delivered, opened, begun, finished."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ressenti.simulation.answers import SURVEYS
from ressenti.simulation.asking import INVITED
from ressenti.simulation.experiences import Experiences
from ressenti.simulation.people import People, segment_columns
from ressenti.simulation.rows import (
    HOUR,
    NEVER,
    SECOND,
    Instants,
    chance,
    chosen,
    codes_drawn,
    fact_table,
    happened_before,
    identifiers,
    instant_column,
    label_column,
)
from ressenti.simulation.world import CHANNELS, TOUCHPOINTS, World

_BOUNCED_SHARE = 0.04
_OPENED_SHARE = 0.45
_BEGUN_SHARE = 0.1
_OPTED_OUT_SHARE = 0.01
_NOT_SENT_REASONS = ("quarantine", "opted_out", "no_address")
_NOT_SENT_SHARES = (0.7, 0.2, 0.1)
_FILLING_S = (40.0, 240.0)


def invitation_table(world: World, customers: People, experiences: Experiences) -> pa.Table:
    """Return the ``invitations`` facts: everybody invited by name, or deliberately not.

    Those who answered finished when their answer came; of the others some bounced, some only
    opened, some began and left.
    """
    invited = np.isin(experiences.channel, INVITED) & (experiences.asked_at < world.period.end)
    asked = chosen(experiences, invited)
    asked = chosen(asked, np.argsort(asked.asked_at, kind="stable"))
    size = len(asked)
    generator = chance(world.seed, "invitations")
    not_sent = codes_drawn(generator, _NOT_SENT_SHARES, size)
    ids = identifiers("i", np.arange(size))
    columns = {
        "invitation_id": ids,
        "survey": label_column(asked.touchpoint, SURVEYS),
        "respondent_id": identifiers("c", asked.customer),
        "channel": label_column(asked.channel, CHANNELS),
        **{
            name: instant_column(happened_before(instants, world.period.end))
            for name, instants in _dispositions(generator, asked).items()
        },
        "not_sent_reason": label_column(np.where(asked.sent, -1, not_sent), _NOT_SENT_REASONS),
        "touchpoint": label_column(asked.touchpoint, TOUCHPOINTS),
        **segment_columns(customers.shop[asked.customer], customers.language[asked.customer]),
    }
    return fact_table("invitations", columns, source_ids=ids)


def _dispositions(generator: np.random.Generator, asked: Experiences) -> dict[str, Instants]:
    """Return when each thing happened to each invitation, ``NEVER`` if it did not."""
    size = len(asked)
    answered = asked.answers
    silent = asked.sent & ~answered
    bounced = silent & (generator.random(size) < _BOUNCED_SHARE)
    delivered = asked.sent & ~bounced
    opened = answered | (delivered & (generator.random(size) < _OPENED_SHARE))
    begun = answered | (opened & (generator.random(size) < _BEGUN_SHARE))
    opted_out = opened & ~answered & (generator.random(size) < _OPTED_OUT_SHARE)
    delivered_at = asked.asked_at + (generator.uniform(1.0, 9.0, size) * SECOND).astype(np.int64)
    # Who answers faster than the filling takes opened the invitation as soon as it came.
    filling = (generator.uniform(*_FILLING_S, size) * SECOND).astype(np.int64)
    idle = delivered_at + (generator.exponential(12.0, size) * HOUR).astype(np.int64)
    started_at = np.where(answered, asked.answered_at - filling, idle + filling)
    started_at = np.maximum(started_at, delivered_at)
    opened_at = np.where(answered, np.maximum(started_at - 5 * SECOND, delivered_at), idle)
    return {
        "sent_at": np.where(asked.sent, asked.asked_at, NEVER),
        "delivered_at": np.where(delivered, delivered_at, NEVER),
        "opened_at": np.where(opened, opened_at, NEVER),
        "started_at": np.where(begun, started_at, NEVER),
        "finished_at": np.where(answered, np.maximum(asked.answered_at, started_at), NEVER),
        "bounced_at": np.where(bounced, delivered_at, NEVER),
        "opted_out_at": np.where(opted_out, idle + filling, NEVER),
    }
