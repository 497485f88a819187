"""The page of one indicator: its trend, what is behind it, its segments, and how it is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from ressenti.errors import RessentiError, UndefinedResult, unknown_name
from ressenti.facts.periods import DAY
from ressenti.language import Language, Text
from ressenti.reports.changes import sentence, test_text
from ressenti.reports.drawings.wording import figure_words
from ressenti.reports.exports.definition import (
    BAND,
    FIGURES,
    HIDDEN,
    INDICATOR,
    NEGATIVE,
    POSITIVE,
    SOURCE,
    UNIT,
    Circumstances,
    definition_lines,
)
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.choices import dimension_label
from ressenti.server.cockpit.comparison import PERIODS
from ressenti.server.cockpit.comparison_asked import (
    AskedComparison,
    asked_comparison,
    compared_pair,
)
from ressenti.server.cockpit.emotion_words import beside_lines
from ressenti.server.cockpit.figures import Figure, State, figure_among_shown
from ressenti.server.cockpit.focus import WHOLE, Focus, focus_of
from ressenti.server.cockpit.fragments import figure_fragment
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look, Option, filtered, page_context
from ressenti.server.cockpit.panels import (
    focus_panel,
    segments_panel,
    split_panel,
    trend_panel,
)
from ressenti.server.cockpit.segments import segments_of
from ressenti.server.cockpit.surroundings import surroundings_of
from ressenti.server.cockpit.wording import (
    full_name,
    measure_name,
    period_words,
    span_words,
)
from ressenti.server.models import Measure, Role
from ressenti.studies import questions


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several ways to look at the same figure."""

    query: str
    label: str
    is_chosen: bool


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def indicator_page(look: Look, measure: int) -> HttpResponse:
    """Show one indicator."""
    own = look.viewer.own(Measure.objects.all(), pk=measure)
    figure = figure_among_shown(look.scope, own)
    context = page_context(
        look,
        f"indicator/{own.pk}",
        measure=own,
        name=measure_name(own, look.language),
        full_name=full_name(own, look.language),
        fragment=figure_fragment(figure, look.language, look.scope),
        is_failed=figure.state is State.FAILED,
    )
    if figure.state is not State.FAILED:
        focus = focus_of(figure, look.window, look.request.GET.get("at", ""))
        context |= _behind(look, figure, focus)
    return render(look.request, "ressenti/cockpit/indicator.html", context)


def _behind(look: Look, figure: Figure, focus: Focus) -> dict[str, Any]:
    known = studied(figure.measure)
    return {
        "focus": focus,
        "focus_tabs": _focus_tabs(look, figure, focus),
        "focus_words": figure_words(focus.score, look.language),
        "focus_name": _focus_name(look, figure, focus),
        "voice_url": _voice_address(look, focus),
        "trend": trend_panel(figure, surroundings_of(look, figure), look.language),
        "distribution": focus_panel(focus, known, look.language),
        "beside": list(beside_lines(focus.score, look.language)),
        **_definition(look, known, focus),
        "pitfalls": [text.to(look.language) for text in known.indicator.pitfalls],
        **_segments(look, figure, focus),
        **_comparison(look, figure, focus),
    }


def _definition(look: Look, known: questions.Measure, focus: Focus) -> dict[str, Any]:
    """Return how the figure is computed: what matters first, readings and sources apart."""
    filters = {
        dimension_label(name): look.choices.label(name, value) for name, value in look.filters.where
    }
    circumstances = Circumstances(filters=filters, scales={known.key: known.scale})
    lines = definition_lines([focus.score], circumstances, look.language)
    unasked = {text.to(look.language) for text in (FIGURES, HIDDEN, INDICATOR)}
    apart = {text.to(look.language) for text in (BAND, SOURCE, POSITIVE, NEGATIVE, UNIT)}
    return {
        "definition": [line for line in lines if line[0] not in unasked | apart],
        "readings": [line for line in lines if line[0] in apart],
    }


def _focus_tabs(look: Look, figure: Figure, focus: Focus) -> list[Tab]:
    """Return the latest periods and the whole: what the panels below may be about."""
    query = look.filters.query
    latest = list(zip(look.window.shown, figure.trend, strict=False))[-4:]
    tabs = [
        Tab(
            query(at=day.isoformat()) if day != look.window.latest else query(),
            period_words(score, look.language, is_running=look.window.is_running(day)),
            focus.day == day,
        )
        for day, score in reversed(latest)
    ]
    if focus.day is not None and not any(tab.is_chosen for tab in tabs):
        name = _focus_name(look, figure, focus)
        tabs.append(Tab(query(at=focus.day.isoformat()), name, True))
    whole = span_words(figure.trend, look.language)
    return [*tabs, Tab(query(at=WHOLE), whole, focus.day is None)]


def _focus_name(look: Look, figure: Figure, focus: Focus) -> str:
    if focus.day is None:
        return span_words(figure.trend, look.language)
    return period_words(focus.score, look.language, is_running=look.window.is_running(focus.day))


def _voice_address(look: Look, focus: Focus) -> str:
    """Return where the comments behind the figure are read; empty where there is no such page."""
    try:
        address = reverse("voice", args=[look.viewer.organisation.key])
    except NoReverseMatch:
        return ""
    days = replace(look.filters, start=focus.start, end=focus.end - DAY)
    return f"{address}?{days.query()}"


def _segments(look: Look, figure: Figure, focus: Focus) -> dict[str, Any]:
    dimensions = [name for name, values in look.choices.values.items() if len(values) > 1]
    asked = look.request.GET.get("by", "")
    if asked and asked not in dimensions:
        raise unknown_name(Text(en="dimension", fr="dimension"), asked[:80], dimensions)
    if not dimensions:
        return {}
    chosen = asked or dimensions[0]
    at = {} if focus.day == look.window.latest else {"at": look.request.GET.get("at", "")}
    context: dict[str, Any] = {
        "segment_tabs": [
            Tab(look.filters.query(**at, by=name), dimension_label(name), name == chosen)
            for name in dimensions
        ]
    }
    try:
        found = segments_of(
            look.scope,
            figure,
            look.window,
            focus,
            dimension=chosen,
            labels=look.choices.values[chosen],
        )
    except UndefinedResult as error:
        return context | {"segments_failure": _told(error, look.language)}
    reason = None if found.league is None else found.league.reason
    return context | {
        "segments": segments_panel(found, look.language),
        "n_hidden": found.n_hidden,
        "is_ranked": found.league is not None and reason is None,
        "segments_reason": "" if reason is None else reason.to(look.language),
    }


def _comparison(look: Look, figure: Figure, focus: Focus) -> dict[str, Any]:
    asked = asked_comparison(look, figure)
    pair = asked.pair
    form = {
        "compare_kinds": _options(asked.kinds, pair.kind),
        "compare_before": _options(asked.values, pair.before),
        "compare_after": _options(asked.values, pair.after),
        "compare_across": [
            option
            for option in _options(asked.kinds, pair.across or "")
            if option.value not in (PERIODS, pair.kind)
        ],
        "compare_at": look.request.GET.get("at", ""),
    }
    if not asked.is_complete:
        return form
    return form | _compared(look, figure, focus, asked)


def _options(labels: Mapping[str, str], chosen: str) -> list[Option]:
    return [Option(value, label, value == chosen) for value, label in labels.items()]


def _compared(look: Look, figure: Figure, focus: Focus, asked: AskedComparison) -> dict[str, Any]:
    language = look.language
    try:
        found = compared_pair(look, figure, focus, asked)
    except RessentiError as error:
        return {"comparison_failure": _told(error, language)}
    total, names = found.total, found.names
    context: dict[str, Any] = {
        "comparison": {
            "before": (names[0], figure_words(total.before, language)),
            "after": (names[1], figure_words(total.after, language)),
            "sentence": sentence(total, Text(en=names[0], fr=names[0]), language),
            "test": test_text(total, language),
            "is_established": bool(total.is_established),
        }
    }
    if found.split is not None:
        context["split"] = split_panel(total, found.split, names, language)
        context["split_alerts"] = [reason.to(language) for reason in found.split.alert.reasons]
    elif asked.pair.across:
        context["split_missing"] = True
    return context


def _told(error: RessentiError, language: Language) -> str:
    hint = "" if error.hint is None else f" {error.hint.to(language)}"
    return f"{error.message.to(language)}{hint}"
