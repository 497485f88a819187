"""The description of the interface: OpenAPI 3.1, whole, made from what is enforced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from pydantic import BaseModel

from ressenti.server.api.customers import CustomerSent
from ressenti.server.api.facts import rows_schema
from ressenti.server.api.invitations import InvitationsSent
from ressenti.server.api.problems import MEDIA_TYPE
from ressenti.server.api.sending import SCHEMAS
from ressenti.server.tallying.kinds import EVENT_FACTS

REFERENCE = "#/components/schemas/{model}"
MODELS: tuple[type[BaseModel], ...] = (CustomerSent, InvitationsSent)
PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request is refused (RFC 9457), in the language of the request.",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "What a program tells it by."},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
REFUSALS = {
    "401": "The key is missing, unknown or revoked.",
    "403": "The key lacks the scope.",
    "422": "Some fields are refused.",
    "429": "Too many requests at once; `Retry-After` says when to try again.",
    "default": "Any other problem.",
}


def description_of(api: NinjaAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the interface, the intake's operations included."""
    document: dict[str, Any] = dict(api.get_openapi_schema())
    document["servers"] = [{"url": settings.BASE_URL}]
    schemas = document["components"]["schemas"]
    schemas |= {"Problem": PROBLEM, **SCHEMAS}
    schemas |= {f"{fact}_row": rows_schema(fact) for fact in EVENT_FACTS}
    for model in MODELS:
        schemas[model.__name__] = model.model_json_schema(ref_template=REFERENCE)
    for operation in operations_of(document):
        _complete(operation)
    return document


def operations_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every operation of a document."""
    for methods in document["paths"].values():
        yield from methods.values()


def _complete(operation: dict[str, Any]) -> None:
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = {
        status: answer for status, answer in operation["responses"].items() if "content" in answer
    }
    refusals = {
        status: {"description": words, "content": problem} for status, words in REFUSALS.items()
    }
    operation["responses"] = {str(status): one for status, one in answers.items()} | refusals
    scope = operation.get("x-scope")
    if scope is not None:
        operation["security"] = [{"BearerKey": [scope]}]
