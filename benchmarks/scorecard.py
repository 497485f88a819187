"""The scorecard of twelve indicators over ten million answers, from the tallies on the server."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from uuid import UUID

from benchmarks.rounds import Claim, Result
from ressenti.facts.scales import Scale
from ressenti.indicators import catalogue
from ressenti.scores.definitions import Answers, Family
from tests.services import postgres, postgres_folders

ANSWERS = 10_000_000
TIMES = 20
N_MEASURES = 12
FILL = """
INSERT INTO ressenti_tallycell (
    organisation_id, tally, dimensions, grain, period, series, place, level, n, w, w2)
SELECT %(organisation)s, %(tally)s, %(dimensions)s, 'month', month::date, 1,
       CASE WHEN %(places)s = 1 THEN ARRAY[]::varchar[] ELSE ARRAY['unit-' || place] END,
       (level + %(first)s)::text, %(n)s, %(n)s, %(n)s
FROM generate_series('2024-11-01'::date, '2026-11-01'::date, '1 month') AS month,
     generate_series(1, %(places)s) AS place, generate_series(0, %(levels)s - 1) AS level
"""
UNITS = 200
MONTHS = 25


def result(*, rows: int | None, quick: bool) -> Result:
    """Return how long a whole scorecard takes, unfiltered and for one unit."""
    answers = rows or (ANSWERS // 10 if quick else ANSWERS)
    with server():
        seconds = times(answers)
    return Result(
        f"A scorecard of twelve indicators over {answers:,} answers, from the tallies",
        {},
        [Claim("the whole organisation, 13 months", 1000 * seconds, 300.0, unit="ms")],
    )


@contextmanager
def server() -> Iterator[None]:
    """Set Django up on an empty database."""
    with (
        tempfile.TemporaryDirectory(prefix="ressenti-scorecard-") as folder,
        postgres(postgres_folders()[0]) as url,
    ):
        os.environ |= {
            "DATABASE_URL": url,
            "RESSENTI_DATA": folder,
            "RESSENTI_SECRET_KEY": "only-for-benchmarks-" + "0" * 40,
            "DJANGO_SETTINGS_MODULE": "ressenti.server.django_settings",
        }
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        yield
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's only


def times(answers: int) -> float:
    """Return the median seconds of a scorecard."""
    from django.db import connection
    from django.http import QueryDict

    from ressenti.server.cockpit.choices import unlisted_choices
    from ressenti.server.cockpit.figures import scorecard
    from ressenti.server.cockpit.filters import filters_of_query
    from ressenti.server.cockpit.scope import scope_of
    from ressenti.server.models import Measure, Organisation

    organisation = Organisation.objects.create(key="bench", name="Bench", language="en")
    for place, (indicator, variant, scale) in enumerate(asked_measures()):
        tally = f"{indicator}/{variant}@{scale.key}"
        fill(organisation.pk, tally, scale, answers // N_MEASURES)
        Measure.objects.create(
            organisation=organisation,
            indicator=indicator,
            variant=variant,
            scale=scale.key,
            tally=tally,
            place=place,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ressenti_tallycell")
    choices = unlisted_choices(organisation, None)
    scope = scope_of(organisation, None, filters_of_query(QueryDict(""), choices))
    shown = scorecard(scope)
    assert len(shown) == N_MEASURES
    assert all(figure.score.n for figure in shown)
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        scorecard(scope)
        taken.append(time.perf_counter() - started)
    return median(taken)


def asked_measures() -> list[tuple[str, str, Scale]]:
    """Return twelve variants that read answers on a numbered scale, with the scale."""
    found = [
        (indicator.key, variant.key, variant.reads.scales[0])
        for indicator in catalogue().values()
        for variant in indicator.variants
        if isinstance(variant.reads, Answers)
        and variant.form is not None
        and indicator.family is not Family.EMPLOYEE
        and all(isinstance(level, float) for level in variant.reads.scales[0].levels)
    ]
    return found[:N_MEASURES]


def fill(organisation: UUID, tally: str, scale: Scale, answers: int) -> None:
    """Write the cells of two years: of the whole, and of each of two hundred units."""
    from django.db import connection

    with connection.cursor() as cursor:
        for dimensions, places in (("", 1), ("unit", UNITS)):
            n = answers // (MONTHS * places * len(scale.levels))
            cursor.execute(
                FILL,
                {
                    "organisation": organisation, "tally": tally, "dimensions": dimensions,
                    "places": places, "levels": len(scale.levels), "first": int(scale.minimum),
                    "n": n,
                },
            )  # fmt: skip
