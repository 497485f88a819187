from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from ressenti.errors import InvalidWeights
from ressenti.library.measuring import score
from ressenti.library.results import Scores
from ressenti.warehouse.duckdb_engine import DuckDB


def stored_answers(folder: Path, rows: str, *, name: str = "answers") -> Path:
    """Return a database file with one long table, coded by dictionary, of these rows."""
    path = folder / f"{name}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TYPE shop AS ENUM ('Lyon', 'Lille')")
        connection.execute("CREATE TYPE asked AS ENUM ('nps', 'csat', 'other')")
        connection.execute(
            "CREATE TABLE answers (measure asked, shop shop, value TINYINT, weight DOUBLE)"
        )
        connection.execute(f"INSERT INTO answers VALUES {rows}")
    return path


def scored(path: Path, **asked: object) -> Scores:
    with DuckDB(path, read_only=True) as warehouse:
        relation = warehouse.relation(exp.to_table("answers"), name="answers")
        return score(relation, ["nps", "csat"], facts="answers", by=["shop"], **asked)


ROWS = [
    ("nps", "Lyon", 10, 2.0),
    ("nps", "Lyon", 3, 1.0),
    ("nps", "Lille", 9, 1.0),
    ("csat", "Lyon", 5, 1.0),
    ("csat", "Lyon", 9, 1.0),
    ("csat", "Lyon", 2, 1.0),
    ("other", "Lille", 1, 1.0),
]


def text_of(rows: list[tuple[str, str, int, float]]) -> str:
    return ", ".join(str(row) for row in rows)


def test_each_measure_of_a_coded_long_table_gets_its_own_rows_only(tmp_path: Path) -> None:
    found = scored(stored_answers(tmp_path, text_of(ROWS[:4] + ROWS[5:])))
    values = {(one.indicator, one.segment["shop"]): (one.value, one.n) for one in found}
    assert values == {
        ("nps", "Lyon"): (0.0, 2),
        ("nps", "Lille"): (100.0, 1),
        ("csat", "Lyon"): (50.0, 2),
    }


def test_weights_that_the_statistics_prove_positive_need_no_check_in_the_query(
    tmp_path: Path,
) -> None:
    found = scored(stored_answers(tmp_path, text_of(ROWS[:3])), weight="weight")
    assert "LEAST_WEIGHT" not in found.sql[0].upper()
    # Lyon: (2 - 1) / 3 of the weight, 2 answers.
    lyon = next(one for one in found if one.segment["shop"] == "Lyon")
    assert lyon.value == pytest.approx(100 / 3)
    assert lyon.n == 2


def test_one_weight_of_zero_brings_the_check_back_and_leaves_the_count(tmp_path: Path) -> None:
    rows = [*ROWS[:3], ("nps", "Lyon", 0, 0.0)]
    found = scored(stored_answers(tmp_path, text_of(rows)), weight="weight")
    assert "LEAST_WEIGHT" in found.sql[0].upper()
    lyon = next(one for one in found if one.segment["shop"] == "Lyon")
    assert lyon.value == pytest.approx(100 / 3)
    assert lyon.n == 2


@pytest.mark.parametrize("wrong", ["-1.0", "'NaN'::DOUBLE"])
def test_a_wrong_weight_in_a_stored_table_is_refused(tmp_path: Path, wrong: str) -> None:
    rows = f"{text_of(ROWS[:3])}, ('nps', 'Lyon', 3, {wrong})"
    with pytest.raises(InvalidWeights):
        scored(stored_answers(tmp_path, rows), weight="weight")


def test_a_missing_weight_in_a_stored_table_counts_for_nobody(tmp_path: Path) -> None:
    rows = f"{text_of(ROWS[:3])}, ('nps', 'Lyon', 3, NULL)"
    lyon = next(
        one
        for one in scored(stored_answers(tmp_path, rows), weight="weight")
        if one.segment["shop"] == "Lyon"
    )
    assert lyon.n == 2


def test_statistics_prove_only_what_holds_for_every_row(tmp_path: Path) -> None:
    path = stored_answers(tmp_path, text_of(ROWS))
    with DuckDB(path, read_only=True) as warehouse:
        answers = exp.select("*").from_("answers")
        assert warehouse.proves_empty(answers.where("weight <= 0"))
        assert not warehouse.proves_empty(answers.where("weight <= 1"))


def test_scoring_does_not_import_pandas(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark,shop\n10,Lyon\n3,Lyon\n", encoding="utf-8")
    program = (
        "import sys; from ressenti.library.measuring import score; "
        f"score({str(path)!r}, ['nps=mark'], by=['shop']); "
        "print(sorted({'pandas', 'scipy', 'statsmodels', 'altair', 'pyspark'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
