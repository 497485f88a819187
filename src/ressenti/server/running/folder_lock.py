"""One owner for a folder at a time, told in words to the second one."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

from ressenti.errors import EngineUnavailable
from ressenti.language import Text


class FolderLock:
    """A lock on a file that the system releases by itself when its process ends, however it ends.

    Parameters
    ----------
    file
        The file to lock, made when it is absent; it holds the number of the process that owns it.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises
        ------
        EngineUnavailable
            When another process holds it.
        """
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(descriptor, 32).decode() or "?"
            os.close(descriptor)
            raise _in_use(self.file.parent, owner.strip()) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _in_use(folder: Path, owner: str) -> EngineUnavailable:
    return EngineUnavailable(
        Text(
            en="the data folder '{folder}' is already in use by process {owner}.",
            fr="le dossier de données « {folder} » est déjà utilisé par le processus {owner}.",
        ).format(folder=folder, owner=owner),
        hint=Text(
            en="Stop that process, or give this one a folder of its own with RESSENTI_DATA.",
            fr="Arrêtez ce processus, ou donnez à celui-ci un autre dossier avec RESSENTI_DATA.",
        ),
    )
