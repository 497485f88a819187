from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

import ressenti as rs
from ressenti.cli import main
from ressenti.errors import UndefinedResult
from tests.commands import SYNTHETIC, answer_of, oracle, refusal_of

NAMES = ["d1", "d2", "d3", "d4", "d5", "d6"]
OF = ",".join(NAMES)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(SYNTHETIC)


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {driver["driver"]: driver for driver in found["drivers"]}


def test_importances_are_those_of_another_program_and_add_up_to_r2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answer_of(capsys, "drivers", SYNTHETIC, "--target", "nps", "--of", OF)
    expected, own = oracle("lmg_a"), by_name(found)
    assert (found["target"], found["n"], found["method"]) == ("nps", 600, "lmg")
    assert found["r2"] == pytest.approx(expected["r2"], rel=1e-9)
    assert [own[n]["importance"] for n in NAMES] == pytest.approx(expected["lmg"], rel=1e-9)
    assert [own[n]["share"] for n in NAMES] == pytest.approx(expected["lmg_share"], rel=1e-9)
    assert sum(one["importance"] for one in found["drivers"]) == pytest.approx(found["r2"])
    for one in found["drivers"]:
        assert one["low"] < one["importance"] < one["high"]
        assert one["beta_low"] < one["beta"] < one["beta_high"]
        assert one["correlation"]["low"] < one["correlation"]["estimate"]


def test_weights_are_honoured(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("drivers", SYNTHETIC, "--target", "nps", "--of", OF, "--weight", "weight")
    found, expected = answer_of(capsys, *asked), oracle("lmg_weighted_a")
    own = by_name(found)
    assert found["r2"] == pytest.approx(expected["r2"], rel=1e-9)
    assert [own[n]["importance"] for n in NAMES] == pytest.approx(expected["lmg"], rel=1e-9)
    assert found["n_effective"] < found["n"] < 600


def test_betas_slopes_and_inflation_are_those_of_least_squares(rows: pd.DataFrame) -> None:
    found = by_name(rs.drivers(rows, "nps", NAMES).to_dict())
    fit = sm.OLS(rows["nps"], sm.add_constant(rows[NAMES])).fit()
    for name in NAMES:
        others = [other for other in NAMES if other != name]
        own = sm.OLS(rows[name], sm.add_constant(rows[others])).fit()
        assert found[name]["slope"] == pytest.approx(fit.params[name])
        assert found[name]["vif"] == pytest.approx(1 / (1 - own.rsquared))
        scaled = fit.params[name] * rows[name].std() / rows["nps"].std()
        assert found[name]["beta"] == pytest.approx(scaled)
        dropped = sm.OLS(rows["nps"], sm.add_constant(rows[others])).fit()
        assert found[name]["last_in"] == pytest.approx(fit.rsquared - dropped.rsquared)
        r = rows["nps"].corr(rows[name])
        assert found[name]["first_in"] == pytest.approx(r**2)
        low, high = np.tanh(np.arctanh(r) + np.array([-1, 1]) * 1.959963985 / np.sqrt(597))
        assert found[name]["correlation"]["low"] == pytest.approx(low)
        assert found[name]["correlation"]["high"] == pytest.approx(high)


def test_penalties_and_rewards_are_those_of_dummies_in_one_regression(rows: pd.DataFrame) -> None:
    found = by_name(rs.drivers(rows, "nps", ["d1", "d3"]).to_dict())
    expected = oracle("penalty_reward_a")
    for place, name in enumerate(("d1", "d3")):
        own = found[name]["asymmetry"]
        assert own["penalty"] == pytest.approx(expected["penalty"][place], rel=1e-9)
        assert own["reward"] == pytest.approx(expected["reward"][place], rel=1e-9)
        # Errors by bucket of rows, which HC3 leads to as well.
        assert own["penalty_error"] == pytest.approx(expected["se_penalty"][place], rel=0.15)
        assert own["reward_error"] == pytest.approx(expected["se_reward"][place], rel=0.15)
        assert (own["n_low"], own["n_high"]) == ((rows[name] <= 2).sum(), (rows[name] == 5).sum())
    assert found["d3"]["asymmetry"]["class"] == "must-be"


def test_an_indicator_is_explained_by_what_each_answer_adds_to_it(rows: pd.DataFrame) -> None:
    found = rs.drivers(rows, "nps=nps", ["d1", "d2"]).to_dict()
    points = 100 * (rows["nps"] >= 9) - 100.0 * (rows["nps"] <= 6)
    fit = sm.OLS(points, sm.add_constant(rows[["d1", "d2"]])).fit()
    assert found["r2"] == pytest.approx(fit.rsquared)
    assert found["outcome"]["estimate"] == pytest.approx(points.mean())
    assert by_name(found)["d1"]["slope"] == pytest.approx(fit.params["d1"])
    assert found["unit"] == "points"


def test_a_scenario_is_the_mean_of_the_fitted_outcomes_once_the_answers_have_moved(
    rows: pd.DataFrame,
) -> None:
    found = by_name(rs.drivers(rows, "nps", ["d1", "d2"]).to_dict())["d1"]["what_if"]
    points = rows["nps"]
    design = pd.DataFrame(
        {
            n + e: 1.0 * (rows[n] <= 2 if e == "low" else rows[n] == 5)
            for n in ("d1", "d2")
            for e in ("low", "high")
        }
    )
    fit = sm.OLS(points, sm.add_constant(design)).fit()
    low = rows["d1"] <= 2
    assert found["now"] == pytest.approx(low.mean())
    assert found["then"] == pytest.approx(low.mean() * 2 / 3)
    # Each low answer becomes, once in three, one of the others, in their proportions.
    other = design[~low][["d1low", "d1high"]].mean()
    moved = design.copy()
    moved.loc[low, "d1low"] = 2 / 3 + other["d1low"] / 3
    moved.loc[low, "d1high"] = other["d1high"] / 3
    change = fit.predict(sm.add_constant(moved)).mean() - fit.predict().mean()
    assert found["change"]["estimate"] == pytest.approx(change)
    assert found["change"]["low"] < change < found["change"]["high"]
    after = found["after"]
    assert after["estimate"] == pytest.approx(points.mean() + change)
    # A coming period has the chance of its own answers too.
    assert after["high"] - after["low"] > 2 * 1.96 * points.std() / np.sqrt(600)


def test_a_scenario_leads_where_the_best_quarter_of_units_are(rows: pd.DataFrame) -> None:
    found = by_name(rs.drivers(rows, "nps", ["d1", "d2"], unit="store").to_dict())["d1"]["what_if"]
    rows = rows[rows.groupby("store")["store"].transform("size") >= 20]
    low = (rows["d1"] <= 2).groupby(rows["store"]).mean()
    assert found["source"] == "units"
    assert found["then"] == pytest.approx(low.quantile(0.25))
    assert found["reach"] == pytest.approx([low.quantile(0.05), low.quantile(0.95)])
    there = rows.groupby("store")["nps"].mean()[low <= found["then"]]
    assert found["observed"]["units"] == len(there)
    assert found["observed"]["estimate"] == pytest.approx(there.mean())
    assert found["label"] == "if the association were causal"


def test_no_scenario_leaves_what_units_have_been_seen_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("drivers", SYNTHETIC, "--target", "nps", "--of", "d1,d2", "--unit", "store")
    found = answer_of(capsys, *asked, "--change", "d1=8%")
    assert by_name(found)["d1"]["what_if"]["then"] == pytest.approx(0.08)
    status, said = refusal_of(capsys, *asked, "--change", "d1=0.9")
    assert status == 1
    assert "5th and 95th percentile" in said
    status, said = refusal_of(
        capsys, "drivers", SYNTHETIC, "--target", "nps", "--of", "d1", "--change", "d1=0.1"
    )
    assert (status, "--unit" in said) == (2, True)


def test_clusters_widen_the_intervals_of_what_they_share(rows: pd.DataFrame) -> None:
    copied = pd.concat([rows] * 4, ignore_index=True)
    alone = rs.drivers(copied, "nps", ["d1", "d2"]).study
    together = rs.drivers(copied, "nps", ["d1", "d2"], cluster="id").study
    once = rs.drivers(rows, "nps", ["d1", "d2"]).study

    def width(found: Any) -> float:
        return float(found.r2.high - found.r2.low)

    # Four copies of a customer are worth that customer.
    assert width(together) == pytest.approx(width(once), rel=0.15)
    assert width(alone) == pytest.approx(width(once) / 2, rel=0.2)

    def limits(found: Any) -> float:
        _, low, high = {one.name: one.correlation for one in found.drivers}["d1"].bounds()
        return float(high - low)

    assert limits(together) == pytest.approx(limits(once), rel=0.15)


def test_ordered_levels_are_explained_on_the_scale_behind_them(rows: pd.DataFrame) -> None:
    names = ["d1", "d3", "d4"]
    found = rs.drivers(rows, "csat", names, model="ordinal").to_dict()
    fit = OrderedModel(rows["csat"], rows[names], distr="logit").fit(method="bfgs", disp=False)
    latent = float(np.var(rows[names] @ fit.params[names]))
    r2 = latent / (latent + np.pi**2 / 3)
    assert found["r2"] == pytest.approx(r2, rel=1e-3)
    assert sum(one["importance"] for one in found["drivers"]) == pytest.approx(found["r2"])
    scaled = fit.params["d1"] * rows["d1"].std(ddof=0) / np.sqrt(latent + np.pi**2 / 3)
    own = by_name(found)["d1"]
    assert own["beta"] == pytest.approx(scaled, rel=1e-3)
    assert own["low"] < own["importance"] < own["high"]


def test_a_yes_or_no_is_explained_by_logistic_regression(rows: pd.DataFrame) -> None:
    found = rs.drivers(rows, "retained", ["d1", "nps"], model="logistic").to_dict()
    fit = sm.Logit(rows["retained"], sm.add_constant(rows[["d1", "nps"]])).fit(disp=False)
    latent = float(np.var(rows[["d1", "nps"]] @ fit.params[["d1", "nps"]]))
    assert found["r2"] == pytest.approx(latent / (latent + np.pi**2 / 3))


def test_what_was_not_asked_is_not_an_opinion() -> None:
    random = np.random.default_rng(4)
    quality = random.integers(1, 6, 1500).astype(float)
    delivery = np.clip(quality + random.integers(-2, 3, 1500), 1, 5)
    marks = quality + delivery + random.normal(size=1500)
    asked = pd.DataFrame({"mark": marks, "quality": quality, "delivery": delivery})
    asked.loc[400:, "delivery"] = np.nan
    asked.loc[:49, "quality"] = 9
    found = rs.drivers(asked, "mark", ["quality", "delivery"], missing=["quality=9"])
    complete = found.to_dict()
    assert complete["n"] == 350
    missing = by_name(complete)["delivery"]["missing"]
    assert missing == {"not_asked_or_blank": 1100, "no_opinion": 0, "unreadable": 0}
    assert by_name(complete)["quality"]["missing"]["no_opinion"] == 50
    assert any("Only the 350 rows" in remark for remark in complete["remarks"])
    paired = rs.drivers(
        asked, "mark", ["quality", "delivery"], missing=["quality=9"], rows="pairwise"
    ).to_dict()
    own = by_name(paired)
    assert (paired["n"], own["quality"]["n"], own["delivery"]["n"]) == (1500, 1450, 400)
    answered = asked.replace({"quality": {9: np.nan}})
    r = answered["mark"].corr(answered["delivery"])
    assert own["delivery"]["correlation"]["estimate"] == pytest.approx(r)
    table = answered.corr().to_numpy()
    explained = table[0, 1:] @ np.linalg.solve(table[1:, 1:], table[0, 1:])
    assert paired["r2"] == pytest.approx(explained)
    assert any("rows that have both" in remark for remark in paired["remarks"])


def test_those_who_gave_no_mark_are_told_when_they_differ() -> None:
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"mark": random.normal(size=600), "speed": random.normal(size=600)})
    frame.loc[frame["mark"] > 1, "speed"] = np.nan
    (driver,) = rs.drivers(frame, "mark", ["speed"]).study.drivers
    assert any("without a mark differ" in remark.en for remark in driver.remarks)


def test_pairs_that_contradict_each_other_are_refused() -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=300)
    nothing = np.full(100, np.nan)
    # a follows y, b follows y, and a goes against b: on three groups of people.
    frame = pd.DataFrame(
        {
            "y": np.concatenate([x[:200], random.normal(size=100)]),
            "a": np.concatenate([x[:100], nothing, x[200:]]),
            "b": np.concatenate([nothing, x[100:200], -x[200:]]),
        }
    )
    with pytest.raises(UndefinedResult, match="not positive definite"):
        rs.drivers(frame, "y", ["a", "b"], rows="pairwise")


def test_themes_and_conditions_are_drivers_too(rows: pd.DataFrame) -> None:
    frame = rows.assign(late=rows["wait_s"] > 120)
    found = rs.drivers(frame, "nps", ["late", "channel = 'web'", "d1:1-5"]).to_dict()
    own = by_name(found)
    assert own["late"]["form"] == own["channel = 'web'"]["form"] == "binary"
    r = frame["nps"].corr(1.0 * (frame["channel"] == "web"))
    assert own["channel = 'web'"]["correlation"]["estimate"] == pytest.approx(r)
    assert own["late"]["asymmetry"] is None


def test_a_column_that_bears_an_indicator_s_name_can_be_a_condition(rows: pd.DataFrame) -> None:
    frame = rows.assign(churn=np.where(rows["retained"] == 1, "No", "Yes"))
    found = rs.drivers(frame, "churn = 'Yes'", ["d1", "d2"]).to_dict()
    assert found["outcome"]["estimate"] == pytest.approx((rows["retained"] == 0).mean())


def test_the_way_that_is_better_is_told_where_nobody_said_it(rows: pd.DataFrame) -> None:
    told = "A higher nps is taken as better"
    assert told in str(rs.drivers(rows, "nps", ["d1", "d2"]))
    assert told not in str(rs.drivers(rows, "nps", ["d1", "d2"], lower_is_better=True))
    assert told not in str(rs.drivers(rows, "nps=nps", ["d1", "d2"]))


def test_a_constant_driver_and_copies_are_told_apart_from_the_rest(rows: pd.DataFrame) -> None:
    frame = rows.assign(always=3, twice=rows["d1"] * 2)
    found = by_name(rs.drivers(frame, "nps", ["d1", "twice", "always", "d4"]).to_dict())
    assert found["always"]["importance"] == 0
    assert found["always"]["beta"] is None
    assert "never varies" in " ".join(found["always"]["remarks"])
    assert found["d1"]["importance"] == pytest.approx(found["twice"]["importance"])
    assert found["d1"]["goes_with"] == "twice"
    assert found["d1"]["vif"] is None
    assert "cannot be told apart from twice" in " ".join(found["d1"]["remarks"])


def test_more_than_fifteen_drivers_are_weighed_by_johnson_and_it_is_said() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(500, 16))
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(16)])
    frame["y"] = x[:, 0] + x[:, 1] / 2 + random.normal(size=500)
    found = rs.drivers(frame, "y", [f"x{i}" for i in range(16)]).to_dict()
    assert found["method"] == "johnson"
    assert sum(one["importance"] for one in found["drivers"]) == pytest.approx(found["r2"])
    assert any("relative weights" in remark for remark in found["remarks"])
    assert found["drivers"][0]["driver"] == "x0"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--target", "nope", "--of", "d1"], 2, "no column 'nope'"),
        (["--target", "d1", "--of", "d1,d2"], 2, "cannot explain itself"),
        (["--target", "nps=nps", "--of", "nps"], 2, "cannot explain itself"),
        (["--target", "nps", "--of", "d1,d1"], 2, "named twice"),
        (["--target", "nps", "--of", "segment"], 1, "no number"),
        (["--target", "nps * 0", "--of", "d1"], 1, "does not vary"),
        (["--target", "nps", "--of", OF, "--where", "id < 7"], 1, "at least 8 are needed"),
        (["--target", "nps", "--of", "d1", "--where", "id < 0"], 1, "no row is left"),
        (["--target", "nps", "--of", "d1", "--model", "logistic"], 1, "11 values"),
        (["--target", "nps", "--of", "d1", "--weight", "id * 0"], 1, "a weight above 0"),
        (
            ["--target", "nps", "--of", "d1", "--weight", "id * 0", "--rows", "pairwise"],
            1,
            "a weight above 0",
        ),
        (["--target", "ces/top=ces", "--of", "d1"], 2, "R100"),
        (["--target", "nps", "--of", "d1", "--weight", "segment"], 1, "R204"),
        (["--target", "nps", "--of", "d1", "--model", "ordinal", "--rows", "pairwise"], 2, "R102"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    left, message = refusal_of(capsys, "drivers", SYNTHETIC, *arguments)
    assert (left, said in message) == (status, True), message


def test_one_unit_says_nothing_of_what_is_within_reach(rows: pd.DataFrame) -> None:
    one = rs.drivers(rows.assign(shop="a"), "nps", ["d1"], unit="shop", cluster="shop").study
    (driver,) = one.drivers
    assert driver.limits is None
    assert driver.improvement is not None
    assert "1 units" in str(driver.improvement.reason)
    assert any("Clusters with answers: 1" in remark.en for remark in one.remarks)
    assert not one.is_ranked


def test_too_few_rows_keep_the_order_given(rows: pd.DataFrame) -> None:
    found = rs.drivers(rows.head(150), "nps", ["d5", "d1"]).study
    assert [driver.name for driver in found.drivers] == ["d5", "d1"]
    assert not found.is_ranked


def test_findings_are_told_in_both_languages(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "map.svg"
    asked = ["drivers", SYNTHETIC, "--target", "nps=nps", "--of", OF, "--unit", "store"]
    main([*asked, "--map", str(picture)])
    english = capsys.readouterr().out
    assert "Improve first, if the association were causal" in english
    assert "Drivers are associated with the outcome" in english
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    french = rs.drivers(SYNTHETIC, "nps=nps", NAMES, unit="store").text("fr")
    assert "À améliorer d'abord, si l'association était causale" in french
    assert "n = 600" in french


def test_results_convert(rows: pd.DataFrame) -> None:
    found = rs.drivers(rows, "nps", ["d1", "d2"])
    frame = found.to_pandas()
    assert frame["importance"].sum() == pytest.approx(found.to_dict()["r2"])
    assert found.to_arrow().column("driver").to_pylist() == ["d1", "d2"]
    assert json.loads(found.to_json())["drivers"][0]["driver"] == "d1"
    assert all("SELECT" in query for query in found.sql)
    assert "d1" in found._repr_svg_()
