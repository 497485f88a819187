"""Figure exports: the tables behind the scorecard, an indicator and the journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from ressenti.errors import UsageError
from ressenti.facts.scales import Quantity, Scale
from ressenti.language import Text, colon
from ressenti.reports.exports.columns import score_columns, score_values
from ressenti.reports.exports.definition import Circumstances, definition_lines
from ressenti.scores.score import Score
from ressenti.server.cockpit.choices import dimension_label
from ressenti.server.cockpit.deliveries import Export
from ressenti.server.cockpit.figures import Figure, State, figure_among_shown, scorecard
from ressenti.server.cockpit.focus import Focus, focus_of
from ressenti.server.cockpit.journey import TOUCHPOINT, journey_of
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.pictures import Caption
from ressenti.server.cockpit.segments import segments_of
from ressenti.server.cockpit.wording import measure_name
from ressenti.server.models import Measure

ORGANISATION = Text(en="Organisation", fr="Organisation")
SEEN_FROM = Text(en="As seen from the unit", fr="Vu depuis l'unité")
ZONE = Text(en="Time zone", fr="Fuseau horaire")
MOMENT = Text(en="Exported at", fr="Exporté le")
PAGE_PARAMETERS = (
    "at", "by", "of", "q", "mood", "measure", "tone", "emotion", "theme", "signal", "compare", "a",
    "b", "across", "target",
)  # fmt: skip
ADDRESS = Text(en="Address that gives the same", fr="Adresse qui redonne la même chose")


def scorecard_export(look: Look) -> Export:
    """Return every period of the figures of a scorecard."""
    figures = scorecard(look.scope)
    scores = [score for figure in figures for score in figure.trend or (figure.score,)]
    return figures_export(look, _("Scorecard"), "scorecard", scores, figures=figures)


def indicator_export(look: Look, measure: Measure) -> Export:
    """Return the periods of one indicator and, where the page shows them, its segments."""
    figure = figure_among_shown(look.scope, measure)
    focus = focus_of(figure, look.window, look.request.GET.get("at", ""))
    dimension = segment_dimension(look)
    periods = list(figure.trend or (figure.score,))
    has_segments = dimension and figure.state is not State.FAILED
    return figures_export(
        look,
        measure_name(measure, look.language),
        str(measure),
        periods,
        dimension=dimension,
        segments=_segment_scores(look, figure, focus, dimension) if has_segments else (),
        figures=[figure],
    )


def journey_export(look: Look) -> Export:
    """Return the cells of the map of the journey.

    Raises
    ------
    UndefinedResult
        R206, when the answers by step cannot be counted with these filters.
    """
    journey = journey_of(look.scope, look.window, at=look.request.GET.get("at", ""))
    scores = [
        row.cells[step] for row in journey.rows for step in journey.steps if step in row.cells
    ]
    return figures_export(look, _("Journey"), "journey", scores, dimension=TOUCHPOINT)


def figures_export(
    look: Look,
    name: str,
    subject: str,
    scores: Sequence[Score],
    *,
    dimension: str = "",
    segments: Sequence[Score] = (),
    figures: Sequence[Figure] = (),
) -> Export:
    """Return scores as a table, with what defines them and the counts behind them.

    Parameters
    ----------
    segments : sequence of Score
        Parts of one of the scores: rows of the table that are not counted once more.
    """
    label = dimension_label(dimension) if dimension else ""
    dimensions = {dimension: Text(en=label, fr=label)} if dimension else {}
    circumstances = Circumstances(
        told=told_of(look), filters=filters_told(look), scales=_scales(figures)
    )
    return Export(
        name=f"{look.viewer.organisation.name} {name}",
        subject=subject,
        columns=score_columns(dimensions),
        rows=[
            score_values(score, tuple(dimensions), look.language) for score in (*scores, *segments)
        ],
        definition=definition_lines(scores, circumstances, look.language),
        language=look.language,
    )


def told_of(look: Look) -> dict[Text, str]:
    """Return what every export says of itself."""
    organisation = look.viewer.organisation
    unit = {} if look.scope.limit is None else {SEEN_FROM: look.scope.limit.name}
    return {
        ORGANISATION: organisation.name,
        **unit,
        ZONE: organisation.time_zone,
        MOMENT: timezone.now().isoformat(timespec="seconds"),
        ADDRESS: page_address(look),
    }


def picture_caption(
    look: Look, name: str, period: str, lines: Sequence[tuple[str, str]]
) -> Caption:
    """Return what every picture says of itself: what it is of, when, under which filters.

    Parameters
    ----------
    lines : sequence of pairs
        A label and what it says, each a line under the picture.
    """
    between, told = colon(look.language), told_of(look)
    filters = [f"{label}{between} {value}" for label, value in filters_told(look).items()]
    unit = [] if look.scope.limit is None else [told[SEEN_FROM]]
    made = (MOMENT.to(look.language), f"{told[MOMENT]} · {told[ADDRESS]}")
    return Caption(
        title=name,
        subtitle=" · ".join([told[ORGANISATION], *unit, period, *filters]),
        lines=[f"{label}{between} {text}" for label, text in (*lines, made)],
    )


def page_address(look: Look) -> str:
    """Return the address of the page an export was taken from, its days written out."""
    request = look.request
    page = request.path.rpartition("/")[0]
    filters = dict(parse_qsl(look.pinned().query()))
    own = {name: request.GET[name] for name in PAGE_PARAMETERS if request.GET.get(name)}
    return request.build_absolute_uri(f"{page}/?{urlencode(filters | own)}")


def filters_told(look: Look) -> dict[str, str]:
    """Return the filters in words."""
    return {
        dimension_label(name): look.choices.label(name, value) for name, value in look.filters.where
    }


def segment_dimension(look: Look) -> str:
    """Return the dimension whose segments the page of an indicator shows; empty for none."""
    dimensions = [name for name, values in look.choices.values.items() if len(values) > 1]
    asked = look.request.GET.get("by", "")
    return asked if asked in dimensions else next(iter(dimensions), "")


def _segment_scores(look: Look, figure: Figure, focus: Focus, dimension: str) -> list[Score]:
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
        return []
    period = None if focus.day is None else look.window.period(focus.day)
    return [replace(score, period=period) for score in found.scores]


def _scales(figures: Sequence[Figure]) -> Mapping[str, Scale | Quantity]:
    known = [studied(figure.measure) for figure in figures if figure.state is not State.FAILED]
    return {one.key: one.scale for one in known}
