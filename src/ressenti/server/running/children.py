"""Processes that we start: as whom, in which folder, how each one is asked to stop."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to start and to keep alive.

    Parameters
    ----------
    name
        What the process is called in events and messages.
    command
        The program and its arguments.
    environment
        Its whole environment; None gives it ours.
    account
        The account it runs as, for which we must be root; None keeps ours.
    folder
        Its working folder; None keeps ours.
    output
        A file that receives what it prints, emptied at each start; None keeps ours.
    before
        Called before every start, the first one and each restart.
    is_ready
        Tells, from the process's number, whether it serves; None: as soon as it runs.
    ready_within
        Seconds after which a process that does not serve has failed.
    stop_signal
        What asks it to stop.
    grace
        Seconds it has to stop before it is killed.
    last_words
        Returns what it wrote last, for the message that gives it up; None when we saw it anyway.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = None
    account: str | None = None
    folder: Path | None = None
    output: Path | None = None
    before: Callable[[], None] | None = None
    is_ready: Callable[[int], bool] | None = None
    ready_within: float = 30.0
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    last_words: Callable[[], str] | None = None


def started(child: Child) -> subprocess.Popen[bytes]:
    """Return the running process of a child, the leader of a process group of its own.

    On Linux the system sends it its stop signal when the thread that started it ends, even by
    SIGKILL; start children from a thread that lives as long as they shall.
    """
    if child.before:
        child.before()
    account = pwd.getpwnam(child.account) if child.account else None
    output = child.output.open("wb") if child.output else None
    try:
        return subprocess.Popen(  # noqa: S603 - the command is ours, never a user's text
            child.command,
            env=child.environment,
            cwd=child.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_death_pact(child.stop_signal) if sys.platform == "linux" else None,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=() if account else None,
        )
    finally:
        if output:
            output.close()


def _death_pact(stop_signal: signal.Signals) -> Callable[[], None]:
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def tie_to_parent() -> None:
        prctl(SET_PARENT_DEATH_SIGNAL, stop_signal)
        # The parent may have died between the fork and the line above.
        if os.getppid() != parent:
            os._exit(1)

    return tie_to_parent


def became_ready(child: Child, process: subprocess.Popen[bytes]) -> bool:
    """Return whether a started child came to serve in time; False when it ended or was too slow."""
    deadline = time.monotonic() + child.ready_within
    while process.poll() is None:
        if child.is_ready is None or child.is_ready(process.pid):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return False


def stop(child: Child, process: subprocess.Popen[bytes]) -> bool:
    """Ask a child to stop and kill its whole group after its grace; tell whether it complied."""
    complied = True
    if process.poll() is None:
        process.send_signal(child.stop_signal)
        try:
            process.wait(timeout=child.grace)
        except subprocess.TimeoutExpired:
            complied = False
    # macOS answers 'not permitted' for a group of which only the dead are left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return complied
