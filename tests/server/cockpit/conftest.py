"""Answers in the record and in the tallies, as the tallier leaves them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from ressenti.server.models import Measure, Survey

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OCTOBER, NOVEMBER = date(2026, 10, 14), date(2026, 11, 18)


ADD = """
INSERT INTO ressenti_tallycell AS cell (
    organisation_id, tally, dimensions, grain, period, series, place, level, n, w, w2)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation_id, tally, dimensions, grain, period, series, place, level)
DO UPDATE SET n = cell.n + excluded.n, w = cell.w + excluded.w, w2 = cell.w2 + excluded.w2
"""


@dataclass(slots=True)
class Record:
    """What was answered to one survey of one organisation."""

    tenant: Tenant
    survey: Survey
    rows: list[dict[str, Any]] = field(default_factory=list)

    def follow(
        self, indicator: str = "nps", scale: str = "0-10", variant: str = "", **told: Any
    ) -> Measure:
        """Let the organisation follow a measure."""
        from ressenti.indicators import indicator_called
        from ressenti.server.models import Measure

        return Measure.objects.create(
            organisation=self.tenant.organisation,
            indicator=indicator,
            variant=variant or indicator_called(indicator).default.key,
            scale=scale,
            tally=told.pop("tally", f"{indicator}@{scale}"),
            **told,
        )

    def answer(
        self,
        levels: Iterable[float | str],
        *,
        day: date = NOVEMBER,
        tally: str = "nps@0-10",
        series: int = 1,
        **dimensions: str,
    ) -> None:
        """Have these levels answered on a day, one response each, and tallied."""
        from ressenti.server.models import Answer, Response
        from ressenti.server.tallying.levels import level_text

        organisation = self.tenant.organisation
        by = {"unit": "lyon", "touchpoint": "store", "channel": "link", "language": "fr"}
        by |= dimensions
        own = {name: by[name] for name in ("unit", "touchpoint", "channel", "language")}
        own["segments"] = {name: by[name] for name in organisation.segments if name in by}
        at = datetime.combine(day, time(12), UTC)
        told = Counter(map(level_text, levels))
        responses = [
            Response(
                id=uuid.uuid4(),
                organisation=organisation,
                survey=self.survey,
                version=1,
                is_finished=True,
                started_at=at,
                answered_at=at,
                day=day,
                source_id=str(uuid.uuid4()),
                last_entry=1,
                **own,
            )
            for _ in range(told.total())
        ]
        Response.objects.bulk_create(responses)
        Answer.objects.bulk_create(
            Answer(
                organisation=organisation,
                response=response,
                survey=self.survey,
                survey_version=1,
                question="recommend",
                tally=tally,
                series=series,
                level=level,
                answered_at=at,
                day=day,
                is_counted=True,
                **own,
            )
            for response, level in zip(responses, told.elements(), strict=True)
        )
        for level in told.elements():
            number = None if level.startswith("?") else float(level)
            self.rows.append({"level": number, "day": day, "tally": tally, **by})
        self._tally(told, day, tally, series, {**by, "survey": str(self.survey.pk)})

    def _tally(
        self, told: Counter[str], day: date, tally: str, series: int, by: dict[str, str]
    ) -> None:
        from django.db import connection

        organisation = self.tenant.organisation
        cells = [
            (organisation.pk, tally, ",".join(names), grain, period, series,
             [by.get(name, "") for name in names], level, n, n, n)
            for names in organisation.tally_sets
            for grain, period in (("day", day), ("month", day.replace(day=1)))
            for level, n in told.items()
        ]  # fmt: skip
        with connection.cursor() as cursor:
            cursor.executemany(ADD, cells)


@pytest.fixture
def record(tenant: Tenant) -> Record:
    """Give the empty record of a live survey."""
    from ressenti.server.models import Survey

    survey = Survey.objects.create(
        organisation=tenant.organisation, key="visit", name="Visite", state="live", draft={}
    )
    return Record(tenant, survey)
