"""Tallies merge: order, grouping and the way rows are spread over files change no score."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ressenti as rs
from ressenti.facts.scales import ZERO_TO_TEN
from ressenti.indicators import variant_called
from ressenti.scores.judgement import scores_of_tallies
from ressenti.tallies.tally import Tally, TallyTable

NPS, STANDARD = variant_called("nps")
WEIGHTS = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.25])
ANSWERS = st.tuples(
    st.one_of(st.integers(0, 10), st.none(), st.just(11)),
    st.sampled_from(["Lyon", "Nice", "Lille"]),
    WEIGHTS,
)
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Row = tuple[int | None, str, float]


def fits_its_scale(rows: list[Row]) -> bool:
    marks = [mark for mark, _, _ in rows if mark is not None]
    return marks.count(11) <= len(marks) / 10


ROWS = st.lists(ANSWERS, min_size=1, max_size=40).filter(fits_its_scale)


def tally(rows: list[Row]) -> Tally:
    return Tally.of_values(
        [mark for mark, _, _ in rows], ZERO_TO_TEN, weights=[weight for _, _, weight in rows]
    )


def table(rows: list[Row]) -> pa.Table:
    marks, shops, weights = zip(*rows, strict=True)
    return pa.table(
        {
            "mark": pa.array(marks, pa.int64()),
            "shop": pa.array(shops),
            "weight": pa.array(weights, pa.float64()),
        }
    )


def same(one: rs.Score, other: rs.Score) -> bool:
    """Tell whether two scores say the same, rounding errors of sums aside."""
    close = all(
        getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-6)
        for name in ("value", "low", "high", "n_effective")
    )
    counts = ("n", "n_missing", "n_invalid", "reason", "parts", "segment")
    return close and all(getattr(one, name) == getattr(other, name) for name in counts)


@given(st.lists(st.lists(ANSWERS, max_size=12), min_size=1, max_size=5), st.randoms())
def test_tallies_add_up_in_any_order_and_grouping(parts: list[list[Row]], random: object) -> None:
    whole = tally([row for part in parts for row in part])
    keys = list(range(len(parts)))
    random.shuffle(keys)  # type: ignore[attr-defined]  # hypothesis gives a Random
    shuffled = TallyTable.of({key: tally(parts[key]) for key in keys})
    at_once = shuffled.merged(lambda _key: "all")
    in_steps = shuffled.merged(lambda key: key % 2).merged(lambda _key: "all")
    expected = scores_of_tallies(NPS, STANDARD, TallyTable.of({"all": whole}))[0]
    for merged in (at_once, in_steps):
        assert same(scores_of_tallies(NPS, STANDARD, merged)[0], expected)


@given(st.lists(ANSWERS, max_size=20), st.lists(ANSWERS, max_size=20))
def test_addition_of_tallies_commutes_and_the_empty_tally_changes_nothing(
    one: list[Row], other: list[Row]
) -> None:
    first, second = tally(one), tally(other)
    forwards, backwards = first + second, second + first
    assert forwards.levels.keys() == backwards.levels.keys()
    assert forwards.n == backwards.n == first.n + second.n
    assert (first + Tally()).levels == first.levels


@quick
@given(rows=ROWS, data=st.data())
def test_the_order_of_rows_changes_no_score(rows: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    for weight in (None, "weight") if any(row[2] for row in rows) else (None,):
        first = rs.score(table(rows), "nps=mark", by=["shop"], weight=weight, totals=True)
        second = rs.score(table(shuffled), "nps=mark", by=["shop"], weight=weight, totals=True)
        assert all(same(one, other) for one, other in zip(first, second, strict=True))


@quick
@given(rows=ROWS, files=st.integers(1, 5))
def test_rows_spread_over_the_files_of_a_folder_give_the_score_of_one_file(
    rows: list[Row], files: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    for part in range(files):
        pq.write_table(
            table(rows).take(pa.array(range(part, len(rows), files), pa.int64())),
            folder / f"part-{part}.parquet",
        )
    whole = tmp_path_factory.mktemp("whole") / "answers.parquet"
    pq.write_table(table(rows), whole)
    spread = rs.score(folder, "nps=mark", by=["shop"], totals=True)
    at_once = rs.score(whole, "nps=mark", by=["shop"], totals=True)
    assert all(same(one, other) for one, other in zip(spread, at_once, strict=True))


@quick
@given(rows=ROWS)
def test_text_numbers_and_frames_give_the_same_scores(rows: list[Row], tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    lines = [f"{'' if mark is None else mark},{shop},{weight}" for mark, shop, weight in rows]
    path.write_text("mark,shop,weight\n" + "\n".join(lines) + "\n", encoding="utf-8")
    from_text = rs.score(path, "nps=mark", by=["shop"], totals=True)
    from_table = rs.score(table(rows), "nps=mark", by=["shop"], totals=True)
    assert all(same(one, other) for one, other in zip(from_text, from_table, strict=True))


@quick
@given(rows=ROWS)
def test_the_total_is_the_merge_of_its_segments_and_of_the_rows(rows: list[Row]) -> None:
    scores = rs.score(table(rows), "nps=mark", by=["shop"], totals=True)
    total = next(one for one in scores if not one.segment)
    parts = [one for one in scores if one.segment]
    alone = rs.score(table(rows), "nps=mark")[0]
    assert same(total, alone)
    for name in ("promoters", "passives", "detractors"):
        assert total.parts[name] == sum(one.parts[name] for one in parts)
    assert total.n == sum(one.n for one in parts)
    assert total.n_missing == sum(one.n_missing for one in parts)
    assert total.n_invalid == sum(one.n_invalid for one in parts)


@quick
@given(rows=ROWS)
def test_counting_two_measures_in_one_pass_is_counting_each_alone(rows: list[Row]) -> None:
    source = table(rows)
    both = rs.score(source, ["nps=mark", "csat/mean=mark:0-10"], by=["shop"])
    alone = [
        *rs.score(source, "nps=mark", by=["shop"]),
        *rs.score(source, "csat/mean=mark:0-10", by=["shop"]),
    ]
    assert all(same(one, other) for one, other in zip(both, alone, strict=True))
