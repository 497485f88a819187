"""The whole database in one file, and back.

A restore runs in three steps: mark the database as unfinished, let ``pg_restore`` fill it in one
transaction, then check the counts, forget whom had to be forgotten and remove the mark, in one
transaction too. Whatever is killed in between, the mark stays, and a server refuses to start on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from ressenti import __version__
from ressenti.errors import EngineUnavailable, InvalidArgument, UnreadableSource
from ressenti.language import Text
from ressenti.server.running.archive import Manifest, opened_dump, read_manifest, write_archive
from ressenti.server.running.clients import client_program, feed, output

Connection = psycopg.Connection[TupleRow]

UNFINISHED = "ressenti_unfinished_restore"
TABLES = """
SELECT format('%I.%I', n.nspname, c.relname), n.nspname, c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""
SCHEMAS = """
SELECT nspname FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', %s)
"""
OTHER_SESSIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def backup(url: str, destination: Path) -> Manifest:
    """Write the database to one file, as it is at one instant, while it goes on being used.

    Parameters
    ----------
    url
        The address of the database.
    destination
        The file to make. It holds personal data and secrets: only its owner can read it.

    Raises
    ------
    InvalidArgument
        When the file exists already.
    EngineUnavailable
        When the database cannot be reached or dumped, or an unfinished restore left it half full.
    """
    with _connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        if is_restore_unfinished(connection):
            raise unfinished_restore()
        snapshot = _one_value(connection, "SELECT pg_export_snapshot()")
        manifest = Manifest(
            ressenti=__version__,
            postgres=connection.info.parameter_status("server_version") or "",
            taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
            counts=counts(connection),
        )
        command = (
            client_program("pg_dump", _major(connection)),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
        )
        return write_archive(destination, output(command, url), manifest)


def restore(
    url: str,
    source: Path,
    *,
    force: bool = False,
    after_restore: Callable[[Connection], None] | None = None,
) -> Manifest:
    """Fill a database from a backup.

    Parameters
    ----------
    url
        The address of the database.
    source
        The backup; it is checked whole before anything is touched.
    force
        Whether a database that holds tables already loses them.
    after_restore
        Called with the open transaction that ends the restore, to erase again those who asked to
        be forgotten since the backup was taken; when it fails the restore stays unfinished.

    Raises
    ------
    UnreadableSource
        When the backup is cut short or altered, or does not give the counts it tells.
    InvalidArgument
        When the database holds tables and ``force`` is not given.
    EngineUnavailable
        When the database cannot be reached or filled, or is in use.
    """
    manifest = read_manifest(source)
    with _connected(url) as connection:
        command = (
            client_program("pg_restore", _major(connection)),
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--dbname={connection.info.dbname}",
        )
        _make_room(connection, force=force)
    with opened_dump(source) as dump:
        feed(command, url, dump)
    with _connected(url) as connection:
        found = counts(connection)
        if found != manifest.counts:
            raise _counts_differ(found, manifest.counts)
        if after_restore:
            after_restore(connection)
        connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(UNFINISHED)))
        connection.execute("ANALYZE")
    return manifest


def is_restore_unfinished(connection: Connection) -> bool:
    """Return whether a restore into this database was interrupted; a server must not start then."""
    return _one_value(connection, "SELECT to_regnamespace(%s)", UNFINISHED) is not None


def unfinished_restore() -> EngineUnavailable:
    """Return the error for a database that an interrupted restore left half full."""
    return EngineUnavailable(
        Text(
            en="a restore into this database was interrupted.",
            fr="une restauration dans cette base de données a été interrompue.",
        ),
        hint=Text(en="Run 'ressenti restore' again.", fr="Relancez « ressenti restore »."),
    )


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table, by its quoted name."""
    found = {}
    for quoted, schema, table in connection.execute(TABLES).fetchall():
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        found[quoted] = int(_one_value(connection, statement))
    return found


def _make_room(connection: Connection, *, force: bool) -> None:
    """Empty the database when that was asked for, and mark it as unfinished."""
    if _one_value(connection, OTHER_SESSIONS):
        raise EngineUnavailable(
            Text(
                en="other sessions use this database.",
                fr="d'autres sessions utilisent cette base de données.",
            ),
            hint=Text(en="Stop the servers first.", fr="Arrêtez d'abord les serveurs."),
        )
    is_empty = not connection.execute(TABLES).fetchall()
    if not (is_empty or force or is_restore_unfinished(connection)):
        raise InvalidArgument(
            Text(
                en="the database holds tables already.",
                fr="la base de données contient déjà des tables.",
            ),
            hint=Text(
                en="Restore into an empty one, or add --force to lose what this one holds.",
                fr="Restaurez dans une base vide, ou ajoutez --force pour perdre ce que celle-ci "
                "contient.",
            ),
        )
    for (schema,) in connection.execute(SCHEMAS, (UNFINISHED,)).fetchall():
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
    connection.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
    mark = sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(UNFINISHED))
    connection.execute(mark)


def _connected(url: str) -> Connection:
    try:
        return psycopg.connect(url)
    except psycopg.OperationalError as error:
        raise EngineUnavailable(
            Text(
                en="the database does not answer: {error}.",
                fr="la base de données ne répond pas : {error}.",
            ).format(error=str(error).strip().rstrip("."))
        ) from error


def _one_value(
    connection: Connection, statement: LiteralString | sql.Composed, *values: object
) -> Any:
    row = connection.execute(statement, values).fetchone()
    return row[0] if row else None


def _major(connection: Connection) -> int:
    return connection.info.server_version // 10_000


def _counts_differ(found: Mapping[str, int], told: Mapping[str, int]) -> UnreadableSource:
    tables = sorted(set(found.items()) ^ set(told.items()))
    named = ", ".join(dict.fromkeys(table for table, _ in tables))
    return UnreadableSource(
        Text(
            en="the restored tables do not hold the rows that the backup tells: {tables}.",
            fr="les tables restaurées n'ont pas les lignes que la sauvegarde annonce : {tables}.",
        ).format(tables=named),
        hint=Text(
            en="The restore stays unfinished; take another backup.",
            fr="La restauration reste inachevée ; prenez une autre sauvegarde.",
        ),
    )
