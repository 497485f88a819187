"""Rounds: the cases of a benchmark, each a process of its own, run in turn and measured whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
MARK = "work_seconds"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process cost.

    Parameters
    ----------
    cpu, wall : float
        Seconds of the whole process, its start and imports included.
    work : float
        CPU seconds of the work alone, once everything is imported and opened.
    peak : float
        Greatest resident memory, in megabytes.
    """

    cpu: float
    wall: float
    work: float
    peak: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, the figure that was measured, and the goal it is held to.

    Parameters
    ----------
    unit : str
        What follows the figure: ``"×"``, ``"s"``, ``"ms"``, ``"MB"``.
    is_at_least : bool
        The goal is a floor rather than a ceiling.
    whole : float or None
        The same ratio between whole processes, start and imports included.
    """

    sentence: str
    figure: float
    goal: float
    unit: str = "×"
    is_at_least: bool = False
    whole: float | None = None

    @property
    def is_met(self) -> bool:
        return self.figure >= self.goal if self.is_at_least else self.figure <= self.goal


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark: its cases, its claims and whatever else must be shown."""

    title: str
    cases: Mapping[str, Measured]
    claims: Sequence[Claim]
    shown: str = ""


def python_case(module: str, case: str, *arguments: object) -> list[str]:
    """Return the command that runs one case of a benchmark and times its work."""
    return [sys.executable, "-m", "benchmarks.rounds", module, case, *map(str, arguments)]


def medians(commands: Mapping[str, Sequence[str]], *, rounds: int) -> dict[str, Measured]:
    """Return the median of every figure of each command, run in turn ``rounds`` times."""
    found: dict[str, list[Measured]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            measured = one_run(command)
            # The first round warms the disk.
            if number:
                found[name].append(measured)
    return {
        name: Measured(
            cpu=median(run.cpu for run in runs),
            wall=median(run.wall for run in runs),
            work=median(run.work for run in runs),
            peak=max(run.peak for run in runs),
        )
        for name, runs in found.items()
    }


def one_run(command: Sequence[str]) -> Measured:
    """Run a command to its end and return what the operating system says it cost."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    wall = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    last = output.splitlines()[-1] if output.strip() else ""
    work = json.loads(last)[MARK] if last.startswith(f'{{"{MARK}"') else cpu
    return Measured(cpu=cpu, wall=wall, work=work, peak=usage.ru_maxrss / 1024)


def timed_case(module: str, case: str, arguments: Sequence[str]) -> None:
    """Prepare a case, run its work and print what the work cost."""
    cases: Mapping[str, Callable[..., Callable[[], object]]]
    cases = import_module(f"benchmarks.{module}").CASES
    work = cases[case](*arguments)
    start = time.process_time()
    work()
    print(json.dumps({MARK: time.process_time() - start}))


if __name__ == "__main__":
    timed_case(sys.argv[1], sys.argv[2], sys.argv[3:])
