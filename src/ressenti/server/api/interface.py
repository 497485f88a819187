"""The interface: its operations together, and one answer to whatever goes wrong in them."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI

from ressenti.server.api import (
    catalogue,
    customers,
    facts,
    imports,
    invitations,
    scores,
    sending,
    surveys,
)
from ressenti.server.api.description import description_of
from ressenti.server.api.keys import BearerKey
from ressenti.server.api.problems import problem_of, problem_response

VERSION = "1.0.0"
ABOUT = (
    "Send answers, customers and events; read scores with their intervals. Every problem is "
    "`application/problem+json`, in French or English as `Accept-Language` asks."
)


class Interface(NinjaAPI):
    """An interface whose problems are all told the same way, and keep nothing of the request."""

    def on_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse:  # type: ignore[override] # narrower than ninja's
        problem = problem_of(exc, most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        return problem_response(request, problem)


def interface() -> Interface:
    """Return the interface with all its operations."""
    api = Interface(
        title="Ressenti",
        version=VERSION,
        description=ABOUT,
        auth=BearerKey(),
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
    )
    for part in (sending, surveys, invitations, customers, facts, imports, scores, catalogue):
        api.add_router("", part.router)

    @api.get("/openapi.json", auth=None, include_in_schema=False)
    def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja passes it
        return JsonResponse(description_of(api))

    return api
