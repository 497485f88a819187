"""The voice: what people wrote, searched and filtered, with what they scored."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.language import Language
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.comments import Graded
from ressenti.server.cockpit.fragments import VOICE, newest_fragment
from ressenti.server.cockpit.indicator_page import Tab
from ressenti.server.cockpit.pages import Look, Option, filtered, form_keeping, page_context
from ressenti.server.cockpit.voice_lists import (
    MOST_COUNTED,
    PAGE,
    VoiceList,
    question_asked,
    voice_list,
)
from ressenti.server.cockpit.voice_parts import voice_parts
from ressenti.server.cockpit.voice_questions import Mood, Question
from ressenti.server.cockpit.voice_selects import read_selects
from ressenti.server.cockpit.voice_wording import Voices, asked_of_most
from ressenti.server.cockpit.wording import measure_name
from ressenti.server.models import Role
from ressenti.server.theme_plans import theme_names
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
    read = sum(one.reading is not None for one in shown)
    filters, asked = look.filters.query(), question.query()
    context = page_context(
        look,
        VOICE,
        watched=question.told(),
        newest="" if told or question.is_protected else newest_fragment(elements, read),
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
        read_selects=read_selects(question.read, look.viewer.organisation, look.language),
        asked_of_most=asked_of_most(shown),
        parts=voice_parts(look.viewer, "voice"),
        hidden_inputs=[*parse_qsl(filters), *([("of", "protected")] * question.is_protected)],
        floor=max(look.viewer.organisation.smallest_group, FLOOR),
        export_query=look.filters.query(**question.told()),
    )
    context |= {
        "query": f"{filters}&{asked}" if asked else filters,
        "permalink": look.request.build_absolute_uri(
            f"{look.request.path}?{look.pinned().query(**question.told())}"
        ),
        "filter_form": form_keeping(context["filter_form"], asked),
    }
    return render(look.request, "ressenti/cockpit/voice.html", context)


def voices_of(look: Look, listed: VoiceList) -> Voices:
    """Return what words the comments of a page."""
    return Voices(
        organisation=look.viewer.organisation,
        choices=look.choices,
        language=look.language,
        protected=listed.protected,
        told=frozenset(look.filters.dimensions),
        themes=theme_names(look.viewer.organisation),
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
