"""The page of one question: words side by side, options, what it measures, when it shows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.asking import drafts
from ressenti.server.asking.drafts import Document
from ressenti.server.asking.editor import save_draft
from ressenti.server.asking.editor_views import rule_form
from ressenti.server.asking.gallery import page_language, redirect_to
from ressenti.server.asking.question_drafts import comparable_fields, measures_for
from ressenti.server.asking.question_forms import part_rows, question_of_form
from ressenti.server.asking.seals import is_unchanged, seal
from ressenti.server.asking.survey_documents import measure_name, verdict_on
from ressenti.server.asking.visibility import own_survey
from ressenti.server.models import Role, Survey
from ressenti.surveys.options import OptionKind
from ressenti.surveys.questions import question_types

CONTACT_NAMES = ("first_name", "name", "unit")


@seen_by(Role.EXPERT)
def question_page(
    request: HttpRequest, viewer: Viewer, survey: UUID, question: str
) -> HttpResponse:
    """Show the form of a question, or save what was typed into it."""
    is_sent = request.method == "POST"
    found = own_survey(viewer, survey, for_update=is_sent)
    saved = drafts.question_called(found.draft, question)
    if saved is None or saved["type"] not in question_types():
        raise Http404
    if not is_sent:
        return _form(request, found, saved, saved)
    typed = _typed(request, found, saved)
    if not is_unchanged(request, saved):
        messages.error(
            request,
            _(
                "Somebody else changed this question meanwhile. Below is what you typed; saving "
                "again replaces what they saved."
            ),
        )
        return _form(request, found, saved, typed, status=409)
    save_draft(viewer, found, drafts.with_question(found.draft, typed), what=f"question {question}")
    messages.success(request, _("The question was saved."))
    if request.POST.get("stay"):
        return redirect(
            "survey_question",
            organisation=viewer.organisation.key,
            survey=found.pk,
            question=question,
        )
    return redirect_to(viewer, found)


def _typed(request: HttpRequest, survey: Survey, saved: Document) -> Document:
    before = drafts.questions_before(survey.draft, saved["id"])
    return question_of_form(
        request.POST,
        saved,
        question_types()[saved["type"]],
        languages=drafts.languages_of(survey.draft),
        fields=[field for _question, field in comparable_fields(before)],
        retired=survey.draft.get("retired", ()),
    )


def _form(
    request: HttpRequest, survey: Survey, saved: Document, shown: Document, *, status: int = 200
) -> HttpResponse:
    language, draft = page_language(), survey.draft
    kind = question_types()[shown["type"]]
    before = drafts.questions_before(draft, shown["id"])
    measures = [(name, measure_name(name, language)) for name, _one, _two in measures_for(shown)]
    verdict = verdict_on(drafts.with_question(draft, shown))
    context = {
        "survey": survey,
        "question": shown,
        "type": kind,
        "languages": drafts.languages_of(draft),
        "options": [one for one in kind.options if one.kind is not OptionKind.PARTS],
        "parts": [
            (one, part_rows(shown, one)) for one in kind.options if one.kind is OptionKind.PARTS
        ],
        "measures": measures,
        "other_measure": shown["measure"] not in [None, *(name for name, _words in measures)],
        "rule": rule_form(shown["show_if"], before, language),
        "before": before,
        "contact_names": CONTACT_NAMES,
        "faults": verdict.faults_of(draft["questions"].index(saved)),
        "seal": seal(saved),
        "tab": "editor",
    }
    return render(request, "ressenti/asking/question.html", context, status=status)
