"""The pages of respondents: whole without a script; a GET never votes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ressenti.server.intake.acceptance import require_open
from ressenti.server.intake.claims import invitation_used
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.exchange import Answer, Request
from ressenti.server.intake.instants import this_instant
from ressenti.server.intake.rendering import (
    COOKIE,
    PAGE,
    TOKEN,
    drawn,
    page_answer,
    redirection,
    thanks,
)
from ressenti.server.intake.resumption import (
    SoFar,
    Started,
    newly_started,
    resume_token,
    resumed,
    so_far,
)
from ressenti.server.intake.suspicion import flags_of
from ressenti.server.intake.turns import (
    Turn,
    asked_in,
    checked_so_far,
    next_page,
    page_with,
    taken,
)
from ressenti.server.intake.visits import Visit, visit_of
from ressenti.surveys.question import Page

ASKED, DONE = "asked", "done"
TOKEN_MARK = "TOKEN-OF-THIS-VISIT"  # noqa: S105 - replaced by the token
MOST_SHELLS = 500
# What may stand in an address without making the first page another one.
PLAIN_QUERIES = frozenset({b"", b"lang=fr", b"lang=en"})


async def open_page(desk: Desk, request: Request) -> Answer:
    """Show the page a respondent has come to; nothing is written, whoever asks for it."""
    desk.page_limit.require(request.address)
    visit = await visit_of(desk, request)
    if request.parameter(DONE):
        return thanks(visit)
    if visit.is_used:
        raise invitation_used()
    now = this_instant()
    require_open(visit.survey, now)
    started = _continued(desk, visit, request, request.parameter(TOKEN), now)
    if started is None and request.query in PLAIN_QUERIES and not visit.invitation:
        return _from_shell(desk, visit, request, now)
    started = started or newly_started(visit.survey.id, now, visit.invitation)
    before = await so_far(desk.pool, visit.survey, started)
    if before.is_finished:
        return redirection(desk, visit, request, {DONE: "1"}, forgets=True)
    page = _page_asked(visit, request, before)
    given = {**visit.prefilled, **before.given}
    turn = Turn(given, before.covered, page, (), started)
    return page_answer(drawn(desk, visit, request, turn, now=now))


async def send_page(desk: Desk, request: Request) -> Answer:
    """Take a page of answers, and lead to the next one or to the end."""
    desk.page_limit.require(request.address)
    visit = await visit_of(desk, request)
    now = this_instant()
    form = request.form()
    token = form.pop(TOKEN, [""])[0]
    asked = asked_in(visit, form.pop(ASKED, [""])[0].split(","))
    started = _continued(desk, visit, request, token, now)
    if started is None:
        # Kept too long, or made up: the page comes again with the answers still in it.
        started = newly_started(visit.survey.id, now, visit.invitation)
        answers = dict(form_answers(visit, form))
        turn = Turn(answers, frozenset(), page_with(visit.survey.questionnaire, asked), (), started)
        return page_answer(drawn(desk, visit, request, turn, now=now, is_stale=True), status=409)
    before = await so_far(desk.pool, visit.survey, started)
    if before.is_finished:
        return redirection(desk, visit, request, {DONE: "1"}, forgets=True)
    turn = await taken(
        desk,
        visit,
        before,
        started,
        page_answers=form_answers(visit, form),
        asked=asked,
        flags=flags_of(
            agent=request.header(b"user-agent"),
            seconds=(now - started.started_at).total_seconds(),
            is_flood=desk.visits.is_flood(visit.survey.public_key, request.address),
        ),
    )
    if turn.faults:
        return page_answer(drawn(desk, visit, request, turn, now=now), status=422)
    if turn.is_finished:
        return redirection(desk, visit, request, {DONE: "1"}, forgets=True)
    token = resume_token(turn.started, key=desk.signing_key, now=now)
    changed = {TOKEN: token, **({PAGE: turn.page.id} if turn.page else {})}
    return redirection(desk, visit, request, changed, remembers=token)


def form_answers(visit: Visit, form: Mapping[str, list[str]]) -> dict[str, object]:
    """Return what a form gives by field: a list where several choices may be taken."""
    fields = {
        field.name: field
        for question in visit.survey.questionnaire.questions
        for field in question.fields
    }
    return {
        name: values if name in fields and fields[name].is_multiple else values[-1]
        for name, values in form.items()
    }


def _continued(
    desk: Desk, visit: Visit, request: Request, token: str, now: datetime
) -> Started | None:
    """Return the response that a token or else the cookie continues; a kiosk has no cookie."""
    told = token or ("" if visit.is_kiosk else request.cookie(COOKIE))
    if not told:
        return None
    return resumed(
        told, visit.survey.id, key=desk.signing_key, now=now, invitation=visit.invitation
    )


def _page_asked(visit: Visit, request: Request, before: SoFar) -> Page | None:
    """Return the page an address names, if it may be shown already; else the first one.

    The address alone decides, so that the back button leads back.
    """
    questionnaire = visit.survey.questionnaire
    shown = checked_so_far(visit, before.given).shown
    following = next_page(questionnaire, shown, before.covered)
    name = request.parameter(PAGE)
    for page in questionnaire.pages:
        is_known = page == following or before.covered.intersection(page.questions)
        if page.id == name and is_known:
            return page
    return next_page(questionnaire, shown, frozenset())


def _from_shell(desk: Desk, visit: Visit, request: Request, now: datetime) -> Answer:
    """Return the first page of a new visit: the same for everybody but for its token."""
    survey = visit.survey
    key = (survey.id, survey.version, survey.organisation_name, visit.language, request.path)
    if key not in desk.shells:
        if len(desk.shells) >= MOST_SHELLS:
            desk.shells.clear()
        found = checked_so_far(visit, {})
        page = next_page(survey.questionnaire, found.shown, frozenset())
        started = newly_started(survey.id, now)
        turn = Turn({}, frozenset(), page or survey.questionnaire.pages[0], (), started)
        desk.shells[key] = drawn(desk, visit, request, turn, now=now, token=TOKEN_MARK)
    token = resume_token(newly_started(survey.id, now), key=desk.signing_key, now=now)
    return page_answer(desk.shells[key].replace(TOKEN_MARK, token))
