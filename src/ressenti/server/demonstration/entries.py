"""The simulated facts as entries of the journal: what the company sent over two years."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from ressenti.server.demonstration.surveys import QUESTIONS
from ressenti.server.tallying.kinds import EVENT_FACTS, EntryKind
from ressenti.server.tallying.levels import MISSING_LEVEL, level_text

ROWS_IN_A_BATCH = 2_000
CHANNELS = {"e-mail": "email", "web": "link"}
"""What the simulation calls otherwise than the server; the rest bears the same name."""

Entry = tuple[int, uuid.UUID | None, uuid.UUID, datetime, str]
"""Kind, survey, response, the moment it came in, and the payload as JSON."""


def response_entries(
    answers: pa.Table,
    surveys: Mapping[str, uuid.UUID],
    unit_keys: Mapping[str, str],
    customers: Mapping[str, uuid.UUID],
) -> Iterator[Entry]:
    """Give one entry per simulated response, in the order in which they were answered."""
    rows = answers.sort_by([("answered_at", "ascending"), ("response_id", "ascending")])
    for _response, own in groupby(rows.to_pylist(), key=itemgetter("response_id")):
        answered = list(own)
        customer = customers.get(answered[0]["respondent_id"] or "")
        yield _response_entry(answered, surveys, unit_keys, customer)


def _response_entry(
    rows: list[dict[str, Any]],
    surveys: Mapping[str, uuid.UUID],
    unit_keys: Mapping[str, str],
    customer: uuid.UUID | None,
) -> Entry:
    first = rows[0]
    survey = surveys[first["survey"]]
    at = first["answered_at"].isoformat()
    payload = {
        "survey": str(survey),
        "survey_key": first["survey"],
        "version": 1,
        "is_final": True,
        "channel": CHANNELS.get(first["channel"], first["channel"] or ""),
        "language": first["language"] or "fr",
        "customer": None if customer is None else str(customer),
        "unit": unit_keys.get(first["shop"] or "", ""),
        "touchpoint": first["touchpoint"] or "",
        "segments": {"country": first["country"]} if first["country"] else {},
        "started_at": at,
        "answered_at": at,
        "source": "simulation",
        "source_id": first["response_id"],
        "covers": [row["question"] for row in rows],
        "answers": [_answer(row) for row in rows],
    }
    return (EntryKind.RESPONSE, survey, uuid.uuid4(), first["answered_at"], json.dumps(payload))


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    question = QUESTIONS[row["question"]]
    told = {
        "q": row["question"],
        "m": question.measure or "",
        "t": question.tally,
        "scale": question.scale,
        "x": row["text"] or "",
    }
    if not question.tally:
        return told
    value = row["value"]
    return {**told, "v": value, "l": MISSING_LEVEL if value is None else level_text(value)}


def event_entries(
    facts: Mapping[str, pa.Table], unit_keys: Mapping[str, str], *, now: datetime
) -> Iterator[Entry]:
    """Give the entries of contacts, subscriptions, orders and outcomes, in batches of rows."""
    for fact in EVENT_FACTS:
        for batch in facts[fact].to_batches(ROWS_IN_A_BATCH):
            rows = [_event(row, unit_keys) for row in batch.to_pylist()]
            yield (
                EntryKind.FACTS,
                None,
                uuid.uuid4(),
                now,
                json.dumps({"fact": fact, "rows": rows}),
            )


def _event(row: dict[str, Any], unit_keys: Mapping[str, str]) -> dict[str, Any]:
    told = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in {"country", "region", "shop", "language"}
    }
    told["channel"] = CHANNELS.get(told["channel"] or "", told["channel"])
    told["belongs_to"] = unit_keys.get(row["shop"] or "", "")
    return told
