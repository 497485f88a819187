"""San Francisco Airport's passenger survey: wide CSV files whose codes 0, 6, 11 and BLANK mean no
answer, whose headers carry blanks, and whose weights are told.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ressenti as rs

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def survey(shared: Path) -> Path:
    return shared / "data" / "sfo_survey" / "sfo_2018.csv"


@pytest.fixture(scope="module")
def rows(survey: Path) -> pd.DataFrame:
    return pd.read_csv(survey).rename(columns=str.strip)


def test_the_2018_net_promoter_score_is_the_published_one(survey: Path) -> None:
    score = rs.score(survey, "nps=NETPRO", missing=[11])[0]
    assert score.value == pytest.approx(30.98, abs=0.005)
    assert (score.n, score.n_missing, score.n_invalid) == (2650, 159, 0)
    assert dict(score.parts) == {"promoters": 1268, "passives": 935, "detractors": 447}


def test_the_2018_weighted_net_promoter_score_is_the_published_one(survey: Path) -> None:
    score = rs.score(survey, "nps/weighted=NETPRO", missing=[11], weight="WEIGHT")[0]
    assert score.value == pytest.approx(35.11, abs=0.005)
    assert score.n == 2650
    assert score.n_effective is not None
    assert score.n_effective < 2650


def test_a_code_for_no_answer_that_is_not_told_is_off_the_scale_and_never_a_promoter(
    survey: Path,
) -> None:
    score = rs.score(survey, "nps=NETPRO")[0]
    assert score.value == pytest.approx(30.98, abs=0.005)
    assert (score.n_invalid, score.n_missing) == (159, 0)
    assert "invalid_values" in score.flags


def test_strata_are_scored_as_pandas_scores_them_and_their_total_is_their_merge(
    survey: Path, rows: pd.DataFrame
) -> None:
    answered = rows[rows["NETPRO"] <= 10]
    classes = (answered["NETPRO"] >= 9).astype(int) - (answered["NETPRO"] <= 6).astype(int)
    expected = 100 * classes.groupby(answered["STRATA"].astype(str)).mean()
    scores = rs.score(survey, "nps=NETPRO", missing=[11], by=["STRATA"], totals=True)
    found = {one.segment["STRATA"]: one.value for one in scores if one.segment}
    assert found == pytest.approx(expected.to_dict())
    assert [one.value for one in scores if not one.segment] == pytest.approx([30.981132075])


def test_overall_satisfaction_leaves_never_used_and_blank_out_of_the_base(
    survey: Path, rows: pd.DataFrame
) -> None:
    marks = pd.to_numeric(rows["Q7ALL"], errors="coerce")
    marks = marks[marks.between(1, 5)]
    share, mean = rs.score(survey, ["csat=Q7ALL", "csat/mean=Q7ALL"], missing=[0, 6, "BLANK"])
    assert share.value == pytest.approx(100 * (marks >= 4).mean())
    assert mean.value == pytest.approx(marks.mean())
    assert share.n == len(marks) == 2625
    assert share.n_missing == 184


def test_a_header_with_a_trailing_blank_is_found_by_the_name_a_person_reads(
    survey: Path, rows: pd.DataFrame
) -> None:
    ease = rows["Q14FIND"][rows["Q14FIND"].between(1, 5)]
    score = rs.score(survey, "csat/mean=Q14FIND", missing=[0, 6])[0]
    assert score.value == pytest.approx(ease.mean())


@pytest.mark.parametrize(
    ("year", "column", "n"), [(2015, "Q7ALL", None), (2016, "Q7ALL", 2919), (2018, "Q7ALL", 2625)]
)
def test_every_year_gives_the_mean_that_pandas_gives(
    shared: Path, year: int, column: str, n: int | None
) -> None:
    path = shared / "data" / "sfo_survey" / f"sfo_{year}.csv"
    marks = pd.to_numeric(pd.read_csv(path, dtype=str)[column], errors="coerce")
    marks = marks[marks.between(1, 5)]
    score = rs.score(path, f"csat/mean={column}", missing=[0, 6, "BLANK"])[0]
    assert score.value == pytest.approx(marks.mean())
    assert score.n == len(marks)
    assert n in (None, score.n)


def test_a_month_first_date_is_proven_by_the_days_above_twelve(shared: Path) -> None:
    path = shared / "data" / "sfo_survey" / "sfo_2016.csv"
    days = pd.to_datetime(pd.read_csv(path)["INTDATE"], format="%m/%d/%Y %I:%M:%S %p").dt.date
    expected = days.value_counts()
    scores = rs.score(path, "csat=Q7ALL", missing=[0, 6], per="day", at="INTDATE")
    counted = {
        one.period.start: one.n + one.n_missing + one.n_invalid for one in scores if one.period
    }
    assert {day: n for day, n in counted.items() if n} == {
        day.isoformat(): n for day, n in expected.items()
    }


def test_the_codebook_workbook_opens_with_the_names_of_its_first_row(shared: Path) -> None:
    book = rs.connect(shared / "data" / "sfo_survey" / "sfo_2018_codebook.xlsx")
    assert {"Field", "Question/Description"} <= set(book.columns)
