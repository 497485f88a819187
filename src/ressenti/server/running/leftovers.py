"""The processes that a killed server or supervisor left on a cluster, and their end."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
# A fast shutdown, then an immediate one, then no choice.
INSISTENCE = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Leftovers:
    """PostgreSQL processes on a cluster, and how many of those around may be on it too."""

    certain: tuple[int, ...]
    possible: int


def end_leftovers(cluster: Path) -> None:
    """Stop what still serves a cluster, and forget its process number.

    Linux tells which processes live in the cluster's folder, so that a number written in
    ``postmaster.pid`` and meanwhile given to another process is never mistaken for the server's.
    Elsewhere, or when the system hides it, the file stays and PostgreSQL itself refuses to serve
    a cluster twice.
    """
    if not PROCESSES.joinpath("self").exists():
        return
    for insistence in INSISTENCE:
        for process in leftovers(cluster).certain:
            with suppress(ProcessLookupError):
                os.kill(process, insistence)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while leftovers(cluster).certain and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    if leftovers(cluster) == Leftovers((), 0):
        (cluster / "postmaster.pid").unlink(missing_ok=True)


def leftovers(cluster: Path) -> Leftovers:
    """Return the processes of PostgreSQL whose working folder is the cluster."""
    owner = cluster.stat().st_uid
    certain, possible = [], 0
    for entry in PROCESSES.glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if entry.stat().st_uid != owner or (entry / "comm").read_text() != "postgres\n":
                continue
            lives_here = _lives_in(entry, cluster)
            if lives_here:
                certain.append(int(entry.name))
            elif lives_here is None:
                possible += 1
    return Leftovers(tuple(certain), possible)


def _lives_in(entry: Path, cluster: Path) -> bool | None:
    """Return whether a process lives in the cluster; None when the system does not tell."""
    try:
        return (entry / "cwd").readlink() == cluster
    except PermissionError:
        named = os.fsencode(cluster) in (entry / "cmdline").read_bytes().split(b"\0")
        return True if named else None
