"""The surveys of an organisation, and the ways to begin one: blank, from a template, from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.errors import InvalidQuestionnaire
from ressenti.language import Language
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.drafts import Document, new_draft
from ressenti.server.asking.survey_documents import LARGEST_DOCUMENT, imported_document
from ressenti.server.asking.template_search import gallery_of
from ressenti.server.asking.visibility import seen_survey, surveys_of
from ressenti.server.models import Response, Role, Survey, SurveyState
from ressenti.surveys.questionnaire import document_of
from ressenti.surveys.templates import Template, templates

LONGEST_NAME = 120
LONGEST_KEY = 60


@seen_by(Role.CONSULTANT)
@require_safe
def survey_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the surveys a viewer sees, by state and by words of their name."""
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    surveys = surveys_of(viewer)
    if words:
        surveys = surveys.filter(name__icontains=words)
    if state in SurveyState.values:
        surveys = surveys.filter(state=state)
    context = {
        "surveys": with_last_answer(surveys),
        "words": words,
        "state": state,
        "states": SurveyState.choices,
        "may_make": viewer.may_act_as(Role.EXPERT),
    }
    return render(request, "ressenti/asking/surveys.html", context)


def with_last_answer(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """Return the surveys with the time of their last answer."""
    last = Response.objects.filter(
        organisation=OuterRef("organisation"), survey=OuterRef("pk")
    ).order_by("-answered_at")
    return surveys.annotate(answered_last=Subquery(last.values("answered_at")[:1]))


@seen_by(Role.EXPERT)
@require_safe
def new_survey(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the gallery of templates, by indicator and by step of the journey."""
    words, indicator, step = (request.GET.get(name, "") for name in ("q", "indicator", "step"))
    found = gallery_of(
        own_templates(viewer).values(),
        page_language(),
        words=words.strip(),
        indicator=indicator,
        step=step,
    )
    context = {"gallery": found, "words": words, "indicator": indicator, "step": step}
    return render(request, "ressenti/asking/new_survey.html", context)


@seen_by(Role.EXPERT)
@require_POST
def make_survey(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make a survey, blank or from a template, and lead to its editor."""
    name = one_line(request.POST.get("name", ""))
    template = own_templates(viewer).get(request.POST.get("template", ""))
    if template is not None:
        draft: Document = dict(document_of(template.questionnaire))
        name = name or template.name.to(page_language())
    else:
        name = name or _("New survey")
        draft = new_draft(name, organisation_languages(viewer))
    return redirect_to(viewer, survey_made(viewer, name, draft))


@seen_by(Role.EXPERT)
def import_survey(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make a survey of a JSON file; one that is refused is told everything that is wrong."""
    if request.method != "POST":
        return render(request, "ressenti/asking/import_survey.html")
    file = request.FILES.get("file")
    # One byte more than is allowed is enough to know that it is too large.
    body = file.read(LARGEST_DOCUMENT + 1) if file else request.POST.get("json", "").encode()
    try:
        draft = imported_document(body)
    except InvalidQuestionnaire as error:
        context = {"faults": error.faults[:200], "text": request.POST.get("json", "")}
        return render(request, "ressenti/asking/import_survey.html", context, status=422)
    title = next((text for text in draft["title"].values() if text), _("Imported survey"))
    survey = survey_made(viewer, one_line(title), draft)
    messages.success(request, _("The questionnaire was imported as a draft."))
    return redirect_to(viewer, survey)


@seen_by(Role.CONSULTANT)
@require_safe
def export_survey(_request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Give the draft of a survey as a JSON file that can be imported."""
    found = seen_survey(viewer, survey)
    recorded(viewer, "survey.exported", subject_kind="survey", subject=str(found.pk))
    file = JsonResponse(found.draft, json_dumps_params={"ensure_ascii": False, "indent": 2})
    file["Content-Disposition"] = f'attachment; filename="{found.key}.json"'
    return file


def survey_made(viewer: Viewer, name: str, draft: Document) -> Survey:
    """Return a new survey with a draft, in the unit of whoever makes it."""
    survey = Survey.objects.create(
        organisation=viewer.organisation,
        key=free_key(viewer, name),
        name=name[:LONGEST_NAME],
        draft=draft,
        unit=viewer.unit,
        created_by=viewer.person,
    )
    recorded(viewer, "survey.made", subject_kind="survey", subject=str(survey.pk))
    return survey


def free_key(viewer: Viewer, name: str) -> str:
    """Return a key made of a name, which no survey of the organisation has."""
    base = slugify(name)[: LONGEST_KEY - 6].strip("-_") or "survey"
    taken = frozenset(
        Survey.objects.filter(organisation=viewer.organisation, key__startswith=base).values_list(
            "key", flat=True
        )
    )
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def redirect_to(viewer: Viewer, survey: Survey) -> HttpResponse:
    """Return the way to the editor of a survey."""
    return redirect("survey", organisation=viewer.organisation.key, survey=survey.pk)


def one_line(text: str) -> str:
    """Return a name on one line, as long as names may be."""
    printable = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(printable.split())[:LONGEST_NAME]


def page_language() -> Language:
    """Return the language of the page being answered."""
    return "fr" if get_language() == "fr" else "en"


def organisation_languages(viewer: Viewer) -> tuple[Language, ...]:
    """Return both languages, the organisation's own first."""
    return ("en", "fr") if viewer.organisation.language == "en" else ("fr", "en")


def own_templates(viewer: Viewer) -> Mapping[str, Template]:
    """Return the templates in the name and the languages of the viewer's organisation."""
    return templates(
        organisation=viewer.organisation.name, languages=organisation_languages(viewer)
    )
