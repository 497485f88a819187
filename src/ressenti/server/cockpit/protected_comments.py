"""Protected comments: which months of anonymous and employee surveys may be read.

Whole months only, and of the running one only the days that are over: nobody learns who wrote by
watching a comment arrive. A month is shown when enough people answered the survey in it, among
those the filters let through and so that no small group is left beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, TruncMonth

from ressenti.facts.periods import Grain, first_day_of, span_starting, spans_from
from ressenti.server.cockpit.filters import DIMENSIONS, UNIT
from ressenti.server.cockpit.hiding import is_beside_a_small_group
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import Response
from ressenti.tallies.suppression import FLOOR

Stretch = tuple[date, date]
SURVEY = "survey"


def shown_months(
    scope: Scope, surveys: Iterable[UUID], window: Window
) -> dict[UUID, tuple[Stretch, ...]]:
    """Return for each survey the months whose comments may be shown.

    Returns
    -------
    mapping of survey to (first day, day after the last one)
        A survey without any is left out.
    """
    wanted = scope.within.get(SURVEY)
    asked = [pk for pk in surveys if wanted is None or str(pk) in wanted]
    months = whole_months(window)
    if not asked or not months:
        return {}
    # Surveys never share a list, so that no group of one is told from another.
    own = replace(
        scope,
        filters=scope.filters.narrowed(SURVEY, None),
        within={name: values for name, values in scope.within.items() if name != SURVEY},
    )
    groups = _groups(own, asked, months[0], min(window.today, months_end(months)))
    floor = max(scope.organisation.smallest_group, FLOOR)
    found: dict[UUID, list[Stretch]] = {}
    for (survey, month), rows in groupby(groups, key=itemgetter(0, 1)):
        sizes = [row[2:] for row in rows]
        if month in months and _may_be_shown(own, sizes, floor):
            end = min(span_starting(month, Grain.MONTH)[1], window.today)
            found.setdefault(survey, []).append((month, end))
    return {survey: tuple(stretches) for survey, stretches in found.items()}


def whole_months(window: Window) -> tuple[date, ...]:
    """Return the first days of the months that lie in a window from end to end."""
    first, end = window.shown[0], window.end
    months = spans_from(first_day_of(first, Grain.MONTH), end, Grain.MONTH)
    return tuple(
        month for month in months if month >= first and span_starting(month, Grain.MONTH)[1] <= end
    )


def months_end(months: Sequence[date]) -> date:
    """Return the day after the last of some months."""
    return span_starting(months[-1], Grain.MONTH)[1]


def _may_be_shown(scope: Scope, groups: Sequence[Sequence[Any]], floor: int) -> bool:
    inside = sum(row[-1] for row in groups if _is_inside(scope, row))
    return inside >= floor and not is_beside_a_small_group(scope, groups, floor=floor)


def _is_inside(scope: Scope, row: Sequence[Any]) -> bool:
    return all(
        value in scope.within[name]
        for name, value in zip(scope.filters.dimensions, row, strict=False)
    )


def _groups(scope: Scope, surveys: Sequence[UUID], start: date, end: date) -> list[tuple[Any, ...]]:
    """Return survey, month, value of each filtered dimension, and how many responded."""
    responses = Response.objects.filter(
        organisation=scope.organisation, survey_id__in=surveys, day__gte=start, day__lt=end
    )
    seen = scope.seen()
    if UNIT in seen:
        responses = responses.filter(unit__in=sorted(seen[UNIT]))
    values = {
        f"group{number}": F(name)
        if name in DIMENSIONS
        else Coalesce(KeyTextTransform(name, "segments"), Value(""))
        for number, name in enumerate(scope.filters.dimensions)
    }
    grouped = responses.annotate(month=TruncMonth("day")).values("survey_id", "month", **values)
    rows = grouped.annotate(n=Count("pk")).values_list("survey_id", "month", *values, "n")
    return sorted(rows, key=lambda row: (str(row[0]), row[1]))
