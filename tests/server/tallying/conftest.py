"""A live survey, and entries of the journal as the intake writes them."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from tests.server.conftest import Tenant

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Journal:
    """Writes entries for one survey of one organisation, and has them tallied."""

    connection: psycopg.Connection[Any]
    tenant: Tenant
    survey: uuid.UUID

    def answer(
        self,
        level: int | str,
        *,
        response: uuid.UUID | None = None,
        at: datetime = NOON,
        is_final: bool = True,
        question: str = "recommend",
        **told: Any,
    ) -> uuid.UUID:
        """Write one page with one answer, and return its response."""
        which = response or uuid.uuid4()
        number = None if isinstance(level, str) else float(level)
        payload = {
            "survey": str(self.survey),
            "survey_key": "visit",
            "version": 1,
            "is_final": is_final,
            "channel": "link",
            "language": "fr",
            "unit": "lyon",
            "touchpoint": "store",
            "started_at": at.isoformat(),
            "answered_at": at.isoformat(),
            "covers": [question],
            "answers": [
                {"q": question, "m": "nps", "t": "nps@0-10", "s": 1, "scale": "0-10",
                 "l": str(level), "v": number}
            ],
        }  # fmt: skip
        self.write(1, payload | told, which)
        return which

    def write(self, kind: int, payload: dict[str, Any], response: uuid.UUID | None = None) -> None:
        """Write one entry."""
        self.connection.execute(
            "INSERT INTO ressenti_journalentry (organisation_id, survey_id, response_id, kind, "
            "received_at, payload) VALUES (%s, %s, %s, %s, now(), %s)",
            [self.tenant.organisation.pk, self.survey, response or uuid.uuid4(), kind,
             json.dumps(payload)],
        )  # fmt: skip

    def tally(self, *, most: int = 7) -> None:
        """Tally everything that waits."""
        from ressenti.server.tallying.statements import FIRST_POSITION
        from ressenti.server.tallying.tallier import tally_batch

        self.connection.execute(FIRST_POSITION)
        while tally_batch(self.connection, most=most):
            pass

    def tally_to_the_end(self) -> None:
        """Tally until nothing waits, even what a killed process still holds back for a moment."""
        from ressenti.server.tallying.positions import lag

        end = time.monotonic() + 30
        self.tally(most=2_000)
        while lag().entries and time.monotonic() < end:
            time.sleep(0.05)
            self.tally(most=2_000)

    def cells(self, dimensions: str = "", grain: str = "month") -> dict[tuple[str, ...], int]:
        """Return n by period, place and level."""
        rows = self.connection.execute(
            "SELECT period, place, level, n FROM ressenti_tallycell WHERE organisation_id = %s "
            "AND dimensions = %s AND grain = %s AND n <> 0",
            [self.tenant.organisation.pk, dimensions, grain],
        )
        return {(str(period), *place, level): n for period, place, level, n in rows}

    def differences(self) -> list[Any]:
        """Return where the tallies and the record disagree."""
        from ressenti.server.tallying.verification import differences

        return differences(self.connection, self.tenant.organisation.pk)


@pytest.fixture
def journal(server_database: str, tenant: Tenant) -> Iterator[Journal]:
    """Give the journal of a live survey."""
    from ressenti.server.models import Survey, SurveyState

    survey = Survey.objects.create(
        organisation=tenant.organisation, key="visit", name="Visite", draft={},
        state=SurveyState.LIVE,
    )  # fmt: skip
    # A lock that somebody else keeps says so, long before the test would be given up.
    patience = "-c lock_timeout=30s"
    with psycopg.connect(server_database, autocommit=True, options=patience) as connection:
        yield Journal(connection, tenant, survey.pk)
