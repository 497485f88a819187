"""Facts from programs: contacts, orders, subscriptions and outcomes, in batches of rows."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel

from ressenti.facts.schemas import schema_document
from ressenti.language import Language, Text
from ressenti.server.api.documents import (
    IDEMPOTENT,
    Sent,
    document_of,
    idempotency_key_of,
    json_body,
    read,
)
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.importing.fact_rows import BELONGS_TO, fact_row, rules_of
from ressenti.server.importing.journal import digest_of, written_once
from ressenti.server.intake.problems import unprocessable
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.server.models import EntryKind, Scope
from ressenti.server.tallying.kinds import EVENT_FACTS

MOST_ROWS = 5_000
EventFact = Literal["contacts", "subscriptions", "orders", "outcomes"]

router = Router(tags=["facts"])


class RowsSent(Sent):
    """Rows of one fact; each is read on its own."""

    rows: list[Any]


class Result(BaseModel):
    """What became of one row, in the order they were sent."""

    status: Literal["accepted", "refused"]
    problem: dict[str, Any] | None = None


class Results(BaseModel):
    """What became of a batch: ``duplicate`` when the same request was taken in before."""

    accepted: int
    refused: int
    duplicate: bool
    results: list[Result]


def rows_schema(fact: str, language: Language = "en") -> dict[str, Any]:
    """Return the JSON schema of one row, as a program sends it."""
    schema = dict(schema_document(language)["$defs"][fact])
    unit = {"type": ["string", "null"], "description": "key of the unit the row belongs to"}
    schema["properties"] = {**schema["properties"], BELONGS_TO: unit}
    return schema


def body_schema() -> dict[str, Any]:
    """Return the description of a body: a list of rows of the fact that the address names."""
    rows = {"anyOf": [{"$ref": f"#/components/schemas/{fact}_row"} for fact in EVENT_FACTS]}
    return {
        "type": "object",
        "required": ["rows"],
        "additionalProperties": False,
        "properties": {
            "rows": {"type": "array", "minItems": 1, "maxItems": MOST_ROWS, "items": rows}
        },
    }


@router.post(
    "/facts/{fact}",
    response=Results,
    operation_id="send_facts",
    summary="Send facts: a batch of rows, each with its own result",
    openapi_extra={
        "x-scope": Scope.FACTS_WRITE.value,
        **IDEMPOTENT,
        **json_body(body_schema()),
    },
)
def send_facts(request: HttpRequest, fact: EventFact) -> dict[str, Any]:
    """Take rows in; a row told again, by its source and identifier there, replaces itself.

    Columns are those of the fact and the declared segments; `belongs_to` is the key of a unit.
    Accepted rows are kept even when others are refused.
    """
    viewer = viewer_of(request, Scope.FACTS_WRITE)
    rows = read(RowsSent, document_of(request)).rows
    if not 0 < len(rows) <= MOST_ROWS:
        raise wrong_field("rows", one_to(MOST_ROWS))
    rules = rules_of(viewer, fact)
    taken = [fact_row(row, rules) for row in rows]
    kept = [row for row in taken if isinstance(row, dict)]
    is_new = True
    if kept:
        is_new = written_once(
            viewer.organisation.pk,
            EntryKind.FACTS,
            {"fact": fact, "rows": kept},
            key=idempotency_key_of(request),
            request=digest_of([fact, rows]),
        )
    language = language_of(request)
    results = [
        {"status": "accepted"}
        if isinstance(row, dict)
        else {"status": "refused", "problem": unprocessable(row).document(language)}
        for row in taken
    ]
    return {
        "accepted": len(kept),
        "refused": len(rows) - len(kept),
        "duplicate": not is_new,
        "results": results,
    }


def one_to(most: int) -> Text:
    """Return what is said of a list that is empty or too long."""
    return Text(
        en="a list of 1 to {most} is expected.", fr="il faut ici une liste de 1 à {most} éléments."
    ).format(most=most)
