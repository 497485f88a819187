from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import ressenti
from ressenti import errors
from ressenti.library.hosted_settings import hosted_settings
from ressenti.scores.score import Direction, Flag, Reason, Score, Unit
from ressenti.server.accounts.providers import provider_settings
from ressenti.server.running.settings import server_settings
from tests.conftest import ROOT
from tests.emotions.onnx_files import model_folder

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "README.fr.md"]
PAGES += sorted(
    page for part in ("tutorials", "howto", "fr") for page in (DOCS / part).glob("*.md")
)
SCORE_PAGES = ("reference/scores.md", "fr/scores.md")
ENGLISH = ("answered_at", "shop", "country", "channel", "recommend", "satisfaction", "weight")
FRENCH = ("repondu_le", "boutique", "pays", "canal", "reco", "satisfaction", "poids")


# These need a server, a whole company or what a server has written; they are not run here.
SERVING = {"serve", "demo", "tallies", "publish", "backup", "restore", "password"}
MADE_BY_THEM = {"company", "entreprise", "lake", "lac"}
IN_BOTH_LANGUAGES = sorted(
    page.relative_to(DOCS)
    for part in ("tutorials", "howto", "explanation")
    for page in (DOCS / part).glob("*.md")
    if page.stem != "index"
) + [Path("reference", f"{name}.md") for name in ("emotions", "environment", "scores", "widget")]


def commands(page: Path) -> list[str]:
    """Return the commands of ours that a page tells to type, on this machine's files."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL)
    lines = re.findall(r"^\$ (ressenti .*)$", "\n".join(blocks), flags=re.MULTILINE)
    return [line for line in lines if "://" not in line]


def is_run_here(command: str) -> bool:
    """Return whether a command needs nothing but the files of the pages."""
    return not (SERVING | MADE_BY_THEM) & set(shlex.split(command))


ALL_COMMANDS = sorted({command for page in PAGES for command in commands(page)})
COMMANDS = [command for command in ALL_COMMANDS if is_run_here(command)]
NOT_RUN = [command for command in ALL_COMMANDS if not is_run_here(command)]

# Folders that one command of a page makes for the next.
MADE_BY = {
    words[words.index("--facts") + 1]: " ".join(words)
    for words in map(shlex.split, COMMANDS)
    if "emotions" in words[:4] and "--facts" in words
}


class Asked(dict[str, str]):
    """An environment that remembers which variables were asked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override] # only texts here
        self.names.add(key)
        return super().get(key, default)


def variables_of_the_server(data: Path) -> set[str]:
    """Return the names of the variables that the server reads."""
    provider = {
        f"RESSENTI_OIDC_{part}": "https://id.example.com" for part in ("URL", "CLIENT_ID")
    } | {"RESSENTI_OIDC_CLIENT_SECRET": "quiet"}
    asked = Asked({"RESSENTI_DATA": str(data), **provider})
    server_settings(asked)
    provider_settings(asked)
    return {name for name in asked.names if not name.endswith("_FILE")}


def variables_of_the_hosted_engine() -> set[str]:
    """Return the names of the variables that the hosted engine reads."""
    told = {"URL": "https://models.example.com", "KEY": "quiet", "MODEL": "one"}
    asked = Asked({f"RESSENTI_HOSTED_{name}": value for name, value in told.items()})
    hosted_settings(asked)
    return asked.names


def variables_in(text: str) -> Iterator[str]:
    """Give the names of our variables in a text, whether or not a file holds their value."""
    for name in re.findall(r"\b(?:RESSENTI_[A-Z_]+|DATABASE_URL(?:_FILE)?)\b", text):
        yield name.removesuffix("_FILE")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the pages speak of."""
    place = tmp_path_factory.mktemp("pages")
    shutil.copy(DOCS / "tutorials" / "visits.csv", place)
    for name in ("ressenti.toml", "outcomes.toml", "parcels.csv"):
        shutil.copy(DOCS / "howto" / name, place)
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
    said = ("Great service, thank you", "Personnel odieux", "RAS", "Slow and expensive")
    for name, header in (
        ("comments.csv", "id,comment,customer,written"),
        ("commentaires.csv", "id,verbatim,client,date"),
    ):
        texts = [f'k{i},"{said[i % 4]}",c{i % 25},2026-0{1 + i % 3}-11' for i in range(60)]
        (place / name).write_text("\n".join([header, *texts]) + "\n")
    labelled = [f'"{said[i % 4]}",{("positive", "negative", "", "-0.5")[i % 4]}' for i in range(60)]
    for name, column in (("sample.csv", "comment"), ("echantillon.csv", "verbatim")):
        (place / name).write_text("\n".join([f"{column},mark", *labelled]) + "\n")
    for name in ("our-model", "notre-modele"):
        model_folder(place / name, {"odieux": [0.0, 2.0]}, ["joy", "anger"])
    lived = [
        (1 + (i * 7 + i // 5) % 5, 1 + (i * 3 + i // 7) % 5, 1 + (i * 11 + i // 3) % 5, i % 6 == 0)
        for i in range(600)
    ]
    stores = [
        f"{min(10, welcome + wait - 2 * late + i * 13 % 4)},{welcome},{wait},{advice},{late:d},"
        f"S{i * 37 // 10 % 20},c{i % 400}"
        for i, (welcome, wait, advice, late) in enumerate(lived)
    ]
    for name, header in (
        ("stores.csv", "recommend,welcome,wait,advice,late,shop,customer"),
        ("boutiques.csv", "reco,accueil,attente,conseil,retard,boutique,client"),
    ):
        (place / name).write_text("\n".join([header, *stores]) + "\n")
    kept_promises = [
        (
            shop,
            2024 + month // 12,
            1 + month % 12,
            (shop * 7 + month * 5 + visit * 3) % 4 > 0,
            visit,
        )
        for shop in range(12)
        for month in range(18)
        for visit in range(5)
    ]
    visits = [
        f"S{shop},{year}-{month:02d}-{10 + visit},{kept:d},"
        f"{min(10, 4 + 3 * kept + (shop + month * visit) % 4)},{shop % 2}"
        for shop, year, month, kept, visit in kept_promises
    ]
    for name, header in (
        ("shops.csv", "shop,visited,kept,recommend,new_desk"),
        ("magasins.csv", "boutique,visite_le,tenu,reco,accueil"),
    ):
        (place / name).write_text("\n".join([header, *visits]) + "\n")
    audited = [f"k{i},{('positive', 'negative', 'neutral', '-0.5')[i % 4]}" for i in range(20)]
    (place / "marks.csv").write_text("\n".join(["id,mark", *audited]) + "\n")
    return place


def done_in(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Return what came of a command."""
    return subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_documentation_works_as_typed(command: str, folder: Path) -> None:
    for made, maker in MADE_BY.items():
        if maker == command:
            shutil.rmtree(folder / made, ignore_errors=True)
        elif made in shlex.split(command) and not (folder / made).exists():
            assert done_in(folder, maker).returncode == 0
    done = done_in(folder, command)
    assert done.returncode == 0, done.stderr
    # Notes may be told there; errors have a code.
    assert "[R" not in done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("command", NOT_RUN)
def test_a_command_that_is_not_run_here_is_understood(command: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command), "--help"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    # Unknown options and verbs are refused before help is given.
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", IN_BOTH_LANGUAGES, ids=str)
def test_a_page_and_its_french_twin_link_to_each_other(page: Path) -> None:
    linked = re.search(
        r"^\*\[En français\]\(\.\./fr/([\w-]+)\.md\)\*$", (DOCS / page).read_text(), re.MULTILINE
    )
    assert linked, f"{page} has no line that leads to its French twin"
    twin = (DOCS / "fr" / f"{linked[1]}.md").read_text()
    assert f"*[In English](../{page})*" in twin


def test_every_french_page_is_the_twin_of_one() -> None:
    linked = {
        name
        for page in IN_BOTH_LANGUAGES
        for name in re.findall(
            r"\(\.\./fr/([\w-]+)\.md\)\*$", (DOCS / page).read_text(), re.MULTILINE
        )
    }
    assert linked == {page.stem for page in (DOCS / "fr").glob("*.md")} - {"index"}


@pytest.mark.parametrize("page", sorted((DOCS / "fr").glob("*.md")), ids=lambda page: page.stem)
def test_french_has_no_breaking_space_before_its_high_signs(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    assert re.findall(r".* [;:?!»](?=\s|$)|.*« .*", text, flags=re.MULTILINE) == []


@pytest.mark.parametrize("page", ["reference/environment.md", "fr/variables.md"])
def test_the_table_of_variables_names_those_that_are_read_and_no_other(
    page: str, tmp_path: Path
) -> None:
    rows = re.findall(r"^\| (`.*?) \|", (DOCS / page).read_text(), flags=re.MULTILINE)
    told = set(re.findall(r"`(\w+)`", " ".join(rows)))
    # Where data go by default is the system's own variable.
    assert told == variables_of_the_server(tmp_path) - {"XDG_DATA_HOME"}


def test_a_variable_named_anywhere_is_one_that_is_read(tmp_path: Path) -> None:
    pages = [page for page in DOCS.rglob("*.md") if "_build" not in page.parts]
    named = {name: page for page in pages for name in variables_in(page.read_text())}
    known = variables_of_the_server(tmp_path) | variables_of_the_hosted_engine()
    assert {name: page for name, page in named.items() if name not in known} == {}


def test_the_list_of_errors_tells_every_code() -> None:
    def below(kind: type[errors.RessentiError]) -> Iterator[type[errors.RessentiError]]:
        for own in kind.__subclasses__():
            yield own
            yield from below(own)

    codes = {kind.code for kind in below(errors.RessentiError)} - {errors.RessentiError.code}
    assert set(re.findall(r"\bR\d{3}\b", errors.__doc__ or "")) == codes


@pytest.mark.parametrize("page", SCORE_PAGES)
def test_the_page_of_the_score_names_every_field_and_no_other(page: str) -> None:
    score = Score(
        indicator="nps",
        variant="standard_0_10",
        value=None,
        unit=Unit.POINTS,
        direction=Direction.HIGH,
    )
    rows = re.findall(r"^\| (`.*?) \|", (DOCS / page).read_text(), flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(score.to_dict())


@pytest.mark.parametrize("page", SCORE_PAGES)
def test_the_page_of_the_score_explains_every_reason_and_flag_and_no_other(page: str) -> None:
    # Each is a term of a list; one term may name several that are explained together.
    terms = re.findall(r"^(`.*)\n: ", (DOCS / page).read_text(), flags=re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(terms))) == {*Reason, *Flag}


@pytest.mark.parametrize("name", sorted(set(ressenti.__all__) - {"Text", "__version__"}))
def test_the_python_page_documents_everything_public(name: str) -> None:
    page = (DOCS / "reference" / "python.md").read_text()
    assert re.search(rf"^\.\. auto(function|class):: ressenti\.{name}$", page, flags=re.MULTILINE)
