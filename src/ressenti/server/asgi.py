"""The web process: intake and live streams in front, Django behind them."""

from __future__ import annotations

import gc
import os
from collections.abc import Awaitable, Callable

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ressenti.server.django_settings")
django_application = get_asgi_application()

# What follows reads models, which exist only once Django is set up.
from ressenti.server.api.bounds import bounded  # noqa: E402
from ressenti.server.intake.application import STATE_KEY, intake_application  # noqa: E402
from ressenti.server.intake.desk import closed, desk_of, opened  # noqa: E402
from ressenti.server.intake.direct_intake import DirectIntake  # noqa: E402
from ressenti.server.intake.direct_protocol import STATE_KEY as DIRECT_KEY  # noqa: E402
from ressenti.server.intake.exchange import Receive, Scope, Send  # noqa: E402
from ressenti.server.intake.rendering import prepare  # noqa: E402
from ressenti.server.live.allowances import MOST_BY_PERSON  # noqa: E402
from ressenti.server.live.application import PREFIX as LIVE  # noqa: E402
from ressenti.server.live.application import LiveStreams  # noqa: E402
from ressenti.server.live.hub import Hub  # noqa: E402
from ressenti.server.live.painting import painted  # noqa: E402

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

pages: Application = bounded(django_application)
STREAMS_KEY = "live_streams"
YOUNG_OBJECTS = 50_000


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection or one request."""
    if scope["type"] == "lifespan":
        await _live(scope, receive, send)
        return
    if scope["type"] != "http":
        await _refuse_connection(receive, send)
        return
    if await intake_application(scope, receive, send):
        return
    if scope["path"].startswith(LIVE):
        await scope["state"][STREAMS_KEY](scope, receive, send)
        return
    await pages(scope, receive, send)


async def _live(scope: Scope, receive: Receive, send: Send) -> None:
    """Open what the requests of this process share, and close it after the last of them."""
    await receive()
    desk = desk_of(
        settings.DATABASE_URL,
        signing_key=settings.SECRET_KEY,
        base_url=settings.BASE_URL,
    )
    await opened(desk)
    scope["state"][STATE_KEY] = desk
    scope["state"][DIRECT_KEY] = DirectIntake(desk)
    prepare()
    # What is loaded by now stays: looking for garbage in it again and again is felt.
    gc.collect()
    gc.freeze()
    # A batch holds tens of thousands of objects for a moment, none of them in a circle.
    gc.set_threshold(YOUNG_OBJECTS)
    hub = Hub(settings.DATABASE_URL, painted)
    await hub.start()
    # Everybody who looks at a demonstration is the same person.
    most = None if settings.SERVER.is_demo else MOST_BY_PERSON
    scope["state"][STREAMS_KEY] = LiveStreams(hub, most_by_person=most)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await hub.stop()
    await closed(desk)
    await send({"type": "lifespan.shutdown.complete"})


async def _refuse_connection(receive: Receive, send: Send) -> None:
    """Refuse a web socket: nothing here speaks over one."""
    await receive()
    await send({"type": "websocket.close", "code": 1000})
