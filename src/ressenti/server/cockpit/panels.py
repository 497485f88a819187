"""Panels: a chart with its table beside, drawn for a wide page and for a narrow one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from ressenti.facts.scales import Scale
from ressenti.language import Language
from ressenti.reports.drawings.distribution import distribution_svg
from ressenti.reports.drawings.intervals import intervals_svg, rows_of_league, rows_of_scores
from ressenti.reports.drawings.mix_rate import mix_rate_svg
from ressenti.reports.drawings.outlook import outlook_of
from ressenti.reports.drawings.quantity_distribution import quantity_distribution_svg
from ressenti.reports.drawings.trend import HEIGHT, Series, Surroundings, trend_svg
from ressenti.reports.series_tables import series_table
from ressenti.reports.tables import Table, distribution_table, scores_table, split_table
from ressenti.scores.quantities import Quantile, QuantityMean
from ressenti.server.cockpit.emotions import TONE
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.focus import Focus
from ressenti.server.cockpit.segments import Segments
from ressenti.server.cockpit.wording import drawing
from ressenti.studies.comparing import Change, Split
from ressenti.studies.questions import Measure
from ressenti.studies.series import SeriesStudy
from ressenti.tallies.tally import Tally

WIDE, HALF, NARROW = 800.0, 400.0, 356.0
NARROW_HEIGHT = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A chart, drawn twice so that its letters keep their size on a phone, and its table."""

    wide: SafeString
    narrow: SafeString
    table: Table | None = None


def _panel(draw: Callable[[float], str], table: Table | None, *, width: float = WIDE) -> Panel:
    return Panel(wide=drawing(draw(width)), narrow=drawing(draw(NARROW)), table=table)


def trend_panel(figure: Figure, surroundings: Surroundings, language: Language) -> Panel:
    """Return the trend of a figure with its target, its breaks and what happened meanwhile."""
    table = scores_table(tuple(reversed(figure.trend)), language)
    return _trend_panel(Series(figure.trend), surroundings, table, language)


def series_panel(
    study: SeriesStudy, surroundings: Surroundings, language: Language
) -> Panel | None:
    """Return a series with its levels, alarms and forecast; None where it has no figure."""
    if not any(score.value is not None for score in study.scores):
        return None
    told = replace(surroundings, outlook=outlook_of(study))
    moments = [*surroundings.breaks, *surroundings.events]
    table = series_table(study, language, moments=moments)
    return _trend_panel(Series(study.scores), told, table, language)


def _trend_panel(
    series: Series, surroundings: Surroundings, table: Table, language: Language
) -> Panel:
    def drawn(width: float) -> str:
        height = NARROW_HEIGHT if width <= NARROW else HEIGHT
        return trend_svg(series, language, surroundings=surroundings, width=width, height=height)

    return _panel(drawn, table)


def distribution_panel(tally: Tally, known: Measure, language: Language) -> Panel | None:
    """Return how the answers behind a score are spread; None where there is none."""
    scale, shape = known.scale, known.shape()
    if not tally.n:
        return None
    if isinstance(shape, Quantile | QuantityMean):
        return _panel(
            lambda width: quantity_distribution_svg(
                tally, known.variant.unit, language, multiplier=shape.multiplier, width=width
            ),
            None,
            width=HALF,
        )
    if not isinstance(scale, Scale) or not scale.levels:
        return None
    return _levels_panel(tally, scale, language)


def _levels_panel(tally: Tally, scale: Scale, language: Language) -> Panel:
    return _panel(
        lambda width: distribution_svg(tally, scale, language, width=width),
        distribution_table(tally, scale, language),
        width=HALF,
    )


def focus_panel(focus: Focus, known: Measure, language: Language) -> Panel | None:
    """Return what is behind the score that is looked at: of comments, the tones read in them."""
    if focus.tones is None:
        return distribution_panel(focus.tally, known, language)
    return _levels_panel(focus.tones, TONE, language) if focus.tones.n else None


def segments_panel(segments: Segments, language: Language) -> Panel | None:
    """Return the segments as intervals around the line of all; None where none is shown."""
    rows = (
        rows_of_scores(segments.scores, language)
        if segments.league is None
        else rows_of_league(segments.league, language)
    )
    shown = [row for row in rows if row.score.value is not None]
    if not shown:
        return None
    return _panel(
        lambda width: intervals_svg(shown, segments.whole, language, width=width),
        scores_table([row.score for row in shown], language),
    )


def split_panel(change: Change, split: Split, levels: tuple[str, str], language: Language) -> Panel:
    """Return how much of a difference is mix and how much is rate."""
    return _panel(
        lambda width: mix_rate_svg(change, split, levels, language, width=width),
        split_table(change, split, levels, language),
    )
