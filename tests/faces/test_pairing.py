from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ressenti as rs
from ressenti.cli import main
from tests.commands import SYNTHETIC, answer_of, refusal_of

# Promoters, passives and detractors before (rows) and after (columns): Student's test of the same
# table, computed by R, gives +5 points and p = 0.5378.
TRANSITIONS = [[40, 5, 5], [10, 15, 5], [5, 5, 10]]
MARKS = (9, 8, 2)


def waves(left: int = 0, came: int = 0) -> pd.DataFrame:
    """Return two waves of the same hundred people, with some who left and some who came."""
    pairs = [
        (MARKS[before], MARKS[after])
        for before, row in enumerate(TRANSITIONS)
        for after, n in enumerate(row)
        for _ in range(n)
    ]
    first = [(f"p{i}", "1", before) for i, (before, _) in enumerate(pairs)]
    second = [(f"p{i}", "2", after) for i, (_, after) in enumerate(pairs)]
    first += [(f"left{i}", "1", 3) for i in range(left)]
    second += [(f"came{i}", "2", 10) for i in range(came)]
    return pd.DataFrame(first + second, columns=["who", "wave", "mark"])


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "waves.csv"
    waves(left=20, came=10).to_csv(path, index=False)
    return str(path)


def test_the_same_respondents_are_followed_from_class_to_class(
    capsys: pytest.CaptureFixture[str], file: str
) -> None:
    asked = ("compare", file, "-m", "nps=mark", "--between", "wave=1,2", "--paired", "who")
    (found,) = answer_of(capsys, *asked)["comparisons"]
    assert found["difference"] == pytest.approx(5)
    assert found["p_value"] == pytest.approx(0.5378, abs=0.002)
    # Student's limits of the same table are −11.05 and 21.05; the score interval is no copy.
    assert (found["low"], found["high"]) == (pytest.approx(-11, abs=1), pytest.approx(21, abs=1))
    assert found["is_established"] is False
    names = ("promoters", "passives", "detractors")
    table = found["paired"]["transitions"]
    assert [[table[before][after] for after in names] for before in names] == TRANSITIONS


def test_attrition_is_told_with_the_score_of_those_who_left(
    capsys: pytest.CaptureFixture[str], file: str
) -> None:
    asked = ("compare", file, "-m", "nps=mark", "--between", "wave=1,2", "--paired", "who")
    paired = answer_of(capsys, *asked)["comparisons"][0]["paired"]
    assert [paired[name] for name in ("n_both", "n_before_only", "n_after_only")] == [100, 20, 10]
    assert (paired["leavers"]["n"], paired["leavers"]["value"]) == (20, -100)
    assert (paired["newcomers"]["n"], paired["newcomers"]["value"]) == (10, 100)


def test_all_answers_together_allow_for_the_respondents_of_both_waves() -> None:
    table = waves(left=20, came=10)
    pairing = rs.compare(table, "nps=mark", between="wave=1,2", paired="who").pairings[0]
    net = table["mark"].ge(9).astype(int) - table["mark"].le(6).astype(int)
    one, two = (net[table["wave"] == wave] for wave in ("1", "2"))
    assert pairing.whole.difference == pytest.approx(100 * (two.mean() - one.mean()))
    by_person = table.assign(net=net).pivot(index="who", columns="wave", values="net")
    both = by_person.dropna()
    # Kish: v1/n1 + v2/n2 − 2 n12 cov / (n1 n2).
    variance = one.var() / 120 + two.var() / 110
    variance -= 2 * 100 * np.cov(both["1"], both["2"])[0, 1] / (120 * 110)
    half = 1.959964 * 100 * variance**0.5
    assert pairing.whole.low == pytest.approx(pairing.whole.difference - half, abs=1e-4)
    unpaired = rs.compare(table, "nps=mark", between="wave=1,2").comparisons[0].total
    assert unpaired.low is not None
    assert unpaired.low < pairing.whole.low


def test_a_panel_that_did_not_move_has_an_interval_all_the_same() -> None:
    still = pd.DataFrame(
        [(f"p{i}", wave, (10, 3)[i % 2]) for i in range(60) for wave in "ab"],
        columns=["who", "wave", "mark"],
    )
    change = rs.compare(still, "nps=mark", between="wave=a,b", paired="who").pairings[0].change
    assert change.difference == 0
    assert change.low is not None
    assert change.high is not None
    assert change.low < 0 < change.high
    assert change.low == pytest.approx(-change.high)


def test_means_are_followed_level_by_level() -> None:
    table = waves()
    change = rs.compare(
        table.assign(mark=table["mark"].clip(1, 5)),
        "csat/mean=mark",
        between="wave=1,2",
        paired="who",
    ).pairings[0]
    assert change.change.difference == pytest.approx(
        table[table["wave"] == "2"]["mark"].clip(1, 5).mean()
        - table[table["wave"] == "1"]["mark"].clip(1, 5).mean()
    )
    assert set(change.transitions) == {"1", "2", "3", "4", "5"}


def test_missing_answers_and_missing_names_are_no_pairs() -> None:
    table = waves()
    table["mark"] = table["mark"].astype(object)
    table.loc[0, "mark"] = None
    table.loc[150, "who"] = None
    pairing = rs.compare(table, "nps=mark", between="wave=1,2", paired="who").pairings[0]
    assert pairing.n_both == 98
    assert pairing.n_anonymous == 1
    assert (pairing.n_before_only, pairing.n_after_only) == (1, 1)


@pytest.mark.parametrize(
    ("extra", "status", "said"),
    [
        (("--between", "wave=1,2", "--paired", "mark"), 1, "more than once"),
        (("--between", "wave=1,2", "--paired", "who", "--by", "mark"), 2, "without --by"),
        (("--between", "wave=1,2", "--paired", "whom"), 2, "no column 'whom'"),
        (("--between", "wave=1,3", "--paired", "who"), 1, "nobody answered both"),
    ],
)
def test_what_cannot_be_paired_is_refused(
    capsys: pytest.CaptureFixture[str], file: str, extra: tuple[str, ...], status: int, said: str
) -> None:
    left, message = refusal_of(capsys, "compare", file, "-m", "nps=mark", *extra)
    assert left == status
    assert said in message


def test_a_pairing_reads_well_in_both_languages(
    capsys: pytest.CaptureFixture[str], file: str
) -> None:
    asked = ["compare", file, "-m", "nps=mark", "--between", "wave=1,2", "--paired", "who"]
    main(asked)
    english = capsys.readouterr().out
    assert "The same 100 respondents:" in english
    assert "20 of 120 did not answer again; 10 are new." in english
    found = rs.compare(file, "nps=mark", between="wave=1,2", paired="who")
    assert "Les mêmes 100 répondants" in found.text("fr")


def test_a_segment_is_compared_with_all_others_and_not_with_the_whole() -> None:
    rows = pd.read_csv(SYNTHETIC)
    net = rows["nps"].ge(9).astype(int) - rows["nps"].le(6).astype(int)
    is_named = rows["channel"] == "phone"
    change = rs.compare(SYNTHETIC, "nps=nps", between="channel=phone,rest").comparisons[0].total
    assert change.before.value == pytest.approx(100 * net[is_named].mean())
    assert change.after.value == pytest.approx(100 * net[~is_named].mean())
    assert change.before.n + change.after.n == 600
    turned = rs.compare(SYNTHETIC, "nps=nps", between="channel=reste,phone").comparisons[0].total
    assert turned.difference == pytest.approx(-change.difference)


def test_those_whose_segment_is_not_told_are_no_rest() -> None:
    table = pd.DataFrame({"mark": [10, 3, 10, 3], "shop": ["a", "a", "b", None]})
    change = rs.compare(table, "nps=mark", between="shop=a,rest").comparisons[0].total
    assert (change.before.n, change.after.n) == (2, 1)


def test_a_comparison_takes_no_closed_list(capsys: pytest.CaptureFixture[str]) -> None:
    from ressenti.errors import InvalidArgument

    with pytest.raises(InvalidArgument, match="closed list"):
        rs.compare(SYNTHETIC, "nps=nps", between="channel=phone,web", population=1000)
