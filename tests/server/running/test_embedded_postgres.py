"""The embedded PostgreSQL: made, served, stopped, killed, found again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from ressenti.errors import EngineUnavailable
from ressenti.server.running.leftovers import leftovers
from ressenti.server.running.postgres import EmbeddedPostgres
from ressenti.server.running.programs import INSTALLATION, PACKAGE, programs_folder
from tests.server.running.conftest import comes_true, is_root, lives

only_as_root = pytest.mark.skipif(not is_root(), reason="not here: the account root")

SERVE = """
import sys, time
from pathlib import Path
from ressenti.server.running.postgres import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1])).start(), flush=True)
time.sleep(600)
"""
AS_ORDINARY_USER = """
import os, signal, sys
from pathlib import Path
import psycopg
from ressenti.server.running.postgres import EmbeddedPostgres
os.setgroups([]); os.setgid(65534); os.setuid(65534)
database = EmbeddedPostgres(Path(sys.argv[1]))
with psycopg.connect(database.start()) as connection:
    connection.execute("CREATE TABLE answer AS SELECT 10 AS level")
server = int((database.cluster / "postmaster.pid").read_text().split()[0])
os.kill(server, signal.SIGKILL)
database.stop()
with psycopg.connect(database.start()) as connection:
    print(connection.execute("SELECT level FROM answer").fetchone()[0], os.geteuid())
database.stop()
"""


def row(url: str, statement: str) -> tuple[object, ...] | None:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()


def kept_answer(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE answer AS SELECT 10 AS level")


def postmaster(database: EmbeddedPostgres) -> int:
    return int((database.cluster / "postmaster.pid").read_text().split()[0])


def test_a_new_database_is_durable_checked_and_knows_accents(database: EmbeddedPostgres) -> None:
    settings = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
    shown = ", ".join(f"current_setting('{name}')" for name in settings)
    assert row(database.url(), f"SELECT {shown}, lower('ÉTÉ')") == (*["on"] * 4, "été")


def test_the_application_is_no_superuser_and_needs_its_password(database: EmbeddedPostgres) -> None:
    url = database.url()
    assert row(url, "SELECT usesuper FROM pg_user WHERE usename = current_user") == (False,)
    password = url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "guessed"))
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(url.replace("//ressenti:", "//postgres:"))


def test_only_this_machine_is_listened_to(database: EmbeddedPostgres) -> None:
    command = Path(f"/proc/{postmaster(database)}/cmdline").read_bytes().split(b"\0")
    assert b"--unix_socket_directories=" in command
    assert row(database.url(), "SELECT current_setting('listen_addresses')") == ("127.0.0.1",)


def test_secrets_and_cluster_are_closed_to_others(database: EmbeddedPostgres) -> None:
    assert database.password_file.stat().st_mode & 0o777 == 0o600
    assert database.cluster.stat().st_mode & 0o777 == 0o700
    assert database.data.stat().st_mode & 0o066 == 0


def test_a_restart_keeps_the_address_and_the_rows(data: Path) -> None:
    database = EmbeddedPostgres(data)
    first = database.start()
    kept_answer(first)
    database.stop()
    assert database.start() == first
    assert row(first, "SELECT level FROM answer") == (10,)
    database.stop()
    assert leftovers(database.cluster).certain == ()


def test_a_port_taken_meanwhile_is_replaced(data: Path) -> None:
    with EmbeddedPostgres(data) as database:
        first = database.url()
        port = int(database.port_file.read_text())
    with socket.create_server(("127.0.0.1", port)), EmbeddedPostgres(data) as database:
        assert database.url() != first
        assert row(database.url(), "SELECT 1") == (1,)


def test_committed_rows_survive_the_death_of_the_server(data: Path) -> None:
    database = EmbeddedPostgres(data)
    kept_answer(database.start())
    session = psycopg.connect(database.url())
    os.kill(postmaster(database), signal.SIGKILL)
    database.stop()
    assert row(database.start(), "SELECT level FROM answer") == (10,)
    session.close()
    database.stop()


def test_a_killed_supervisor_takes_its_server_along(
    data: Path, script: Callable[..., subprocess.Popen[str]]
) -> None:
    supervisor = script(SERVE, data)
    assert supervisor.stdout
    kept_answer(supervisor.stdout.readline().strip())
    server = postmaster(EmbeddedPostgres(data))
    supervisor.kill()
    assert comes_true(lambda: not lives(server))
    with EmbeddedPostgres(data) as database:
        assert row(database.url(), "SELECT level FROM answer") == (10,)


def test_an_orphaned_server_is_stopped_before_another_one_starts(data: Path) -> None:
    database = EmbeddedPostgres(data)
    child = database.prepare()
    account = {"user": child.account, "group": "nogroup", "extra_groups": []} if is_root() else {}
    orphan = subprocess.Popen(child.command, stderr=subprocess.DEVNULL, cwd="/", **account)
    assert comes_true(lambda: bool(child.is_ready and child.is_ready(orphan.pid)))
    kept_answer(database.url())
    # What a killed supervisor leaves: the lock is free and the server still runs.
    database.stop()
    assert orphan.poll() is None
    with EmbeddedPostgres(data) as second:
        assert orphan.wait(timeout=10) == 0
        assert postmaster(second) != orphan.pid
        assert row(second.url(), "SELECT level FROM answer") == (10,)


def test_a_process_that_got_the_number_of_a_dead_server_is_left_alone(data: Path) -> None:
    database = EmbeddedPostgres(data)
    child = database.prepare()
    database.stop()
    account = {"user": child.account} if is_root() else {}
    stranger = subprocess.Popen(("sleep", "600"), **account)
    (database.cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{database.cluster}\n")
    with database:
        assert row(database.url(), "SELECT 1") == (1,)
        assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_first_start_that_was_cut_short_is_made_again(data: Path) -> None:
    (data / "postgres.unfinished").mkdir()
    (data / "postgres.unfinished" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(data) as database:
        assert row(database.url(), "SELECT 1") == (1,)


def test_a_second_server_on_the_same_folder_is_refused_in_words(
    database: EmbeddedPostgres,
) -> None:
    with pytest.raises(EngineUnavailable) as refusal:
        EmbeddedPostgres(database.data).start()
    assert f"already in use by process {os.getpid()}" in refusal.value.to("en")
    assert f"déjà utilisé par le processus {os.getpid()}" in refusal.value.to("fr")
    assert row(database.url(), "SELECT 1") == (1,)


def test_a_cluster_of_another_major_version_is_refused_with_what_to_do(data: Path) -> None:
    with EmbeddedPostgres(data) as database:
        version = database.cluster / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(EngineUnavailable, match=r"PostgreSQL 15 made .* carries PostgreSQL 18.*"):
        EmbeddedPostgres(data).start()
    # The refusal has given the folder back.
    version.write_text("18\n")
    with EmbeddedPostgres(data) as database:
        assert row(database.url(), "SELECT 1") == (1,)


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with EmbeddedPostgres(data) as database:
        settings = database.cluster / "postgresql.conf"
    with settings.open("a") as file:
        file.write("work_mem = 'plenty'\n")
    with pytest.raises(EngineUnavailable, match="work_mem"):
        EmbeddedPostgres(data).start()


@only_as_root
def test_root_hands_the_server_to_an_unprivileged_account(database: EmbeddedPostgres) -> None:
    status = Path(f"/proc/{postmaster(database)}/status").read_text()
    groups = {
        line.split(":")[0]: line.split()[1:] for line in status.splitlines() if line[0] in "UG"
    }
    assert set(groups["Uid"]) == {"65534"}
    assert "0" not in groups["Gid"] + groups["Groups"]


@only_as_root
def test_an_ordinary_user_serves_and_recovers_alike(
    data: Path, script: Callable[..., subprocess.Popen[str]]
) -> None:
    shutil.chown(data, "nobody")
    output, errors = script(AS_ORDINARY_USER, data).communicate(timeout=60)
    assert output == "10 65534\n", errors
    # Root later serves it as its owner.
    with EmbeddedPostgres(data) as database:
        assert row(database.url(), "SELECT level FROM answer") == (10,)


@only_as_root
def test_an_ordinary_user_is_refused_the_database_of_another_one(
    data: Path, script: Callable[..., subprocess.Popen[str]]
) -> None:
    (data / "postgres").mkdir()
    shutil.chown(data / "postgres", "daemon")
    shutil.chown(data, "nobody")
    _, errors = script(AS_ORDINARY_USER, data).communicate(timeout=60)
    assert "belongs to another account" in errors


@only_as_root
def test_programs_in_a_closed_folder_are_copied_where_the_account_can_run_them(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    package = programs_folder().parents[1]
    closed = tmp_path / PACKAGE
    shutil.copytree(package / INSTALLATION, closed / INSTALLATION, symlinks=True)
    shutil.copytree(package.with_name(f"{PACKAGE}.libs"), tmp_path / f"{PACKAGE}.libs")
    (closed / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with EmbeddedPostgres(data) as database:
        assert row(database.url(), "SELECT 1") == (1,)
        program = Path(f"/proc/{postmaster(database)}/exe").readlink()
    assert program.is_relative_to(data)


@only_as_root
def test_a_folder_where_the_account_cannot_enter_is_refused_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(EngineUnavailable, match=r"'nobody', which serves the database, cannot ent"):
        EmbeddedPostgres(tmp_path / "data").start()
