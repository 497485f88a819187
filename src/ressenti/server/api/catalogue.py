"""What can be measured, and what an organisation measures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel

from ressenti.indicators import catalogue
from ressenti.server.api.documents import refuse_unknown
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.models import Measure

router = Router(tags=["scores"])


class Indicators(BaseModel):
    """The catalogue: each indicator with its variants, bands, pitfalls and sources."""

    indicators: list[dict[str, Any]]


class MeasureRead(BaseModel):
    """What the organisation follows; ``key`` names it where scores are asked for."""

    key: str
    indicator: str
    variant: str
    scale: str
    target: float | None
    is_shown: bool


class Measures(BaseModel):
    """What the organisation follows, in its order."""

    measures: list[MeasureRead]


@router.get(
    "/indicators",
    response=Indicators,
    operation_id="list_indicators",
    summary="Read the catalogue of indicators",
)
def list_indicators(request: HttpRequest) -> Any:
    """Read the definitions, in the language of the request."""
    # The tables of a terminal stand beside these definitions; programs seldom ask for them.
    from ressenti.reports.definitions import definition_document

    viewer_of(request)
    refuse_unknown(request.GET, ())
    language = language_of(request)
    return {"indicators": [definition_document(one, language) for one in catalogue().values()]}


@router.get(
    "/measures",
    response=Measures,
    operation_id="list_measures",
    summary="List what the organisation follows",
)
def list_measures(request: HttpRequest) -> Any:
    """List the measures, in the order of the scorecard."""
    viewer = viewer_of(request)
    refuse_unknown(request.GET, ())
    found = Measure.objects.filter(organisation=viewer.organisation)
    return {
        "measures": [
            {
                "key": measure_key(measure),
                "indicator": measure.indicator,
                "variant": measure.variant,
                "scale": measure.scale,
                "target": measure.target,
                "is_shown": measure.is_shown,
            }
            for measure in found
        ]
    }


def measure_key(measure: Measure) -> str:
    """Return what names a measure: ``nps/standard_0_10@0-10``; without scale for events.

    A line of a grid follows the scale: ``csat/mean@1-5#visit.quality.speed``.
    """
    name = f"{measure.indicator}/{measure.variant}"
    _whole, mark, line = measure.tally.partition("#")
    return f"{name}@{measure.scale}{mark}{line}" if measure.scale else name
