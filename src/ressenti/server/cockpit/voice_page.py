"""The voice: what people wrote, searched and filtered, with what they scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.language import Language
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.cockpit.choices import choices_of
from ressenti.server.cockpit.comments import Graded, protected_surveys
from ressenti.server.cockpit.filters import Filters
from ressenti.server.cockpit.fragments import VOICE, newest_fragment
from ressenti.server.cockpit.indicator_page import Tab
from ressenti.server.cockpit.pages import Look, Option, filtered, page_context
from ressenti.server.cockpit.scope import scope_of_viewer
from ressenti.server.cockpit.voice_lists import (
    MOST_COUNTED,
    PAGE,
    VoiceList,
    comment_at,
    question_asked,
    voice_list,
)
from ressenti.server.cockpit.voice_questions import Mood, Question
from ressenti.server.cockpit.voice_wording import Voices
from ressenti.server.cockpit.wording import measure_name
from ressenti.server.models import Role
from ressenti.tallies.suppression import FLOOR


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def voice_page(look: Look) -> HttpResponse:
    """Show comments, the newest first."""
    question = question_asked(look.viewer.organisation, look.request.GET)
    listed = voice_list(look.scope, look.window, question)
    told = look.request.GET.get("after", "")
    comments, following = listed.stretch(told, most=PAGE)
    shown = voices_of(look, listed).shown(comments, question.terms)
    elements = [one.element for one in shown]
    filters, asked = look.filters.query(), question.query()
    context = page_context(
        look,
        VOICE,
        watched=question.told(),
        newest="" if told or question.is_protected else newest_fragment(elements),
        kept=question.told(),
        comments=shown,
        older_query=look.filters.query(**question.told(), after=following) if following else "",
        newest_query=look.filters.query(**question.told()) if told else "",
        count=listed.count(),
        most_counted=MOST_COUNTED,
        question=question,
        tabs=_tabs(look, question, listed),
        mood_options=_moods(question),
        measure_options=_measures(question, listed.graded, look.language),
        hidden_inputs=[*parse_qsl(filters), *([("of", "protected")] * question.is_protected)],
        floor=max(look.viewer.organisation.smallest_group, FLOOR),
        export_query=look.filters.query(**question.told()),
    )
    context |= {
        "query": f"{filters}&{asked}" if asked else filters,
        "permalink": look.request.build_absolute_uri(
            f"{look.request.path}?{look.pinned().query(**question.told())}"
        ),
        "filter_form": _filter_form(context["filter_form"], question),
    }
    return render(look.request, "ressenti/cockpit/voice.html", context)


@require_safe
@seen_by(Role.CONSULTANT)
def voice_comment(
    request: HttpRequest, viewer: Viewer, response: UUID, question: str
) -> HttpResponse:
    """Show one comment, where its link leads."""
    scope = scope_of_viewer(viewer, Filters())
    comment = comment_at(scope, response, question, request.GET.get("part", "")[:40])
    if comment is None:
        raise Http404
    language: Language = request.LANGUAGE_CODE  # type: ignore[assignment] # one of ours
    voices = Voices(
        organisation=viewer.organisation,
        choices=choices_of(viewer),
        language=language,
        protected=protected_surveys(viewer.organisation),
    )
    context = {"comments": voices.shown([comment])}
    return render(request, "ressenti/cockpit/voice_comment.html", context)


def voices_of(look: Look, listed: VoiceList) -> Voices:
    """Return what words the comments of a page."""
    return Voices(
        organisation=look.viewer.organisation,
        choices=look.choices,
        language=look.language,
        protected=listed.protected,
        told=frozenset(look.filters.dimensions),
    )


def _tabs(look: Look, question: Question, listed: VoiceList) -> list[Tab]:
    if not listed.protected:
        return []
    labels = {"": _("Customers"), "protected": _("Anonymous and employee surveys")}
    return [
        Tab(
            look.filters.query(**question.told(of=of)),
            label,
            question.is_protected == bool(of),
        )
        for of, label in labels.items()
    ]


def _moods(question: Question) -> list[Option]:
    labels = {
        Mood.POSITIVE: _("positive, promoters"),
        Mood.NEUTRAL: _("neutral, passives"),
        Mood.NEGATIVE: _("negative, detractors"),
    }
    return [Option(mood, label, mood is question.mood) for mood, label in labels.items()]


def _measures(question: Question, graded: Mapping[str, Graded], language: Language) -> list[Option]:
    return [
        Option(
            str(one.measure.pk),
            measure_name(one.measure, language),
            one.measure.pk == question.measure,
        )
        for one in graded.values()
    ]


def _filter_form(form: dict[str, Any], question: Question) -> dict[str, Any]:
    """Return the form of the filters with links that keep what else was asked."""
    kept = urlencode(question.told())
    selects = [
        replace(one, clear_query=f"{one.clear_query}&{kept}" if kept else one.clear_query)
        for one in form["selects"]
    ]
    return form | {"selects": selects, "active": [one for one in selects if one.chosen]}
