"""Real data folders and real processes for the tests of what ``ressenti serve`` stands on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ressenti.server.running.postgres import EmbeddedPostgres


@pytest.fixture
def data() -> Iterator[Path]:
    """Return an empty data folder that any account of the machine can be led into."""
    with tempfile.TemporaryDirectory(prefix="ressenti-data-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def database() -> Iterator[EmbeddedPostgres]:
    """Return a database that is served for all the tests of a module."""
    with (
        tempfile.TemporaryDirectory(prefix="ressenti-data-") as folder,
        EmbeddedPostgres(Path(folder)) as running,
    ):
        yield running


@pytest.fixture
def script() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return how to start a Python text as a process of its own; it is killed with the test."""
    processes = []

    def start(text: str, *arguments: object) -> subprocess.Popen[str]:
        command = (sys.executable, "-c", text, *map(str, arguments))
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def lives(process: int) -> bool:
    """Return whether a process runs: one that is dead and not yet buried does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def comes_true(condition: Callable[[], bool], *, within: float = 15.0) -> bool:
    """Return whether something becomes true in time."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_root() -> bool:
    """Return whether the tests can give files and processes to other accounts."""
    return os.geteuid() == 0
