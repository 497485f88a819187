"""Supervised processes: order, restarts, patience, and an end that leaves nobody behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from ressenti.server.running.postgres import EmbeddedPostgres
from ressenti.server.running.survivor import Survivor
from tests.server.running.conftest import comes_true, lives

Script = Callable[..., subprocess.Popen[str]]

# A supervisor whose children's commands are told as JSON: [[name, [argument, …]], …].
SUPERVISE = """
import json, sys
from ressenti.errors import RessentiError
from ressenti.server.running.children import Child
from ressenti.server.running.logs import configure_logs
from ressenti.server.running.supervision import Patience, Supervisor
configure_logs()
patience = Patience(first_delay=0.05, fast=5.0, failures=4)
try:
    with Supervisor(patience) as supervisor:
        for name, command in json.loads(sys.argv[1]):
            child = Child(name=name, command=tuple(command), grace=0.5)
            if name.startswith("task"):
                supervisor.finish(child)
            else:
                supervisor.start(child)
        print("watching", flush=True)
        supervisor.watch()
except RessentiError as error:
    print(error, flush=True)
    sys.exit(1)
"""
SUPERVISE_DATABASE = """
import sys
from pathlib import Path
from ressenti.server.running.postgres import EmbeddedPostgres
from ressenti.server.running.supervision import Supervisor
database = EmbeddedPostgres(Path(sys.argv[1]))
with Supervisor() as supervisor:
    supervisor.start(database.prepare())
    print(database.url(), file=sys.stderr, flush=True)
    supervisor.watch()
"""
FOREVER = ["sleep", "600"]
DEAF = ["sh", "-c", "trap '' TERM; while :; do sleep 600 & wait; done"]
# A process that starts another one and passes no signal on.
PARENT = ["sh", "-c", "sleep 600 & echo grandchild $! >&2; sleep 600"]


def told(errors: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in errors.splitlines() if line.startswith("{")]


def names(events: list[dict[str, object]], event: str) -> list[object]:
    return [one["child"] for one in events if one["event"] == event]


def processes(events: list[dict[str, object]]) -> list[int]:
    return [int(str(one["process"])) for one in events if one["event"] == "child_started"]


def watching(supervisor: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert supervisor.stdout
    assert supervisor.stdout.readline() == "watching\n"
    return supervisor


def test_children_start_in_order_and_stop_in_reverse(script: Script) -> None:
    children = [("first", FOREVER), ("task", ["true"]), ("second", FOREVER), ("third", FOREVER)]
    supervisor = watching(script(SUPERVISE, json.dumps(children)))
    supervisor.terminate()
    _, errors = supervisor.communicate(timeout=20)
    assert supervisor.returncode == 0
    events = told(errors)
    assert names(events, "child_started") == ["first", "task", "second", "third"]
    assert names(events, "task_done") == ["task"]
    assert names(events, "child_stopped") == ["third", "second", "first"]
    assert not any(lives(process) for process in processes(events))


def test_control_c_stops_the_children_one_by_one_and_not_all_at_once(script: Script) -> None:
    supervisor = watching(script(SUPERVISE, json.dumps([("one", FOREVER), ("two", FOREVER)])))
    supervisor.send_signal(signal.SIGINT)
    _, errors = supervisor.communicate(timeout=20)
    assert supervisor.returncode == 0
    assert names(told(errors), "child_stopped") == ["two", "one"]
    assert "Traceback" not in errors


def test_a_dead_child_is_started_again(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "processes"
    child = ["sh", "-c", f"echo $$ >> {file}; exec sleep 600"]
    supervisor = watching(script(SUPERVISE, json.dumps([("web", child)])))
    assert comes_true(file.exists)
    first = int(file.read_text())
    os.kill(first, signal.SIGKILL)
    assert comes_true(lambda: len(file.read_text().split()) == 2)
    supervisor.terminate()
    _, errors = supervisor.communicate(timeout=20)
    (ended,) = [one for one in told(errors) if one["event"] == "child_ended"]
    assert (ended["status"], ended["failures"], ended["restart_in"]) == (-9, 1, 0.05)


def test_a_child_that_keeps_crashing_is_given_more_time_and_then_ends_all(script: Script) -> None:
    since = time.monotonic()
    supervisor = script(
        SUPERVISE, json.dumps([("web", FOREVER), ("worker", ["sh", "-c", "exit 3"])])
    )
    output, errors = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert "the process 'worker' ended 4 times in a row" in output
    assert "at last with status 3" in output
    events = told(errors)
    delays = [one["restart_in"] for one in events if one["event"] == "child_ended"]
    assert delays == [0.05, 0.1, 0.2]
    assert time.monotonic() - since > sum((0.05, 0.1, 0.2))
    assert names(events, "child_started").count("worker") == 4
    assert not any(lives(process) for process in processes(events))


def test_a_step_that_fails_ends_all(script: Script) -> None:
    children = [("web", FOREVER), ("task", ["sh", "-c", "exit 7"])]
    supervisor = script(SUPERVISE, json.dumps(children))
    output, errors = supervisor.communicate(timeout=20)
    assert (supervisor.returncode, "'task' failed with status 7" in output) == (1, True)
    assert not any(lives(process) for process in processes(told(errors)))


def test_a_child_that_ignores_its_end_is_killed_after_its_grace(script: Script) -> None:
    supervisor = watching(script(SUPERVISE, json.dumps([("deaf", DEAF)])))
    time.sleep(0.3)
    supervisor.terminate()
    _, errors = supervisor.communicate(timeout=20)
    (stopped,) = [one for one in told(errors) if one["event"] == "child_stopped"]
    assert stopped["complied"] is False
    assert not any(lives(process) for process in processes(told(errors)))


def test_a_killed_supervisor_leaves_neither_children_nor_grandchildren(script: Script) -> None:
    supervisor = watching(script(SUPERVISE, json.dumps([("web", PARENT), ("deaf", DEAF)])))
    time.sleep(0.3)
    supervisor.kill()
    _, errors = supervisor.communicate(timeout=20)
    grandchild = int(errors.split("grandchild ")[1].split()[0])
    for process in (*processes(told(errors)), grandchild):
        assert comes_true(lambda process=process: not lives(process)), process


def test_the_survivor_alone_ends_what_a_dead_supervisor_left() -> None:
    # Without the pact with the system, as where there is none.
    willing = subprocess.Popen(FOREVER, start_new_session=True)
    deaf = subprocess.Popen(DEAF, start_new_session=True)
    finished = subprocess.Popen(FOREVER, start_new_session=True)
    time.sleep(0.2)
    survivor = Survivor()
    for process in (willing, deaf, finished):
        survivor.watch(process.pid, signal.SIGTERM, 0.3)
    survivor.forget(finished.pid)
    survivor.close()
    assert willing.wait(timeout=5) == -signal.SIGTERM
    assert deaf.wait(timeout=5) == -signal.SIGKILL
    assert finished.poll() is None
    finished.kill()
    finished.wait()


def test_a_survivor_that_was_killed_is_replaced() -> None:
    survivor = Survivor()
    children = [subprocess.Popen(FOREVER, start_new_session=True) for _ in range(2)]
    survivor.watch(children[0].pid, signal.SIGTERM, 0.3)
    # The new process bears its command a moment after it exists.
    assert comes_true(lambda: own_survivor() is not None)
    own = own_survivor()
    assert own is not None
    os.kill(own, signal.SIGKILL)
    assert comes_true(lambda: not lives(own))
    survivor.watch(children[1].pid, signal.SIGTERM, 0.3)
    survivor.close()
    assert [child.wait(timeout=5) for child in children] == [-signal.SIGTERM] * 2


def own_survivor() -> int | None:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"survivor.py" in (entry / "cmdline").read_bytes():
                return int(entry.name)
    return None


def test_a_killed_database_comes_back_under_its_supervisor(script: Script, data: Path) -> None:
    supervisor = script(SUPERVISE_DATABASE, data)
    assert supervisor.stderr
    url = supervisor.stderr.readline().strip()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE answer AS SELECT 10 AS level")
    file = EmbeddedPostgres(data).cluster / "postmaster.pid"
    server = int(file.read_text().split()[0])
    os.kill(server, signal.SIGKILL)

    def answers() -> bool:
        try:
            with psycopg.connect(url) as connection:
                return connection.execute("SELECT level FROM answer").fetchone() == (10,)
        except psycopg.OperationalError:
            return False

    assert comes_true(answers)
    supervisor.terminate()
    supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0
    assert not file.exists()


def test_a_database_that_cannot_come_back_is_given_up_with_its_log(
    script: Script, data: Path
) -> None:
    with EmbeddedPostgres(data) as database:
        settings = database.cluster / "postgresql.conf"
    with settings.open("a") as file:
        file.write("work_mem = 'plenty'\n")
    impatient = SUPERVISE_DATABASE.replace("Supervisor()", "Supervisor(Patience(failures=2))")
    impatient = impatient.replace("import Supervisor", "import Patience, Supervisor")
    supervisor = script(impatient, data)
    _, errors = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert "'postgres' ended 2 times in a row" in errors
    assert 'invalid value for parameter "work_mem"' in errors


def test_the_survivor_needs_nothing_but_the_standard_library() -> None:
    from ressenti.server.running import survivor

    done = subprocess.run(
        (sys.executable, "-I", "-S", survivor.__file__), input=b"", capture_output=True, timeout=20
    )
    assert (done.returncode, done.stderr) == (0, b"")
