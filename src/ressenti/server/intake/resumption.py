"""Resumption: the signed token by which a response is continued, and what it holds so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from ressenti.channels.signed_context import signed, verified
from ressenti.errors import InvalidProof
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.group_commit import Pool
from ressenti.server.intake.payloads import given_in
from ressenti.server.models import EntryKind

PURPOSE = "response.resume"
VALID_FOR = timedelta(days=30)

PAGES = """
SELECT payload -> 'covers', payload -> 'answers', (payload -> 'is_final')::boolean
FROM ressenti_journalentry
WHERE response_id = %s AND survey_id = %s AND kind = %s ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Started:
    """A response that was begun.

    Parameters
    ----------
    survey : UUID
        The token is worth nothing for another one.
    invitation : UUID or None
        By which it was begun; None for somebody who came by an open way.
    pages : int
        How many pages of it have been sent; 0 before the first.
    """

    response: UUID
    survey: UUID
    started_at: datetime
    invitation: UUID | None = None
    pages: int = 0

    def after_page(self) -> Started:
        return replace(self, pages=self.pages + 1)


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the journal holds of a response, as a form would give it again.

    ``covered`` are the questions that have been put to the respondent.
    """

    given: dict[str, object]
    covered: frozenset[str]
    is_finished: bool


def newly_started(survey: UUID, now: datetime, invitation: UUID | None = None) -> Started:
    """Return a response that begins now."""
    return Started(uuid4(), survey, now, invitation)


def resume_token(started: Started, *, key: bytes, now: datetime) -> str:
    """Return the token that continues a response, for thirty days; nobody can guess another."""
    context = {
        "response": started.response.hex,
        "survey": started.survey.hex,
        "started": started.started_at.timestamp(),
        "invitation": started.invitation and started.invitation.hex,
        "pages": started.pages,
    }
    return signed(context, key=key, purpose=PURPOSE, expires_at=now + VALID_FOR)


def resumed(
    token: str, survey: UUID, *, key: bytes, now: datetime, invitation: UUID | None = None
) -> Started | None:
    """Return the response that a token continues; None when it is not a token of this survey.

    A token begun by one invitation continues nothing under another.
    """
    try:
        context = verified(token, key=key, purpose=PURPOSE, now=now)
    except InvalidProof:
        return None
    by = context["invitation"]
    started = Started(
        response=UUID(context["response"]),
        survey=UUID(context["survey"]),
        started_at=datetime.fromtimestamp(context["started"], UTC),
        invitation=UUID(by) if by else None,
        pages=context["pages"],
    )
    return started if (started.survey, started.invitation) == (survey, invitation) else None


async def so_far(pool: Pool, survey: KnownSurvey, started: Started) -> SoFar:
    """Return what was given on earlier pages of a response: the last word on each question."""
    if not started.pages:
        return SoFar({}, frozenset(), is_finished=False)
    async with pool.connection() as connection:
        cursor = await connection.execute(
            PAGES, (started.response, survey.id, EntryKind.RESPONSE.value)
        )
        rows = await cursor.fetchall()
    answers: list[dict[str, object]] = []
    covered: set[str] = set()
    for covers, page, _ in rows:
        answers = [answer for answer in answers if answer["q"] not in covers] + page
        covered.update(covers)
    return SoFar(
        given_in(survey.questionnaire, answers),
        frozenset(covered),
        is_finished=any(row[2] for row in rows),
    )
