"""An address is opened in a browser where there is one, and silently left alone where not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ADDRESS = "http://127.0.0.1:9/tour"
OPEN = f"from ressenti.cli.browser import has_opened; print(has_opened({ADDRESS!r}))"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="others open without xdg-open")


def opened(programs: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Open the address where only the programs of a folder are found."""
    return subprocess.run(
        [sys.executable, "-c", OPEN],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": str(programs), **environment},
    )


@pytest.fixture
def opener(tmp_path: Path) -> Path:
    """Give a program called xdg-open that talks, notes the address, and fails when asked to."""
    program = tmp_path / "xdg-open"
    program.write_text(
        "#!/bin/sh\necho trying; echo no method available >&2\n"
        'echo "$1" >> "${0%/*}/opened"\nexit "${STATUS:-0}"\n'
    )
    program.chmod(0o755)
    return tmp_path


def test_a_browser_is_opened_without_a_word_of_what_opens_it(opener: Path) -> None:
    done = opened(opener, DISPLAY=":9")
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert (opener / "opened").read_text() == f"{ADDRESS}\n"


def test_one_that_cannot_be_opened_makes_no_noise(opener: Path) -> None:
    done = opened(opener, DISPLAY=":9", STATUS="3")
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_without_a_screen_or_a_program_nothing_is_tried(opener: Path, tmp_path: Path) -> None:
    assert opened(opener).stdout == "False\n"
    assert not (opener / "opened").exists()
    (tmp_path / "empty").mkdir()
    assert opened(tmp_path / "empty", WAYLAND_DISPLAY="wayland-0").stdout == "False\n"
