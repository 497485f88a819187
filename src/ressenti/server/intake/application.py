"""The intake: an ASGI application in front of Django's, for whatever takes answers.

Django's own way through an asynchronous view costs many times what an answer does; here a request
is read, checked, made durable and acknowledged with nothing in between.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from ressenti.language import Language, Text
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.exchange import (
    MOST_BYTES,
    Answer,
    ClientGone,
    Receive,
    Request,
    Scope,
    Send,
    accepted_language,
    problem_answer,
    request_of,
    send_answer,
)
from ressenti.server.intake.group_commit import unreachable
from ressenti.server.intake.pages import open_page, send_page
from ressenti.server.intake.problems import Problem
from ressenti.server.intake.rendering import refusal_page
from ressenti.server.intake.responses import many_responses, one_response
from ressenti.server.intake.unsubscribing import ask_unsubscribe, unsubscribe
from ressenti.server.intake.widget import (
    widget_answers,
    widget_preflight,
    widget_script,
    widget_survey,
)

Handler = Callable[[Desk, Request], Awaitable[Answer]]

STATE_KEY = "intake"
BATCH_BYTES = 5_242_880
BATCH_PATH = "/api/v1/responses/batch"
PAGES = frozenset({"/s/", "/i/", "/u/"})
PROGRAMS: Mapping[tuple[str, str], Handler] = {
    ("POST", "/api/v1/responses"): one_response,
    ("POST", BATCH_PATH): many_responses,
    ("GET", "/widget.js"): widget_script,
    ("HEAD", "/widget.js"): widget_script,
}
PEOPLE: Mapping[tuple[str, str], Handler] = {
    ("GET", "/s/"): open_page,
    ("POST", "/s/"): send_page,
    ("GET", "/i/"): open_page,
    ("POST", "/i/"): send_page,
    ("GET", "/u/"): ask_unsubscribe,
    ("POST", "/u/"): unsubscribe,
    ("GET", "/w/"): widget_survey,
    ("POST", "/w/"): widget_answers,
    ("OPTIONS", "/w/"): widget_preflight,
}


async def intake_application(scope: Scope, receive: Receive, send: Send) -> bool:
    """Answer a request when it is the intake's, and tell whether it was."""
    handler = handler_of(scope["method"], scope["path"])
    if handler is None:
        return False
    desk: Desk = scope["state"][STATE_KEY]
    try:
        answer = await _answer(desk, handler, scope, receive)
    except ClientGone:
        return True
    await send_answer(send, answer, is_head=scope["method"] == "HEAD")
    return True


def handler_of(method: str, path: str) -> Handler | None:
    """Return what answers a request; None when it is not the intake's."""
    found = PROGRAMS.get((method, path))
    if found is not None:
        return found
    # Who asks for the headers of a page is answered like who asks for the page.
    return PEOPLE.get(("GET" if method == "HEAD" else method, path[:3]))


async def _answer(desk: Desk, handler: Handler, scope: Scope, receive: Receive) -> Answer:
    most = BATCH_BYTES if scope["path"] == BATCH_PATH else MOST_BYTES
    try:
        request = await request_of(scope, receive, most_bytes=most)
        return await handler(desk, request)
    except ClientGone:
        raise
    except Exception as raised:  # noqa: BLE001 - problem_of logs what it does not know
        problem = problem_of(raised, handler.__name__)
    refusal = refusal_page if scope["path"][:3] in PAGES else problem_answer
    return refusal(problem, language_of(scope))


def problem_of(raised: Exception, handler: str) -> Problem:
    """Return what is told of something that was raised while a request was handled."""
    if isinstance(raised, Problem):
        return raised
    if isinstance(raised, OperationalError | PoolTimeout):
        return unreachable()
    logging.getLogger(__name__).error("a request to %s failed", handler, exc_info=raised)
    return failed()


def language_of(scope: Scope) -> Language:
    """Return the language of a request, even of one that could not be read."""
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return accepted_language(header.decode("latin-1")) or "en"


def failed() -> Problem:
    """Return what is told when the fault is ours."""
    return Problem(
        500,
        "failed",
        Text(
            en="Something failed on our side; nothing was lost that was acknowledged.",
            fr="Une erreur est survenue de notre côté ; rien de ce qui a été confirmé n'est perdu.",
        ),
    )
