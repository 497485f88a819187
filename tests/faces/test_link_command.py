"""``ressenti link`` and ``ressenti effect``: what is claimed, what is not, and what is refused."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import ressenti as rs
from ressenti.cli import main
from tests.commands import ORACLES, answer_of, refusal_of

PANEL = str(ORACLES / "panel_a.csv")


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return answers in shops: parcels matter, receipts do not."""
    chance = np.random.default_rng(2)
    n = 1200
    shop = chance.integers(0, 10, n)
    on_time = chance.random(n) < 0.7
    latent = 7.4 + chance.normal(0, 0.5, 10)[shop] + 1.2 * on_time + chance.normal(0, 1.7, n)
    asked = pd.Timestamp("2025-01-01") + pd.to_timedelta(chance.integers(0, 200, n), unit="D")
    table = pd.DataFrame(
        {
            "shop": [f"shop {place}" for place in shop],
            "on_time": np.where(on_time, "oui", "non"),
            "receipt": chance.random(n) < 0.5,
            "mark": np.clip(np.round(latent), 0, 10).astype(int),
            "spent": np.round(np.exp(3 + 0.1 * latent + chance.normal(0, 0.3, n)), 2),
            "asked": asked,
            "delivered": asked - pd.to_timedelta(chance.integers(1, 9, n), unit="D"),
        }
    )
    path = tmp_path_factory.mktemp("links") / "survey.csv"
    table.to_csv(path, index=False)
    return str(path)


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> str:
    chance = np.random.default_rng(0)
    waits = chance.normal(size=42)
    table = pd.DataFrame(
        {
            "month": range(40),
            "wait": waits[2:],
            "kpi": waits[:-2] + 0.4 * chance.normal(size=40),
            "still": 1.0,
        }
    )
    path = tmp_path_factory.mktemp("links") / "series.csv"
    table.to_csv(path, index=False)
    return str(path)


def test_the_lift_is_the_difference_of_the_two_scores_with_its_interval(
    capsys: pytest.CaptureFixture[str], survey: str
) -> None:
    found = answer_of(capsys, "link", survey, "--outcome", "on_time", "--kpi", "nps=mark")
    (link,) = found["links"]
    scores = answer_of(capsys, "score", survey, "--measure", "nps=mark", "--by", "on_time")
    by_group = {one["segment"]["on_time"]: one for one in scores["scores"]}
    assert link["lift"]["met"]["value"] == pytest.approx(by_group["oui"]["value"])
    assert link["lift"]["missed"]["n"] == by_group["non"]["n"]
    change = answer_of(
        capsys, "compare", survey, "--measure", "nps=mark", "--between", "on_time=non,oui"
    )["comparisons"][0]
    for name in ("low", "high", "p_value"):
        assert link["lift"][name] == pytest.approx(change[name])
    assert link["lift"]["value"] == pytest.approx(change["difference"])
    assert (found["unit"], link["unit"], link["wording"]) == ("customer", "customer", "moves_with")
    assert link["correlation"]["method"] == "spearman"
    assert link["correlation"]["low"] < link["correlation"]["value"] < link["correlation"]["high"]


def test_the_decoy_is_shown_and_not_claimed(
    capsys: pytest.CaptureFixture[str], survey: str
) -> None:
    found = answer_of(
        capsys, "link", survey, "--outcome", "on_time", "--outcome", "receipt",
        "--kpi", "nps=mark", "--kpi", "spent",
    )  # fmt: skip
    assert found["tried"] == 4
    by_outcome = {(one["outcome"], one["kpi"]): one for one in found["links"]}
    for kpi in ("nps=mark", "spent"):
        assert by_outcome["on_time", kpi]["is_established"]
        assert by_outcome["receipt", kpi]["wording"] == "nothing_shown"
        assert by_outcome["receipt", kpi]["finding"].startswith("No link is shown")
    assert by_outcome["on_time", "spent"]["correlation"]["method"] == "point_biserial"


def test_no_finding_says_that_a_link_is_a_cause(survey: str) -> None:
    found = rs.link(survey, outcome="on_time", kpi="nps=mark")
    assert "moves with" in found.findings("en")[0]
    assert "évolue avec" in found.findings("fr")[0]
    for told in (*found.findings("en"), *found.findings("fr")):
        assert "caus" not in told
        assert "n = " in told
        assert "[" in told


def test_effects_inside_shops_and_between_them_stand_apart(
    capsys: pytest.CaptureFixture[str], survey: str
) -> None:
    found = answer_of(
        capsys, "link", survey, "--outcome", "on_time", "--kpi", "nps=mark", "--within", "shop"
    )
    units = found["links"][0]["units"]
    assert units["n_units"] == 10
    # Of 100 points of customers: an outcome met moves the NPS as much inside shops as overall.
    lift = found["links"][0]["lift"]
    assert 100 * units["within"]["value"] == pytest.approx(lift["value"], abs=5)
    assert units["between"]["high"] - units["between"]["low"] > 5 * (
        units["within"]["high"] - units["within"]["low"]
    )
    assert not units["simpson"]


def test_simpsons_paradox_is_flagged(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    shop = np.repeat(np.arange(8), 100)
    met = chance.random(800) < 0.1 + 0.1 * shop
    mark = np.clip(np.round(2 + shop - 2 * met + chance.normal(size=800)), 0, 10)
    path = tmp_path / "shops.csv"
    pd.DataFrame({"shop": shop, "met": met, "mark": mark}).to_csv(path, index=False)
    found = answer_of(
        capsys, "link", str(path), "--outcome", "met", "--kpi", "mark", "--within", "shop"
    )["links"][0]
    assert found["units"]["total"] > 0 > found["units"]["within"]["high"]
    assert found["units"]["simpson"]
    assert any("Simpson" in caution for caution in found["cautions"])


def test_the_lag_and_the_direction_are_found(
    capsys: pytest.CaptureFixture[str], series: str
) -> None:
    asked = ["--lag", "3", "--unit", "period", "--at", "month"]
    found = answer_of(capsys, "link", series, "--outcome", "wait", "--kpi", "kpi", *asked)
    (link,) = found["links"]
    assert (link["lag"], link["wording"]) == (2, "predicts")
    assert [one["lag"] for one in link["lags"]] == [-3, -2, -1, 0, 1, 2, 3]
    assert found["tried"] == 7
    (back,) = answer_of(capsys, "link", series, "--outcome", "kpi", "--kpi", "wait", *asked)[
        "links"
    ]
    assert (back["lag"], back["wording"]) == (-2, "indicator_first")
    assert any("moves first" in caution for caution in back["cautions"])


def test_the_word_predicts_is_earned_out_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer_of(
        capsys, "link", PANEL, "--outcome", "cpi", "--kpi", "kpi", "--kpi", "growth",
        "--within", "store", "--at", "month", "--lag", "2",
    )  # fmt: skip
    kpi, growth = found["links"]
    assert (kpi["lag"], kpi["wording"]) == (1, "predicts")
    assert kpi["gain"]["low"] > 0
    assert (growth["lag"], growth["wording"]) == (2, "moves_with")
    assert growth["gain"]["low"] < 0


@pytest.mark.parametrize("rows", [4, 11])
def test_too_few_periods_are_refused_with_the_number_needed(
    capsys: pytest.CaptureFixture[str], series: str, tmp_path: Path, rows: int
) -> None:
    path = tmp_path / "short.csv"
    pd.read_csv(series).head(rows).to_csv(path, index=False)
    status, told = refusal_of(
        capsys, "link", str(path), "--outcome", "wait", "--kpi", "kpi", "--unit", "period"
    )
    assert status == 1
    assert f"{rows} periods: at least 12 are needed" in told


def test_a_constant_series_is_null_with_its_reason(
    capsys: pytest.CaptureFixture[str], series: str
) -> None:
    for unit in ("period", "customer"):
        found = answer_of(
            capsys, "link", series, "--outcome", "still", "--kpi", "kpi", "--unit", unit
        )["links"][0]
        assert found["correlation"]["value"] is None
        assert found["p_value"] is None
        assert "vary" in found["reason"]


def test_two_customers_are_null_with_their_reason_and_twenty_are_a_caution(
    capsys: pytest.CaptureFixture[str], survey: str, tmp_path: Path
) -> None:
    told = {}
    for rows in (2, 20):
        path = tmp_path / f"{rows}.csv"
        pd.read_csv(survey).head(rows).to_csv(path, index=False)
        (told[rows],) = answer_of(
            capsys, "link", str(path), "--outcome", "on_time", "--kpi", "nps=mark"
        )["links"]
    assert told[2]["correlation"]["value"] is None
    assert "3 are needed" in told[2]["reason"]
    assert any("under 30" in caution for caution in told[20]["cautions"])


def test_a_perfect_link_has_no_interval_and_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "same.csv"
    pd.DataFrame({"a": range(40), "b": range(0, 80, 2)}).to_csv(path, index=False)
    found = answer_of(
        capsys, "link", str(path), "--outcome", "a", "--kpi", "b", "--unit", "customer"
    )["links"][0]
    assert found["correlation"]["value"] == pytest.approx(1)
    assert (found["correlation"]["low"], found["correlation"]["high"]) == (None, None)
    assert "perfect" in found["correlation"]["reason"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--outcome", "mark >= 9", "--kpi", "nps=mark"], 1, "defines both sides"),
        (["--outcome", "on_time", "--kpi", "spent", "--at", "delivered", "--outcome-at", "asked"],
         1, "measured after the indicator in 1200 rows of 1200"),
        (["--outcome", "shop", "--kpi", "nps=mark"], 2, "neither met or missed, nor a number"),
        (["--outcome", "nobody", "--kpi", "nps=mark"], 2, "no column 'nobody'"),
        (["--kpi", "nps=mark"], 2, "at least one outcome"),
        (["--outcome", "on_time", "--kpi", "nps=mark", "--unit", "customer", "--lag", "2"],
         2, "counted in periods"),
        (["--outcome", "on_time", "--kpi", "nps=mark", "--lag", "-1"], 2, "makes no sense"),
        (["--outcome", "on_time", "--kpi", "nps=mark", "--unit", "group"], 2, "--within"),
        (["--outcome", "on_time", "--kpi", "nps=mark", "--unit", "period", "--at", "asked"],
         2, "--per month"),
    ],
)  # fmt: skip
def test_a_trap_or_a_slip_is_refused_with_what_is_wrong(
    capsys: pytest.CaptureFixture[str], survey: str, arguments: list[str], status: int, said: str
) -> None:
    assert refusal_of(capsys, "link", survey, *arguments)[0] == status
    main_error = refusal_of(capsys, "link", survey, *arguments)[1]
    assert said in main_error


def test_a_few_outcomes_measured_late_are_left_out_and_counted(
    capsys: pytest.CaptureFixture[str], survey: str, tmp_path: Path
) -> None:
    table = pd.read_csv(survey)
    table.loc[:29, "delivered"] = "2026-06-01"
    path = tmp_path / "late.csv"
    table.to_csv(path, index=False)
    found = answer_of(
        capsys, "link", str(path), "--outcome", "on_time", "--kpi", "nps=mark",
        "--at", "asked", "--outcome-at", "delivered",
    )  # fmt: skip
    assert found["links"][0]["n"] == 1170
    assert any(note.startswith("30 rows are left out") for note in found["notes"])


def test_a_small_group_of_employees_is_not_shown() -> None:
    table = pd.DataFrame({"met": [1, 0, 0, 0, 0] * 4, "mark": [9, 3, 5, 10, 7] * 4})
    lift = rs.link(table, outcome="met", kpi="enps=mark")[0].lift
    assert (lift.met.value, lift.difference.estimate, lift.p_value) == (None, None, None)
    assert "under 5" in str(lift.difference.reason)
    assert rs.link(table, outcome="met", kpi="nps=mark")[0].lift.met.value == 100


def test_shops_are_linked_one_point_each(capsys: pytest.CaptureFixture[str], survey: str) -> None:
    found = answer_of(
        capsys, "link", survey, "--outcome", "on_time", "--kpi", "spent",
        "--unit", "group", "--within", "shop",
    )["links"][0]  # fmt: skip
    table = pd.read_csv(survey).assign(met=lambda one: one.on_time == "oui")
    means = table.groupby("shop")[["met", "spent"]].mean()
    assert found["n"] == 10
    assert found["correlation"]["value"] == pytest.approx(means.corr().iloc[0, 1])
    assert any("single customers" in caution for caution in found["cautions"])


def test_a_table_a_row_each_and_a_matrix_come_out(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    survey: str,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    drawing = tmp_path / "matrix.svg"
    asked = ["link", survey, "--outcome", "on_time", "--outcome", "receipt", "--kpi", "nps=mark"]
    main([*asked, "--format", "csv", "--matrix", str(drawing)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("outcome,kpi,unit,n,met,")
    assert len(lines) == 3
    root = ElementTree.fromstring(drawing.read_text(encoding="utf-8"))
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"on_time", "receipt", "nps=mark"} <= set(texts)
    assert "évolue avec" in (root.findtext("{http://www.w3.org/2000/svg}desc") or "")
    # A file has no style sheet beside it.
    assert 'class="' not in drawing.read_text(encoding="utf-8")
    main(asked)
    assert "Un lien n'est pas une cause" in capsys.readouterr().out
    assert "·" in rs.link(survey, outcome="on_time", kpi="nps=mark").matrix("en")


@pytest.fixture(scope="module")
def rollout(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return marks of 16 shops, of which eight get a new desk in August."""
    chance = np.random.default_rng(5)
    rows = []
    for shop in range(16):
        level = chance.normal(0, 0.4)
        for month in range(12):
            got = shop < 8 and month >= 7
            marks = 7.6 + level + 0.8 * got + chance.normal(0, 1.8, 25)
            days = chance.integers(1, 28, 25)
            rows += [
                (f"s{shop}", f"2025-{month + 1:02d}-{day:02d}", int(shop < 8), mark)
                for day, mark in zip(days, np.clip(np.round(marks), 0, 10), strict=True)
            ]
    path = tmp_path_factory.mktemp("rollout") / "rollout.csv"
    columns = ["shop", "at", "new_desk", "mark"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return str(path)


ROLLOUT = ("--kpi", "nps=mark", "--within", "shop", "--treated", "new_desk")
SINCE = ("--per", "month", "--at", "at", "--since", "2025-08-01")


def test_a_change_with_a_comparison_group_earns_the_word_caused(
    capsys: pytest.CaptureFixture[str], rollout: str
) -> None:
    (found,) = answer_of(capsys, "effect", rollout, *ROLLOUT, *SINCE)["effects"]
    assert (found["claim"], found["design"]) == ("caused", "difference_in_differences")
    assert (found["n_treated"], found["n_others"]) == (8, 8)
    assert found["drift"]["low"] < 0 < found["drift"]["high"]
    table = pd.read_csv(rollout)
    table["net"] = 100 * (table["mark"] >= 9) - 100 * (table["mark"] <= 6)
    table["after"] = table["at"] >= "2025-08-01"
    means = table.groupby(["new_desk", "shop", "after"])["net"].mean().unstack()
    change = (means[True] - means[False]).groupby("new_desk").mean()
    assert found["value"] == pytest.approx(change[1] - change[0])


def test_without_a_drift_check_or_a_draw_nothing_is_called_a_cause(
    capsys: pytest.CaptureFixture[str], rollout: str
) -> None:
    early = ("--where", "at >= '2025-06-01'")
    (found,) = answer_of(capsys, "effect", rollout, *ROLLOUT, *SINCE, *early)["effects"]
    assert found["claim"] == "moved_with"
    assert any("moved alike" in caution for caution in found["cautions"])
    status, told = refusal_of(capsys, "effect", rollout, *ROLLOUT)
    assert (status, "--since" in told) == (2, True)


def test_a_random_draw_is_judged_by_the_draw(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rollout: str
) -> None:
    (found,) = answer_of(capsys, "effect", rollout, *ROLLOUT, *SINCE, "--randomised")["effects"]
    assert (found["claim"], found["design"], found["drift"]) == ("caused", "randomised", None)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    main(["effect", rollout, *ROLLOUT, *SINCE, "--randomised"])
    assert "a provoqué" in capsys.readouterr().out


def test_the_month_of_the_change_counts_on_neither_side(rollout: str) -> None:
    asked = {"kpi": "nps=mark", "within": "shop", "treated": "new_desk", "per": "month", "at": "at"}
    (found,) = rs.effect(rollout, **asked, since="2025-08-10")
    table = pd.read_csv(rollout)
    kept = table[(table["at"] < "2025-08-01") | (table["at"] >= "2025-09-01")]
    net = 100 * (kept["mark"] >= 9) - 100 * (kept["mark"] <= 6)
    means = net.groupby([kept["new_desk"], kept["shop"], kept["at"] >= "2025-09-01"]).mean()
    change = means.unstack().diff(axis=1)[True].groupby("new_desk").mean()
    assert found.effect.effect.estimate == pytest.approx(change[1] - change[0])


def test_a_change_outside_the_periods_is_refused(
    capsys: pytest.CaptureFixture[str], rollout: str
) -> None:
    late = (*SINCE[:-1], "2030-01-01")
    status, told = refusal_of(capsys, "effect", rollout, *ROLLOUT, *late)
    assert (status, "not within the periods" in told) == (2, True)


def test_a_rollout_is_planned_before_it_is_made(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ["plan", "nps", "--per-unit", "100", "--expected", "60,25,15"]
    found = answer_of(capsys, *known, "--unit-deviation", "6", "--change", "8")
    assert (found["units_randomised"], found["units_before_and_after"]) == (24, 32)
    back = answer_of(capsys, *known, "--unit-deviation", "6", "--n", "24")
    assert back["effect_randomised"] == pytest.approx(found["effect_randomised"])
    assert refusal_of(capsys, *known, "--change", "8")[0] == 2
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    main([*known, "--unit-deviation", "6", "--change", "8"])
    assert "tirage au sort : 24 boutiques" in capsys.readouterr().out.replace("\xa0", " ")
