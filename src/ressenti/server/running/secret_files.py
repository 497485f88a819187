"""Files that hold one secret, for their owner alone to read."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def kept_secret(file: Path) -> str:
    """Return the secret of a file; the first call makes it, however many call at once."""
    if not file.exists():
        own = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        write_secret(own, secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            file.hardlink_to(own)
        own.unlink()
    return read_secret(file)


def write_secret(file: Path, secret: str) -> None:
    """Write a secret to a file of its own, whole or not at all, whatever is killed meanwhile."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(f"{secret}\n")
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(file)


def read_secret(file: Path) -> str:
    """Return the secret of a file, without the line break that editors add at its end."""
    return file.read_text().strip()
