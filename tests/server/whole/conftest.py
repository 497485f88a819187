"""The product as somebody runs it: ``ressenti demo`` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.services import free_port

SECONDS_TO_START = 120


@dataclass(slots=True)
class Product:
    """A running demonstration."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tour(self) -> dict[str, str]:
        told: dict[str, str] = json.loads((self.data / "tour.json").read_text())
        return told

    @property
    def database(self) -> str:
        password = (self.data / "postgres.password").read_text().strip()
        port = (self.data / "postgres.port").read_text().strip()
        return f"postgresql://ressenti:{password}@127.0.0.1:{port}/ressenti"

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Return what the database says."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement).fetchall()

    def wait_until_it_answers(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if self.process.poll() is not None:
                logs = [self.data / "errors", *sorted((self.data / "logs").glob("*.log"))]
                told = "\n".join(f"{log.name}: {log.read_text()[-2000:]}" for log in logs)
                pytest.fail(f"ended with status {self.process.returncode}\n{told}")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as response:
                    if response.status == 200 and (self.data / "tour.json").exists():
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        pytest.fail("did not answer in time")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def plain_environment() -> dict[str, str]:
    """Return our environment without what the other tests tell their server."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RESSENTI_", "DATABASE_", "DJANGO_"))
    }


def started_product(data: Path, port: int) -> Product:
    """Start the demonstration in a folder, which may hold one already."""
    environment = plain_environment()
    command = [
        sys.executable, "-m", "ressenti", "demo", "--port", str(port), "--no-browser",
        "--data", str(data), "--answers", "5000",
    ]  # fmt: skip
    with (data / "errors").open("ab") as errors:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=errors
        )
    product = Product(data, port, process)
    product.wait_until_it_answers()
    return product


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Give a running demonstration, stopped after the tests of the module."""
    # Not among pytest's own folders, which the database's account may not enter.
    with tempfile.TemporaryDirectory(prefix="ressenti-demo-", ignore_cleanup_errors=True) as name:
        running = started_product(Path(name), free_port())
        yield running
        if running.process.poll() is None:
            running.stop()
