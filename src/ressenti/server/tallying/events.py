"""Events in the record: contacts, subscriptions, orders and outcomes, one row a fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection, sql
from psycopg.types.json import Jsonb

from ressenti.facts.schemas import FACTS, Fact
from ressenti.server.tallying.kinds import EVENT_FACTS

Row = tuple[Any, ...]
IDENTITY = ("organisation_id", "source", "source_id")
BATCH = sql.SQL("""
CREATE TEMPORARY TABLE IF NOT EXISTS {batch} (LIKE {table} INCLUDING IDENTITY)
ON COMMIT DELETE ROWS
""")
EMPTY = sql.SQL("DELETE FROM {batch}")
COPY = sql.SQL("COPY {batch} ({names}) FROM STDIN")
# A batch that tells the same event twice tells its last state.
SAVE = sql.SQL("""
INSERT INTO {table} ({names})
SELECT DISTINCT ON ({identity}) {names} FROM {batch} ORDER BY {identity}, id DESC
ON CONFLICT ({identity}) DO UPDATE SET {changes}
""")


def save_events(
    connection: Connection[Row], organisation: UUID, payload: Mapping[str, Any]
) -> None:
    """Write a batch of one fact; a row met before, by source and identifier, is replaced."""
    fact = FACTS[payload["fact"]]
    keys = [column.key for column in fact.columns]
    rows = [_values(keys, organisation, row) for row in payload["rows"]]
    temporary = sql.Identifier(f"batch_{fact.key}")
    names = sql.SQL(", ").join(map(sql.Identifier, _names(fact)))
    with connection.cursor() as cursor:
        cursor.execute(BATCH.format(batch=temporary, table=_table(fact.key)))
        # One transaction may hold several batches of the same fact.
        cursor.execute(EMPTY.format(batch=temporary))
        with cursor.copy(COPY.format(batch=temporary, names=names)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_statement(fact, temporary))


def forget_customer_events(
    connection: Connection[Row], organisation: UUID, customer: str
) -> list[str]:
    """Delete the events of a customer, and return the facts that lost some."""
    touched = []
    for fact in EVENT_FACTS:
        statement = sql.SQL("DELETE FROM {} WHERE organisation_id = %s AND customer_id = %s")
        gone = connection.execute(statement.format(_table(fact)), [organisation, customer])
        if gone.rowcount:
            touched.append(fact)
    return touched


def _table(fact: str) -> sql.Identifier:
    return sql.Identifier(f"ressenti_fact_{fact}")


def _names(fact: Fact) -> list[str]:
    return ["organisation_id", "belongs_to", "segments", *(column.key for column in fact.columns)]


def _statement(fact: Fact, batch: sql.Identifier) -> sql.Composed:
    names = _names(fact)
    replaced = [name for name in names if name not in IDENTITY]
    return SAVE.format(
        table=_table(fact.key),
        batch=batch,
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        identity=sql.SQL(", ").join(map(sql.Identifier, IDENTITY)),
        changes=sql.SQL(", ").join(
            sql.SQL("{name} = excluded.{name}").format(name=sql.Identifier(name))
            for name in replaced
        ),
    )


def _values(keys: list[str], organisation: UUID, row: Mapping[str, Any]) -> list[Any]:
    own = [row.get(key) for key in keys]
    return [organisation, row.get("belongs_to") or "", Jsonb(dict(row.get("segments") or {})), *own]
