"""Publishing: what a draft changes, the decisions it asks for, and closing a survey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ressenti.errors import DocumentFault, InvalidQuestionnaire
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.asking import drafts, publication
from ressenti.server.asking.gallery import page_language, redirect_to
from ressenti.server.asking.question_drafts import label_of
from ressenti.server.asking.seals import is_unchanged, seal
from ressenti.server.asking.survey_documents import latest_version, verdict_on
from ressenti.server.asking.visibility import own_survey
from ressenti.server.models import Role, Survey
from ressenti.surveys.editing import Edit, Meaning

DECISION_PREFIX = "decision-"


@dataclass(frozen=True, slots=True)
class EditedQuestion:
    """What was edited of one question, and what its author has to decide."""

    id: str
    label: str
    edits: Sequence[Edit]

    @property
    def needs_decision(self) -> bool:
        return any(edit.needs_decision for edit in self.edits)

    @property
    def allows_same_meaning(self) -> bool:
        return all(edit.allows_same_meaning for edit in self.edits)


@seen_by(Role.EXPERT)
def publish_page(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show what publishing would change, or publish as was decided."""
    is_sent = request.method == "POST"
    found = own_survey(viewer, survey, for_update=is_sent)
    if not is_sent:
        return _page(request, found)
    if not is_unchanged(request, [found.draft, _live_number(found)]):
        messages.error(
            request,
            _("The draft or what is asked changed meanwhile. Look again before you publish."),
        )
        return _page(request, found, status=409)
    decisions = {
        name.removeprefix(DECISION_PREFIX): request.POST.get(name, "")
        for name in request.POST
        if name.startswith(DECISION_PREFIX)
    }
    try:
        version = publication.publish(viewer, found, decisions)
    except InvalidQuestionnaire as error:
        return _page(request, found, refused=error.faults, status=422)
    messages.success(request, _("Version %(number)s is live.") % {"number": version.number})
    return redirect("survey_share", organisation=viewer.organisation.key, survey=found.pk)


def _page(
    request: HttpRequest,
    survey: Survey,
    *,
    refused: tuple[DocumentFault, ...] = (),
    status: int = 200,
) -> HttpResponse:
    verdict = verdict_on(survey.draft)
    found = publication.pending_edits(survey) if verdict.questionnaire else ()
    context = {
        "survey": survey,
        "version": latest_version(survey),
        "verdict": verdict,
        "around": [edit for edit in found if edit.question is None],
        "edited": edited_questions(survey, found),
        "refused": refused,
        "same": Meaning.SAME_MEANING.value,
        "new": Meaning.NEW_QUESTION.value,
        "prefix": DECISION_PREFIX,
        "seal": seal([survey.draft, _live_number(survey)]),
        "tab": "publish",
    }
    return render(request, "ressenti/asking/publish.html", context, status=status)


def edited_questions(survey: Survey, found: Iterable[Edit]) -> list[EditedQuestion]:
    """Return the edits question by question."""
    language = page_language()
    by_question: dict[str, list[Edit]] = {}
    for edit in found:
        if edit.question is not None:
            by_question.setdefault(edit.question, []).append(edit)
    labelled = []
    for key, own in by_question.items():
        question = drafts.question_called(survey.draft, key)
        labelled.append(EditedQuestion(key, label_of(question, language) if question else key, own))
    return labelled


def _live_number(survey: Survey) -> int:
    version = latest_version(survey)
    return version.number if version else 0


@seen_by(Role.EXPERT)
@require_POST
def close_survey(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Stop a survey from taking answers; those already given stay."""
    found = own_survey(viewer, survey, for_update=True)
    publication.close(viewer, found)
    messages.success(request, _("The survey is closed: it takes no more answers."))
    return redirect_to(viewer, found)


@seen_by(Role.EXPERT)
@require_POST
def reopen_survey(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Let a closed survey take answers again."""
    found = own_survey(viewer, survey, for_update=True)
    publication.reopen(viewer, found)
    messages.success(request, _("The survey is open again."))
    return redirect_to(viewer, found)
