"""The editor: the draft of a survey, its pages and questions, each change saved at once.

Every form works without scripts. A form carries the seal of what it showed, so that two people
who edit the same thing find out instead of undoing each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.language import LANGUAGES
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking import drafts
from ressenti.server.asking.drafts import Document
from ressenti.server.asking.editor_views import page_cards, passages
from ressenti.server.asking.gallery import one_line, page_language, redirect_to
from ressenti.server.asking.question_drafts import comparable_fields
from ressenti.server.asking.question_forms import words_of_form
from ressenti.server.asking.rules import condition_of_form
from ressenti.server.asking.seals import is_unchanged, seal
from ressenti.server.asking.survey_documents import latest_version, verdict_on
from ressenti.server.asking.visibility import may_change, own_survey, seen_survey
from ressenti.server.models import Role, Survey
from ressenti.surveys.questions import question_types

STEPS = {"up": -1, "down": 1}
PASSAGES = ("title", "introduction", "thanks")


@seen_by(Role.CONSULTANT)
@require_safe
def survey_editor(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show the draft of a survey; whoever may change it finds the forms to do so."""
    return editor_page(request, viewer, seen_survey(viewer, survey))


def editor_page(
    request: HttpRequest, viewer: Viewer, survey: Survey, *, status: int = 200
) -> HttpResponse:
    language, draft = page_language(), survey.draft
    verdict = verdict_on(draft)
    version = latest_version(survey)
    context = {
        "survey": survey,
        "version": version,
        "is_published": version is not None and version.questionnaire == draft,
        "verdict": verdict,
        "languages": drafts.languages_of(draft),
        "all_languages": LANGUAGES,
        "pages": page_cards(draft, verdict, language),
        "passages": passages(draft, PASSAGES),
        "types": question_types(),
        "words_seal": seal([draft.get(name) for name in PASSAGES]),
        "order_seal": seal(draft["pages"]),
        "languages_seal": seal(draft.get("languages")),
        "may_make": viewer.may_act_as(Role.EXPERT) and may_change(viewer, survey),
        "tab": "editor",
    }
    return render(request, "ressenti/asking/editor.html", context, status=status)


@seen_by(Role.EXPERT)
@require_POST
def edit_survey(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Do one thing to the draft, as the button that was pressed says."""
    found = own_survey(viewer, survey, for_update=True)
    name, _separator, target = request.POST.get("do", "").partition(":")
    action = ACTIONS.get(name)
    if action is None:
        raise Http404
    changed = action(found.draft, request, target)
    if changed is None:
        messages.error(request, stale_message())
        return editor_page(request, viewer, found, status=409)
    save_draft(viewer, found, changed, what=name)
    if name == "add-question":
        added = changed["questions"][-1]["id"]
        return redirect(
            "survey_question",
            organisation=viewer.organisation.key,
            survey=found.pk,
            question=added,
        )
    return redirect_to(viewer, found)


def save_draft(viewer: Viewer, survey: Survey, draft: Document, *, what: str) -> None:
    """Keep another draft of a survey, and write down who changed what."""
    survey.draft = draft
    survey.save(update_fields=["draft", "changed_at"])
    recorded(
        viewer,
        "survey.edited",
        subject_kind="survey",
        subject=str(survey.pk),
        detail={"what": what},
    )


def stale_message() -> str:
    return _(
        "Somebody else changed this meanwhile, so nothing of yours was saved. What they saved is "
        "shown below; please make your change again."
    )


def _add_question(draft: Document, request: HttpRequest, target: str) -> Document | None:
    kind = request.POST.get("type", "")
    if kind not in question_types():
        raise Http404
    return drafts.with_new_question(draft, kind, target)[0]


def _move_question(draft: Document, request: HttpRequest, target: str) -> Document | None:
    key, _separator, direction = target.rpartition(":")
    if not is_unchanged(request, draft["pages"]):
        return None
    return drafts.with_moved_question(draft, key, STEPS.get(direction, 0))


def _delete_question(draft: Document, request: HttpRequest, target: str) -> Document | None:
    if not is_unchanged(request, drafts.question_called(draft, target)):
        return None
    return drafts.without_question(draft, target)


def _add_page(draft: Document, request: HttpRequest, target: str) -> Document | None:  # noqa: ARG001 - as every action
    return drafts.with_new_page(draft)


def _move_page(draft: Document, request: HttpRequest, target: str) -> Document | None:
    key, _separator, direction = target.rpartition(":")
    if not is_unchanged(request, draft["pages"]):
        return None
    return drafts.with_moved_page(draft, key, STEPS.get(direction, 0))


def _delete_page(draft: Document, request: HttpRequest, target: str) -> Document | None:
    if not is_unchanged(request, draft["pages"]):
        return None
    return drafts.without_page(draft, target)


def _page_rule(draft: Document, request: HttpRequest, target: str) -> Document | None:
    if not is_unchanged(request, draft["pages"]):
        return None
    asked = drafts.questions_before_page(draft, target)
    fields = (field for _question, field in comparable_fields(asked))
    condition = None if request.POST.get("rule-clear") else condition_of_form(request.POST, fields)
    return drafts.with_page_condition(draft, target, condition)


def _words(draft: Document, request: HttpRequest, target: str) -> Document | None:  # noqa: ARG001 - as every action
    if not is_unchanged(request, [draft.get(name) for name in PASSAGES]):
        return None
    return drafts.with_words(draft, _passages_typed(request.POST, draft))


def _passages_typed(form: QueryDict, draft: Document) -> dict[str, dict[str, str]]:
    languages = drafts.languages_of(draft)
    return {name: words_of_form(form, name, languages) for name in PASSAGES}


def _languages(draft: Document, request: HttpRequest, target: str) -> Document | None:  # noqa: ARG001 - as every action
    if not is_unchanged(request, draft.get("languages")):
        return None
    first = request.POST.get("default", "")
    asked = [one for one in LANGUAGES if one in (first, *request.POST.getlist("languages"))]
    ordered = sorted(asked, key=lambda language: language != first)
    return drafts.with_languages(draft, ordered) if ordered else draft


Action = Callable[[Document, HttpRequest, str], Document | None]
ACTIONS: Mapping[str, Action] = {
    "add-question": _add_question,
    "move-question": _move_question,
    "delete-question": _delete_question,
    "add-page": _add_page,
    "move-page": _move_page,
    "delete-page": _delete_page,
    "page-rule": _page_rule,
    "words": _words,
    "languages": _languages,
}


@seen_by(Role.EXPERT)
@require_POST
def rename_survey(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Give a survey another name; its key, which answers carry, stays."""
    found = own_survey(viewer, survey, for_update=True)
    name = one_line(request.POST.get("name", ""))
    if name:
        found.name = name
        found.save(update_fields=["name", "changed_at"])
        recorded(viewer, "survey.renamed", subject_kind="survey", subject=str(found.pk))
    return redirect_to(viewer, found)
