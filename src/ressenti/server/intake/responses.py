"""The answers a program sends: one at a time, or many in one request with one result each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from ressenti.language import Language, Text
from ressenti.server.intake.acceptance import Accepted, Submission, accepted, declared_values
from ressenti.server.intake.callers import Caller
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.documents import document_in
from ressenti.server.intake.exchange import Answer, Request
from ressenti.server.intake.group_commit import Acknowledgement, Outcome
from ressenti.server.intake.instants import this_instant
from ressenti.server.intake.problems import Problem, not_found
from ressenti.server.intake.resumption import (
    Started,
    newly_started,
    resume_token,
    resumed,
    so_far,
)
from ressenti.server.intake.sent_responses import (
    Sent,
    channel_of,
    customer_of,
    key_of,
    language_of,
    request_digest,
    sent_in,
    unit_of,
    wrong_field,
)
from ressenti.server.models import Scope
from ressenti.surveys.words import is_storable

MOST_IN_A_BATCH = 10_000
TOGETHER = 100
NEEDING_A_LOOK_UP = frozenset({"customer", "resume"})
SURVEY = Text(en="survey", fr="enquête")


@dataclass(frozen=True, slots=True)
class Ready:
    """A response that was accepted, as it was sent, and how it is continued."""

    accepted: Accepted
    sent: Sent
    started: Started


async def one_response(desk: Desk, request: Request) -> Answer:
    """Take one response, and answer once it is durable: 201, or 200 when it was there before."""
    caller = await desk.callers.caller_of(request)
    caller.require(Scope.ANSWERS_WRITE)
    desk.api_limit.require(caller.key.hex)
    sent = sent_in(document_in(request.body), request.header(b"idempotency-key"))
    survey = await survey_of(desk, caller, sent)
    customers = await known_customers(desk, caller, [sent])
    ready = await _ready(desk, caller, survey, sent, customers)
    return acknowledged(desk, ready, await desk.kept(ready.accepted))


def response_at_once(desk: Desk, request: Request) -> Ready | None:
    """Return a response that is ready to be kept, when nothing must be looked up for it.

    None leaves the request to ``one_response``: its key or its survey were not met lately, it
    names a customer, continues another response, or takes one of a limited number of places.

    Raises
    ------
    Problem
        As ``one_response``.
    """
    caller = desk.callers.fresh(request)
    if caller is None:
        return None
    caller.require(Scope.ANSWERS_WRITE)
    sent = sent_in(document_in(request.body), request.header(b"idempotency-key"))
    survey = desk.catalogue.by_key.fresh((caller.organisation, sent.text("survey")))
    if survey is None or survey.quotas or not NEEDING_A_LOOK_UP.isdisjoint(sent.document):
        return None
    desk.api_limit.require(caller.key.hex)
    instant = this_instant()
    started = newly_started(survey.id, instant)
    return ready_of(caller, survey, sent, {}, started, sent.object("answers"), now=instant)


async def many_responses(desk: Desk, request: Request) -> Answer:
    """Take many responses; each has its own result, in the order they came."""
    caller = await desk.callers.caller_of(request)
    caller.require(Scope.ANSWERS_WRITE)
    documents = document_in(request.body).get("responses")
    if not isinstance(documents, list) or not 0 < len(documents) <= MOST_IN_A_BATCH:
        raise wrong_field(
            "responses",
            Text(
                en="a list of 1 to {most} responses is expected.",
                fr="il faut ici une liste de 1 à {most} réponses.",
            ).format(most=MOST_IN_A_BATCH),
        )
    desk.api_limit.require(caller.key.hex, cost=len(documents))
    results = await _results(desk, caller, documents)
    told = [_result_document(result, request.language) for result in results]
    counts = {
        status: sum(1 for one in told if one["status"] == status)
        for status in ("accepted", "duplicate", "refused")
    }
    return Answer(200, orjson.dumps({**counts, "results": told}))


async def _results(desk: Desk, caller: Caller, documents: Sequence[object]) -> list[Outcome]:
    read = [_attempt_to_read(document) for document in documents]
    customers = await known_customers(desk, caller, [one for one in read if isinstance(one, Sent)])
    prepared: list[Accepted | Outcome] = []
    for i, one in enumerate(read):
        if i % TOGETHER == 0:
            # Others are answered in between, however large the batch.
            await asyncio.sleep(0)
        if isinstance(one, Problem):
            prepared.append(one)
        else:
            prepared.append(await _prepared(desk, caller, one, customers))
    plain = [one.entry for one in prepared if isinstance(one, Accepted)]
    kept = iter(await desk.journal.committed_all(plain))
    return [next(kept) if isinstance(one, Accepted) else one for one in prepared]


def _attempt_to_read(document: object) -> Sent | Problem:
    try:
        return sent_in(document)
    except Problem as problem:
        return problem


async def _prepared(
    desk: Desk, caller: Caller, sent: Sent, customers: Mapping[str, UUID]
) -> Accepted | Outcome:
    """Return one response ready for the group, or settled when it claims something of its own."""
    try:
        survey = await survey_of(desk, caller, sent)
        ready = (await _ready(desk, caller, survey, sent, customers)).accepted
        return await desk.kept(ready) if ready.claims_something else ready
    except Problem as problem:
        return problem


def _result_document(outcome: Outcome, language: Language) -> dict[str, object]:
    if isinstance(outcome, Acknowledgement) and outcome.is_conflict:
        outcome = key_reused()
    if isinstance(outcome, Problem):
        return {"status": "refused", "problem": outcome.document(language)}
    status = "duplicate" if outcome.is_duplicate else "accepted"
    return {"status": status, "response": outcome.response}


async def survey_of(desk: Desk, caller: Caller, sent: Sent) -> KnownSurvey:
    """Return the survey a response answers, of the caller's organisation alone.

    Raises
    ------
    Problem
        404, for a survey that is not there or belongs to somebody else.
    """
    name = sent.text("survey")
    survey = desk.catalogue.by_key.fresh((caller.organisation, name))
    if survey is None:
        survey = await desk.catalogue.of_organisation(caller.organisation, name)
    if survey is None:
        raise not_found(SURVEY)
    return survey


async def known_customers(desk: Desk, caller: Caller, sent: Sequence[Sent]) -> Mapping[str, UUID]:
    """Return the customers who are named, by the organisation's own id for them."""
    names = list({one.document["customer"] for one in sent if _names_customer(one)})
    if not names:
        return {}
    async with desk.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT external_id, id FROM ressenti_customer "
            "WHERE organisation_id = %s AND external_id = ANY(%s) AND erased_at IS NULL",
            (caller.organisation, names),
        )
        return {row[0]: row[1] for row in await cursor.fetchall()}


def _names_customer(sent: Sent) -> bool:
    name = sent.document.get("customer")
    return isinstance(name, str) and is_storable(name)


async def _ready(
    desk: Desk,
    caller: Caller,
    survey: KnownSurvey,
    sent: Sent,
    customers: Mapping[str, UUID],
) -> Ready:
    instant = this_instant()
    started = newly_started(survey.id, instant)
    given = sent.object("answers")
    if token := sent.document.get("resume"):
        earlier = resumed(str(token), survey.id, key=desk.signing_key, now=instant)
        if earlier is None:
            raise wrong_field("resume", Text(en="it does not hold.", fr="il n'est pas valable."))
        started = earlier
        given = {**(await so_far(desk.pool, survey, started)).given, **given}
    return ready_of(caller, survey, sent, customers, started, given, now=instant)


def ready_of(
    caller: Caller,
    survey: KnownSurvey,
    sent: Sent,
    customers: Mapping[str, UUID],
    started: Started,
    given: Mapping[str, object],
    *,
    now: datetime,
) -> Ready:
    """Return a response that was checked against its survey, ready to be kept."""
    request = request_digest(sent)
    ready = accepted(
        Submission(
            survey=survey,
            given=given,
            language=language_of(survey, sent),
            is_final=sent.is_final,
            channel=channel_of(sent),
            response=started.response,
            idempotency_key=key_of(sent, started.response, request),
            request=request,
            started_at=sent.instant("started_at", started.started_at),
            answered_at=sent.instant("answered_at", now),
            customer=customer_of(sent, customers),
            unit=unit_of(caller, survey, sent),
            touchpoint=sent.text("touchpoint", survey.touchpoint),
            segments=declared_values(sent.object("attributes"), survey.attributes),
            weight=sent.weight,
            source=sent.text("source", "ressenti"),
            source_id=sent.text("source_id"),
        ),
        now=now,
    )
    return Ready(ready, sent, started)


def acknowledged(desk: Desk, ready: Ready, acknowledgement: Acknowledgement) -> Answer:
    """Return what a program is told of a response that is durable.

    Raises
    ------
    Problem
        409, when its idempotency key was used for something else.
    """
    if acknowledgement.is_conflict:
        raise key_reused()
    document: dict[str, object] = {
        "response": acknowledgement.response,
        "status": "duplicate" if acknowledgement.is_duplicate else "accepted",
    }
    if ready.accepted.checked.ignored:
        document["ignored"] = list(ready.accepted.checked.ignored)
    if not ready.sent.is_final:
        document["resume"] = resume_token(
            ready.started.after_page(), key=desk.signing_key, now=this_instant()
        )
    status = 200 if acknowledgement.is_duplicate else 201
    return Answer(status, orjson.dumps(document))


def key_reused() -> Problem:
    """Return the refusal of an idempotency key under which something else was sent before."""
    return Problem(
        409,
        "idempotency_key_reused",
        Text(
            en="This idempotency key was used for another response, which is kept as it was.",
            fr="Cette clé d'idempotence a servi pour une autre réponse, qui reste telle quelle.",
        ),
    )
