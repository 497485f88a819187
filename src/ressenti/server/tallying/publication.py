"""Publication: the record as a lake of Parquet files, month by month, for engines elsewhere.

A month is written again only when something in it changed: an answer, a correction, an erasure.
Each file takes its place by renaming, and the manifest is written last: a publication that is
killed is taken up where it stopped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import Connection, sql

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.facts.schemas import FACTS
from ressenti.language import Text
from ressenti.server.tallying.emotion_facts import emotion_months, emotion_rows
from ressenti.server.tallying.kinds import EVENT_FACTS

FORMAT = "ressenti.lake/1"
MANIFEST = "ressenti-lake.json"
ROWS_IN_A_GROUP = 100_000
ORGANISATION = "SELECT id, segments FROM ressenti_organisation WHERE key = %s"
KEYS = "SELECT key FROM ressenti_organisation ORDER BY key"
ANSWERS = sql.SQL("""
SELECT a.response_id::text AS response_id, s.key AS survey,
       a.survey_version::text AS survey_version,
       concat_ws('.', a.question, nullif(a.part, '')) AS question,
       CASE WHEN a.tally LIKE '%#%' THEN NULL
            ELSE nullif(split_part(a.measure, '/', 1), '') END AS measure,
       nullif(a.scale, '') AS scale, a.value, nullif(a.text, '') AS text,
       a.customer_id::text AS respondent_id, s.audience, s.mode, a.answered_at,
       a.weight::float8 AS weight, nullif(a.touchpoint, '') AS touchpoint,
       nullif(a.channel, '') AS channel, r.source,
       concat_ws('.', r.source_id, a.question, nullif(a.part, ''), nullif(a.choice, ''))
           AS source_id,
       nullif(a.unit, '') AS unit, nullif(a.language, '') AS language {segments}
FROM ressenti_answer AS a
JOIN ressenti_response AS r ON r.id = a.response_id AND r.is_finished
JOIN ressenti_survey AS s ON s.id = a.survey_id
WHERE a.organisation_id = {organisation} AND {month}
""")
ANSWER_MONTHS = sql.SQL("""
SELECT to_char(day, 'YYYY-MM'), count(*), sum(hashtextextended(a::text, 0)::numeric)::text
FROM ressenti_answer AS a WHERE organisation_id = {organisation} GROUP BY 1 ORDER BY 1
""")
EVENTS = sql.SQL("""
SELECT {columns}, nullif(belongs_to, '') AS belongs_to {segments}
FROM {table} AS a WHERE organisation_id = {organisation} AND {month}
""")
EVENT_MONTHS = sql.SQL("""
SELECT to_char({dated}, 'YYYY-MM'), count(*), sum(hashtextextended(a::text, 0)::numeric)::text
FROM {table} AS a WHERE organisation_id = {organisation} GROUP BY 1 ORDER BY 1
""")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did: the months written, those left as they were, those taken away."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    rows: int


def publish(url: str, organisation: str, folder: Path) -> Published:
    """Return what was written of an organisation's facts to a folder, one file a fact and month.

    All is read in one snapshot: the facts of a lake belong together.

    Raises
    ------
    UnknownName
        R100, when there is no such organisation.
    InvalidArgument
        R102, when the folder holds something else than a lake of this organisation.
    """
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute(ORGANISATION, [organisation]).fetchone()
        if row is None:
            known = [key for (key,) in connection.execute(KEYS)]
            raise unknown_name(Text(en="organisation", fr="organisation"), organisation, known)
        before = _months_published(folder, organisation)
        lake = Lake(connection, row[0], tuple(row[1]))
        now = dict(lake.months())
        written = [month for month, seal in now.items() if before.get(month) != seal]
        rows = sum(lake.write(month, folder) for month in written)
    removed = sorted(set(before) - set(now))
    for month in removed:
        path_of(folder, month).unlink(missing_ok=True)
    _write_manifest(folder, organisation, now)
    unchanged = tuple(sorted(set(now) - set(written)))
    return Published(tuple(sorted(written)), unchanged, tuple(removed), rows)


@dataclass(frozen=True, slots=True)
class Lake:
    """The facts of one organisation as they stand in the record."""

    connection: Connection[Row]
    organisation: UUID
    segments: tuple[str, ...]

    def months(self) -> Iterator[tuple[str, str]]:
        """Give each month of each fact, as ``answers/2026-11``, with what seals its content."""
        own = sql.Literal(self.organisation)
        asked = {
            "answers": ANSWER_MONTHS.format(organisation=own),
            "emotions": emotion_months(own),
        }
        for fact in EVENT_FACTS:
            asked[fact] = EVENT_MONTHS.format(
                dated=sql.Identifier(FACTS[fact].dated_by), table=_table(fact), organisation=own
            )
        for fact, statement in asked.items():
            for month, n, seal in self.connection.execute(statement):
                yield f"{fact}/{month}", f"{n}:{seal}"

    def write(self, name: str, folder: Path) -> int:
        """Write one month of one fact and return how many rows it has."""
        fact, _, month = name.partition("/")
        target = path_of(folder, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.unfinished")
        with self.connection.cursor() as cursor:
            cursor.execute(self._rows(fact, month))
            names = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall()
        schema = pa.schema([(one, _type(fact, one)) for one in names])
        columns = zip(*rows, strict=True) if rows else ((),) * len(names)
        table = pa.table(
            [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
            schema=schema,
        )
        pq.write_table(table, unfinished, compression="zstd", row_group_size=ROWS_IN_A_GROUP)
        _synced(unfinished)
        unfinished.replace(target)
        return len(rows)

    def _rows(self, fact: str, month: str) -> sql.Composed:
        segments = sql.SQL("").join(
            sql.SQL(", a.segments ->> {} AS {}").format(sql.Literal(name), sql.Identifier(name))
            for name in self.segments
        )
        own: dict[str, sql.Composable] = {
            "organisation": sql.Literal(self.organisation),
            "segments": segments,
        }
        if fact == "answers":
            return ANSWERS.format(month=_within(sql.SQL("a.day"), month), **own)
        if fact == "emotions":
            return emotion_rows(month=_within(sql.SQL("a.day"), month), **own)
        columns = [sql.Identifier(column.key) for column in FACTS[fact].columns]
        return EVENTS.format(
            columns=sql.SQL(", ").join(columns),
            table=_table(fact),
            month=_within(sql.Identifier(FACTS[fact].dated_by), month),
            **own,
        )


def path_of(folder: Path, name: str) -> Path:
    """Return the file of one month of one fact.

    Examples
    --------
    >>> path_of(Path("lake"), "answers/2026-11").as_posix()
    'lake/answers/month=2026-11/facts.parquet'
    """
    fact, _, month = name.partition("/")
    return folder / fact / f"month={month}" / "facts.parquet"


def _within(column: sql.Composable, month: str) -> sql.Composed:
    return sql.SQL("to_char({}, 'YYYY-MM') = {}").format(column, sql.Literal(month))


def _table(fact: str) -> sql.Identifier:
    return sql.Identifier(f"ressenti_fact_{fact}")


def _type(fact: str, column: str) -> pa.DataType:
    kinds = {one.key: one.kind.value for one in FACTS[fact].columns}
    return {
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "instant": pa.timestamp("us", tz="UTC"),
    }.get(kinds.get(column, "text"), pa.string())


def _months_published(folder: Path, organisation: str) -> Mapping[str, str]:
    """Return what the folder's manifest says is in it; nothing for a new folder."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        if folder.exists() and any(folder.iterdir()):
            raise _not_a_lake(folder)
        return {}
    told = json.loads(manifest.read_text())
    if told.get("format") != FORMAT or told.get("organisation") != organisation:
        raise _not_a_lake(folder)
    months: dict[str, str] = told["months"]
    return {name: seal for name, seal in months.items() if path_of(folder, name).exists()}


def _write_manifest(folder: Path, organisation: str, months: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{MANIFEST}.unfinished"
    told = {"format": FORMAT, "organisation": organisation, "months": dict(months)}
    unfinished.write_text(json.dumps(told, indent=1, sort_keys=True))
    _synced(unfinished)
    unfinished.replace(folder / MANIFEST)


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_a_lake(folder: Path) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="'{folder}' holds something else than a lake of this organisation.",
            fr="« {folder} » contient autre chose qu'un lac de cette organisation.",
        ).format(folder=folder),
        hint=Text(en="Give an empty folder.", fr="Donnez un dossier vide."),
    )
