"""The form that sends a file: what it holds, where it comes from, and the file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ressenti.facts.schemas import FACTS
from ressenti.language import Language
from ressenti.server.accounts.access import Viewer
from ressenti.server.asking.visibility import surveys_of
from ressenti.server.importing.carrying import ANSWERS
from ressenti.server.importing.uploads import SUFFIXES
from ressenti.server.models import Survey
from ressenti.server.tallying.kinds import EVENT_FACTS

LONGEST_SOURCE = 60
ACCEPTED = ",".join(SUFFIXES)


def kind_name(kind: str, language: Language) -> str:
    """Return what people call what a file holds."""
    return _("Survey answers") if kind == ANSWERS else FACTS[kind].name.to(language)


class FileForm(forms.Form):
    """What is told of a file when it is sent."""

    kind = forms.ChoiceField(label=gettext_lazy("What the file holds"))
    survey = forms.ModelChoiceField(
        queryset=Survey.objects.none(),
        required=False,
        empty_label="–",
        label=gettext_lazy("Survey that the answers belong to"),
        help_text=gettext_lazy("For survey answers only; the survey must have been published."),
    )
    source = forms.CharField(
        max_length=LONGEST_SOURCE,
        label=gettext_lazy("Where the records come from"),
        help_text=gettext_lazy(
            "The name of the other tool, always the same one: an identifier met before from the "
            "same place is the same record, and is not added twice."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File: CSV, Excel workbook or JSON lines, at most 50 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(
        self, viewer: Viewer, language: Language, data: Any = None, files: Any = None
    ) -> None:
        super().__init__(data, files, initial={"source": "file"}, auto_id="%s")
        kinds = [(kind, kind_name(kind, language)) for kind in (ANSWERS, *EVENT_FACTS)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined] # of a ChoiceField
        published = surveys_of(viewer).filter(versions__isnull=False).distinct().order_by("name")
        self.fields["survey"].queryset = published  # type: ignore[attr-defined] # of this field

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        if not source.isprintable():
            raise ValidationError(_("Use letters, digits and plain signs."))
        return source

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("kind") == ANSWERS and not told.get("survey"):
            self.add_error("survey", _("Choose the survey that the answers belong to."))
        return told
