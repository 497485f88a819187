"""Responses as programs send them: described here, taken in by the intake in front of Django."""

from __future__ import annotations

from typing import Any, NoReturn

from django.http import HttpRequest

from ressenti.server.api.documents import IDEMPOTENT, json_body
from ressenti.server.api.problems import problem_of_status
from ressenti.server.api.responses import router
from ressenti.server.intake.acceptance import LONGEST_ATTRIBUTE
from ressenti.server.intake.application import BATCH_BYTES
from ressenti.server.intake.exchange import MOST_BYTES
from ressenti.server.intake.responses import MOST_IN_A_BATCH
from ressenti.server.intake.sent_responses import CHANNELS, HEAVIEST, LIGHTEST, LONGEST_KEY
from ressenti.server.models import Scope

SHORT = {"type": ["string", "null"], "maxLength": LONGEST_KEY}
INSTANT = {
    "type": ["string", "null"],
    "format": "date-time",
    "description": "With its offset, from 1970 until now.",
}
RESPONSE_SENT: dict[str, Any] = {
    "type": "object",
    "title": "ResponseSent",
    "description": "One person's answers to one survey, or a page of them.",
    "required": ["survey"],
    "additionalProperties": False,
    "properties": {
        "survey": {
            "type": "string",
            "maxLength": LONGEST_KEY,
            "description": "Key, id or public key of the survey.",
        },
        "answers": {
            "type": ["object", "null"],
            "description": "By the name of the field, as `GET /surveys/{survey}` lists them: a "
            "number for a level, an id or a list of ids for choices, a text.",
            "additionalProperties": {
                "anyOf": [
                    {"type": ["number", "string", "null"]},
                    {"type": "array", "items": {"type": "string"}},
                ]
            },
        },
        "language": {**SHORT, "description": "One the survey is asked in; its first by default."},
        "channel": {"type": ["string", "null"], "enum": [*CHANNELS, None]},
        "attributes": {
            "type": ["object", "null"],
            "description": "Values of attributes that the survey declares.",
            "additionalProperties": {
                "type": "string",
                "minLength": 1,
                "maxLength": LONGEST_ATTRIBUTE,
            },
        },
        "customer": {**SHORT, "description": "`external_id` of a customer."},
        "unit": {**SHORT, "description": "Key of a unit."},
        "touchpoint": SHORT,
        "started_at": INSTANT,
        "answered_at": INSTANT,
        "is_final": {
            "type": "boolean",
            "default": True,
            "description": "False for a page of a response that goes on: see `resume`.",
        },
        "resume": {
            "type": ["string", "null"],
            "description": "What the page before gave; its answers are then kept with these.",
        },
        "source": {**SHORT, "description": "Where the response comes from."},
        "source_id": {**SHORT, "description": "Its identifier there: sent again, it counts once."},
        "weight": {"type": "number", "minimum": LIGHTEST, "maximum": HEAVIEST, "default": 1},
        "idempotency_key": {**SHORT, "description": "In place of the header, in batches."},
    },
}
ACKNOWLEDGED: dict[str, Any] = {
    "type": "object",
    "title": "Acknowledged",
    "required": ["response", "status"],
    "properties": {
        "response": {"type": "string", "format": "uuid"},
        "status": {"type": "string", "enum": ["accepted", "duplicate"]},
        "ignored": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Fields that were given though their question is not asked.",
        },
        "resume": {"type": "string", "description": "Goes with the next page."},
    },
}
SETTLED: dict[str, Any] = {
    "type": "object",
    "title": "Settled",
    "required": ["accepted", "duplicate", "refused", "results"],
    "properties": {
        **{name: {"type": "integer"} for name in ("accepted", "duplicate", "refused")},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["status"],
                "properties": {
                    "status": {"type": "string", "enum": ["accepted", "duplicate", "refused"]},
                    "response": {"type": "string", "format": "uuid"},
                    "problem": {"$ref": "#/components/schemas/Problem"},
                },
            },
        },
    },
}
SCHEMAS = {"ResponseSent": RESPONSE_SENT, "Acknowledged": ACKNOWLEDGED, "Settled": SETTLED}


def _answered(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


@router.post(
    "/responses",
    operation_id="send_response",
    summary="Send one response",
    openapi_extra={
        "x-scope": Scope.ANSWERS_WRITE.value,
        "x-most-bytes": MOST_BYTES,
        **IDEMPOTENT,
        **json_body({"$ref": "#/components/schemas/ResponseSent"}),
        "responses": {
            200: _answered("It was there before.", "Acknowledged"),
            201: _answered("It is durable.", "Acknowledged"),
        },
    },
)
def send_response(request: HttpRequest) -> NoReturn:  # noqa: ARG001 - ninja passes it
    """Take one response, acknowledged once it is durable; everything a page checks is checked."""
    raise problem_of_status(503)


@router.post(
    "/responses/batch",
    operation_id="send_responses",
    summary="Send many responses, each with its own result",
    openapi_extra={
        "x-scope": Scope.ANSWERS_WRITE.value,
        "x-most-bytes": BATCH_BYTES,
        **json_body(
            {
                "type": "object",
                "required": ["responses"],
                "properties": {
                    "responses": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_IN_A_BATCH,
                        "items": {"$ref": "#/components/schemas/ResponseSent"},
                    }
                },
            }
        ),
        "responses": {200: _answered("What became of each, in order.", "Settled")},
    },
)
def send_responses(request: HttpRequest) -> NoReturn:  # noqa: ARG001 - ninja passes it
    """Take up to ten thousand responses; those that are accepted are durable."""
    raise problem_of_status(503)
