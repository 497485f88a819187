"""The widget's two addresses, open to the sites a survey declares: what to ask, and the answers.

The widget is a guest on somebody else's page: it sends no cookie and gets no credentials.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ressenti.language import Text
from ressenti.server.intake.acceptance import declared_values, require_open
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.documents import document_in
from ressenti.server.intake.exchange import NO_STORE, Answer, Request
from ressenti.server.intake.instants import this_instant
from ressenti.server.intake.problems import FieldError, Problem, not_found, unprocessable
from ressenti.server.intake.resumption import newly_started, resume_token, resumed, so_far
from ressenti.server.intake.suspicion import flags_of
from ressenti.server.intake.turns import checked_so_far, next_page, question_of, taken
from ressenti.server.intake.visits import Visit, language_of
from ressenti.server.intake.widget_drawing import page_document, survey_document
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.words import shortened

SCRIPT = Path(__file__).parents[1] / "static" / "ressenti" / "widget.js"
SCRIPT_SECONDS = 3600
PREFLIGHT_SECONDS = 600
LONGEST_TEXT = 4_000
KNOWN_KEYS = frozenset(
    {
        "response",
        "idempotency_key",
        "language",
        "page",
        "answers",
        "is_final",
        "attributes",
        "device",
    }
)
CHANNEL = "widget"
SURVEY = Text(en="survey", fr="enquête")


async def widget_script(_desk: Desk, _request: Request) -> Answer:
    """Give the widget's script, which any page may load."""
    headers = (
        (b"access-control-allow-origin", b"*"),
        (b"cache-control", b"public, max-age=%d" % SCRIPT_SECONDS),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"x-content-type-options", b"nosniff"),
    )
    return Answer(200, SCRIPT.read_bytes(), b"text/javascript; charset=utf-8", headers)


async def widget_survey(desk: Desk, request: Request) -> Answer:
    """Tell the widget what to ask first, and whether this visitor is to be asked at all."""
    desk.page_limit.require(request.address)
    survey = await _survey(desk, request.path.removeprefix("/w/").removesuffix(".json"))
    headers = cross_origin(survey, request)
    language = language_of(request, survey)
    is_open = survey.takes_answers(this_instant())
    document = survey_document(survey, language, is_open=is_open)
    return Answer(200, json.dumps(document, ensure_ascii=False).encode(), headers=headers)


async def widget_preflight(desk: Desk, request: Request) -> Answer:
    """Tell a browser whether a page of another site may send answers here."""
    survey = await _survey(desk, request.path.removeprefix("/w/").removesuffix(".json"))
    headers = (
        *cross_origin(survey, request),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", b"content-type"),
        (b"access-control-max-age", b"%d" % PREFLIGHT_SECONDS),
    )
    return Answer(204, headers=headers)


async def widget_answers(desk: Desk, request: Request) -> Answer:
    """Take a page of answers from the widget, and tell what is asked next."""
    survey = await _survey(desk, request.path.removeprefix("/w/"))
    headers = cross_origin(survey, request)
    try:
        document = await _taken(desk, request, survey)
    except Problem as problem:
        # The page that hosts the widget may read why, too.
        problem.added_headers = headers
        raise
    return Answer(201, json.dumps(document, ensure_ascii=False).encode(), headers=headers)


async def _taken(desk: Desk, request: Request, survey: KnownSurvey) -> dict[str, object]:
    sent = _sent_in(request.body)
    # An office behind one address has many devices; a script that forges them has one address.
    desk.page_limit.require(f"{shortened(str(sent.get('device')))} {request.address}")
    desk.page_limit.require(request.address, cost=0.1)
    now = this_instant()
    require_open(survey, now)
    visit = _visit(survey, request, sent)
    started = newly_started(survey.id, now)
    if token := sent.get("response"):
        earlier = resumed(str(token), survey.id, key=desk.signing_key, now=now)
        if earlier is None:
            raise _wrong("response", Text(en="it does not hold.", fr="il n'est pas valable."))
        started = earlier
    before = await so_far(desk.pool, survey, started)
    if before.is_finished:
        return {"status": "accepted"}
    answers = sent.get("answers") or {}
    turn = await taken(
        desk,
        visit,
        before,
        started,
        page_answers=answers,
        asked=_asked(visit, sent.get("page"), before.given, before.covered, answers),
        flags=flags_of(
            agent=request.header(b"user-agent"),
            seconds=(now - started.started_at).total_seconds() if started.pages else 60.0,
            is_flood=desk.visits.is_flood(survey.public_key, request.address),
        ),
        key=_key(survey, sent) if not started.pages else "",
    )
    if turn.faults:
        raise unprocessable(FieldError(fault.field, fault.message) for fault in turn.faults)
    document: dict[str, object] = {
        "status": "accepted",
        "response": resume_token(turn.started, key=desk.signing_key, now=now),
    }
    if turn.page is not None:
        document["page"] = page_document(visit, turn.given, turn.covered)
    return document


def _sent_in(body: bytes) -> Mapping[str, Any]:
    sent = document_in(body)
    unknown = sorted(sent.keys() - KNOWN_KEYS)
    message = Text(en="this key is not known.", fr="cette clé est inconnue.")
    errors = [FieldError(shortened(name), message) for name in unknown]
    for name in ("answers", "attributes"):
        if not isinstance(sent.get(name) or {}, dict):
            wanted = Text(en="an object is expected.", fr="il faut ici un objet.")
            errors.append(FieldError(name, wanted))
    for name in KNOWN_KEYS - {"answers", "attributes", "is_final"}:
        value = sent.get(name) or ""
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            errors.append(FieldError(name, Text(en="a text is expected.", fr="il faut un texte.")))
    if errors:
        raise unprocessable(errors)
    return sent


def _visit(survey: KnownSurvey, request: Request, sent: Mapping[str, Any]) -> Visit:
    told = sent.get("language") or language_of(request, survey)
    language = next((one for one in survey.languages if one == told), None)
    if language is None:
        known = ", ".join(survey.languages)
        message = Text(en="the survey is asked in {known}.", fr="l'enquête est posée en {known}.")
        raise _wrong("language", message.format(known=known))
    return Visit(
        survey=survey,
        address=request.path,
        language=language,
        channel=CHANNEL,
        unit=survey.unit,
        touchpoint=survey.touchpoint,
        segments=declared_values(sent.get("attributes") or {}, survey.attributes),
    )


def _asked(
    visit: Visit,
    page_id: object,
    given: Mapping[str, object],
    covered: frozenset[str],
    answers: Mapping[str, object],
) -> frozenset[str]:
    """Return the questions a page of the widget put: those it showed first, and those answered."""
    questionnaire: Questionnaire = visit.survey.questionnaire
    found = checked_so_far(visit, given)
    page = next((page for page in questionnaire.pages if page.id == page_id), None)
    page = page or next_page(questionnaire, found.shown, covered) or questionnaire.pages[0]
    shown = set(found.shown) & set(page.questions)
    answered = {question_of(name) for name in answers} & questionnaire.by_id.keys()
    return frozenset((shown - covered) | answered)


def _key(survey: KnownSurvey, sent: Mapping[str, Any]) -> str:
    """Return what makes a page that is sent again, perhaps days later, the same one."""
    told = sent.get("idempotency_key")
    if not told:
        return ""
    digest = hashlib.sha256(f"{survey.id} {told}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"widget:{digest}"


async def _survey(desk: Desk, public_key: str) -> KnownSurvey:
    survey = await desk.catalogue.by_public_key.value(public_key)
    if survey is None or not survey.is_public:
        raise not_found(SURVEY)
    return survey


def cross_origin(survey: KnownSurvey, request: Request) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that let a page of another site read the answer, without credentials.

    Raises
    ------
    Problem
        403, for a site that the survey does not declare, when it declares some.
    """
    origin = request.header(b"origin")
    declared = _origins(survey.channel(CHANNEL).get("origins"))
    if not declared:
        return ((b"access-control-allow-origin", b"*"), NO_STORE)
    if origin and origin not in declared:
        raise Problem(
            403,
            "origin_refused",
            Text(
                en="This survey is not asked on this site.",
                fr="Cette enquête n'est pas posée sur ce site.",
            ),
        )
    allowed = origin.encode("latin-1") or b"null"
    return ((b"access-control-allow-origin", allowed), (b"vary", b"origin"), NO_STORE)


def _origins(told: object) -> Sequence[str]:
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def _wrong(name: str, message: Text) -> Problem:
    return unprocessable([FieldError(name, message)])
