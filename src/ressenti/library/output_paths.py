"""Output paths: where something is about to be written, and what keeps from writing there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ressenti.errors import InvalidArgument
from ressenti.language import Text


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a path whose folder is there; what keeps from writing is raised as ours.

    Raises
    ------
    InvalidArgument
        R102, when nothing can be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidArgument(
            Text(
                en=f"'{path}' cannot be written: {reason}.",
                fr=f"« {path} » ne peut pas être écrit : {reason}.",
            )
        ) from error
