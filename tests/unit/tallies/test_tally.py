from __future__ import annotations

from ressenti.facts.scales import ZERO_TO_TEN
from ressenti.tallies.tally import Tally, TallyTable


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
