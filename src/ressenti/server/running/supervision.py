"""Processes started in order, started again when they end, stopped in reverse order."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass
from types import FrameType
from typing import Self

import structlog

from ressenti.errors import EngineUnavailable
from ressenti.language import Text
from ressenti.server.running.children import Child, started, stop
from ressenti.server.running.survivor import Survivor

HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
READINESS_POLL_SECONDS = 0.05
IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How a child that ends is started again, and when we stop trying.

    Parameters
    ----------
    first_delay, longest_delay
        Seconds before the first restart; each fast failure doubles them up to the longest.
    fast
        Seconds: a child that lived less has failed fast; one that lived longer starts afresh.
    failures
        How many fast failures in a row end everything.
    """

    first_delay: float = 0.2
    longest_delay: float = 30.0
    fast: float = 15.0
    failures: int = 7

    def delay(self, failures: int) -> float:
        """Return the seconds to wait after a number of fast failures in a row.

        Examples
        --------
        >>> [Patience().delay(failures) for failures in (0, 1, 2, 3, 20)]
        [0.2, 0.2, 0.4, 0.8, 30.0]
        """
        return min(self.first_delay * 2.0 ** max(0, failures - 1), self.longest_delay)


@dataclass(slots=True)
class Run:
    """The life of one child: its present process, and how it has fared."""

    child: Child
    is_task: bool
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    is_ready: bool = False
    failures: int = 0
    restart_at: float = 0.0


class Supervisor:
    """Keeps children alive until it is told to stop, and leaves none behind.

    SIGTERM and SIGINT stop the children in reverse order. When the supervisor itself is killed,
    the system on Linux, and a surviving process everywhere, end them all the same. Use it in the
    main thread.

    Parameters
    ----------
    patience
        How children that end are started again.
    """

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self.is_stopping = False
        self._runs: list[Run] = []
        self._survivor = Survivor()
        self._log = structlog.get_logger("ressenti.supervision")

    def __enter__(self) -> Self:
        self._wake, self._wakes = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._wakes, False)
        self._former_wakes = signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)
        self._former_handlers = {number: signal.signal(number, self._noted) for number in HANDLED}
        return self

    def __exit__(self, *_: object) -> None:
        self.is_stopping = True
        for run in reversed(self._runs):
            if run.process:
                complied = self._put_away(run, run.process)
                self._log.info("child_stopped", child=run.child.name, complied=complied)
        self._survivor.close()
        for number, handler in self._former_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._former_wakes)
        os.close(self._wake)
        os.close(self._wakes)

    def start(self, child: Child) -> None:
        """Start a child and wait until it serves; return at once when told to stop.

        Raises
        ------
        EngineUnavailable
            When this child or an earlier one fails fast again and again.
        """
        run = Run(child, is_task=False)
        self._runs.append(run)
        while not (run.is_ready or self.is_stopping):
            self._step()

    def finish(self, child: Child) -> None:
        """Run a child to its end, once; return at once when told to stop.

        Raises
        ------
        EngineUnavailable
            When it ends with another status than 0, or another child fails again and again.
        """
        run = Run(child, is_task=True)
        self._runs.append(run)
        while run in self._runs and not self.is_stopping:
            self._step()

    def watch(self) -> None:
        """Keep the children alive until told to stop.

        Raises
        ------
        EngineUnavailable
            When a child fails fast again and again.
        """
        while not self.is_stopping:
            self._step()

    def _noted(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.is_stopping = True

    def _step(self) -> None:
        """Sleep until a signal or the next thing due, then do what is due for every child."""
        self._sleep()
        for run in tuple(self._runs):
            if run.process is None:
                self._launch_when_due(run)
            elif (status := run.process.poll()) is not None:
                self._put_away(run, run.process)
                self._ended(run, status)
            elif not run.is_ready:
                self._check(run, run.process)

    def _launch_when_due(self, run: Run) -> None:
        if self.is_stopping or time.monotonic() < run.restart_at:
            return
        run.process = started(run.child)
        run.started_at = time.monotonic()
        run.is_ready = False
        child = run.child
        self._survivor.watch(run.process.pid, child.stop_signal, child.grace)
        self._log.info("child_started", child=child.name, process=run.process.pid)

    def _check(self, run: Run, process: subprocess.Popen[bytes]) -> None:
        seconds = time.monotonic() - run.started_at
        if run.child.is_ready is None or run.child.is_ready(process.pid):
            run.is_ready = True
            self._log.info("child_ready", child=run.child.name, seconds=round(seconds, 2))
        elif seconds > run.child.ready_within:
            self._log.warning("child_too_slow", child=run.child.name, seconds=round(seconds, 2))
            stop(run.child, process)

    def _ended(self, run: Run, status: int) -> None:
        lived = time.monotonic() - run.started_at
        if self.is_stopping:
            return
        if run.is_task:
            self._runs.remove(run)
            if status:
                raise _task_failed(run.child.name, status)
            self._log.info("task_done", child=run.child.name, seconds=round(lived, 2))
            return
        has_failed_fast = lived < self.patience.fast or not run.is_ready
        run.failures = run.failures + 1 if has_failed_fast else 0
        if run.failures >= self.patience.failures:
            raise _gave_up(run, status)
        delay = self.patience.delay(run.failures)
        run.restart_at = time.monotonic() + delay
        run.is_ready = False
        name, failures = run.child.name, run.failures
        self._log.warning(
            "child_ended", child=name, status=status, failures=failures, restart_in=delay
        )

    def _put_away(self, run: Run, process: subprocess.Popen[bytes]) -> bool:
        """Stop a process and what it had started itself; tell whether it stopped when asked."""
        complied = stop(run.child, process)
        self._survivor.forget(process.pid)
        run.process = None
        return complied

    def _sleep(self) -> None:
        if self.is_stopping:
            return
        now = time.monotonic()
        due = [now + IDLE_SECONDS]
        for run in self._runs:
            if run.process is None:
                due.append(run.restart_at)
            elif not run.is_ready:
                due.append(now + READINESS_POLL_SECONDS)
        select.select([self._wake], [], [], max(0.0, min(due) - now))
        try:
            os.read(self._wake, 4096)
        except BlockingIOError:
            return


def _task_failed(name: str, status: int) -> EngineUnavailable:
    return EngineUnavailable(
        Text(
            en="the step '{name}' failed with status {status}; the lines above say why.",
            fr="l'étape « {name} » a échoué avec le statut {status} ; les lignes ci-dessus disent "
            "pourquoi.",
        ).format(name=name, status=status)
    )


def _gave_up(run: Run, status: int) -> EngineUnavailable:
    words = run.child.last_words() if run.child.last_words else ""
    return EngineUnavailable(
        Text(
            en="the process '{name}' ended {failures} times in a row soon after its start, at last "
            "with status {status}.{words}",
            fr="le processus « {name} » s'est arrêté {failures} fois de suite peu après son "
            "démarrage, la dernière fois avec le statut {status}.{words}",
        ).format(
            name=run.child.name,
            failures=run.failures,
            status=status,
            words=f"\n{words}\n" if words else "",
        ),
        hint=Text(
            en="Everything was stopped; the lines above say why it ended.",
            fr="Tout a été arrêté ; les lignes ci-dessus disent pourquoi.",
        ),
    )
