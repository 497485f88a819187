"""Chart exports: each chart of an indicator's page, with what it shows written around it."""

from __future__ import annotations

from ressenti.errors import UsageError
from ressenti.language import Text, colon
from ressenti.reports.drawings.moments import Moment
from ressenti.reports.drawings.wording import figure_words
from ressenti.reports.exports.definition import FORMULA
from ressenti.server.cockpit.figure_exports import (
    ADDRESS,
    MOMENT,
    filters_told,
    segment_dimension,
    told_of,
)
from ressenti.server.cockpit.figures import Figure, State, figure_among_shown
from ressenti.server.cockpit.focus import Focus, focus_of
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.panels import (
    Panel,
    distribution_panel,
    segments_panel,
    trend_panel,
)
from ressenti.server.cockpit.pictures import Caption, captioned
from ressenti.server.cockpit.segments import segments_of
from ressenti.server.cockpit.wording import full_name, measure_name, period_words, span_words
from ressenti.server.models import KnownEvent, Measure

NEW_QUESTION = Text(en="new question", fr="nouvelle question")
CHARTS = ("trend", "distribution", "segments")


def chart_of(look: Look, measure: Measure, chart: str) -> str | None:
    """Return one chart of an indicator as its page draws it; None where the page has none.

    Parameters
    ----------
    chart : str
        ``trend``, ``distribution`` or ``segments``.
    """
    figure = figure_among_shown(look.scope, measure)
    if figure.state is State.FAILED:
        return None
    focus = focus_of(figure, look.window, look.request.GET.get("at", ""))
    drawn = {
        "trend": _trend,
        "distribution": _distribution,
        "segments": _segments,
    }[chart](look, figure, focus)
    if drawn is None:
        return None
    period = (
        span_words(figure.trend, look.language)
        if chart == "trend"
        else _period(look, focus, figure)
    )
    return captioned(str(drawn.wide), _caption(look, figure, focus, period))


def _trend(look: Look, figure: Figure, _focus: Focus) -> Panel:
    known = KnownEvent.objects.filter(
        organisation=look.viewer.organisation,
        day__gte=look.window.shown[0],
        day__lt=look.window.end,
    )
    breaks = [Moment(day, NEW_QUESTION.to(look.language)) for day in figure.breaks]
    events = [Moment(event.day, event.label) for event in known]
    return trend_panel(figure, breaks, events, look.language)


def _distribution(look: Look, figure: Figure, focus: Focus) -> Panel | None:
    return distribution_panel(focus.tally, studied(figure.measure), look.language)


def _segments(look: Look, figure: Figure, focus: Focus) -> Panel | None:
    dimension = segment_dimension(look)
    if not dimension:
        return None
    try:
        found = segments_of(
            look.scope,
            figure,
            look.window,
            focus,
            dimension=dimension,
            labels=look.choices.values[dimension],
        )
    except UsageError:
        return None
    return segments_panel(found, look.language)


def _period(look: Look, focus: Focus, figure: Figure) -> str:
    if focus.day is None:
        return span_words(figure.trend, look.language)
    running = look.window.is_running(focus.day)
    return period_words(focus.score, look.language, is_running=running)


def _caption(look: Look, figure: Figure, focus: Focus, period: str) -> Caption:
    language, known = look.language, studied(figure.measure)
    between = colon(language)
    focus_name = _period(look, focus, figure)
    name = " – ".join(
        part
        for part in (measure_name(figure.measure, language), full_name(figure.measure, language))
        if part
    )
    told = told_of(look)
    filters = [f"{label}{between} {value}" for label, value in filters_told(look).items()]
    return Caption(
        title=name,
        subtitle=" · ".join([look.viewer.organisation.name, period, *filters]),
        lines=[
            f"{focus_name}{between} {figure_words(focus.score, language)}",
            f"{FORMULA.to(language)}{between} {known.variant.formula.to(language)}",
            f"{MOMENT.to(language)}{between} {told[MOMENT]} · {told[ADDRESS]}",
        ],
    )
