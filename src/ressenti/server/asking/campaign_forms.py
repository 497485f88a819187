"""Campaign forms: the words, the selection, the reminders and the dates of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ressenti.language import LANGUAGES
from ressenti.server.accounts.access import Viewer
from ressenti.server.asking.gallery import one_line
from ressenti.server.asking.question_forms import typed_text
from ressenti.server.asking.selections import ATTRIBUTE, KINDS, LISTED, UNIT, identifiers_in
from ressenti.server.asking.visibility import units_of
from ressenti.server.models import Campaign

MOST_REMINDERS = 3
LONGEST_DELAY = 365
LARGEST_LIST = 5_000_000


class CampaignForm(forms.Form):
    """What a campaign needs besides its words in each language."""

    name = forms.CharField(max_length=120, label=gettext_lazy("Name, for yourselves"))
    kind = forms.ChoiceField(choices=list(KINDS.items()), label=gettext_lazy("Who is asked"))
    unit = forms.ChoiceField(required=False, label=gettext_lazy("Unit"))
    attribute = forms.CharField(
        required=False, max_length=60, label=gettext_lazy("Attribute or segment")
    )
    value = forms.CharField(required=False, max_length=200, label=gettext_lazy("Its value"))
    identifiers = forms.CharField(
        required=False,
        label=gettext_lazy("List of customer identifiers"),
        help_text=gettext_lazy("One on a line, or a text file of them."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    file = forms.FileField(required=False, label=gettext_lazy("File of identifiers"))
    at_most = forms.IntegerField(
        required=False,
        min_value=1,
        label=gettext_lazy("Draw at most"),
        help_text=gettext_lazy("Customers drawn by lot; blank for all of them."),
    )
    reminders = forms.CharField(
        required=False,
        label=gettext_lazy("Reminders, in days after the invitation"),
        help_text=gettext_lazy("Such as “4, 10”; blank for none."),
    )
    expires_after_days = forms.IntegerField(
        min_value=1, max_value=LONGEST_DELAY, label=gettext_lazy("A link is good for (days)")
    )
    starts_at = forms.DateTimeField(
        required=False,
        label=gettext_lazy("Starts on"),
        help_text=gettext_lazy("In the organisation's time zone; blank for at once."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(
        self, viewer: Viewer, campaign: Campaign, data: Any = None, files: Any = None
    ) -> None:
        super().__init__(data, files, initial=initial_values(campaign))
        self.zone = ZoneInfo(campaign.survey.organisation.time_zone)
        own = [(unit.key, unit.name) for unit in units_of(viewer)]
        self.fields["unit"].choices = [("", "–"), *own]  # type: ignore[attr-defined] # of a ChoiceField

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_reminders(self) -> list[int]:
        told = [one.strip() for one in self.cleaned_data["reminders"].split(",") if one.strip()]
        days = [int(one[:4]) for one in told if one.isascii() and one.isdigit()]
        are_good = len(days) == len(told) <= MOST_REMINDERS and all(
            0 < day <= LONGEST_DELAY for day in days
        )
        if not are_good:
            raise ValidationError(_("At most three numbers of days from 1 to 365."))
        return sorted(set(days))

    def clean_starts_at(self) -> Any:
        told = self.cleaned_data["starts_at"]
        return None if told is None else told.replace(tzinfo=self.zone)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        needed = {UNIT: "unit", ATTRIBUTE: "attribute", LISTED: "identifiers"}
        name = needed.get(told.get("kind", ""))
        if name == "identifiers" and told.get("file"):
            told["identifiers"] = listed_in(told["file"])
        if name and not told.get(name):
            self.add_error(name, _("Say which."))
        return told


def listed_in(file: Any) -> str:
    """Return the first column of a text file of identifiers."""
    text = file.read(LARGEST_LIST).decode("utf-8-sig", "replace")
    return "\n".join(line.replace(";", ",").partition(",")[0] for line in text.splitlines())


def initial_values(campaign: Campaign) -> dict[str, Any]:
    selection: Mapping[str, Any] = campaign.selection
    zone = ZoneInfo(campaign.survey.organisation.time_zone)
    starts = campaign.starts_at
    return {
        "name": campaign.name,
        "kind": selection.get("kind", "all"),
        "unit": selection.get("unit", ""),
        "attribute": selection.get("name", ""),
        "value": selection.get("value", ""),
        "identifiers": "\n".join(selection.get("identifiers", ())),
        "at_most": selection.get("at_most"),
        "reminders": ", ".join(map(str, campaign.reminder_days)),
        "expires_after_days": campaign.expires_after_days,
        "starts_at": timezone.make_naive(starts, zone) if starts else None,
    }


def fill_campaign(campaign: Campaign, told: Mapping[str, Any], form: Mapping[str, str]) -> None:
    """Put what a form says into a campaign that was not launched."""
    campaign.name = told["name"]
    campaign.selection = selection_told(campaign, told)
    campaign.reminder_days = told["reminders"]
    campaign.expires_after_days = told["expires_after_days"]
    campaign.starts_at = told["starts_at"]
    campaign.subject = {one: one_line(form.get(f"subject-{one}", "")) for one in LANGUAGES}
    campaign.message = {one: typed_text(form, f"message-{one}") for one in LANGUAGES}


def selection_told(campaign: Campaign, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the selection a form says; the unit of whoever made the campaign stays its limit."""
    own: dict[str, dict[str, Any]] = {
        UNIT: {"unit": told["unit"]},
        ATTRIBUTE: {"name": told["attribute"].strip(), "value": told["value"].strip()},
        LISTED: {"identifiers": identifiers_in(told["identifiers"])},
    }
    selection = {"kind": told["kind"], **own.get(told["kind"], {})}
    if told["at_most"] is not None:
        selection["at_most"] = told["at_most"]
    if campaign.selection.get("within"):
        selection["within"] = campaign.selection["within"]
    return selection
