from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.cli import main
from tests.commands import SYNTHETIC, answer_of, oracle, refusal_of


def shops(**marks: list[float]) -> pa.Table:
    rows = [(name, mark) for name, own in marks.items() for mark in own]
    names, values = zip(*rows, strict=True)
    return pa.table({"shop": list(names), "mark": list(values)})


def test_stores_are_shrunk_as_metafor_shrinks_them(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer_of(capsys, "rank", SYNTHETIC, "-m", "nps=nps", "--by", "store")
    (league,) = found["rankings"]
    expected = oracle("eb_store_nps_PM_a")
    assert league["tau2"] == pytest.approx(expected["tau2"], rel=1e-5)
    assert league["mean"] == pytest.approx(expected["mu"], rel=1e-5)
    by_store = {int(unit["segment"]["store"]): unit for unit in league["units"]}
    units = [by_store[store] for store in sorted(by_store)]
    assert [unit["n"] for unit in units] == expected["n"]
    assert [unit["value"] for unit in units] == pytest.approx(expected["raw"], rel=1e-5)
    assert [unit["shrunk"] for unit in units] == pytest.approx(expected["shrunk"], rel=1e-5)


def test_units_worth_fewer_than_thirty_answers_are_listed_without_a_rank() -> None:
    (league,) = rs.rank(SYNTHETIC, "nps=nps", by=["store"]).leagues
    ranked = [one for one in league.standings if not one.is_indicative]
    assert [one.score.n for one in ranked] == [30]
    for one in league.standings:
        assert (one.ranks is None) is (one.score.n < 30)
        assert (one.chance_best is None) is (one.score.n < 30)
        assert one.shrunk is not None
    (every,) = rs.rank(SYNTHETIC, "nps=nps", by=["store"], indicative_under=0).leagues
    assert sum(one.chance_best or 0 for one in every.standings) == pytest.approx(3)
    shrunk = [one.shrunk for one in every.standings if one.shrunk is not None]
    assert shrunk == sorted(shrunk, reverse=True)


def test_units_that_differ_by_luck_only_get_a_sentence_and_no_ranking(
    capsys: pytest.CaptureFixture[str],
) -> None:
    alike = shops(**{name: [10.0] * 20 + [7.0] * 20 + [3.0] * 20 for name in "abcdef"})
    (league,) = rs.rank(alike, "nps=mark", by=["shop"]).leagues
    assert league.tau2 == 0
    assert league.reason is not None
    assert "no ranking to publish" in league.reason.en
    assert {one.ranks for one in league.standings} == {None}
    assert [one.segment["shop"] for one in league.standings] == list("abcdef")


def test_the_best_are_the_lowest_where_low_is_better() -> None:
    marks = {
        "easy": [1.0] * 40 + [2.0] * 10,
        "middling": [2.0] * 40 + [3.0] * 10,
        "mixed": [2.0] * 25 + [4.0] * 25,
        "hard": [4.0] * 40 + [5.0] * 10,
    }
    (league,) = rs.rank(shops(**marks), "ces/v1_mean_effort_1_5=mark", by=["shop"]).leagues
    first, last = league.standings[0], league.standings[-1]
    assert (first.segment["shop"], first.ranks) == ("easy", (1, 1))
    assert (last.segment["shop"], last.ranks) == ("hard", (4, 4))
    assert (first.chance_best, first.chance_worst) == (1.0, 0.0)


def test_a_unit_of_four_answers_is_hidden_with_the_smallest_other_one() -> None:
    marks = {
        "a": [10.0] * 20 + [3.0] * 20,
        "b": [10.0] * 70 + [3.0] * 10,
        "c": [10.0] * 30 + [3.0] * 90,
        "d": [10.0] * 2 + [3.0] * 2,
    }
    (league,) = rs.rank(shops(**marks), "nps=mark", by=["shop"]).leagues
    hidden = {one.segment["shop"]: one for one in league.standings if one.score.value is None}
    assert set(hidden) == {"a", "d"}
    assert {one.score.reason for one in hidden.values()} == {"suppressed"}
    assert {one.shrunk for one in hidden.values()} == {None}
    assert [one.score.value is None for one in league.standings] == [False, False, True, True]


def test_a_unit_far_from_all_others_of_its_size_is_outside_the_funnel() -> None:
    marks = {f"shop{i}": [10.0] * (50 + i % 3) + [3.0] * 50 for i in range(30)}
    marks["far"] = [3.0] * 95 + [10.0] * 5
    (league,) = rs.rank(shops(**marks), "nps=mark", by=["shop"]).leagues
    outside = {one.segment["shop"]: one.funnel for one in league.standings if one.funnel}
    assert outside == {"far": "alarm"}


def test_a_weighted_league_pulls_harder_since_answers_are_worth_less() -> None:
    (plain,) = rs.rank(SYNTHETIC, "nps=nps", by=["channel"]).leagues
    (weighted,) = rs.rank(SYNTHETIC, "nps=nps", by=["channel"], weight="weight").leagues
    rows = pd.read_csv(SYNTHETIC)
    net = rows["nps"].ge(9).astype(int) - rows["nps"].le(6).astype(int)
    own = rows["channel"] == "web"
    expected = 100 * (net * rows["weight"])[own].sum() / rows["weight"][own].sum()
    values = {one.segment["channel"]: one.score for one in weighted.standings}
    assert values["web"].value == pytest.approx(expected)
    assert all(one.score.n_effective < one.score.n for one in weighted.standings)
    assert plain.whole.value != pytest.approx(weighted.whole.value)


def test_a_ranking_reads_well_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["rank", SYNTHETIC, "-m", "nps=nps", "--by", "store"]
    main([*asked, "--lang", "en"])
    english = capsys.readouterr().out
    assert "All units: 8.2" in english
    assert "indicative" in english
    main([*asked, "--format", "csv"])
    header = capsys.readouterr().out.splitlines()[0].split(",")
    assert {"store", "shrunk", "best_rank", "worst_rank", "chance_best"} <= set(header)


def test_what_has_no_contrast_and_what_has_periods_is_not_ranked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("rank", SYNTHETIC, "-m", "aht=wait_s", "--by", "store")
    status, message = refusal_of(capsys, *asked)
    assert status in (1, 2)
    assert "aht" in message
