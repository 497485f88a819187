"""The page of the audit log, and the log as a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.language import Text
from ressenti.reports.exports.columns import Column, Value
from ressenti.reports.exports.csv_table import FRENCH_SPREADSHEET, INTERNATIONAL, CsvStream
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import first_broken_entry, recorded
from ressenti.server.accounts.audit_subjects import NAME, names_of
from ressenti.server.accounts.audit_words import action_words, detail_lines
from ressenti.server.accounts.forms import page_language
from ressenti.server.models import AuditEntry, Role

ON_PAGE = 50
COLUMNS = (
    Column("id", Text(en="entry", fr="entrée")),
    Column("at", Text(en="at (UTC)", fr="le (UTC)")),
    Column("actor", Text(en="who", fr="qui")),
    Column("action", Text(en="action", fr="action")),
    Column("words", Text(en="in words", fr="en clair")),
    Column("subject_kind", Text(en="kind of object", fr="type d'objet")),
    Column("subject", Text(en="object", fr="objet")),
    Column("name", Text(en="its name", fr="son nom")),
    Column("detail", Text(en="detail", fr="détail")),
    Column("digest", Text(en="seal", fr="sceau")),
)


class LogFilter(forms.Form):
    """Which entries to show."""

    actor = forms.CharField(label=_("Who"), required=False, max_length=254)
    action = forms.ChoiceField(label=_("What"), required=False)
    first_day = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: object, *, actions: list[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type] # the query of a request
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)  # noqa: S101 - declared above
        named = sorted((action_words(key), key) for key in actions)
        action.choices = [("", _("anything")), *((key, words) for words, key in named)]

    def fitting(self, entries: QuerySet[AuditEntry], zone: ZoneInfo) -> QuerySet[AuditEntry]:
        """Return the entries that fit; a filter that makes no sense shows none."""
        if not self.is_valid():
            return entries.none()
        told = self.cleaned_data
        if told["actor"]:
            entries = entries.filter(actor__icontains=told["actor"])
        if told["action"]:
            entries = entries.filter(action=told["action"])
        if told["first_day"]:
            entries = entries.filter(at__gte=midnight(told["first_day"], zone))
        if told["last_day"]:
            after = told["last_day"] + timedelta(days=1)
            entries = entries.filter(at__lt=midnight(after, zone))
        return entries


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in a zone."""
    return datetime.combine(day, time(), zone)


@require_safe
@seen_by(Role.OWNER)
def audit(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the log, newest first, and whether its chain is whole."""
    zone = ZoneInfo(viewer.organisation.time_zone)
    form, entries = _filtered(request.GET, viewer, zone)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        entries = entries.filter(pk__lt=min(int(before), 2**63 - 1))
    shown = list(entries[: ON_PAGE + 1])
    entries_here = shown[:ON_PAGE]
    names = names_of(viewer.organisation, entries_here)
    page = {
        "form": form,
        "entries": [
            (entry, action_words(entry.action), names[entry.pk], _lines(entry))
            for entry in entries_here
        ],
        "older": shown[ON_PAGE - 1].pk if len(shown) > ON_PAGE else None,
        "broken": first_broken_entry(viewer.organisation),
        "zone": viewer.organisation.time_zone,
    }
    return render(request, "ressenti/accounts/audit.html", page)


@require_POST
@seen_by(Role.OWNER)
def export_audit(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give the filtered log as CSV; that somebody took it is in the log too."""
    form, entries = _filtered(request.POST, viewer, ZoneInfo(viewer.organisation.time_zone))
    detail = {name: str(value) for name, value in form.cleaned_data.items() if value}
    recorded(viewer, "audit.exported", subject_kind="audit", detail=detail)
    language = page_language()
    style = FRENCH_SPREADSHEET if language == "fr" else INTERNATIONAL
    rows = (_row(entry) for entry in entries.order_by("pk").iterator())
    table = CsvStream(COLUMNS, rows, language, style=style)
    response = HttpResponse(b"".join(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _filtered(
    told: object, viewer: Viewer, zone: ZoneInfo
) -> tuple[LogFilter, QuerySet[AuditEntry]]:
    mine = AuditEntry.objects.filter(organisation=viewer.organisation)
    actions = mine.order_by("action").values_list("action", flat=True).distinct()
    form = LogFilter(told, actions=list(actions))
    return form, form.fitting(mine.order_by("-pk"), zone)


def _row(entry: AuditEntry) -> tuple[Value, ...]:
    return (
        entry.pk,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        action_words(entry.action),
        entry.subject_kind,
        entry.subject,
        entry.detail.get(NAME, ""),
        _lines(entry),
        bytes(entry.digest).hex(),
    )


def _lines(entry: AuditEntry) -> str:
    return " ; ".join(f"{name} = {value}" for name, value in detail_lines(entry.detail))
