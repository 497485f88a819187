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
CUSTOMER = "customer_id"


def save_events(
    connection: Connection[Row], organisation: UUID, payload: Mapping[str, Any]
) -> None:
    """Write a batch of one fact; a row met before, by source and identifier, is replaced."""
    fact = FACTS[payload["fact"]]
    rows = [_values(fact, organisation, row) for row in payload["rows"]]
    with connection.cursor() as cursor:
        cursor.executemany(_statement(fact), rows)


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


def _statement(fact: Fact) -> sql.Composed:
    own = [column.key for column in fact.columns]
    names = ["organisation_id", "belongs_to", "segments", *own]
    unchanged = {"organisation_id", "source", "source_id"}
    replaced = [name for name in names if name not in unchanged]
    return sql.SQL(
        "INSERT INTO {table} ({names}) VALUES ({values}) "
        "ON CONFLICT (organisation_id, source, source_id) DO UPDATE SET {changes}"
    ).format(
        table=_table(fact.key),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(sql.Placeholder() * len(names)),
        changes=sql.SQL(", ").join(
            sql.SQL("{name} = excluded.{name}").format(name=sql.Identifier(name))
            for name in replaced
        ),
    )


def _values(fact: Fact, organisation: UUID, row: Mapping[str, Any]) -> list[Any]:
    own = [row.get(column.key) for column in fact.columns]
    return [organisation, row.get("belongs_to") or "", Jsonb(dict(row.get("segments") or {})), *own]
