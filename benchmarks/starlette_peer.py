"""The same intake as a Starlette application, to compare: the same checks, the same group commit.

``application`` does all that ours does; ``bare_application`` reads the JSON and inserts it, with no
key, no rate limit and no questionnaire.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ressenti.server.django_settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django is set up before its models are read
from starlette.applications import Starlette  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

from ressenti.server.intake.desk import closed, desk_of, opened  # noqa: E402
from ressenti.server.intake.exchange import Request as OwnRequest  # noqa: E402
from ressenti.server.intake.group_commit import Entry  # noqa: E402
from ressenti.server.intake.responses import one_response  # noqa: E402

NOBODY = UUID(int=0)


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    desk = desk_of(
        settings.SERVER.database_url,
        signing_key=settings.SECRET_KEY,
        base_url=settings.BASE_URL,
    )
    await opened(desk)
    application.state.desk = desk
    yield
    await closed(desk)


async def checked_response(request: Request) -> Response:
    own = OwnRequest(
        method=request.method,
        path=request.url.path,
        query=b"",
        headers=dict(request.headers.raw),
        address=request.client.host if request.client else "",
        body=await request.body(),
    )
    answer = await one_response(request.app.state.desk, own)
    return Response(answer.body, answer.status, media_type="application/json")


async def unchecked_response(request: Request) -> Response:
    document = await request.json()
    entry = Entry(
        organisation=NOBODY,
        survey=None,
        response=uuid4(),
        kind=1,
        idempotency_key=document["idempotency_key"],
        request="",
        received_at=datetime.now(UTC),
        payload=json.dumps(document),
    )
    acknowledgement = await request.app.state.desk.journal.committed(entry)
    return JSONResponse({"response": str(acknowledgement.response)}, 201)


PATH = "/api/v1/responses"
application = Starlette(routes=[Route(PATH, checked_response, methods=["POST"])], lifespan=lifespan)
bare_application = Starlette(
    routes=[Route(PATH, unchecked_response, methods=["POST"])], lifespan=lifespan
)
