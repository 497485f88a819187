"""Unsubscribing: a person who wants to be asked no more, on any channel, by one confirmed click."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from psycopg.rows import dict_row

from ressenti.channels.signed_context import token_digest
from ressenti.language import LANGUAGES, Language
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.exchange import Answer, Request
from ressenti.server.intake.problems import not_found
from ressenti.server.intake.rendering import FOLDER, page_answer
from ressenti.server.intake.visits import PAGE

FOUND = """
SELECT invitation.id, invitation.customer_id, invitation.language, organisation.name,
       organisation.language AS usual_language
FROM ressenti_invitation AS invitation
JOIN ressenti_organisation AS organisation ON organisation.id = invitation.organisation_id
WHERE invitation.token_digest = %s
"""
REFUSED = """
WITH told AS (
    UPDATE ressenti_invitation SET opted_out_at = coalesce(opted_out_at, now()) WHERE id = %s
)
UPDATE ressenti_customer SET refuses = refuses || '["all"]'::jsonb, changed_at = now()
WHERE id = %s AND NOT refuses ? 'all'
"""


async def ask_unsubscribe(desk: Desk, request: Request) -> Answer:
    """Ask whether somebody wants no more invitations; opening a link changes nothing."""
    found = await _found(desk, request)
    return _page(request, found, is_done=False)


async def unsubscribe(desk: Desk, request: Request) -> Answer:
    """Note that somebody wants no more invitations; mail programs post it too (RFC 8058)."""
    found = await _found(desk, request)
    async with desk.pool.connection() as connection:
        await connection.execute(REFUSED, (found["id"], found["customer_id"]))
    return _page(request, found, is_done=True)


async def _found(desk: Desk, request: Request) -> dict[str, Any]:
    desk.page_limit.require(request.address)
    digest = token_digest(request.path[3:])
    async with desk.pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        row = await (await cursor.execute(FOUND, (digest,))).fetchone()
    if row is None:
        desk.guess_limit.require(request.address)
        raise not_found(PAGE)
    return row


def _page(request: Request, found: dict[str, Any], *, is_done: bool) -> Answer:
    told = found["language"] or found["usual_language"]
    language: Language = next((one for one in LANGUAGES if one == told), request.language)
    context = {"organisation": found["name"], "language": language, "is_done": is_done}
    with translation.override(language):
        return page_answer(render_to_string(f"{FOLDER}/unsubscribe.html", context))
