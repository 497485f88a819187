"""``ressenti drivers`` on a plan and on a folder of facts, as a person types it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.faces.conftest import Call

PLAN = """
[organisation]
name = "Comptoir"
time_zone = "UTC"

[sources.survey]
path = "survey.csv"

[measures.recommend]
indicator = "nps"
source = "survey"
column = "Q1"

[measures.waited]
indicator = "csat"
source = "survey"
column = "Q2"
scale = "1-5"
"""


@pytest.fixture
def survey(tmp_path: Path) -> pd.DataFrame:
    """Write the same answers as a survey with its plan and as facts, and return the survey."""
    rows = [((3 * i + i // 7) % 11, 1 + (i + i // 5) % 5, f"s{i % 8}") for i in range(400)]
    wide = pd.DataFrame(rows, columns=["Q1", "Q2", "shop"])
    wide.to_csv(tmp_path / "survey.csv", index=False)
    (tmp_path / "ressenti.toml").write_text(PLAN)
    (tmp_path / "facts").mkdir()
    long = wide.rename(columns={"Q1": "nps", "Q2": "csat"})
    long = long.assign(response_id=[f"r{row}" for row in range(len(wide))])
    long = long.melt(id_vars=["response_id", "shop"], var_name="measure")
    long.to_parquet(tmp_path / "facts" / "answers.parquet")
    return wide


def test_a_plan_a_folder_and_a_table_say_the_same(call: Call, survey: pd.DataFrame) -> None:
    asked = ("--unit", "shop", "--format", "json")
    table = ("survey.csv", "--target", "nps=Q1", "--of", "Q2:1-5", *asked)
    told = call("drivers", *table).document()
    for command in (
        ("--config", "ressenti.toml", "--target", "recommend", "--of", "waited"),
        ("facts", "--target", "nps", "--of", "csat:1-5"),
        ("facts/answers.parquet", "--facts", "answers", "--target", "nps", "--of", "csat:1-5"),
    ):
        found = call("drivers", *command, *asked).document()
        assert (found["n"], found["r2"]) == (400, pytest.approx(told["r2"]))
        own, expected = found["drivers"][0], told["drivers"][0]
        assert own["slope"] == pytest.approx(expected["slope"])


def test_a_folder_without_answers_says_what_it_holds(call: Call, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    pd.DataFrame({"order_id": ["1"]}).to_parquet(tmp_path / "lake" / "orders.parquet")
    refused = call("drivers", "lake", "--target", "nps", "--of", "csat")
    assert (refused.status, refused.out) == (1, "")
    assert "holds no answers; it holds: orders" in refused.err
    french = call("drivers", "lake", "--target", "nps", "--of", "csat", LANG="fr_FR.UTF-8")
    assert "ne contient pas de faits" in french.err
