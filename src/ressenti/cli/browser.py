"""The browser of whoever types a command, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import click


def has_opened(url: str) -> bool:
    """Open an address in a browser where there is one; tell whether it was opened."""
    if sys.platform in {"darwin", "win32"}:
        return click.launch(url) == 0
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    if (opener := shutil.which("xdg-open")) is None:
        return False
    # What it says of the browsers that it tried is of no use to who reads the address.
    quiet = subprocess.DEVNULL
    command = (opener, url)
    return subprocess.run(command, check=False, stdout=quiet, stderr=quiet).returncode == 0  # noqa: S603
