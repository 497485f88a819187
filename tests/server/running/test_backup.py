"""A backup is whole, tells what it holds, and comes back as it was or not at all."""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ressenti.errors import EngineUnavailable, InvalidArgument, UnreadableSource
from ressenti.server.running.archive import read_manifest
from ressenti.server.running.backup import (
    Connection,
    backup,
    counts,
    is_restore_unfinished,
    restore,
)
from ressenti.server.running.postgres import EmbeddedPostgres
from tests.server.running.conftest import comes_true

RECORD = """
CREATE TABLE person (id int PRIMARY KEY, email text UNIQUE);
CREATE TABLE "Réponse" (
  id bigserial PRIMARY KEY, person int REFERENCES person, level int, said text);
CREATE INDEX ON "Réponse" (level);
CREATE SCHEMA queue;
CREATE TABLE queue.job (id int);
INSERT INTO person SELECT n, 'p' || n || '@example.org' FROM generate_series(1, 40) n;
INSERT INTO "Réponse" (person, level, said)
SELECT n % 40 + 1, n % 11, 'déçu; 100 % \\. ''ok''' FROM generate_series(1, 5000) n;
"""
HELD = {'public."Réponse"': 5000, "public.person": 40, "queue.job": 0}
RESTORE_SLOWLY = """
import sys, time
from pathlib import Path
from ressenti.server.running.backup import restore
def after(connection):
    print("erasing", flush=True)
    time.sleep(600)
restore(sys.argv[1], Path(sys.argv[2]), after_restore=after)
"""
BACKUP_WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from ressenti.server.running.backup import backup
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    backup(sys.argv[1], Path(sys.argv[2]))
except OSError as error:
    print(error.strerror)
"""

Databases = Callable[[], str]


@pytest.fixture
def empty(database: EmbeddedPostgres) -> Iterator[Databases]:
    """Return how to make an empty database on the running server."""
    made: list[str] = []

    def make() -> str:
        name = f"test_{secrets.token_hex(4)}"
        with psycopg.connect(database.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made.append(name)
        return database.url().removesuffix("ressenti") + name

    yield make
    with psycopg.connect(database.url(), autocommit=True) as connection:
        for name in made:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


@pytest.fixture
def filled(empty: Databases) -> str:
    url = empty()
    with psycopg.connect(url) as connection:
        connection.execute(RECORD)
    return url


def held(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return counts(connection)


def is_unfinished(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return is_restore_unfinished(connection)


def test_a_backup_comes_back_in_another_cluster_as_it_was(
    filled: str, data: Path, tmp_path: Path
) -> None:
    manifest = backup(filled, tmp_path / "backup.zip")
    assert manifest.counts == HELD
    assert read_manifest(tmp_path / "backup.zip") == manifest
    with EmbeddedPostgres(data) as other:
        assert restore(other.url(), tmp_path / "backup.zip") == manifest
        assert held(other.url()) == HELD
        statement = 'SELECT md5(string_agg(r::text, chr(10) ORDER BY id)) FROM "Réponse" r'
        rows = []
        for url in (filled, other.url()):
            with psycopg.connect(url) as connection:
                rows.append(connection.execute(statement).fetchone())
        assert rows[0] == rows[1]
        with psycopg.connect(other.url()) as connection:
            # Sequences, keys and indexes are back as well.
            connection.execute("""INSERT INTO "Réponse" (person, level) VALUES (1, 10)""")
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                connection.execute("""INSERT INTO "Réponse" (person, level) VALUES (99, 10)""")


def test_a_backup_shows_one_instant_while_answers_arrive(filled: str, tmp_path: Path) -> None:
    with psycopg.connect(filled) as writer:
        writer.execute("INSERT INTO queue.job VALUES (1)")
        manifest = backup(filled, tmp_path / "backup.zip")
        writer.commit()
    assert manifest.counts == HELD
    assert held(filled) == HELD | {"queue.job": 1}


def test_a_backup_is_for_its_owner_and_replaces_nothing(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    backup(filled, file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidArgument, match="exists already"):
        backup(filled, file)
    assert [path.name for path in tmp_path.iterdir()] == ["backup.zip"]


def test_a_dump_that_fails_leaves_no_file(
    filled: str, tmp_path: Path, script: Callable[..., subprocess.Popen[str]]
) -> None:
    # A file may hold no more than 20,000 bytes, as on a disk that is full.
    backed_up = script(BACKUP_WITHOUT_ROOM, filled, tmp_path / "backup.zip")
    output, errors = backed_up.communicate(timeout=30)
    assert output == "File too large\n", errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_truncated_backup_is_refused_before_anything_is_touched(
    filled: str, tmp_path: Path, share: float
) -> None:
    whole = tmp_path / "whole.zip"
    backup(filled, whole)
    cut = tmp_path / "cut.zip"
    content = whole.read_bytes()
    cut.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(UnreadableSource, match="not a whole backup"):
        restore(filled, cut, force=True)
    assert held(filled) == HELD
    assert not is_unfinished(filled)


def test_an_altered_backup_is_refused(filled: str, empty: Databases, tmp_path: Path) -> None:
    whole, altered = tmp_path / "whole.zip", tmp_path / "altered.zip"
    backup(filled, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(altered, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[:-1] + b"?" if name == "database.dump" else content)
    with pytest.raises(UnreadableSource, match="altered"):
        restore(empty(), altered)


def test_a_backup_whose_counts_are_wrong_stays_unfinished(
    filled: str, empty: Databases, tmp_path: Path
) -> None:
    whole, wrong = tmp_path / "whole.zip", tmp_path / "wrong.zip"
    backup(filled, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(wrong, "w") as target:
        manifest = json.loads(source.read("manifest.json"))
        manifest["counts"]["public.person"] = 41
        target.writestr("manifest.json", json.dumps(manifest))
        target.writestr("database.dump", source.read("database.dump"))
    url = empty()
    with pytest.raises(UnreadableSource, match=r"that the backup tells: public\.person\."):
        restore(url, wrong)
    assert is_unfinished(url)


def test_a_database_that_holds_tables_is_overwritten_only_by_force(
    filled: str, empty: Databases, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "backup.zip")
    url = empty()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE precious AS SELECT 1 AS x")
    with pytest.raises(InvalidArgument, match="--force"):
        restore(url, tmp_path / "backup.zip")
    assert held(url) == {"public.precious": 1}
    restore(url, tmp_path / "backup.zip", force=True)
    assert held(url) == HELD


def test_a_database_in_use_is_not_overwritten(filled: str, tmp_path: Path) -> None:
    backup(filled, tmp_path / "backup.zip")
    with (
        psycopg.connect(filled),
        pytest.raises(EngineUnavailable, match="Stop the servers first"),
    ):
        restore(filled, tmp_path / "backup.zip", force=True)


def test_who_asked_to_be_forgotten_is_forgotten_before_the_restore_ends(
    filled: str, empty: Databases, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "backup.zip")
    url = empty()

    def forget(connection: Connection) -> None:
        connection.execute('DELETE FROM "Réponse" WHERE person = 7')
        connection.execute("DELETE FROM person WHERE id = 7")

    restore(url, tmp_path / "backup.zip", after_restore=forget)
    assert held(url) == {'public."Réponse"': 4875, "public.person": 39, "queue.job": 0}
    assert not is_unfinished(url)


def test_a_restore_killed_before_the_forgetting_is_seen_and_can_be_taken_up(
    filled: str,
    empty: Databases,
    tmp_path: Path,
    script: Callable[..., subprocess.Popen[str]],
) -> None:
    file = tmp_path / "backup.zip"
    backup(filled, file)
    url = empty()
    killed = script(RESTORE_SLOWLY, url, file)
    assert killed.stdout
    assert killed.stdout.readline() == "erasing\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert is_unfinished(url)
    with pytest.raises(EngineUnavailable, match="was interrupted"):
        backup(url, tmp_path / "half.zip")

    def is_quiet() -> bool:
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(url) as connection:
            return connection.execute(sessions).fetchone() == (1,)

    assert comes_true(is_quiet)
    restore(url, file)
    assert held(url) == HELD
    assert not is_unfinished(url)


def test_a_database_that_does_not_answer_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="does not answer"):
        backup("postgresql://ressenti@127.0.0.1:1/ressenti", tmp_path / "backup.zip")


def test_a_server_of_your_own_is_dumped_by_programs_of_its_version(
    postgres_url: str, tmp_path: Path
) -> None:
    urls = []
    for part in ("from", "to"):
        name = f"backup_{part}_{secrets.token_hex(4)}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        urls.append(postgres_url.removesuffix("postgres") + name)
    with psycopg.connect(urls[0]) as connection:
        connection.execute(RECORD)
        version = connection.info.parameter_status("server_version")
    assert backup(urls[0], tmp_path / "backup.zip").postgres == version
    restore(urls[1], tmp_path / "backup.zip")
    assert held(urls[1]) == HELD
