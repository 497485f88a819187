"""The audit of the engine: samples are drawn, marked one comment after the other, and told of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ressenti.language import Language
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.cockpit.comment_page import UNPROCESSABLE, voices_of_viewer
from ressenti.server.cockpit.emotion_marks import mark_form, mark_of_form, marked
from ressenti.server.cockpit.emotion_samples import (
    drawn_sample,
    next_comment,
    sample_figures,
    waiting,
)
from ressenti.server.cockpit.sample_words import confusion_heads, confusion_rows, figure_rows
from ressenti.server.cockpit.voice_parts import voice_parts
from ressenti.server.models import EmotionSample, Role
from ressenti.studies.net_emotions import FEW_AUDITED

SMALLEST, LARGEST = 30, 2_000
YEAR = timedelta(days=365)


class SampleForm(forms.Form):
    """Which days a sample is drawn from, and how many comments."""

    start = forms.DateField(label=gettext_lazy("From"))
    end = forms.DateField(label=gettext_lazy("To"))
    size = forms.IntegerField(
        min_value=SMALLEST,
        max_value=LARGEST,
        label=gettext_lazy("Comments"),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("start") and told.get("end") and told["end"] < told["start"]:
            self.add_error("end", _("The last day comes before the first one."))
        return told


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.CONSULTANT)
def samples(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the samples of an organisation, and draw another one."""
    _require_all(viewer)
    if request.method == "POST" and not viewer.may_act_as(Role.EXPERT):
        raise PermissionDenied
    today = timezone.now().astimezone(ZoneInfo(viewer.organisation.time_zone)).date()
    first = {"start": today - YEAR, "end": today, "size": FEW_AUDITED}
    form = SampleForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        sample = drawn_sample(viewer, told["start"], told["end"], told["size"])
        if sample is not None:
            return redirect("sample", organisation=viewer.organisation.key, sample=sample.pk)
        form.add_error(None, _("No comment of these days can be drawn."))
    context = {
        "form": form,
        "samples": _told_of(viewer),
        "may_draw": viewer.may_act_as(Role.EXPERT),
        "parts": voice_parts(viewer, "samples"),
    }
    return render(request, "ressenti/cockpit/samples.html", context)


@require_safe
@seen_by(Role.CONSULTANT)
def sample(request: HttpRequest, viewer: Viewer, sample: int) -> HttpResponse:
    """Show how far a sample is marked, and what the marks say."""
    own = _own(viewer, sample)
    language: Language = request.LANGUAGE_CODE  # type: ignore[assignment] # one of ours
    figures = sample_figures(own)
    context = {
        "sample": own,
        "size": own.comments.count(),
        "left": waiting(own).count(),
        "figures": figures,
        "rows": figure_rows(figures, language),
        "confusion": confusion_rows(figures),
        "heads": confusion_heads(),
        "few": FEW_AUDITED,
        "may_mark": viewer.may_act_as(Role.MANAGER),
        "parts": voice_parts(viewer, "samples"),
    }
    return render(request, "ressenti/cockpit/sample.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.MANAGER)
def sample_comment(request: HttpRequest, viewer: Viewer, sample: int) -> HttpResponse:
    """Show the next comment of a sample without what the engine read; take a mark of it."""
    own = _own(viewer, sample, for_update=request.method == "POST")
    after = _place(request)
    found = next_comment(own, after=after)
    if found is None:
        messages.success(request, _("Every comment of the sample that may be read is marked."))
        return redirect("sample", organisation=viewer.organisation.key, sample=own.pk)
    drawn, comment = found
    posted = request.POST if request.method == "POST" else None
    # Whoever marked it meanwhile, or took longer than an erasure, goes on with the next one.
    if posted is not None and posted.get("place") == str(drawn.place):
        given = mark_of_form(posted)
        if given is not None:
            marked(viewer, comment, given, sample=own)
            return redirect(f"{request.path}?after={drawn.place}")
    elif posted is not None:
        return redirect(request.path)
    language: Language = request.LANGUAGE_CODE  # type: ignore[assignment] # one of ours
    size, left = own.comments.count(), waiting(own).count()
    context = {
        "sample": own,
        "place": drawn.place,
        "shown": voices_of_viewer(viewer, language).bare(comment),
        "mark_form": mark_form(viewer, language, posted=posted),
        "size": size,
        "done": size - left,
    }
    status = UNPROCESSABLE if posted is not None else 200
    return render(request, "ressenti/cockpit/sample_comment.html", context, status=status)


def _own(viewer: Viewer, sample: int, *, for_update: bool = False) -> EmotionSample:
    every = EmotionSample.objects.select_related("drawn_by")
    # A form that was sent twice marks its comment once.
    locked = every.select_for_update(of=("self",)) if for_update else every
    found = viewer.own(locked, pk=sample)
    _require_all(viewer)
    return found


def _require_all(viewer: Viewer) -> None:
    """Refuse who sees a part of the organisation: a sample is of all of it."""
    if viewer.unit is not None:
        raise PermissionDenied


def _place(request: HttpRequest) -> int:
    told = request.POST.get("after", request.GET.get("after", ""))
    if request.method == "POST" and request.POST.get("place", "").isdecimal():
        return int(request.POST["place"][:9]) - 1
    return int(told[:9]) if told.isdecimal() else 0


def _told_of(viewer: Viewer) -> list[dict[str, Any]]:
    found = EmotionSample.objects.filter(organisation=viewer.organisation)
    counted = found.select_related("drawn_by").annotate(held=Count("comments"))
    return [
        {"sample": one, "held": one.held, "marked": one.held - waiting(one).count()}
        for one in counted.order_by("-drawn_at")
    ]
