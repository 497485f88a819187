"""A small process that outlives a killed supervisor and ends the children it leaves behind.

It reads which processes live from a pipe; the pipe ends when the supervisor does, however it ends.
It runs as a script, on the standard library alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import IO

POLL_SECONDS = 0.05


class Survivor:
    """The supervisor's hold on the process that outlives it."""

    def __init__(self) -> None:
        self._lines: dict[int, bytes] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, process: int, stop_signal: signal.Signals, grace: float) -> None:
        """Have a process stopped if we are killed, and its group killed ``grace`` seconds later."""
        self._lines[process] = f"{process} {stop_signal.value} {grace}\n".encode()
        self._write(self._lines[process])

    def forget(self, process: int) -> None:
        """Leave alone a process that has ended."""
        del self._lines[process]
        self._write(f"{process}\n".encode())

    def close(self) -> None:
        """End the survivor, and with it whatever it still watches."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()
        self._process = None

    def _write(self, line: bytes) -> None:
        try:
            self._pipe().write(line)
        except BrokenPipeError:
            # Somebody killed it: another one takes over all that lives.
            self.close()
            self._pipe().write(b"".join(self._lines.values()))

    def _pipe(self) -> IO[bytes]:
        if self._process is None:
            command = (sys.executable, "-I", "-S", __file__)
            self._process = subprocess.Popen(  # noqa: S603 - this very file
                command, stdin=subprocess.PIPE, bufsize=0, start_new_session=True
            )
        if self._process.stdin is None:
            raise BrokenPipeError
        return self._process.stdin


def end_all(watched: dict[int, tuple[int, float]]) -> None:
    """Send each process its stop signal, and kill each group that outlives its grace."""
    for process, (stop_signal, _) in reversed(watched.items()):
        with suppress(ProcessLookupError):
            os.kill(process, stop_signal)
    since = time.monotonic()
    while watched:
        for process, (_, grace) in tuple(watched.items()):
            if not _group_lives(process):
                del watched[process]
            elif time.monotonic() - since > grace:
                with suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)
                del watched[process]
        time.sleep(POLL_SECONDS)


def _group_lives(process: int) -> bool:
    try:
        os.killpg(process, 0)
    except ProcessLookupError:
        return False
    return True


def survive(lines: Iterable[str]) -> None:
    """Follow what the supervisor says, and do what is left to do when it says no more."""
    watched: dict[int, tuple[int, float]] = {}
    for line in lines:
        process, *how = line.split()
        watched.pop(int(process), None)
        if how:
            watched[int(process)] = (int(how[0]), float(how[1]))
    end_all(watched)


if __name__ == "__main__":
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    survive(sys.stdin)
