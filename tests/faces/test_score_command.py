"""``ressenti score``: the JSON contract, the options, the formats of files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xlsxwriter

from tests.faces.conftest import Call

KEYS = [
    "indicator",
    "variant",
    "period",
    "segment",
    "value",
    "unit",
    "direction",
    "n",
    "n_effective",
    "n_missing",
    "n_invalid",
    "low",
    "high",
    "confidence",
    "method",
    "level",
    "reason",
    "parts",
    "flags",
]
# Of 11 marks, 6 promoters (9-10), 2 passives, 3 detractors.
EXPECTED = pytest.approx(100 * (6 - 3) / 11, abs=1e-12)


def test_json_is_one_document_on_standard_output_and_nothing_else(call: Call, survey: Path) -> None:
    done = call("score", survey, "-m", "nps=mark", "--format", "json")
    assert (done.status, done.err) == (0, "")
    document = json.loads(done.out)
    assert list(document) == ["scores"]
    assert len(done.out.strip().splitlines()) == 1


def test_a_score_has_the_keys_of_the_contract_in_order(call: Call, survey: Path) -> None:
    score = call("score", survey, "--measure", "nps=mark", "--format", "json").scores()[0]
    assert list(score) == KEYS
    assert (score["indicator"], score["variant"]) == ("nps", "standard_0_10")
    assert (score["period"], score["segment"]) == (None, {})
    assert (score["unit"], score["direction"]) == ("points", "high")
    assert (score["n"], score["n_missing"], score["n_invalid"]) == (11, 1, 0)
    assert score["parts"] == {"promoters": 6, "passives": 2, "detractors": 3}
    assert set(score["level"]) == {"label", "source"}
    assert score["flags"] == ["small_base"]


def test_numbers_in_json_are_not_rounded(call: Call, survey: Path) -> None:
    score = call("score", survey, "-m", "nps=mark", "--format", "json").scores()[0]
    assert score["value"] == EXPECTED
    assert score["value"] != round(score["value"], 6)
    assert score["low"] < score["value"] < score["high"]


def test_several_measures_come_in_the_order_they_were_asked(call: Call, survey: Path) -> None:
    measures = ["-m", "csat/mean=mark:0-10", "-m", "nps=mark"]
    scores = call("score", survey, *measures, "--format", "json").scores()
    assert [one["indicator"] for one in scores] == ["csat", "nps"]


def test_by_twice_crosses_two_columns(call: Call, survey: Path) -> None:
    scores = call(
        "score", survey, "-m", "nps=mark", "--by", "shop", "--by", "channel", "--format", "json"
    ).scores()
    assert {tuple(one["segment"]) for one in scores} == {("shop", "channel")}
    assert len(scores) == 6
    assert sum(one["n"] for one in scores) == 11


@pytest.mark.parametrize(
    ("grain", "starts"),
    [
        ("year", ["2026-01-01"]),
        ("quarter", ["2026-01-01"]),
        ("month", ["2026-01-01", "2026-02-01", "2026-03-01"]),
    ],
)
def test_periods_are_half_open_and_say_their_grain(
    call: Call, survey: Path, grain: str, starts: list[str]
) -> None:
    scores = call(
        "score", survey, "-m", "nps=mark", "--per", grain, "--at", "at", "--format", "json"
    ).scores()
    periods = [one["period"] for one in scores]
    assert [period["start"] for period in periods] == starts
    assert all(list(period) == ["start", "end", "grain"] for period in periods)
    assert {period["grain"] for period in periods} == {grain}
    ends = [period["end"] for period in periods]
    assert ends[:-1] == starts[1:]


@pytest.mark.parametrize("grain", ["day", "week"])
def test_days_and_weeks_without_answers_are_null_and_not_absent(
    call: Call, survey: Path, grain: str
) -> None:
    scores = call(
        "score", survey, "-m", "nps=mark", "--per", grain, "--at", "at", "--format", "json"
    ).scores()
    silent = [one for one in scores if one["n"] == 0 and one["n_missing"] == 0]
    assert silent
    assert {(one["value"], one["reason"]) for one in silent} == {(None, "no_data")}
    ends = [one["period"]["end"] for one in scores]
    assert ends[:-1] == [one["period"]["start"] for one in scores][1:]


def test_where_keeps_the_rows_that_meet_it(call: Call, survey: Path) -> None:
    condition = "shop = 'Lyon' AND mark >= 8"
    score = call(
        "score", survey, "-m", "nps=mark", "--where", condition, "--format", "json"
    ).scores()[0]
    # Lyon's marks: 10, 8, 10, 9, 10, 6; those of at least 8: 10, 8, 10, 9, 10
    assert (score["n"], score["value"]) == (5, 80)


def test_missing_codes_leave_the_base(call: Call, survey: Path) -> None:
    score = call("score", survey, "-m", "nps=mark", "--missing", "3,2", "--format", "json")
    assert (score.scores()[0]["n"], score.scores()[0]["n_missing"]) == (9, 3)


def test_weights_move_the_value_and_shrink_the_effective_size(call: Call, survey: Path) -> None:
    score = call(
        "score", survey, "-m", "nps/weighted=mark", "--weight", "weight", "--format", "json"
    ).scores()[0]
    # Weights 1 and 2 in turn: promoters 1+2+1+1+1+2, detractors 2+2+1, passives 1+2.
    assert score["value"] == pytest.approx(100 * (8 - 5) / 16)
    assert score["n"] == 11
    assert score["n_effective"] < 11


def test_confidence_widens_the_interval(call: Call, survey: Path) -> None:
    narrow, wide = (
        call("score", survey, "-m", "nps=mark", "--confidence", level, "--format", "json").scores()[
            0
        ]
        for level in (0.8, 0.99)
    )
    assert (narrow["confidence"], wide["confidence"]) == (0.8, 0.99)
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]


def test_totals_add_the_merge_of_all_segments(call: Call, survey: Path) -> None:
    scores = call(
        "score", survey, "-m", "nps=mark", "--by", "shop", "--totals", "--format", "json"
    ).scores()
    assert [one["segment"] for one in scores] == [{"shop": "Lyon"}, {"shop": "Nice"}, {}]
    assert scores[-1]["value"] == EXPECTED


def test_csv_has_a_line_a_score_and_full_precision(call: Call, survey: Path) -> None:
    done = call("score", survey, "-m", "nps=mark", "--by", "shop", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["shop"] for row in rows] == ["Lyon", "Nice"]
    assert float(rows[0]["value"]) == pytest.approx(100 * (4 - 1) / 6, abs=1e-12)
    assert done.err == ""


def test_the_table_shows_value_interval_base_and_what_was_left_out(
    call: Call, survey: Path
) -> None:
    done = call("score", survey, "-m", "nps=mark", "--by", "shop")
    assert done.status == 0
    for word in ("NPS", "Lyon", "Nice", "interval 95%", "n", "left out", "small base", "●"):
        assert word in done.out


def test_a_band_is_never_shown_without_its_source(call: Call, survey: Path) -> None:
    table = call("score", survey, "-m", "nps=mark").out
    assert "favourable" in table
    assert "Bain & Company" in table


def test_explain_prints_the_query_and_runs_nothing(call: Call, survey: Path) -> None:
    done = call("score", survey, "-m", "nps=mark", "--by", "shop", "--explain")
    assert done.status == 0
    assert done.out.lstrip().startswith("SELECT")
    assert "GROUP BY" in done.out
    assert "NPS" not in done.out


def table_of(path: Path) -> pa.Table:
    options = pc.ConvertOptions(strings_can_be_null=True)
    return pc.read_csv(path, convert_options=options)


def as_tsv(source: Path) -> Path:
    text = source.read_text(encoding="utf-8")
    path = source.with_suffix(".tsv")
    path.write_text(text.replace(",", "\t"), encoding="utf-8")
    return path


def as_semicolons_in_utf16(source: Path) -> Path:
    path = source.with_name("export.csv")
    path.write_text(source.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-16")
    return path


def as_parquet(source: Path) -> Path:
    path = source.with_suffix(".parquet")
    pq.write_table(table_of(source), path)
    return path


def as_folder(source: Path) -> Path:
    folder = source.with_name("answers")
    table = table_of(source)
    for part in range(2):
        (folder / f"part={part}").mkdir(parents=True)
        pq.write_table(table.slice(part * 6, 6), folder / f"part={part}" / "rows.parquet")
    return folder


def as_json_lines(source: Path) -> Path:
    path = source.with_suffix(".jsonl")
    rows = table_of(source).to_pylist()
    path.write_text("\n".join(json.dumps(row, default=str) for row in rows), encoding="utf-8")
    return path


def as_workbook(source: Path) -> Path:
    path = source.with_suffix(".xlsx")
    with xlsxwriter.Workbook(path) as book, source.open(encoding="utf-8") as stream:
        sheet = book.add_worksheet("Answers")
        for place, row in enumerate(csv.reader(stream)):
            for column, text in enumerate(row):
                if text.isdigit():
                    sheet.write_number(place, column, int(text))
                else:
                    sheet.write(place, column, text)
    return path


def as_spss(source: Path) -> Path:
    path = source.with_suffix(".sav")
    frame = pd.read_csv(source)
    frame["mark"] = frame["mark"].fillna(99)
    pyreadstat.write_sav(frame, path, missing_ranges={"mark": [99]})
    return path


every_format = pytest.mark.parametrize(
    "written",
    [
        as_tsv,
        as_semicolons_in_utf16,
        as_parquet,
        as_folder,
        as_json_lines,
        as_workbook,
        as_spss,
    ],
    ids=lambda one: one.__name__,
)
Writer = Callable[[Path], Path]


@every_format
def test_every_format_of_file_gives_the_same_scores(
    call: Call, survey: Path, written: Writer
) -> None:
    path = written(survey)
    found = call("score", path, "-m", "nps=mark", "--by", "shop", "--totals", "--format", "json")
    assert found.status == 0, found.err
    same = call("score", survey, "-m", "nps=mark", "--by", "shop", "--totals", "--format", "json")
    assert found.scores() == same.scores()


@every_format
def test_asking_for_rejects_changes_no_score_of_any_format(
    call: Call, survey: Path, written: Writer
) -> None:
    path = written(survey)
    plain = call("score", path, "-m", "nps=mark", "--format", "json")
    done = call("score", path, "-m", "nps=mark", "--rejects", "rejects.csv", "--format", "json")
    assert done.status == 0, done.err
    assert done.scores() == plain.scores()


def test_rejects_are_written_with_line_column_value_and_reason(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark\n" + "10\n" * 30 + "11\nx\n", encoding="utf-8")
    rejects = tmp_path / "rejects.csv"
    done = call("score", path, "-m", "nps=mark", "--rejects", rejects, "--format", "json")
    assert done.status == 0
    with rejects.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(row["line"], row["column"], row["value"]) for row in found] == [
        ("32", "mark", "11"),
        ("33", "mark", "x"),
    ]
    assert all(row["reason"] for row in found)


def test_reading_a_file_leaves_the_folder_as_it_was(
    call: Call, survey: Path, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert call("score", survey, "-m", "nps=mark").status == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
