"""Preview: the respondent's pages of a draft, walked through on a phone and on a desk.

What is typed travels in a signed token from page to page and is written nowhere: no answer, no
invitation, no cookie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ressenti.channels.signed_context import signed, verified
from ressenti.errors import InvalidProof
from ressenti.language import Language
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.asking.survey_documents import verdict_on
from ressenti.server.asking.visibility import seen_survey
from ressenti.server.intake.drawing import questions_of_page
from ressenti.server.intake.rendering import FOLDER, TOKEN, anchor_of
from ressenti.server.intake.turns import next_page, page_with, question_of
from ressenti.server.models import Role, Survey
from ressenti.server.pages.policies import CONTENT_POLICY
from ressenti.surveys.question import Page
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.submission import Checked, checked
from ressenti.surveys.words import words_in

PURPOSE = "survey.preview"
HOURS = 12
FRAMED_POLICY = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
FRAMING_POLICY = f"{CONTENT_POLICY}; frame-src 'self'"
CONTACT = {"first_name": "Camille", "name": "Camille Martin"}


@dataclass(frozen=True, slots=True)
class Walk:
    """How far somebody has walked: what was given, and which questions were put."""

    given: Mapping[str, object]
    covered: frozenset[str]


@seen_by(Role.CONSULTANT)
@require_safe
def preview_page(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show the draft as it would be asked, on a phone and on a desk side by side."""
    found = seen_survey(viewer, survey)
    verdict = verdict_on(found.draft)
    questionnaire = verdict.questionnaire
    context = {
        "survey": found,
        "verdict": verdict,
        "languages": questionnaire.languages if questionnaire else (),
        "shown": request.GET.get("in", ""),
        "tab": "preview",
    }
    response = render(request, "ressenti/asking/preview.html", context)
    response["Content-Security-Policy"] = FRAMING_POLICY
    return response


# The pages of respondents carry no session's mark, and nothing is changed by sending one here.
@csrf_exempt
@xframe_options_sameorigin
@seen_by(Role.CONSULTANT)
def previewed_page(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show one page of the draft, or take what was typed and show the next one."""
    found = seen_survey(viewer, survey)
    questionnaire = verdict_on(found.draft).questionnaire
    if questionnaire is None:
        return _framed(render(request, f"{FOLDER}/refused.html", {"code": "draft"}))
    asked = request.GET.get("lang", "")
    languages = questionnaire.languages
    language = next((one for one in languages if one == asked), languages[0])
    walk = walk_of(request.POST.get(TOKEN, ""), found)
    if request.method != "POST":
        return _shown(request, found, questionnaire, language, walk)
    put = frozenset(request.POST.get("asked", "").split(",")) & questionnaire.by_id.keys()
    walk = walked(questionnaire, walk, put, request.POST)
    result = checked(questionnaire, walk.given, language=language, is_final=True)
    errors = {
        fault.field: fault.message.to(language)
        for fault in result.faults
        if question_of(fault.field) in put
    }
    if errors:
        page = page_with(questionnaire, put)
        return _shown(request, found, questionnaire, language, walk, page=page, errors=errors)
    return _shown(request, found, questionnaire, language, walk)


def walked(questionnaire: Questionnaire, walk: Walk, put: frozenset[str], form: Any) -> Walk:
    """Return how far somebody has walked once a page was sent."""
    fields = {field.name: field for name in put for field in questionnaire.by_id[name].fields}
    kept = {name: value for name, value in walk.given.items() if name not in fields}
    typed = {
        name: form.getlist(name) if field.is_multiple else form[name]
        for name, field in fields.items()
        if name in form
    }
    return Walk({**kept, **typed}, walk.covered | put)


def walk_of(token: str, survey: Survey) -> Walk:
    """Return the walk a token tells; a new one when it tells none of this survey."""
    try:
        told = verified(
            token, key=settings.SECRET_KEY.encode(), purpose=PURPOSE, now=timezone.now()
        )
    except InvalidProof:
        return Walk({}, frozenset())
    if told["survey"] != str(survey.pk):
        return Walk({}, frozenset())
    return Walk(told["given"], frozenset(told["covered"]))


def token_of(walk: Walk, survey: Survey) -> str:
    """Return the token that tells a walk."""
    told = {"survey": str(survey.pk), "given": dict(walk.given), "covered": sorted(walk.covered)}
    return signed(
        told,
        key=settings.SECRET_KEY.encode(),
        purpose=PURPOSE,
        expires_at=timezone.now() + timedelta(hours=HOURS),
    )


def _shown(
    request: HttpRequest,
    survey: Survey,
    questionnaire: Questionnaire,
    language: Language,
    walk: Walk,
    *,
    page: Page | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    result = checked(questionnaire, walk.given, language=language, is_final=True)
    chosen = page or next_page(questionnaire, result.shown, walk.covered)
    frame = _frame(survey, questionnaire, language)
    with translation.override(language):
        if chosen is None:
            thanks = words_in(questionnaire.thanks or {}, language, questionnaire.default_language)
            # The page after the last one is named by its own link; a frame must not follow it.
            return _framed(render(request, f"{FOLDER}/thanks.html", {**frame, "thanks": thanks}))
        context = _page_context(questionnaire, language, walk, chosen, result, errors or {})
        token = token_of(walk, survey)
        return _framed(render(request, f"{FOLDER}/page.html", {**frame, **context, "token": token}))


def _frame(survey: Survey, questionnaire: Questionnaire, language: Language) -> dict[str, Any]:
    return {
        "title": words_in(questionnaire.title, language, questionnaire.default_language),
        "organisation": survey.organisation.name,
        "language": language,
        "languages": [
            {"code": one, "query": f"?lang={one}"}
            for one in questionnaire.languages
            if one != language
        ],
    }


def _page_context(
    questionnaire: Questionnaire,
    language: Language,
    walk: Walk,
    page: Page,
    result: Checked,
    errors: Mapping[str, str],
) -> dict[str, Any]:
    questions = questions_of_page(
        questionnaire,
        page,
        result,
        language=language,
        given=walk.given,
        contact=CONTACT,
        errors=errors,
    )
    place = questionnaire.pages.index(page)
    words = words_in(questionnaire.introduction or {}, language, questionnaire.default_language)
    return {
        "questions": questions,
        "asked": ",".join(question["id"] for question in questions),
        "errors": [
            {"anchor": anchor_of(field, questions), "message": message}
            for field, message in errors.items()
        ],
        "introduction": words if place == 0 else "",
        "page_number": place + 1,
        "page_count": len(questionnaire.pages),
    }


def _framed(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = FRAMED_POLICY
    return response
