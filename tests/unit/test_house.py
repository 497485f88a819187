from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import ressenti
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "ressenti"
# Django writes the migrations, and nobody reads them in one sitting.
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PAGES = [ROOT / name for name in ("README.md", "README.fr.md", "CONTRIBUTING.md")]
PAGES += [page for page in sorted((ROOT / "docs").rglob("*.md")) if "generated" not in page.parts]
FRENCH_PAGES = [page for page in PAGES if page.name.endswith(".fr.md") or "fr" in page.parts]
HEAVY = ("altair", "matplotlib", "pandas", "polars", "pyspark", "scipy", "statsmodels")


def locked(name: str) -> dict[str, set[str]]:
    """Return the pinned versions of each package of a lock, one for each range of Pythons."""
    pins: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        if match := re.match(r"([a-z0-9.-]+)==([^ ;]+)", line):
            pins.setdefault(match[1], set()).add(match[2])
    return pins


def wanted(lines: list[str]) -> list[Requirement]:
    requirements = [Requirement(line) for line in lines]
    return [requirement for requirement in requirements if requirement.name != "ressenti"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"://|file:|--(index|extra-index|find-links)| @ ", text)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text().partition("\n#")[2])
    assert len(entries) > 20
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


def test_the_user_lock_admits_every_dependency_and_every_extra() -> None:
    pins = locked("requirements.lock")
    for requirement in wanted([*PROJECT["dependencies"], *chain.from_iterable(EXTRAS.values())]):
        versions = pins[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_development_lock_adds_to_the_user_lock_and_changes_nothing_in_it() -> None:
    user, developer = (locked(name) for name in LOCKS)
    assert {name: developer[name] for name in user} == user
    for requirement in wanted(GROUPS["dev"] + GROUPS["docs"]):
        assert canonicalize_name(requirement.name) in developer


def test_every_dependency_has_an_upper_bound_or_a_dated_version() -> None:
    unbounded = [r.name for r in wanted(PROJECT["dependencies"]) if "<" not in str(r.specifier)]
    assert unbounded == ["tzdata"]


def test_the_version_is_written_the_same_everywhere() -> None:
    assert ressenti.__version__ == PROJECT["version"] == version("ressenti")


def test_the_changelog_tells_which_numbers_changed() -> None:
    newest = (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1]
    assert newest.startswith(("[Unreleased]", f"[{PROJECT['version']}]"))
    assert "### Numbers" in newest


def test_no_module_is_too_long_to_be_read_in_one_sitting() -> None:
    lengths = {str(path.relative_to(SOURCE)): path.read_text().count("\n") for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("face", ["ressenti", "ressenti.cli"])
def test_importing_a_face_imports_nothing_heavy(face: str) -> None:
    code = f"import sys, {face}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_wheel_carries_every_file_and_works_without_the_sources(tmp_path: Path) -> None:
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    subprocess.run([sys.executable, *build, f"--wheel-dir={tmp_path}", str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {Path(name) for name in archive.namelist() if name.startswith("ressenti/")}
        archive.extractall(tmp_path / "installed")
    files = {path for path in SOURCE.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert packed == {path.relative_to(SOURCE.parent) for path in files}
    done = subprocess.run(
        [sys.executable, "-c", "import ressenti; print(ressenti.__file__)"],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    kept = [target for target in targets if "/generated/" not in f"/{target}"]
    assert [target for target in kept if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", FRENCH_PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_french_pages_keep_their_punctuation_on_the_line(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(), flags=re.DOTALL)
    assert re.findall(r".{0,20}\S [:;?!»%].{0,10}|.{0,10}« .{0,20}", prose) == []


def test_both_readmes_show_the_same_steps() -> None:
    shapes = [
        re.findall(r"^(#+|```\w+)", (ROOT / name).read_text(), flags=re.MULTILINE)
        for name in ("README.md", "README.fr.md")
    ]
    assert shapes[0] == shapes[1]
