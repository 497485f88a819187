"""Asking an engine: in this process, or in a child process that is the driver of a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ressenti as rs
from ressenti.errors import RessentiError

ROOT = Path(__file__).resolve().parents[2]
Reply = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that holds the nasty tables.

    Parameters
    ----------
    name : str
    prefix : str
        What stands before the table in a source: ``engine-url::``.
    written : callable
        How a person writes the name of one of the tables.
    ask : callable
        Scores a source and returns what ``reply_to`` does.
    """

    name: str
    prefix: str
    written: Callable[[str], str]
    ask: Callable[[Any, Sequence[str], Mapping[str, Any]], Reply]

    def source_of(self, table: str) -> str:
        return self.prefix + self.written(table)

    def scores(self, table: str, measures: str | Sequence[str], **request: Any) -> list[Reply]:
        """Return the scores of a table, as the JSON contract writes them."""
        listed = [measures] if isinstance(measures, str) else list(measures)
        scores: list[Reply] = self.ask(self.source_of(table), listed, request)["scores"]
        return scores

    def score(self, table: str, measure: str, **request: Any) -> Reply:
        """Return the only score of a question."""
        (one,) = self.scores(table, measure, **request)
        return one

    def outcomes(self, config: Path, only: Sequence[str], **request: Any) -> list[Reply]:
        """Return the scores of outcomes of a plan, as the JSON contract writes them."""
        asked = {"config": str(config), "only": list(only), **request}
        scores: list[Reply] = self.ask(None, [], asked)["scores"]
        return scores

    def drivers(self, table: str, target: str, of: Sequence[str], **request: Any) -> Reply:
        """Return the drivers of an outcome of a table, as the JSON contract writes them."""
        return self.ask(self.source_of(table), of, {"target": target, **request})

    def links(self, table: str | None, **request: Any) -> Reply:
        """Return the links of outcomes with indicators, as the JSON contract writes them."""
        source = None if table is None else self.source_of(table)
        return self.ask(source, [], {"kpi": [], "outcome": [], **request})

    def drivers_of_plan(self, config: Path, target: str, of: Sequence[str], **asked: Any) -> Reply:
        """Return the drivers of a measure of a plan, as the JSON contract writes them."""
        return self.ask(None, of, {"target": target, "config": str(config), **asked})

    def refusal(self, written: str, measure: str, **request: Any) -> str:
        """Return the error that a table's name as written leads to: its class, then its words."""
        try:
            self.ask(self.prefix + written, [measure], request)
        except RuntimeError as error:
            return str(error)
        except RessentiError as error:
            return f"{type(error).__name__}: {error}"
        message = f"{written!r} was read as a table of {self.name}"
        raise AssertionError(message)

    def off_scale(self, table: str, measure: str) -> Mapping[str, int]:
        """Return how often each raw value that is on no level was met."""
        reply = self.ask(self.source_of(table), [measure], {})
        return dict(reply["off_scale"])


def reply_to(source: Any, measures: Sequence[str], request: Mapping[str, Any]) -> Reply:
    """Return scores and the values on no level; or drivers, or links, or outcomes of a plan."""
    if "only" in request:
        return {"scores": rs.outcomes(source, **request).to_dicts()}
    if "target" in request:
        return rs.drivers(source, of=measures, **request).to_dict()
    if "kpi" in request:
        return rs.link(source, **request).to_dict()
    scores = rs.score(source, measures, **request)
    met = [pair for own in scores.off_scale.values() for pair in own.values]
    return {"scores": scores.to_dicts(), "off_scale": met}


@contextmanager
def driver_process(environment: Mapping[str, str]) -> Iterator[Callable[..., Reply]]:
    """Give a function like ``reply_to`` that is answered by one child process, line by line."""
    command = [sys.executable, "-m", "tests.warehouse.asking"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asked, answered = process.stdin, process.stdout

    def ask(source: Any, measures: Sequence[str], request: Mapping[str, Any]) -> Reply:
        asked.write(json.dumps([source, measures, request]) + "\n")
        asked.flush()
        line = answered.readline()
        if not line:
            message = f"the driver ended with status {process.wait()}"
            raise RuntimeError(message)
        reply: Reply = json.loads(line)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply

    try:
        yield ask
    finally:
        asked.close()
        process.wait(timeout=60)
        answered.close()


def answer_lines() -> None:
    """Answer every question of standard input on standard output until it ends."""
    # Spark writes to standard output too: it gets standard error instead.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            reply = reply_to(*json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
            reply = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


if __name__ == "__main__":
    answer_lines()
