"""Chart exports: each chart of an indicator's page, with what it shows written around it."""

from __future__ import annotations

from collections.abc import Sequence

from ressenti.errors import UsageError
from ressenti.language import Text
from ressenti.reports.changes import test_text
from ressenti.reports.drawings.outlook import key_words, outlook_of
from ressenti.reports.drawings.wording import figure_words
from ressenti.reports.exports.definition import FORMULA
from ressenti.server.cockpit.comparison import PERIODS
from ressenti.server.cockpit.comparison_asked import asked_comparison, compared_pair
from ressenti.server.cockpit.explaining import study_of_figure
from ressenti.server.cockpit.figure_exports import picture_caption, segment_dimension
from ressenti.server.cockpit.figures import Figure, State, figure_among_shown
from ressenti.server.cockpit.focus import Focus, focus_of
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.panels import (
    Panel,
    focus_panel,
    segments_panel,
    series_panel,
    split_panel,
    trend_panel,
)
from ressenti.server.cockpit.pictures import Caption, captioned
from ressenti.server.cockpit.segments import segments_of
from ressenti.server.cockpit.surroundings import surroundings_of
from ressenti.server.cockpit.wording import full_name, measure_name, period_words, span_words
from ressenti.server.models import Measure

COMPARISON = "comparison"
SERIES = "series"
OVER_TIME = ("trend", SERIES)
CHARTS = ("trend", SERIES, "distribution", "segments", COMPARISON)
DIFFERENCE = Text(en="Difference", fr="Écart")
MARKS = Text(en="Marks", fr="Signes")


def chart_of(look: Look, measure: Measure, chart: str) -> str | None:
    """Return one chart of an indicator as its page draws it; None where the page has none.

    Parameters
    ----------
    chart : str
        ``trend``, ``series``, ``distribution``, ``segments`` or ``comparison``.

    Raises
    ------
    UndefinedResult
        R206, when one of two that are compared is hidden, has no answer, or cannot be counted.
    """
    figure = figure_among_shown(look.scope, measure)
    if figure.state is State.FAILED:
        return None
    focus = focus_of(figure, look.window, look.request.GET.get("at", ""))
    if chart == COMPARISON:
        return _comparison(look, figure, focus)
    drawn = {
        "trend": _trend,
        SERIES: _series,
        "distribution": _distribution,
        "segments": _segments,
    }[chart](look, figure, focus)
    if drawn is None:
        return None
    period = (
        span_words(figure.trend, look.language)
        if chart in OVER_TIME
        else _period(look, focus, figure)
    )
    told = [(_period(look, focus, figure), figure_words(focus.score, look.language))]
    marks = series_key(look, figure) if chart == SERIES else ""
    if marks:
        told.append((MARKS.to(look.language), marks))
    return captioned(str(drawn.wide), _caption(look, figure, period, told))


def series_key(look: Look, figure: Figure) -> str:
    """Return how the marks of the series of a figure are read; empty where it has none."""
    return key_words(outlook_of(study_of_figure(look, figure)), look.language)


def _trend(look: Look, figure: Figure, _focus: Focus) -> Panel:
    return trend_panel(figure, surroundings_of(look, figure), look.language)


def _series(look: Look, figure: Figure, _focus: Focus) -> Panel | None:
    study = study_of_figure(look, figure)
    return series_panel(study, surroundings_of(look, figure), look.language)


def _distribution(look: Look, figure: Figure, focus: Focus) -> Panel | None:
    return focus_panel(focus, studied(figure.measure), look.language)


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


def _comparison(look: Look, figure: Figure, focus: Focus) -> str | None:
    asked, language = asked_comparison(look, figure), look.language
    if not asked.is_complete:
        return None
    found = compared_pair(look, figure, focus, asked)
    if found.split is None:
        return None
    ends = zip(found.names, (found.total.before, found.total.after), strict=True)
    told = [(name, figure_words(score, language)) for name, score in ends]
    told.append((DIFFERENCE.to(language), test_text(found.total, language)))
    period = (
        " \N{RIGHTWARDS ARROW} ".join(found.names)
        if asked.pair.kind == PERIODS
        else _period(look, focus, figure)
    )
    drawn = split_panel(found.total, found.split, found.names, language)
    return captioned(str(drawn.wide), _caption(look, figure, period, told))


def _caption(
    look: Look, figure: Figure, period: str, figures: Sequence[tuple[str, str]]
) -> Caption:
    """Return what is written around a chart.

    Parameters
    ----------
    figures : sequence of pairs
        What each figure is of, and the figure with its count.
    """
    language, known = look.language, studied(figure.measure)
    name = " – ".join(
        part
        for part in (measure_name(figure.measure, language), full_name(figure.measure, language))
        if part
    )
    formula = (FORMULA.to(language), known.variant.formula.to(language))
    return picture_caption(look, name, period, [*figures, formula])
