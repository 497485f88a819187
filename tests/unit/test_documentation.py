from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ressenti
from ressenti.scores.score import Direction, Flag, Reason, Score, Unit
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "README.fr.md"]
PAGES += sorted(
    page for part in ("tutorials", "howto", "fr") for page in (DOCS / part).glob("*.md")
)
SCORE_PAGE = (DOCS / "reference" / "scores.md").read_text()
ENGLISH = ("answered_at", "shop", "country", "channel", "recommend", "satisfaction", "weight")
FRENCH = ("repondu_le", "boutique", "pays", "canal", "reco", "satisfaction", "poids")


def commands(page: Path) -> list[str]:
    """Return the commands a page tells to type that need no server and no whole company."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL)
    lines = re.findall(r"^\$ (ressenti .*)$", "\n".join(blocks), flags=re.MULTILINE)
    return [line for line in lines if "://" not in line and not line.endswith(" demo")]


COMMANDS = sorted({command for page in PAGES for command in commands(page)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the pages speak of."""
    place = tmp_path_factory.mktemp("pages")
    shutil.copy(DOCS / "tutorials" / "visits.csv", place)
    shutil.copy(DOCS / "howto" / "ressenti.toml", place)
    for name, columns in (("answers.csv", ENGLISH), ("reponses.csv", FRENCH)):
        rows = [
            f"2026-{1 + i % 3:02d}-{1 + i % 28:02d},{('Lyon', 'Lille')[i % 2]},FR,web,"
            f"{(10, 9, 7, 3, 8)[i % 5]},{1 + i % 5},{1 + i % 4 / 10}"
            for i in range(120)
        ]
        (place / name).write_text("\n".join([",".join(columns), *rows]) + "\n")
    marks = (10, 9, 7, 3, 8)
    panel = [f"{wave},c{i},{marks[(i + wave) % 5]}" for wave in (1, 2) for i in range(60)]
    (place / "panel.csv").write_text("\n".join(["wave,customer,recommend", *panel]) + "\n")
    gaps = [f"{7 - i % 2},{1 + i % 7},{('Lyon', 'Lille')[i % 2]}" for i in range(60)]
    (place / "gaps.csv").write_text("\n".join(["E1,P1,shop", *gaps]) + "\n")
    items = [f"{1 + i % 5},{1 + (i + i % 2) % 5},{5 - i % 5}" for i in range(60)]
    (place / "items.csv").write_text("\n".join(["Q1,Q2,Q3", *items]) + "\n")
    return place


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_documentation_works_as_typed(command: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # Notes may be told there; errors have a code.
    assert "[R" not in done.stderr
    assert done.stdout.strip()


def test_the_page_of_the_score_names_every_field_and_no_other() -> None:
    score = Score(
        indicator="nps",
        variant="standard_0_10",
        value=None,
        unit=Unit.POINTS,
        direction=Direction.HIGH,
    )
    rows = re.findall(r"^\| (`.*?) \|", SCORE_PAGE, flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(score.to_dict())


@pytest.mark.parametrize("word", [*Reason, *Flag])
def test_the_page_of_the_score_explains_every_reason_and_flag(word: str) -> None:
    assert f"`{word}`" in SCORE_PAGE


@pytest.mark.parametrize("name", sorted(set(ressenti.__all__) - {"Text", "__version__"}))
def test_the_python_page_documents_everything_public(name: str) -> None:
    page = (DOCS / "reference" / "python.md").read_text()
    assert re.search(rf"^\.\. auto(function|class):: ressenti\.{name}$", page, flags=re.MULTILINE)
