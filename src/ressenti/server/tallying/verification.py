"""Verification: the tallies of answers and readings counted again, compared, and made anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection, sql

from ressenti.server.tallying.cells import DAY, MONTH
from ressenti.server.tallying.readings import READING_TALLIES
from ressenti.server.tallying.statements import COUNTED, ORGANISATIONS

Row = tuple[Any, ...]
COLUMNS = {
    "unit": sql.SQL("unit"),
    "touchpoint": sql.SQL("touchpoint"),
    "channel": sql.SQL("channel"),
    "language": sql.SQL("language"),
    "survey": sql.SQL("survey_id::text"),
}
RECOUNT = sql.SQL("""
SELECT tally, {period} AS period, series, ARRAY[{place}]::varchar[] AS place, level,
       count(*) AS n, sum(weight) AS w, sum(weight * weight) AS w2,
       sum(weight * value) AS wx, sum(weight * value * value) AS wx2
FROM ({counted}) AS counted
WHERE organisation_id = {organisation}
GROUP BY 1, 2, 3, 4, 5
""")
DIFFERENCES = sql.SQL("""
WITH recounted AS ({recount}), kept AS (
    SELECT tally, period, series, place, level, n, w, w2, wx, wx2
    FROM ressenti_tallycell AS cell
    WHERE organisation_id = {organisation} AND dimensions = {dimensions} AND grain = {grain}
      AND n <> 0 AND (tally = ANY({read}) OR EXISTS (
          SELECT 1 FROM ressenti_answer AS own
          WHERE own.organisation_id = {organisation} AND own.tally = cell.tally))
)
SELECT tally, period, place, level, kept.n, recounted.n
FROM kept FULL JOIN recounted USING (tally, period, series, place, level)
WHERE (kept.n, kept.w, kept.w2, kept.wx, kept.wx2)
    IS DISTINCT FROM (recounted.n, recounted.w, recounted.w2, recounted.wx, recounted.wx2)
ORDER BY 1, 2, 3, 4
LIMIT {most}
""")
FORGET = sql.SQL("""
DELETE FROM ressenti_tallycell AS cell
WHERE organisation_id = {organisation} AND (tally = ANY({read}) OR tally IN (
    SELECT DISTINCT tally FROM ressenti_answer WHERE organisation_id = {organisation}))
""")
REMAKE = sql.SQL("""
INSERT INTO ressenti_tallycell (
    organisation_id, tally, dimensions, grain, period, series, place, level, n, w, w2, wx, wx2)
SELECT {organisation}, tally, {dimensions}, {grain}, period, series, place, level, n, w, w2, wx, wx2
FROM ({recount}) AS recounted
""")
READ = sql.Literal(list(READING_TALLIES))
DAYS = tuple(
    f"""
    UPDATE {table} AS dated SET day = (answered_at AT TIME ZONE o.time_zone)::date
    FROM ressenti_organisation AS o
    WHERE o.id = dated.organisation_id AND o.id = %s
      AND day <> (answered_at AT TIME ZONE o.time_zone)::date
    """  # noqa: S608 - the two tables below
    for table in ("ressenti_response", "ressenti_answer")
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that the tallies hold otherwise than the record gives it; None where it is absent."""

    tally: str
    dimensions: str
    grain: str
    period: date
    place: tuple[str, ...]
    level: str
    kept: int | None
    recounted: int | None


def differences(
    connection: Connection[Row], organisation: UUID, *, most: int = 100
) -> list[Difference]:
    """Return the cells in which these tallies and the record disagree, as they stand now.

    Both are read in one snapshot, in which the tallier's position and the record agree.
    """
    found: list[Difference] = []
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for names, grain in _tables(connection, organisation):
            statement = DIFFERENCES.format(
                recount=_recount(organisation, names, grain),
                organisation=sql.Literal(organisation),
                dimensions=sql.Literal(",".join(names)),
                grain=sql.Literal(grain),
                read=READ,
                most=sql.Literal(most),
            )
            for tally, period, place, level, kept, recounted in connection.execute(statement):
                where = (tally, ",".join(names), grain, period, tuple(place), level)
                found.append(Difference(*where, kept, recounted))
    return found[:most]


def rebuild(connection: Connection[Row], organisation: UUID) -> None:
    """Count the tallies of answers and readings anew from the record, in one transaction.

    Cockpits show the tallies as they were until it is committed; the tallier waits meanwhile.
    """
    with connection.transaction():
        # A batch of the tallier changes the record and the tallies: it must not fall between.
        connection.execute("LOCK TABLE ressenti_tallyposition IN EXCLUSIVE MODE")
        for statement in DAYS:
            # The time zone may have changed since: a day is one of the organisation's.
            connection.execute(statement, [organisation])
        tables = list(_tables(connection, organisation))
        connection.execute(FORGET.format(organisation=sql.Literal(organisation), read=READ))
        for names, grain in tables:
            connection.execute(
                REMAKE.format(
                    recount=_recount(organisation, names, grain),
                    organisation=sql.Literal(organisation),
                    dimensions=sql.Literal(",".join(names)),
                    grain=sql.Literal(grain),
                )
            )


def _tables(
    connection: Connection[Row], organisation: UUID
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give each set of dimensions with each grain."""
    row = connection.execute(ORGANISATIONS, [[organisation]]).fetchone()
    for names in () if row is None else row[2]:
        for grain in (DAY, MONTH):
            yield tuple(names), grain


def _recount(organisation: UUID, names: tuple[str, ...], grain: str) -> sql.Composed:
    period = {DAY: sql.SQL("day"), MONTH: sql.SQL("date_trunc('month', day)::date")}[grain]
    return RECOUNT.format(
        period=period,
        place=sql.SQL(", ").join([_column(name) for name in names]),
        counted=sql.SQL(COUNTED),
        organisation=sql.Literal(organisation),
    )


def _column(name: str) -> sql.Composable:
    segment = sql.SQL("coalesce(segments ->> {}, '')").format(sql.Literal(name))
    return COLUMNS.get(name, segment)
