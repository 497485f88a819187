"""Sharing: the link, the QR code, the poster, the widget and the API call of a survey."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ressenti.channels.link import survey_link
from ressenti.channels.poster import Poster, PosterWords, code_drawing, poster_pdf
from ressenti.errors import RessentiError
from ressenti.language import LANGUAGES, Language
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.gallery import page_language
from ressenti.server.asking.notifications import survey_changed
from ressenti.server.asking.question_forms import words_of_form
from ressenti.server.asking.survey_documents import latest_version
from ressenti.server.asking.visibility import own_survey, seen_survey
from ressenti.server.intake.widget_drawing import USUAL_QUARANTINE_DAYS
from ressenti.server.models import Role, Survey
from ressenti.surveys.fields import Field, Kind
from ressenti.surveys.questionnaire import Questionnaire, questionnaire_of
from ressenti.surveys.words import words_in

CODE_PARAMETER = "?channel=qr"
MOST_ORIGINS = 20
# What a selector may be made of: enough to name an element, nothing that ends a script.
SELECTOR: Final = re.compile(r"[\w\s.#\[\]=\"':>+~*()-]{0,200}")


class WidgetForm(forms.Form):
    """When the widget asks, on which sites, and how long it then leaves a visitor in peace."""

    is_on = forms.BooleanField(required=False, label=gettext_lazy("The widget asks by itself"))
    origins = forms.CharField(
        required=False,
        label=gettext_lazy("Sites on which it may ask"),
        help_text=gettext_lazy("Such as https://www.example.com, one on a line; blank for any."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    delay_s = forms.FloatField(
        required=False, min_value=0, max_value=3600, label=gettext_lazy("After so many seconds")
    )
    scroll_share = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        label=gettext_lazy("After this share of the page was read (0 to 1)"),
    )
    exit_intent = forms.BooleanField(
        required=False, label=gettext_lazy("When the visitor is about to leave")
    )
    click = forms.RegexField(
        SELECTOR,
        required=False,
        max_length=200,
        label=gettext_lazy("On a click on (CSS selector)"),
        help_text=gettext_lazy("A visitor who clicks asks to be asked: no quarantine applies."),
    )
    quarantine_days = forms.IntegerField(
        min_value=0, max_value=3650, label=gettext_lazy("Days of quarantine after it asked")
    )

    def clean_origins(self) -> list[str]:
        told = self.cleaned_data["origins"].split()
        wrong = [one for one in told if not is_origin(one)]
        if wrong or len(told) > MOST_ORIGINS:
            raise ValidationError(
                _("At most 20 sites such as https://www.example.com, no path; not: %(given)s"),
                params={"given": ", ".join(wrong) or len(told)},
            )
        return list(dict.fromkeys(one.casefold() for one in told))


def is_origin(text: str) -> bool:
    """Tell whether a text is a site: a scheme, a host, perhaps a port, and nothing else.

    Examples
    --------
    >>> is_origin("https://www.example.com"), is_origin("https://example.com/page")
    (True, False)
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    written = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    return parts.scheme in ("http", "https") and bool(host) and written == text.casefold()


def widget_settings(survey: Survey) -> Mapping[str, Any]:
    """Return what is set for the widget of a survey."""
    told = survey.channels.get("widget")
    return told if isinstance(told, Mapping) else {}


@seen_by(Role.CONSULTANT)
@require_safe
def share_page(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show every way to reach people with a survey."""
    return _page(request, viewer, seen_survey(viewer, survey), None)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    survey: Survey,
    form: WidgetForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    version = latest_version(survey)
    asked = questionnaire_of(version.questionnaire) if version else None
    try:
        link = public_link(survey)
    except RessentiError as error:
        link = ""
        messages.error(request, error.message.to(page_language()))
    told = widget_settings(survey)
    context = {
        "survey": survey,
        "version": version,
        "link": link,
        "base_url": settings.BASE_URL,
        "snippet": widget_snippet(survey),
        "form": form or WidgetForm(initial=_initial(told)),
        "consent": told.get("consent") or {},
        "languages": LANGUAGES,
        "api_example": api_example(survey, asked) if asked else "",
        "may_make": viewer.may_act_as(Role.EXPERT),
        "tab": "share",
    }
    return render(request, "ressenti/asking/share.html", context, status=status)


def public_link(survey: Survey) -> str:
    """Return the link to a survey's page."""
    return survey_link(settings.BASE_URL, survey.public_key)


def widget_snippet(survey: Survey) -> str:
    """Return the line that a site's author puts into a page."""
    return (
        f'<script src="{settings.BASE_URL}/widget.js" '
        f'data-ressenti-survey="{survey.public_key}" defer></script>'
    )


def api_example(survey: Survey, asked: Questionnaire) -> str:
    """Return the body of a request that would be taken for this very survey."""
    answers: dict[str, object] = {}
    for question in asked.questions:
        for field in question.fields:
            value = example_value(field)
            if question.show_if is None and question.required and value is not None:
                answers[field.name] = value
    body = {
        "survey": survey.key,
        "language": asked.default_language,
        "idempotency_key": "order-1042",
        "answers": answers,
        **({"attributes": dict.fromkeys(survey.attributes, "…")} if survey.attributes else {}),
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


def example_value(field: Field) -> object:
    """Return a value that a field takes."""
    match field.kind:
        case Kind.LEVELS:
            level = field.levels[-1].value
            return int(level) if level.is_integer() else level
        case Kind.CHOICES:
            first = field.choices[0].id
            return [first] if field.is_multiple else first
        case Kind.NUMBER:
            return field.minimum or 0
        case Kind.DATE:
            return field.earliest or "2026-12-31"
        case Kind.TEXT:
            return "…"


@seen_by(Role.CONSULTANT)
@require_safe
def code_file(_request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Give the QR code of a survey as a drawing."""
    found = seen_survey(viewer, survey)
    try:
        drawing = code_drawing(public_link(found) + CODE_PARAMETER)
    except RessentiError:
        # The page of every channel says what is wrong with the address of this server.
        return redirect("survey_share", organisation=viewer.organisation.key, survey=found.pk)
    file = HttpResponse(drawing, content_type="image/svg+xml")
    file["Content-Disposition"] = f'attachment; filename="{found.key}.svg"'
    return file


@seen_by(Role.CONSULTANT)
@require_safe
def poster_file(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Give the poster of a survey as a PDF."""
    found = seen_survey(viewer, survey)
    version = latest_version(found)
    if version is None:
        messages.error(request, _("Publish the survey first: a poster leads to what is asked."))
        return redirect("survey_share", organisation=viewer.organisation.key, survey=found.pk)
    asked = questionnaire_of(version.questionnaire)
    try:
        poster = poster_pdf(
            Poster(
                organisation=viewer.organisation.name,
                words=tuple(poster_words(asked, language) for language in asked.languages),
                url=public_link(found) + CODE_PARAMETER,
                base_url=settings.BASE_URL,
                paper="a5" if request.GET.get("paper") == "a5" else "a4",
            )
        )
    except RessentiError as error:
        messages.error(request, error.message.to(page_language()))
        return redirect("survey_share", organisation=viewer.organisation.key, survey=found.pk)
    file = HttpResponse(poster, content_type="application/pdf")
    file["Content-Disposition"] = f'attachment; filename="{found.key}.pdf"'
    return file


def poster_words(asked: Questionnaire, language: Language) -> PosterWords:
    """Return the title and the first question in a language."""
    _where, question = next(asked.in_order())
    default = asked.default_language
    return PosterWords(
        language=language,
        title=words_in(asked.title, language, default),
        question=words_in(question.label, language, default),
    )


@seen_by(Role.EXPERT)
@require_POST
def set_widget(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Keep when and where the widget asks."""
    found = own_survey(viewer, survey, for_update=True)
    form = WidgetForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, form, status=422)
    told = form.cleaned_data
    triggers = {
        name: told[name]
        for name in ("delay_s", "scroll_share", "exit_intent", "click")
        if told[name]
    }
    found.channels = found.channels | {
        "widget": {
            "is_on": told["is_on"],
            "origins": told["origins"],
            "triggers": triggers,
            "quarantine_days": told["quarantine_days"],
            "consent": words_of_form(request.POST, "consent", LANGUAGES),
        }
    }
    found.save(update_fields=["channels", "changed_at"])
    survey_changed(found)
    recorded(viewer, "survey.widget_set", subject_kind="survey", subject=str(found.pk))
    messages.success(request, _("The widget's settings were saved."))
    return redirect("survey_share", organisation=viewer.organisation.key, survey=found.pk)


def _initial(told: Mapping[str, Any]) -> dict[str, Any]:
    triggers = told.get("triggers") or {}
    return {
        "is_on": told.get("is_on", True),
        "origins": "\n".join(told.get("origins") or ()),
        "quarantine_days": told.get("quarantine_days", USUAL_QUARANTINE_DAYS),
        **triggers,
    }
