from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ressenti.errors import InvalidArgument
from ressenti.facts.scales import SCALES, Scale
from ressenti.facts.schemas import FACTS, ColumnKind
from ressenti.simulation import Company, simulate_company, write_company

SEGMENTS = {"country", "region", "shop", "language"}
ARROW_TYPES = {
    ColumnKind.TEXT: (pa.types.is_string, pa.types.is_dictionary),
    ColumnKind.NUMBER: (pa.types.is_floating, pa.types.is_integer),
    ColumnKind.BOOLEAN: (pa.types.is_boolean,),
    ColumnKind.INSTANT: (pa.types.is_timestamp,),
}


def bytes_of(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue()


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = (simulate_company(seed=3, n_answers=6_000) for _ in range(2))
    for name in FACTS:
        assert bytes_of(first.facts[name]) == bytes_of(second.facts[name]), name
    assert first.truth.nps_by_shop == second.truth.nps_by_shop


def test_another_seed_gives_another_company() -> None:
    one, other = (simulate_company(seed=seed, n_answers=5_000) for seed in (3, 4))
    assert one.truth.shop_levels != other.truth.shop_levels
    assert not one.facts["answers"].equals(other.facts["answers"])


def test_the_seven_facts_have_the_published_columns_and_the_segments(company: Company) -> None:
    assert list(company.facts) == list(FACTS)
    for key, fact in FACTS.items():
        published = {column.key for column in fact.columns}
        assert set(company.facts[key].column_names) == published | SEGMENTS


def test_columns_hold_what_their_schema_says(company: Company) -> None:
    for key, fact in FACTS.items():
        for column in fact.columns:
            values = company.facts[key][column.key]
            about = (key, column.key)
            assert any(is_kind(values.type) for is_kind in ARROW_TYPES[column.kind]), about
            assert not (column.required and values.null_count), about
            if column.values:
                assert set(values.unique().to_pylist()) <= set(column.values), about


def test_instants_are_utc_microseconds_and_dimensions_are_encoded(company: Company) -> None:
    for name, table in company.facts.items():
        for field in table.schema:
            if field.name.endswith("_at"):
                assert field.type == pa.timestamp("us", tz="UTC"), (name, field.name)
            if field.name in {*SEGMENTS, "touchpoint", "channel", "measure", "source"}:
                assert pa.types.is_dictionary(field.type), (name, field.name)


def test_a_source_and_its_id_name_one_row(company: Company) -> None:
    for name, table in company.facts.items():
        assert len(set(table["source_id"].to_pylist())) == table.num_rows, name


@pytest.mark.parametrize(
    ("seed", "n_answers", "years"), [(1, 5_000, 1), (2, 5_000, 10), (3, 9_999, 2), (4, 40_000, 3)]
)
def test_there_are_exactly_as_many_answers_as_asked_for(
    seed: int, n_answers: int, years: int
) -> None:
    company = simulate_company(seed=seed, n_answers=n_answers, years=years)
    assert company.facts["answers"].num_rows == n_answers


def test_a_company_lives_in_its_own_years() -> None:
    company = simulate_company(n_answers=5_000, start=date(2020, 2, 29), years=1)
    at = company.facts["answers"]["answered_at"].to_pylist()
    assert date(2020, 2, 29) <= at[0].date() < date(2020, 4, 1)
    assert date(2021, 1, 1) < at[-1].date() < date(2021, 3, 1)
    assert at == sorted(at)


def test_scales_are_those_of_the_facts_and_hold_every_mark(company: Company) -> None:
    answers = company.facts["answers"]
    seen = set(zip(answers["scale"].to_pylist(), answers["value"].to_pylist(), strict=True))
    for key, value in seen - {(None, None)}:
        scale = SCALES[key]
        assert isinstance(scale, Scale)
        assert value is None or value in scale.levels


def test_invalid_marks_come_only_on_request() -> None:
    company = simulate_company(n_answers=40_000, missing_share=0.0, invalid_share=0.05)
    answers = company.facts["answers"]
    pairs = [
        (SCALES[key], value)
        for key, value in zip(
            answers["scale"].to_pylist(), answers["value"].to_pylist(), strict=True
        )
        if key is not None
    ]
    off = sum(value not in scale.levels for scale, value in pairs if isinstance(scale, Scale))
    # Five standard errors of a share of 5 %.
    assert abs(off / len(pairs) - 0.05) < 5 * (0.05 * 0.95 / len(pairs)) ** 0.5


def test_missing_marks_are_as_many_as_said(company: Company) -> None:
    answers = company.facts["answers"]
    marks = [
        value
        for key, value in zip(
            answers["scale"].to_pylist(), answers["value"].to_pylist(), strict=True
        )
        if key is not None
    ]
    missing = sum(value is None for value in marks) / len(marks)
    assert abs(missing - 0.02) < 5 * (0.02 * 0.98 / len(marks)) ** 0.5


@pytest.mark.parametrize(
    "arguments",
    [{"n_answers": 4_999}, {"years": 0}, {"years": 11}, {"seed": -1}, {"missing_share": 1.2}],
)
def test_impossible_companies_are_refused_with_the_value_quoted(
    arguments: dict[str, Any],
) -> None:
    (value,) = arguments.values()
    with pytest.raises(InvalidArgument, match=str(value)):
        simulate_company(**arguments)


def test_facts_written_to_a_folder_are_read_back_the_same(tmp_path: Path) -> None:
    company = simulate_company(n_answers=5_000, years=1)
    written = write_company(company, tmp_path)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in written)
    assert names[:2] == ["answers/2024-01.parquet", "answers/2024-02.parquet"]
    assert len(names) == 12 + 6
    months = [pq.read_table(tmp_path / name) for name in names if name.startswith("answers/")]
    assert [row for month in months for row in month.to_pylist()] == (
        company.facts["answers"].to_pylist()
    )
    assert pq.read_table(tmp_path / "orders.parquet").equals(company.facts["orders"])


@pytest.mark.slow
def test_a_million_answers_are_made_at_once() -> None:
    company = simulate_company(n_answers=1_000_000)
    assert company.facts["answers"].num_rows == 1_000_000
    assert sum(table.nbytes for table in company.facts.values()) < 0.8e9
