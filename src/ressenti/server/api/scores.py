"""Scores as programs read them: the figures of the cockpit, unrounded, with what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from django.http import HttpRequest, QueryDict
from ninja import Query, Router
from pydantic import BaseModel, Field

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.facts.periods import DAY
from ressenti.language import Text
from ressenti.scores.score import Score
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.api.catalogue import measure_key
from ressenti.server.api.documents import ShortText, refuse_unknown
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.cockpit.choices import choices_of
from ressenti.server.cockpit.figures import State, figures_of
from ressenti.server.cockpit.filters import (
    DIMENSIONS,
    SEGMENT,
    Choices,
    Filters,
    filters_of_query,
    name_in_address,
)
from ressenti.server.cockpit.scope import scope_of_viewer
from ressenti.server.intake.problems import Problem
from ressenti.server.models import Measure, Scope, Survey

MOST_GROUPS = 200
SURVEY = "survey"

router = Router(tags=["scores"])


class ScoresQuery(BaseModel):
    """Which figure, over which time, of which part; ``segment.NAME`` filters by a segment too."""

    measure: ShortText = Field(
        description="`nps`, `nps/standard_0_10` or a key of `/measures`; of several measures of "
        "one indicator, the first on the scorecard."
    )
    per: Literal["day", "week", "month", "quarter", "year"] = "month"
    by: ShortText = Field(
        "", description="A dimension to split by: unit, touchpoint, channel, survey, language …"
    )
    start: ShortText = Field("", description="First day; the period that holds it is whole.")
    end: ShortText = Field("", description="The day after the last one.")
    unit: ShortText = Field("", description="Key of a unit, with everything below it.")
    touchpoint: ShortText = ""
    channel: ShortText = ""
    survey: ShortText = Field("", description="Key of a survey.")
    language: ShortText = ""


class PeriodRead(BaseModel):
    """A period: its first day, and the day after its last."""

    start: str
    end: str
    grain: str


class LevelOfScore(BaseModel):
    """A published reading of the value."""

    label: str
    source: str


class ScoreRead(BaseModel):
    """A score: the value with its interval, its counts, and why it is missing when it is."""

    indicator: str
    variant: str
    period: PeriodRead | None
    segment: dict[str, str | None]
    value: float | dict[str, Any] | None
    unit: str
    direction: str
    n: float
    n_effective: float | None
    n_missing: int
    n_invalid: int
    low: float | None
    high: float | None
    confidence: float
    method: str | None
    level: LevelOfScore | None
    reason: str | None
    parts: dict[str, Any]
    flags: list[str]


class Scores(BaseModel):
    """The scores of one measure, oldest period first, one part after the other."""

    measure: str
    scores: list[ScoreRead]


@router.get(
    "/scores",
    response=Scores,
    operation_id="list_scores",
    summary="Read the scores of a measure",
    openapi_extra={"x-scope": Scope.SCORES_READ.value},
)
def list_scores(request: HttpRequest, query: Annotated[ScoresQuery, Query()]) -> Any:
    """Read a measure by period, and by the values of a dimension.

    Small groups are hidden as on every page, and so is what would give them away. Without days,
    the latest periods are told.
    """
    viewer = viewer_of(request, Scope.SCORES_READ)
    segments = [name for name in request.GET if name.startswith(SEGMENT)]
    refuse_unknown(request.GET, [*ScoresQuery.model_fields, *segments])
    measure = measure_called(viewer, query.measure)
    surveys = dict(Survey.objects.filter(organisation=viewer.organisation).values_list("key", "pk"))
    choices = choices_of(viewer)
    filters = _filters(request.GET, query, {key: str(pk) for key, pk in surveys.items()}, choices)
    names = {str(pk): key for key, pk in surveys.items()}
    found = [
        replace(score, segment=segment)
        for part, segment in _parts(viewer, filters, query.by, choices, names)
        for score in _trend(viewer, part, measure)
    ]
    recorded(viewer, "scores.exported", subject_kind="measure", subject=measure_key(measure))
    language = language_of(request)
    return {
        "measure": measure_key(measure),
        "scores": [score.to_dict(language) for score in found],
    }


def measure_called(viewer: Viewer, name: str) -> Measure:
    """Return the measure that a program names.

    Raises
    ------
    UnknownName
        R100, with the nearest keys.
    """
    measures = list(Measure.objects.filter(organisation=viewer.organisation))
    for measure in measures:
        whole = measure_key(measure)
        if name in (whole, whole.partition("@")[0], measure.indicator):
            return measure
    kind = Text(en="measure", fr="mesure")
    raise unknown_name(kind, name, [measure_key(measure) for measure in measures])


def _filters(
    asked: QueryDict, query: ScoresQuery, surveys: Mapping[str, str], choices: Choices
) -> Filters:
    """Return the filters of a request, as the cockpit reads them from an address."""
    told = QueryDict(mutable=True)
    told.update({"per": query.per, "from": query.start, "to": query.end})
    for name in DIMENSIONS:
        if value := getattr(query, name):
            told[name] = surveys.get(value, value) if name == SURVEY else value
    for name in asked:
        if name.startswith(SEGMENT):
            told.setlist(name, asked.getlist(name))
    filters = filters_of_query(told, choices)
    if filters.end is None:
        return filters
    if filters.end == filters.start:
        raise InvalidArgument(
            Text(
                en="the time ends before it has begun: 'end' is the day after the last one.",
                fr="la durée finit avant d'avoir commencé : « end » est le lendemain du dernier "
                "jour.",
            )
        )
    return replace(filters, end=filters.end - DAY)


def _parts(
    viewer: Viewer, filters: Filters, by: str, choices: Choices, surveys: Mapping[str, str]
) -> Iterator[tuple[Filters, dict[str, str | None]]]:
    """Yield the parts asked for: their filters, and what they are called in a score."""
    if not by:
        yield filters, {}
        return
    dimension = by.removeprefix(SEGMENT)
    if dimension not in choices.values:
        kind = Text(en="dimension", fr="dimension")
        raise unknown_name(kind, by, [name_in_address(name) for name in choices.values])
    within = scope_of_viewer(viewer, filters).within.get(dimension)
    values = [one for one in choices.values[dimension] if within is None or one in within]
    if len(values) > MOST_GROUPS:
        raise InvalidArgument(
            Text(
                en="'{by}' has {n} values, more than {most}.",
                fr="« {by} » a {n} valeurs, plus de {most}.",
            ).format(by=by, n=len(values), most=MOST_GROUPS),
            hint=Text(en="Add a filter.", fr="Ajoutez un filtre."),
        )
    for value in values:
        label = surveys.get(value, value) if dimension == SURVEY else value
        yield filters.narrowed(dimension, value), {dimension: label}


def _trend(viewer: Viewer, filters: Filters, measure: Measure) -> tuple[Score, ...]:
    (figure,) = figures_of(scope_of_viewer(viewer, filters), [measure])
    if figure.state is State.FAILED:
        raise Problem(422, "not_computed", figure.failure or Text(en="", fr=""))
    return figure.trend
