"""Respondent pages as HTML: a page of questions, the thanks, and why nothing can be answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.template.loader import get_template, render_to_string
from django.utils import translation

from ressenti.channels.link import LANGUAGE_PARAMETER, safe_end_url
from ressenti.errors import InvalidArgument
from ressenti.language import LANGUAGES, Language
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.drawing import questions_of_page
from ressenti.server.intake.exchange import HTML, NO_STORE, Answer, Request
from ressenti.server.intake.problems import Problem
from ressenti.server.intake.resumption import resume_token
from ressenti.server.intake.turns import Turn, checked_so_far, next_page, question_of
from ressenti.server.intake.visits import Visit
from ressenti.server.pages.policies import CONTENT_POLICY, PERMISSIONS
from ressenti.surveys.question import Page
from ressenti.surveys.questions import question_types
from ressenti.surveys.words import words_in

TOKEN = "r"  # noqa: S105 - the name of the field, not a secret
PAGE = "page"
COOKIE = "ressenti_answer"
COOKIE_SECONDS = 2_592_000
FOLDER = "ressenti/respondent"
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"permissions-policy", PERMISSIONS.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    NO_STORE,
)


def prepare() -> None:
    """Load what the first visitor would wait for: words, templates and types of questions."""
    question_types()
    for language in LANGUAGES:
        with translation.override(language):
            for name in ("page", "thanks", "refused", "unsubscribe"):
                get_template(f"{FOLDER}/{name}.html")
            translation.gettext("Send")


def drawn(
    desk: Desk,
    visit: Visit,
    request: Request,
    turn: Turn,
    *,
    now: datetime,
    token: str = "",
    is_stale: bool = False,
) -> str:
    """Return the page of a turn as HTML."""
    questionnaire, language = visit.survey.questionnaire, visit.language
    page = turn.page or questionnaire.pages[-1]
    errors = {fault.field: fault.message.to(language) for fault in turn.faults}
    found = checked_so_far(visit, turn.given)
    questions = questions_of_page(
        questionnaire,
        page,
        found,
        language=language,
        given=turn.given,
        contact=visit.contact,
        errors=errors,
    )
    place = questionnaire.pages.index(page)
    back = _page_before(visit, page, found.shown)
    context = {
        "questions": questions,
        "asked": ",".join(question["id"] for question in questions),
        "errors": [
            {"anchor": anchor_of(field, questions), "message": message}
            for field, message in errors.items()
        ],
        "token": token or resume_token(turn.started, key=desk.signing_key, now=now),
        "introduction": _words(visit, questionnaire.introduction) if place == 0 else "",
        "page_number": place + 1,
        "page_count": len(questionnaire.pages),
        "back": back and query_with(request, {PAGE: back.id}),
        "ahead": _query_ahead(visit, request, turn, page, found.shown),
        "is_stale": is_stale,
        "is_kiosk": visit.is_kiosk,
    }
    return _rendered("page.html", visit, request, context)


def _query_ahead(
    visit: Visit, request: Request, turn: Turn, page: Page, shown: tuple[str, ...]
) -> str:
    """Return the way to where somebody had stopped; empty for whoever is there."""
    following = next_page(visit.survey.questionnaire, shown, turn.covered)
    is_behind = bool(turn.covered) and not turn.faults and following != page
    return query_with(request, {PAGE: following.id}) if following is not None and is_behind else ""


def _page_before(visit: Visit, page: Page, shown: tuple[str, ...]) -> Page | None:
    pages = visit.survey.questionnaire.pages
    earlier = [one for one in pages[: pages.index(page)] if set(shown) & set(one.questions)]
    return earlier[-1] if earlier else None


def anchor_of(field: str, questions: list[dict[str, Any]]) -> str:
    """Return the id of what a fault leads to; the form when the field is not on the page."""
    names = {one["name"] for question in questions for one in question["fields"]}
    if field in names:
        return f"f-{field}"
    on_page = any(question["id"] == question_of(field) for question in questions)
    return f"q-{question_of(field)}" if on_page else "form"


def thanks(visit: Visit) -> Answer:
    """Return the last page."""
    survey = visit.survey
    end_url = ""
    if survey.end_url:
        try:
            end_url = safe_end_url(survey.end_url, survey.allowed_hosts)
        except InvalidArgument:
            end_url = ""
    context = {
        "thanks": _words(visit, survey.questionnaire.thanks),
        "end_url": end_url,
        "is_kiosk": visit.is_kiosk,
        "start": f"{visit.address}?channel=kiosk" if visit.is_kiosk else "",
    }
    return page_answer(_rendered("thanks.html", visit, None, context))


def refusal_page(problem: Problem, language: Language) -> Answer:
    """Return the page that says why nothing can be answered here."""
    context = {"detail": problem.detail.to(language), "code": problem.code, "language": language}
    with translation.override(language):
        html = render_to_string(f"{FOLDER}/refused.html", context)
    answer = page_answer(html, status=problem.status)
    return Answer(
        answer.status,
        answer.body,
        HTML,
        (*answer.headers, *(pair for pair in problem.headers(language) if pair[0] != NO_STORE[0])),
    )


def _rendered(
    template: str, visit: Visit, request: Request | None, context: Mapping[str, object]
) -> str:
    frame = {
        "title": _words(visit, visit.survey.questionnaire.title),
        "organisation": visit.survey.organisation_name,
        "language": visit.language,
        "languages": [
            {"code": code, "query": query_with(request, {LANGUAGE_PARAMETER: code})}
            for code in visit.survey.languages
            if request is not None and code != visit.language
        ],
    }
    with translation.override(visit.language):
        return render_to_string(f"{FOLDER}/{template}", {**frame, **context})


def _words(visit: Visit, words: Mapping[Language, str] | None) -> str:
    if not words:
        return ""
    return words_in(words, visit.language, visit.survey.questionnaire.default_language)


def query_with(request: Request | None, changed: Mapping[str, str]) -> str:
    """Return the address's parameters with some changed, as a query."""
    kept = request.parameters() if request is not None else {}
    return "?" + urlencode({**kept, **changed})


def page_answer(html: str, *, status: int = 200) -> Answer:
    return Answer(status, html.encode(), HTML, HEADERS)


def redirection(
    desk: Desk,
    visit: Visit,
    request: Request,
    changed: Mapping[str, str],
    *,
    remembers: str = "",
    forgets: bool = False,
) -> Answer:
    """Return the way to the next page, so that neither a reload nor the back button sends again."""
    kept = {
        name: value for name, value in request.parameters().items() if name not in (TOKEN, PAGE)
    }
    query = urlencode({**kept, LANGUAGE_PARAMETER: visit.language, **changed})
    headers = [(b"location", f"{visit.address}?{query}".encode()), *HEADERS]
    if not visit.is_kiosk and (remembers or forgets):
        lasts = COOKIE_SECONDS if remembers else 0
        parts = [f"{COOKIE}={remembers}", f"Path={visit.address}", f"Max-Age={lasts}", "HttpOnly"]
        secure = ["Secure"] if desk.base_url.startswith("https:") else []
        cookie = "; ".join([*parts, "SameSite=Lax", *secure])
        headers.append((b"set-cookie", cookie.encode()))
    return Answer(303, b"", HTML, tuple(headers))
