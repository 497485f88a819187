"""Tallies of events: counted by the engine's own derivations, and equal to what it scores."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.scores.judgement import scores_of_tallies
from ressenti.simulation import simulate_company
from ressenti.tallies.tally import TallyTable
from tests.server.tallying.conftest import Journal

MEASURES = ("fcr", "aht", "answer_rate", "first_response_time", "churn")


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of a fact as an API would send them."""
    rows = table.to_pylist()
    for row in rows:
        row["belongs_to"] = row.pop("shop", None)
        for name, value in row.items():
            if hasattr(value, "isoformat"):
                row[name] = value.isoformat()
    return rows


def test_events_are_tallied_to_the_scores_of_the_library(
    journal: Journal, server_database: str
) -> None:
    from ressenti.server.models import Measure
    from ressenti.server.tallying.recounting import recount_due

    company = simulate_company(seed=3, n_answers=5_000, start=date(2025, 11, 1), years=1)
    for name in MEASURES:
        variant = rs.catalogue()[name].default.key
        Measure.objects.create(
            organisation=journal.tenant.organisation,
            indicator=name,
            variant=variant,
            tally=f"{name}/{variant}",
        )
    for fact in ("contacts", "subscriptions"):
        journal.write(2, {"fact": fact, "rows": plain_rows(company.facts[fact])}, uuid.uuid4())
    journal.tally()
    while recount_due(journal.connection, server_database):
        pass
    for name in MEASURES:
        indicator = rs.catalogue()[name]
        fact = "subscriptions" if name == "churn" else "contacts"
        expected = {
            score.period.start: (score.n, score.value)
            for score in rs.score(
                company.facts[fact],
                measures=[name],
                facts=fact,
                per="month",
                time_zone="Europe/Paris",
            )
            if score.period and score.n
        }
        table = month_tallies(journal, f"{name}/{indicator.default.key}")
        scores = scores_of_tallies(indicator, indicator.default, table)
        found = {
            key: (score.n, score.value)
            for key, score in zip(table.keys, scores, strict=True)
            if score.n
        }
        assert found == {
            key: (n, pytest.approx(value, rel=1e-9)) for key, (n, value) in expected.items()
        }, name


def month_tallies(journal: Journal, tally: str) -> TallyTable:
    """Return the tallies of the months of a measure, as the cells hold them."""
    rows = journal.connection.execute(
        "SELECT period::text, level, n, w, w2, wx, wx2 FROM ressenti_tallycell "
        "WHERE organisation_id = %s AND tally = %s AND grain = 'month' AND dimensions = ''",
        [journal.tenant.organisation.pk, tally],
    ).fetchall()
    months = sorted({row[0] for row in rows})
    levels = sorted({row[1] for row in rows if not row[1].startswith("?")})
    sums = np.zeros((5, len(months), len(levels)))
    for month, level, *cell in rows:
        if level in levels:
            sums[:, months.index(month), levels.index(level)] = [float(x or 0) for x in cell]
    numbers = [level if level.isalpha() or "_" in level else float(level) for level in levels]
    nothing = np.zeros(len(months), dtype=np.int64)
    has_amounts = any(row[5] is not None for row in rows)
    return TallyTable(
        keys=tuple(months),
        levels=tuple(numbers),
        n=sums[0].astype(np.int64),
        w=sums[1],
        w2=sums[2],
        missing=nothing,
        invalid=nothing,
        wx=sums[3] if has_amounts else None,
        wx2=sums[4] if has_amounts else None,
    )


def test_a_measure_that_cannot_be_counted_says_so(journal: Journal, server_database: str) -> None:
    from ressenti.server.models import Measure
    from ressenti.server.tallying.recounting import recount_due

    measure = Measure.objects.create(
        organisation=journal.tenant.organisation,
        indicator="fcr",
        variant=rs.catalogue()["fcr"].default.key,
        tally="fcr/x",
        options={"window_days": -1},
    )
    row = {
        "contact_id": "k1",
        "offered_at": "2026-11-20T10:00:00+00:00",
        "source": "test",
        "source_id": "k1",
    }
    journal.write(2, {"fact": "contacts", "rows": [row]}, uuid.uuid4())
    journal.tally()
    while recount_due(journal.connection, server_database):
        pass
    measure.refresh_from_db()
    assert measure.failure.startswith("R")
