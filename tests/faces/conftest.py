"""The command line is called as a person calls it: another process, a folder, two streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Called:
    """What one call of the command line gave."""

    status: int
    out: str
    err: str

    def document(self) -> Any:
        """Return the one JSON document that standard output holds."""
        return json.loads(self.out)

    def scores(self) -> list[dict[str, Any]]:
        scores: list[dict[str, Any]] = self.document()["scores"]
        return scores


Call = Callable[..., Called]


def plain_environment() -> dict[str, str]:
    """Return the environment without a language of its own."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("LANG", "LC_ALL", "LC_MESSAGES", "COLUMNS")
    }


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Return a function that calls ``ressenti`` in the test's own folder."""

    def called(*arguments: object, stdin: str = "", **environment: str) -> Called:
        done = subprocess.run(
            [sys.executable, "-m", "ressenti", *map(str, arguments)],
            cwd=tmp_path,
            env=plain_environment() | environment,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Called(done.returncode, done.stdout, done.stderr)

    return called


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Return a small file of answers: 12 of Lyon and Nice over three months of 2026."""
    marks = (10, 9, 8, 3, 10, 7, 9, 2, 10, 10, 6, "")
    lines = ["mark,shop,channel,at,weight"]
    lines += [
        f"{mark},{('Lyon', 'Nice')[k % 2]},{('web', 'desk', 'phone')[k % 3]},"
        f"2026-0{1 + k % 3}-{10 + k},{1 + k % 2}"
        for k, mark in enumerate(marks)
    ]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
