from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.scales import ZERO_TO_TEN
from ressenti.tallies.tally import Tally, TallyTable

KEYS = st.sampled_from(["Lyon", "Nice", "Lille"])


def test_off_scale_and_missing_answers_are_counted_apart_and_never_clipped() -> None:
    tally = Tally.of_values([10, 11, -1, 6.5, None, "", "NaN", True, "9 ", "١٠"], ZERO_TO_TEN)
    assert sorted(tally.levels) == [9.0, 10.0]
    assert (tally.n, tally.missing, tally.invalid) == (2, 3, 5)


def test_a_zero_weight_leaves_the_count() -> None:
    tally = Tally.of_values([10, 0], ZERO_TO_TEN, weights=[0.0, 2.0])
    assert tally.n == 1
    assert tally.levels[0.0].w2 == 4.0


def test_the_empty_tally_changes_nothing() -> None:
    march = Tally.of_counts({9.0: 2}, missing=1)
    assert march + Tally() == march == Tally() + march


def test_merging_a_table_adds_counts_sums_and_what_was_left_out() -> None:
    table = TallyTable.of(
        {
            ("2026-03", "Lyon"): Tally.of_counts({9.0: 2, 3.0: 1}, missing=1),
            ("2026-03", "Nice"): Tally.of_counts({9.0: 1}, invalid=2),
            ("2026-04", "Lyon"): Tally.of_counts({3.0: 5}),
        }
    )
    by_month = table.merged(lambda key: key[0])
    march = by_month.tally("2026-03")
    assert {level: cell.n for level, cell in march.levels.items()} == {3.0: 1, 9.0: 3}
    assert (march.missing, march.invalid) == (1, 2)
    assert by_month.keys == ("2026-03", "2026-04")


@given(
    st.lists(st.tuples(KEYS, st.integers(0, 10), st.integers(0, 5)), max_size=30),
    st.lists(st.tuples(KEYS, st.integers(0, 10), st.integers(0, 5)), max_size=30),
)
def test_adding_tables_adds_their_tallies_key_by_key(
    first: list[tuple[str, int, int]], second: list[tuple[str, int, int]]
) -> None:
    def table(rows: list[tuple[str, int, int]]) -> tuple[dict[str, Tally], TallyTable]:
        tallies: dict[str, Tally] = {}
        for key, level, n in rows:
            own = Tally.of_counts({float(level): n} if n else {}, missing=1)
            tallies[key] = tallies.get(key, Tally()) + own
        return tallies, TallyTable.of(tallies)

    (one, one_table), (two, two_table) = table(first), table(second)
    both = one_table + two_table
    assert set(both.keys) == set(one) | set(two)
    for key in both.keys:
        assert both.tally(key) == one.get(key, Tally()) + two.get(key, Tally())
