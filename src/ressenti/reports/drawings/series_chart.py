"""Series chart: a study of a series by itself, as a picture."""

from __future__ import annotations

from ressenti.language import Language
from ressenti.reports.drawings.outlook import outlook_of
from ressenti.reports.drawings.trend import WIDTH, Series, Surroundings, trend_svg
from ressenti.studies.series import SeriesStudy


def series_chart_svg(study: SeriesStudy, language: Language, *, width: float = WIDTH) -> str:
    """Return the scores of a study with their levels, alarms and forecast."""
    surroundings = Surroundings(outlook=outlook_of(study))
    return trend_svg(Series(study.scores), language, surroundings=surroundings, width=width)
