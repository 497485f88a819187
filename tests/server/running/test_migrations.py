"""A database of the first release comes to this one with everything in it, interrupted or not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.server.running.first_release import EMAIL, KEY

ROOT = Path(__file__).parents[3]
RENAMED = {
    ("ressenti_fact_contacts", "unit"): "belongs_to",
    ("ressenti_fact_orders", "unit"): "belongs_to",
    ("ressenti_fact_subscriptions", "unit"): "belongs_to",
}
TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name LIKE 'ressenti%'
ORDER BY 1
"""
REFUSE = """
CREATE OR REPLACE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the power went out'; END $$;
"""
REFUSE_ONE = """
CREATE TRIGGER refused BEFORE INSERT ON django_migrations
FOR EACH ROW WHEN (NEW.name = '{name}') EXECUTE FUNCTION refused()
"""
# In one process, since starting Django takes longer than any of this.
REFUSED_ONE_BY_ONE = f"""
import django, json, psycopg
django.setup()
from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError
from django.db.migrations.loader import MigrationLoader
from ressenti.server.running.migrations import migrate
names = sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "ressenti")
interrupted = []
with psycopg.connect(settings.DATABASE_URL, autocommit=True) as own:
    own.execute({REFUSE!r})
    for name in names[1:]:
        own.execute({REFUSE_ONE!r}.format(name=name))
        try:
            migrate()
        except DatabaseError as error:
            assert "the power went out" in str(error), error
            interrupted.append(name)
        finally:
            connection.close()
            own.execute("DROP TRIGGER refused ON django_migrations")
migrate()
print(json.dumps([names[1:], interrupted]))
"""
VISIT = f"""
import django, json
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
from django.test import Client
from ressenti.server.accounts.audit import first_broken_entry
from ressenti.server.models import Campaign, Organisation, Person, PressureRule, Survey
client = Client()
client.force_login(Person.objects.get(email={EMAIL!r}))
survey, campaign = Survey.objects.get(), Campaign.objects.get()
pages = ["scorecard/", "voice/", "journey/", "surveys/", "customers/", "people/", "units/", "keys/",
         "audit/", "settings/", f"surveys/{{survey.pk}}/"]
score = client.get("/api/v1/scores?measure=nps&start=2026-03-01&end=2026-04-01",
                   headers={{"authorization": "Bearer {KEY}"}})
print(json.dumps({{
    "pages": {{page: client.get(f"/o/first/{{page}}").status_code for page in pages}},
    "score": score.json(),
    "broken": first_broken_entry(Organisation.objects.get()),
    "scopes": dict(PressureRule.objects.values_list("key", "scope")),
    "is_decided": campaign.decided_at is not None,
}}))
"""


def environment_of(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url}


def run(url: str, *arguments: str) -> str:
    """Run Python on a database; return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment_of(url), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def prepare(url: str) -> None:
    run(url, "-m", "ressenti.server", "prepare")


@pytest.fixture(scope="module")
def databases(server_database: str) -> Iterator[Callable[[str | None], str]]:
    """Give how to make a database, a copy of another one or an empty one."""
    made: list[str] = []
    with psycopg.connect(server_database, autocommit=True) as connection:

        def new(template: str | None) -> str:
            name = f"d{uuid.uuid4().hex}"
            copied = f" TEMPLATE {template}" if template else ""
            connection.execute(f"CREATE DATABASE {name}{copied}".encode())
            made.append(name)
            return f"{server_database.rpartition('/')[0]}/{name}"

        yield new
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def first_release(databases: Callable[[str | None], str]) -> str:
    """Give the name of a database as the first release left it."""
    url = databases(None)
    run(url, "-m", "tests.server.running.first_release")
    return str(conninfo_to_dict(url)["dbname"])


@pytest.fixture
def filled(databases: Callable[[str | None], str], first_release: str) -> str:
    """Give the address of a copy of it."""
    return databases(first_release)


Rows = dict[str, list[dict[str, Any]]]


def rows_of(url: str) -> Rows:
    """Return every row of our tables."""
    with psycopg.connect(url) as connection:
        return {
            table: [row for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM {table} t")]
            for (table,) in connection.execute(TABLES).fetchall()
        }


def as_told_then(rows: Rows, before: Rows) -> Rows:
    """Return rows with the columns that they had before, under the names of then."""
    return {
        table: [
            {column: row[RENAMED.get((table, column), column)] for column in old[0]}
            for row in rows[table]
        ]
        for table, old in before.items()
        if old
    }


def without_what_is_new(rows: Rows) -> Rows:
    """Return rows without the measure that earlier releases did not follow."""
    measures = [row for row in rows["ressenti_measure"] if row["indicator"] != "nes"]
    return {**rows, "ressenti_measure": measures}


def in_order(rows: Rows) -> dict[str, list[str]]:
    return {
        table: sorted(json.dumps(row, sort_keys=True) for row in found)
        for table, found in rows.items()
        if found
    }


def assert_whole(url: str, before: Rows) -> None:
    """Assert that nothing was lost, and that the product works with it."""
    from ressenti.server.tallying.care import cared_for
    from ressenti.server.tallying.tallier import tally_batch

    now = without_what_is_new(rows_of(url))
    assert in_order(as_told_then(now, before)) == in_order(before)
    assert cared_for(url, "verify")["differences"] == []
    told = json.loads(run(url, "-c", VISIT))
    assert set(told["pages"].values()) == {200}, told["pages"]
    (score,) = told["score"]["scores"]
    # 26 promoters, 13 detractors of 49 answers: 100 · (26 − 13) / 49.
    assert score["value"] == pytest.approx(1300 / 49, rel=1e-12)
    with psycopg.connect(url, autocommit=True) as connection:
        while tally_batch(connection, most=10):
            pass
    report = cared_for(url, "verify")
    assert (report["differences"], report["entries_behind"]) == ([], 0)
    (score,) = json.loads(run(url, "-c", VISIT))["score"]["scores"]
    assert score["value"] == pytest.approx(100 * (27 - 13) / 50, rel=1e-12)


@pytest.mark.timeout(300)
def test_every_row_of_the_first_release_is_kept_and_counted_as_before(filled: str) -> None:
    before = rows_of(filled)
    assert len(before["ressenti_response"]) == 49
    assert len([table for table, rows in before.items() if rows]) > 20
    prepare(filled)
    assert_whole(filled, before)


def test_what_later_releases_keep_is_told_of_rows_that_were_there_already(filled: str) -> None:
    prepare(filled)
    told = json.loads(run(filled, "-c", VISIT))
    # The log's head is that of the log, and a campaign that was sent does not ask everybody again.
    assert told["broken"] is None
    assert told["is_decided"]
    assert told["scopes"] == {"calm": "survey", "effort": "indicator", "month": "all"}
    # Comments from before wait to be read; that survey asks for words, so its NES is followed.
    rows = rows_of(filled)
    commented = {row["response_id"] for row in rows["ressenti_answer"] if row["text"]}
    waiting = {row["response_id"] for row in rows["ressenti_unreadresponse"]}
    assert len(commented) == 49
    assert waiting == commented
    followed = [row["tally"] for row in rows["ressenti_measure"]]
    assert followed == ["nps@0-10", "nes/mean_polarity"]


@pytest.mark.timeout(300)
def test_each_migration_that_fails_at_its_last_statement_is_done_again_whole(filled: str) -> None:
    before = rows_of(filled)
    planned, interrupted = json.loads(run(filled, "-c", REFUSED_ONE_BY_ONE))
    assert planned == interrupted
    assert_whole(filled, before)


def test_the_first_migration_of_all_is_done_again_too(
    databases: Callable[[str | None], str],
) -> None:
    url = databases(None)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE django_migrations (id bigint GENERATED BY DEFAULT AS IDENTITY "
            "PRIMARY KEY, app varchar(255), name varchar(255), applied timestamptz)"
        )
        connection.execute(REFUSE)
        connection.execute(
            "CREATE TRIGGER refused BEFORE INSERT ON django_migrations FOR EACH ROW "
            "WHEN (NEW.app = 'ressenti') EXECUTE FUNCTION refused()"
        )
        with pytest.raises(AssertionError, match="the power went out"):
            prepare(url)
        connection.execute("DROP TRIGGER refused ON django_migrations")
    prepare(url)
    assert rows_of(url)["ressenti_organisation"] == []


@pytest.mark.timeout(300)
def test_a_server_killed_while_it_migrates_begins_again_where_it_was(filled: str) -> None:
    before = rows_of(filled)
    with psycopg.connect(filled) as reader:
        # Whoever reads answers keeps the migration of their table waiting, in the middle of all.
        reader.execute("LOCK TABLE ressenti_answer IN ACCESS SHARE MODE")
        killed = subprocess.Popen(
            [sys.executable, "-m", "ressenti.server", "prepare"],
            env=environment_of(filled), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
        end = time.monotonic() + 60
        with psycopg.connect(filled, autocommit=True) as watcher:
            while watcher.execute(waiting).fetchone() == (0,) and time.monotonic() < end:
                time.sleep(0.05)
            assert watcher.execute(waiting).fetchone() != (0,)
            killed.send_signal(signal.SIGKILL)
            killed.wait(timeout=30)
        reader.rollback()
    prepare(filled)
    assert_whole(filled, before)
