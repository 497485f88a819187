"""Kept rejects: what a file was refused for, on disk for a month, so that it can be taken away.

It is written as it is found, whatever its length, and read in the language of whoever asks.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from django.conf import settings

from ressenti.server.importing.stored_texts import text_in, words_of

if TYPE_CHECKING:
    from ressenti.sources.rejects import Reject

SECONDS_KEPT: Final = 30 * 86_400


@dataclass(slots=True)
class RejectsFile:
    """A list of rejects that is being written.

    Parameters
    ----------
    records : int
        How many records have something wrong with them, so far.
    """

    stream: TextIO
    records: int = 0
    _last_line: int = 0

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write rejects down; those of one line come together."""
        for reject in rejects:
            told = [reject.line, reject.column, reject.value, words_of(reject.reason)]
            self.stream.write(json.dumps(told) + "\n")
            if reject.line != self._last_line:
                self.records += 1
            self._last_line = reject.line


def new_name() -> str:
    """Return the name of a list that is not there yet."""
    return secrets.token_hex(16)


def path_of(name: str) -> Path:
    """Return where a list is, or will be, kept."""
    folder: Path = settings.SERVER.data / "rejects"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{name}.jsonl"


def rejects_in(name: str) -> Iterator[Reject]:
    """Yield the rejects of a list; none of one that is no longer kept."""
    # Sources load an engine; who only sweeps needs none.
    from ressenti.sources.rejects import Reject

    path = path_of(name)
    if not name or not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            place, column, value, reason = json.loads(line)
            yield Reject(place, column, value, text_in(reason))


def is_kept(name: str) -> bool:
    """Tell whether a list can still be taken away."""
    return bool(name) and path_of(name).is_file()


def forgotten(name: str) -> None:
    """Remove a list."""
    if name:
        path_of(name).unlink(missing_ok=True)


def sweep() -> None:
    """Remove the lists that were kept for a month."""
    oldest = time.time() - SECONDS_KEPT
    for path in path_of("any").parent.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
