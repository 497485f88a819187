"""Answers taken in over HTTP, against what the database itself can insert in the same minutes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError

from benchmarks.load import KEY, request_bytes
from benchmarks.rounds import ROOT, Claim, Result
from tests.services import free_port, postgres, postgres_folders

SECONDS, ROUNDS = 5.0, 3
WORKERS = 2
SECRET = "only-for-benchmarks-" + "0" * 32
API_KEY = "rsk_bench_" + "s" * 32
BATCH, BATCH_CONNECTIONS = 2_000, 8
OURS = "ressenti.server.asgi:application"
APPLICATIONS = {
    "ours": OURS,
    "starlette": "benchmarks.starlette_peer:application",
    "starlette, no check at all": "benchmarks.starlette_peer:bare_application",
}
HTTP = "ressenti.server.intake.direct_protocol:DirectProtocol"

ANSWERS = {"recommend": 9, "why": "Accueil chaleureux, attente un peu longue en caisse"}
QUESTIONNAIRE = {
    "format": "ressenti.questionnaire/1",
    "title": {"fr": "Votre visite"},
    "languages": ["fr"],
    "pages": [{"id": "p1", "questions": ["recommend", "why"]}],
    "questions": [
        {
            "id": "recommend",
            "type": "recommendation",
            "required": True,
            "label": {"fr": "Recommanderiez-vous notre boutique ?"},
            "measure": "nps",
        },
        {"id": "why", "type": "comment", "label": {"fr": "Pourquoi ?"}},
    ],
}
# What one accepted response leaves in the journal, inserted by pgbench one row at a time.
PGBENCH = """
INSERT INTO ressenti_journalentry
    (organisation_id, survey_id, response_id, kind, idempotency_key, received_at, payload)
VALUES ('{organisation}', '{survey}', gen_random_uuid(), 1, gen_random_uuid()::text, now(),
    '{payload}'::jsonb);
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many answers a second one way took in, and what one cost all processes together.

    Parameters
    ----------
    micros : float
        CPU microseconds an answer: database, web processes and the client that sends.
    """

    per_second: float
    micros: float


@dataclass(frozen=True, slots=True)
class Ground:
    """A durable database with one live survey, and the folder of files around it."""

    url: str
    programs: Path
    folder: Path
    public_key: str
    payload: str
    organisation: str
    survey: str
    postmaster: int

    def environment(self, base_url: str) -> Mapping[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "RESSENTI_DATA": str(self.folder),
            "RESSENTI_BASE_URL": base_url,
            "RESSENTI_SECRET_KEY": SECRET,
            "DJANGO_SETTINGS_MODULE": "ressenti.server.django_settings",
            "PYTHONPATH": str(ROOT),
        }


def result(*, rows: int | None, quick: bool) -> Result:
    """Return the rates of each way, in turn, and what follows from them."""
    del rows
    rounds, seconds = (1, 2.0) if quick else (ROUNDS, SECONDS)
    with ground() as place:
        rates: dict[str, list[Rate]] = {}
        for number in range(rounds):
            for name, rate in one_round(place, seconds, number).items():
                rates.setdefault(name, []).append(rate)
        ours = median(rate.per_second for rate in rates["ours"])
        with served(place, OURS) as base_url:
            load(place, base_url, 1.0)
            calm = load(place, base_url, seconds, rate=ours / 2)
            batch = batch_rate(place, base_url, seconds)
            pairs = page_rate(place, base_url, seconds)
        alone = pgbench_percentile(place, seconds, rate=ours / 2)
    ratio, cost = compared(rates, "ours", "pgbench")
    peer, peer_cost = compared(rates, "ours", "starlette")
    return Result(
        "Answers taken in, durable before they are acknowledged, 64 connections",
        {},
        [
            Claim(
                "answers a second over HTTP with every check, to pgbench's rows",
                ratio,
                0.6,
                is_at_least=True,
                whole=cost,
            ),
            Claim(
                "to Starlette with the same checks",
                peer,
                1.0,
                is_at_least=True,
                whole=peer_cost,
            ),
            Claim("99th percentile at half load", calm["p99"], 60, "ms"),
            Claim("answers a second in batches", batch, 20_000, "/s", is_at_least=True),
            Claim("pages drawn and sent back a second", pairs, 70, "/s", is_at_least=True),
        ],
        shown=f"{rate_table(rates)}\n\nAt half load pgbench's own single rows have a 99th "
        f"percentile of {alone:.0f} ms: what is above a few milliseconds is the disk.",
    )


def compared(rates: Mapping[str, list[Rate]], one: str, other: str) -> tuple[float, float]:
    """Return the median ratios of two ways: of their rates, and of their answers a CPU second."""
    pairs = list(zip(rates[one], rates[other], strict=True))
    return (
        median(mine.per_second / theirs.per_second for mine, theirs in pairs),
        median(theirs.micros / mine.micros for mine, theirs in pairs),
    )


def rate_table(rates: Mapping[str, list[Rate]]) -> str:
    lines = ["| way | answers a second | each round | CPU µs an answer |"]
    lines.append("| --- | ---: | ---: | ---: |")
    for name, found in rates.items():
        each = ", ".join(f"{rate.per_second:,.0f}" for rate in found)
        middle = median(rate.per_second for rate in found)
        micros = median(rate.micros for rate in found)
        lines.append(f"| {name} | {middle:,.0f} | {each} | {micros:.0f} |")
    told = "The CPU counts database, web processes and client; *whole processes* is its ratio."
    return "\n".join([*lines, "", told])


def one_round(place: Ground, seconds: float, number: int) -> dict[str, Rate]:
    """Return the rate of each way on the same database; each round begins with another one."""
    ways = ("pgbench", *APPLICATIONS)
    first = number % len(ways)
    rates: dict[str, Rate] = {}
    for name in (*ways[first:], *ways[:first]):
        # What the one before has written is not on the next one's bill.
        checkpoint(place)
        if name == "pgbench":
            rates[name] = pgbench_rate(place, seconds)
        else:
            rates[name] = web_rate(place, seconds, APPLICATIONS[name])
    return {name: rates[name] for name in ways}


def checkpoint(place: Ground) -> None:
    from psycopg import connect

    with connect(place.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def web_rate(place: Ground, seconds: float, application: str) -> Rate:
    """Return how many single answers a second an application takes in."""
    with served(place, application) as base_url:
        load(place, base_url, 1.0)
        before = cpu_seconds(place)
        found = load(place, base_url, seconds)
        spent = cpu_seconds(place) - before
    return Rate(found["per_second"], 1e6 * spent / sum(found["statuses"].values()))


def cpu_seconds(place: Ground) -> float:
    """Return the CPU seconds of this process, of the database and of all that they started."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    roots = {os.getpid(), place.postmaster}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            _, _, rest = (folder / "stat").read_text().rpartition(")")
        except OSError:
            continue
        told = rest.split()
        process = int(folder.name)
        parents[process] = int(told[1])
        # Its own time, and that of its children that have ended.
        ticks[process] = sum(map(int, told[11:15]))
    return sum(
        spent for process, spent in ticks.items() if roots & ancestry(process, parents)
    ) / os.sysconf("SC_CLK_TCK")


def ancestry(process: int, parents: Mapping[int, int]) -> set[int]:
    """Return a process and all above it."""
    found = set()
    while process and process not in found:
        found.add(process)
        process = parents.get(process, 0)
    return found


def pgbench_rate(place: Ground, seconds: float) -> Rate:
    """Return the rows a second that 64 clients insert, each in a transaction of its own."""
    before = cpu_seconds(place)
    told = pgbench(place, seconds)
    spent = cpu_seconds(place) - before
    lines = told.splitlines()
    tps = next(float(line.split()[2]) for line in lines if line.startswith("tps"))
    start = "number of transactions actually processed:"
    count = next(int(line.removeprefix(start)) for line in lines if line.startswith(start))
    return Rate(tps, 1e6 * spent / count)


def pgbench_percentile(place: Ground, seconds: float, *, rate: float) -> float:
    """Return the 99th percentile of the milliseconds that single rows take at a rate."""
    logs = place.folder / "pgbench"
    pgbench(place, seconds, f"--rate={rate:.0f}", "--log", f"--log-prefix={logs}")
    lines = [line for file in place.folder.glob("pgbench.*") for line in file.open()]
    taken = sorted(int(line.split()[2]) / 1000 for line in lines)
    return taken[int(len(taken) * 0.99)]


def pgbench(place: Ground, seconds: float, *options: str) -> str:
    """Run 64 clients that each insert rows in transactions of their own; return what it tells."""
    script = place.folder / "insert.sql"
    statement = PGBENCH.format(
        organisation=place.organisation, survey=place.survey, payload=place.payload
    )
    script.write_text(" ".join(statement.split()))
    command = (
        *(str(place.programs / "pgbench"), "--no-vacuum", "--protocol=prepared", *options),
        *("--client=64", "--jobs=2", f"--time={seconds:.0f}", f"--file={script}", place.url),
    )
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def served(place: Ground, application: str) -> Iterator[str]:
    """Serve an application with two processes; give its address."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    command = (
        *(sys.executable, "-m", "uvicorn", application, f"--port={port}", "--loop=uvloop"),
        *(f"--workers={WORKERS}", "--no-access-log", "--log-level=warning", f"--http={HTTP}"),
    )
    process = subprocess.Popen(command, env=place.environment(base_url), cwd=ROOT)
    try:
        await_server(base_url)
        yield base_url
    finally:
        process.terminate()
        process.wait(timeout=30)


def await_server(base_url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{base_url}/healthz", timeout=5)
        except URLError as error:
            if getattr(error, "code", None):
                break
            time.sleep(0.1)
        else:
            break
    # The second process may be a moment behind the first.
    time.sleep(1.0)


def load(
    place: Ground, base_url: str, seconds: float, *, rate: float | None = None
) -> dict[str, Any]:
    """Return what a process of its own measures while it sends single answers."""
    body = {"survey": "visit", "answers": ANSWERS, "idempotency_key": KEY.decode()}
    return told_by_load(
        place, base_url, "/api/v1/responses", body, seconds, rate=rate, expected=201
    )


def batch_rate(place: Ground, base_url: str, seconds: float) -> float:
    """Return the answers a second that batches of two thousand bring in."""
    one = {"survey": "visit", "answers": ANSWERS}
    found = told_by_load(
        place,
        base_url,
        "/api/v1/responses/batch",
        {"responses": [one] * BATCH},
        seconds,
        connections=BATCH_CONNECTIONS,
        expected=200,
    )
    return BATCH * float(found["per_second"])


def told_by_load(
    place: Ground,
    base_url: str,
    path: str,
    body: Mapping[str, Any],
    seconds: float,
    *,
    expected: int,
    rate: float | None = None,
    connections: int = 64,
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    file = place.folder / "request"
    file.write_bytes(request_bytes(path, headers, json.dumps(body).encode()))
    command = [sys.executable, "-m", "benchmarks.load", base_url, str(file)]
    command += [f"--seconds={seconds}", f"--expected={expected}", f"--connections={connections}"]
    command += [f"--rate={rate}"] if rate else []
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    if set(found["statuses"]) != {str(expected)}:
        raise SystemExit(f"not every answer was taken: {found['statuses']}")
    return found


def page_rate(place: Ground, base_url: str, seconds: float) -> float:
    """Return how often a second four people get the page and send it back."""
    command = (
        *(sys.executable, "-m", "benchmarks.page_load", base_url, place.public_key),
        f"--seconds={seconds}",
    )
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return float(json.loads(done.stdout)["per_second"])


@contextmanager
def ground() -> Iterator[Ground]:
    """Start a durable PostgreSQL, migrate it, and make a survey that takes answers."""
    programs = postgres_folders()[0]
    with (
        postgres(programs, is_durable=True) as url,
        tempfile.TemporaryDirectory(prefix="ressenti-ingest-") as name,
    ):
        place = Ground(url, programs, Path(name), "", "", "", "", 0)
        os.environ |= place.environment("http://127.0.0.1")
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        ready = with_survey(place)
        # The pool would hold connections that pgbench needs.
        for connection in connections.all():
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's only
        yield ready


def with_survey(place: Ground) -> Ground:
    """Return the ground with an organisation, a key, a live survey and a sample of its rows."""
    from ressenti.server.models import ApiKey, Organisation, Survey, SurveyVersion

    organisation = Organisation.objects.create(key="bench", name="Bench", language="fr")
    survey = Survey.objects.create(
        organisation=organisation, key="visit", name="Visite", state="live", draft=QUESTIONNAIRE
    )
    SurveyVersion.objects.create(
        survey=survey, number=1, questionnaire=QUESTIONNAIRE, published_at=datetime.now(UTC)
    )
    ApiKey.objects.create(
        organisation=organisation,
        name="bench",
        prefix="bench",
        digest=hashlib.sha256(API_KEY.encode()).digest(),
        scopes=["answers:write"],
    )
    return Ground(
        place.url,
        place.programs,
        place.folder,
        survey.public_key,
        sample_payload(survey),
        str(organisation.pk),
        str(survey.pk),
        postmaster_of(place.url),
    )


def postmaster_of(url: str) -> int:
    """Return the process that started every other one of a database."""
    from psycopg import connect

    with connect(url) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()
    return int(Path(folder[0], "postmaster.pid").read_text().split()[0]) if folder else 0


def sample_payload(survey: Any) -> str:
    """Return the payload that one accepted response has, for pgbench to insert."""
    from uuid import uuid4
    from zoneinfo import ZoneInfo

    from ressenti.server.intake.acceptance import Submission, accepted
    from ressenti.server.intake.catalogue import KnownSurvey
    from ressenti.surveys.questionnaire import questionnaire_of

    now = datetime.now(UTC)
    known = KnownSurvey(
        id=survey.pk,
        organisation=survey.organisation_id,
        organisation_name="Bench",
        key=survey.key,
        public_key=survey.public_key,
        state=survey.state,
        is_anonymous=False,
        is_public=True,
        unit="",
        units=frozenset(),
        touchpoint="",
        attributes=frozenset(),
        segments=frozenset(),
        channels={},
        closes_at=None,
        end_url="",
        allowed_hosts=(),
        time_zone=ZoneInfo("Europe/Paris"),
        version=1,
        questionnaire=questionnaire_of(QUESTIONNAIRE),
        quotas=(),
    )
    submission = Submission(
        survey=known,
        given=ANSWERS,
        language="fr",
        is_final=True,
        channel="api",
        response=uuid4(),
        idempotency_key="sample",
        request=hashlib.sha256(b"").hexdigest(),
        started_at=now,
        answered_at=now,
    )
    payload = accepted(submission, now=now).entry.payload
    # A colon that touches what follows is a variable to pgbench.
    return json.dumps(json.loads(payload), ensure_ascii=False)


if __name__ == "__main__":
    print(result(rows=None, quick=True))
