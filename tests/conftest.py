"""What every test may ask for: the shared data, PostgreSQL and Spark.

What is not to be had on a machine is skipped, and the skips are counted by reason when the run
ends. With CI=true a skip is a failure.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings

from tests.services import (
    ServiceUnavailable,
    postgres,
    postgres_folders,
    spark_cluster,
    spark_environment,
)

# The first example of a run pays for imports: a deadline would measure those.
settings.register_profile("ressenti", deadline=None)
settings.load_profile("ressenti")

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

ROOT = Path(__file__).resolve().parents[1]
ENGINE_FIXTURES = {"postgres_url", "spark_session", "spark_cluster_url"}


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data and oracles: RESSENTI_SHARED, or the project's neighbour."""
    folder = Path(os.environ.get("RESSENTI_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("not here: the shared data")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start an empty PostgreSQL for the whole run and return its URL."""
    folders = postgres_folders()
    if not folders:
        pytest.skip("not here: PostgreSQL")
    with postgres(folders[0]) as url:
        yield url


@pytest.fixture(scope="session")
def spark_session() -> Iterator[SparkSession]:
    """Return a small local Spark session, the only one its process can have."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # pyspark leaves sockets to the garbage collector and warns about the newest pandas.
        warnings.simplefilter("ignore")
        try:
            for name, value in spark_environment().items():
                patch.setenv(name, value)
        except ServiceUnavailable as missing:
            pytest.skip(f"not here: {missing}")
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[2]")
            .appName("ressenti-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.memory", "1g")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )
        yield session
        session.stop()


@pytest.fixture(scope="session")
def spark_cluster_url() -> Iterator[str]:
    """Start a standalone cluster, one master and two workers, and return its URL.

    A process has one Spark context, and `spark_session` may have taken it: a test of the cluster
    runs its driver in a child process, as the command line does.
    """
    try:
        with spark_cluster() as url:
            yield url
    except ServiceUnavailable as missing:
        pytest.skip(f"not here: {missing}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Tests of one engine share one server, so they stay in one of pytest-xdist's processes.
    for item in items:
        if ENGINE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("engines"))
            item.add_marker(pytest.mark.warehouse)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return failed_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return failed_in_ci(report)


def failed_in_ci(report: Report) -> Report:
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI what is missing is a failure: {skip_reason(report)}"
    return report


def skip_reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    detail = report.longrepr
    return str(detail[2] if isinstance(detail, tuple) else detail).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for reason, count in Counter(map(skip_reason, skipped)).most_common():
        terminalreporter.write_line(f"{count} skipped: {reason}", yellow=True)
