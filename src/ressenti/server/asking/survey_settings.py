"""Settings of a survey: where it belongs, who is asked, until when, of how many, and anonymity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ressenti.channels.link import safe_end_url
from ressenti.errors import InvalidArgument
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.gallery import page_language
from ressenti.server.asking.notifications import survey_changed
from ressenti.server.asking.quota_forms import quota_rows, save_quotas
from ressenti.server.asking.seals import is_unchanged, seal
from ressenti.server.asking.visibility import own_survey, units_of
from ressenti.server.models import EntryKind, JournalEntry, Organisation, Role, Survey

AUDIENCES = {
    "customer": gettext_lazy("customers"),
    "employee": gettext_lazy("employees"),
    "visitor": gettext_lazy("visitors"),
    "reviewer": gettext_lazy("reviewers"),
}
MODES = {
    "transactional": gettext_lazy("after an event (transactional)"),
    "relational": gettext_lazy("on the relationship as a whole (relational)"),
}
ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_ATTRIBUTES = 20
SETTINGS = (
    "unit_id",
    "touchpoint",
    "mode",
    "audience",
    "closes_at",
    "end_url",
    "is_anonymous",
    "is_public",
    "attributes",
)


class SettingsForm(forms.Form):
    """What an author sets of a survey besides its questions."""

    unit = forms.ChoiceField(required=False, label=gettext_lazy("Unit"))
    touchpoint = forms.RegexField(
        r"^[a-z0-9_-]*$",
        required=False,
        max_length=60,
        label=gettext_lazy("Touchpoint"),
        help_text=gettext_lazy("The step of the journey, such as “delivery”: a-z, 0-9, - and _."),
    )
    mode = forms.ChoiceField(choices=list(MODES.items()), label=gettext_lazy("When one asks"))
    audience = forms.ChoiceField(choices=list(AUDIENCES.items()), label=gettext_lazy("Who answers"))
    closes_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Closes on"),
        help_text=gettext_lazy("In the organisation's time zone; blank for no end."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    end_url = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Page shown after the last answer"),
        help_text=gettext_lazy("Over https, on a host that the organisation has declared."),
    )
    attributes = forms.CharField(
        required=False,
        label=gettext_lazy("Attributes that the widget or the API may send"),
        help_text=gettext_lazy("Names separated by commas; anything else is refused."),
    )
    is_public = forms.BooleanField(
        required=False, label=gettext_lazy("Anybody who has the link may answer")
    )
    is_anonymous = forms.BooleanField(
        required=False, label=gettext_lazy("Anonymous: no answer is ever linked to a person")
    )

    def __init__(self, viewer: Viewer, survey: Survey, *, is_locked: bool, data: Any = None):
        super().__init__(data, initial=initial_values(survey))
        self.organisation: Organisation = viewer.organisation
        whole = [] if viewer.unit else [("", _("the whole organisation"))]
        own = [(unit.key, unit.name) for unit in units_of(viewer)]
        self.fields["unit"].choices = [*whole, *own]  # type: ignore[attr-defined] # of a ChoiceField
        # Once somebody answered, what was promised to them holds.
        self.fields["is_anonymous"].disabled = is_locked

    def clean_end_url(self) -> str:
        url: str = self.cleaned_data["end_url"].strip()
        if not url:
            return ""
        try:
            return safe_end_url(url, self.organisation.allowed_hosts)
        except InvalidArgument as error:
            raise ValidationError(error.to(page_language())) from error

    def clean_attributes(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["attributes"].split(",")]
        told = list(dict.fromkeys(name for name in names if name))
        wrong = [name for name in told if not ATTRIBUTE.fullmatch(name)]
        if wrong or len(told) > MOST_ATTRIBUTES:
            raise ValidationError(
                _("At most 20 names of a-z, 0-9 and _ that begin with a letter; not: %(names)s"),
                params={"names": ", ".join(wrong) or len(told)},
            )
        return told

    def clean_closes_at(self) -> Any:
        told = self.cleaned_data["closes_at"]
        if told is None:
            return None
        # Django read it in the server's zone; the author meant the organisation's clocks.
        return told.replace(tzinfo=ZoneInfo(self.organisation.time_zone))


def initial_values(survey: Survey) -> dict[str, Any]:
    zone = ZoneInfo(survey.organisation.time_zone)
    closes = survey.closes_at
    return {
        "unit": survey.unit.key if survey.unit else "",
        "touchpoint": survey.touchpoint,
        "mode": survey.mode,
        "audience": survey.audience,
        "closes_at": timezone.make_naive(closes, zone) if closes else None,
        "end_url": survey.end_url,
        "attributes": ", ".join(survey.attributes),
        "is_public": survey.is_public,
        "is_anonymous": survey.is_anonymous,
    }


def has_answers(survey: Survey) -> bool:
    """Tell whether somebody answered already, which fixes what was promised of anonymity."""
    return JournalEntry.objects.filter(
        organisation_id=survey.organisation_id, survey_id=survey.pk, kind=EntryKind.RESPONSE
    ).exists()


@seen_by(Role.EXPERT)
def settings_page(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show the settings of a survey, or keep those that were sent."""
    is_sent = request.method == "POST"
    found = own_survey(viewer, survey, for_update=is_sent)
    is_locked = has_answers(found)
    form = SettingsForm(viewer, found, is_locked=is_locked, data=request.POST if is_sent else None)
    if not is_sent:
        return _page(request, found, form, is_locked=is_locked)
    if not is_unchanged(request, _settings_of(found)):
        messages.error(
            request,
            _("Somebody else changed these settings meanwhile; saving again replaces theirs."),
        )
        return _page(request, found, form, is_locked=is_locked, status=409)
    faults: list[str] = []
    if form.is_valid():
        with transaction.atomic():
            faults = list(save_quotas(found, request.POST, page_language()))
            # One quota that is wrong keeps the others as they were.
            transaction.set_rollback(bool(faults))
    if not form.is_valid() or faults:
        return _page(request, found, form, is_locked=is_locked, faults=faults, status=422)
    _save(viewer, found, form.cleaned_data)
    messages.success(request, _("The settings were saved."))
    return redirect("survey_settings", organisation=viewer.organisation.key, survey=found.pk)


def _page(
    request: HttpRequest,
    survey: Survey,
    form: SettingsForm,
    *,
    is_locked: bool,
    faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "survey": survey,
        "form": form,
        "is_locked": is_locked,
        "quotas": quota_rows(survey, page_language()),
        "faults": faults or [],
        "allowed_hosts": survey.organisation.allowed_hosts,
        "seal": seal(_settings_of(survey)),
        "tab": "settings",
    }
    return render(request, "ressenti/asking/settings.html", context, status=status)


def _settings_of(survey: Survey) -> list[Any]:
    return [getattr(survey, name) for name in SETTINGS]


def _save(viewer: Viewer, survey: Survey, told: Mapping[str, Any]) -> None:
    before = dict(zip(SETTINGS, _settings_of(survey), strict=True))
    survey.unit = units_of(viewer).filter(key=told["unit"]).first()
    for name in SETTINGS[1:]:
        setattr(survey, name, told[name])
    survey.save()
    survey_changed(survey)
    recorded(
        viewer,
        "survey.settings_changed",
        subject_kind="survey",
        subject=str(survey.pk),
        detail={"changed": list(_changed(before, survey))},
    )


def _changed(before: Mapping[str, Any], survey: Survey) -> Iterator[str]:
    for name, value in before.items():
        if getattr(survey, name) != value:
            yield name.removesuffix("_id")
