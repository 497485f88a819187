"""A Spark Connect server answers like any other engine; its client starts no Java."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services import ServiceUnavailable, free_port, spark_environment
from tests.warehouse.asking import Engine, driver_process
from tests.warehouse.nasty_tables import survey

START_SECONDS = 90.0
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """Start a Spark Connect server on this machine and give its URL."""
    environment = os.environ | spark_environment()
    port = free_port()
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "America/New_York",
        "spark.ui.enabled": "false",
    }
    options = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    program = Path(environment["SPARK_HOME"]) / "bin" / "spark-submit"
    command = [str(program), "--master", "local[2]", "--class", SERVER, *options, "spark-internal"]
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + START_SECONDS
        while "Spark Connect server started" not in log.read_text():
            if time.monotonic() > deadline or process.poll() is not None:
                message = f"a Spark Connect server that starts:\n{log.read_text()[-2000:]}"
                raise ServiceUnavailable(message)
            time.sleep(0.2)
        yield f"sc://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, parquet_folder: Path) -> Iterator[Engine]:
    pytest.importorskip("grpc")
    try:
        with (
            connect_server(tmp_path_factory.mktemp("connect")) as url,
            driver_process({"JAVA_HOME": "/nowhere"}) as ask,
        ):
            yield Engine("connect", f"{url}::", lambda table: str(parquet_folder / table), ask)
    except ServiceUnavailable as missing:
        pytest.skip(f"not here: {missing}")


@pytest.mark.xdist_group("engines")
@pytest.mark.warehouse
def test_months_in_paris_over_spark_connect(engine: Engine) -> None:
    _, truth = survey()
    months = truth["answered_at"].dt.tz_convert("Europe/Paris").dt.strftime("%Y-%m-01")
    scores = engine.scores(
        "survey",
        ["nps=mark:0-10", "resolution_time/mean=wait"],
        per="month",
        at="answered_at",
        time_zone="Europe/Paris",
    )
    found = {(one["indicator"], one["period"]["start"]): one["value"] for one in scores}
    for month, rows in truth.groupby(months):
        marks = rows[~rows["mark"].isin(["missing", "invalid"])]["mark"].astype(float)
        nps = 100 * ((marks >= 9).mean() - (marks <= 6).mean())
        assert found["nps", month] == pytest.approx(nps, rel=1e-9)
        hours = rows["wait"].mean() / 3600
        assert found["resolution_time", month] == pytest.approx(hours, rel=1e-9)


@pytest.mark.xdist_group("engines")
@pytest.mark.warehouse
def test_chains_of_contacts_over_spark_connect(engine: Engine) -> None:
    score = engine.score(
        "visits",
        "fcr/repeat_window",
        facts="contacts",
        derivation_options={"window_days": 7, "observed_until": "2024-03-31"},
    )
    assert score["value"] == pytest.approx(500 / 7, rel=1e-9)


@pytest.mark.xdist_group("engines")
@pytest.mark.warehouse
def test_what_spark_connect_refuses_is_an_error_of_ours(engine: Engine) -> None:
    assert engine.refusal("nowhere", "nps=mark:0-10").startswith("UnreadableSource")
