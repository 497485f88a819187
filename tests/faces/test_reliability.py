from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ressenti as rs
from ressenti.cli import main
from tests.commands import SYNTHETIC, answer_of, oracle, refusal_of

DRIVERS = "d1,d2,d3,d4,d5,d6"
MOBILE = {
    "IMAG": (5, 0.723),
    "CUEX": (3, 0.452),
    "PERQ": (7, 0.877),
    "PERV": (2, 0.824),
    "CUSA": (3, 0.779),
    "CUSL": (3, 0.472),
}


def test_alpha_and_its_interval_are_those_of_the_psych_package(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answer_of(capsys, "reliability", SYNTHETIC, "--items", DRIVERS)
    expected = oracle("cronbach_alpha_a")
    assert found["alpha"] == pytest.approx(expected["alpha"], rel=1e-8)
    assert found["standardised_alpha"] == pytest.approx(expected["alpha_std"], rel=1e-8)
    assert found["low"] == pytest.approx(expected["lower"], rel=1e-8)
    assert found["high"] == pytest.approx(expected["upper"], rel=1e-8)
    dropped = [item["alpha_if_dropped"] for item in found["items"]]
    assert dropped == pytest.approx(expected["alpha_if_dropped"], rel=1e-8)
    assert (found["n"], found["n_incomplete"]) == (600, 0)


def test_omega_and_its_loadings_are_those_of_lavaan(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer_of(capsys, "reliability", SYNTHETIC, "--items", DRIVERS)
    expected = oracle("mcdonald_omega_a")
    assert found["omega"] == pytest.approx(expected["omega"], rel=1e-4)
    deviations = pd.read_csv(SYNTHETIC)[DRIVERS.split(",")].std(ddof=0)
    loadings = [item["loading"] for item in found["items"]]
    raw = [loading * own for loading, own in zip(loadings, deviations, strict=True)]
    assert raw == pytest.approx(expected["loadings"], rel=1e-4)


def test_an_item_is_correlated_with_the_sum_of_the_others() -> None:
    rows = pd.read_csv(SYNTHETIC)[DRIVERS.split(",")]
    found = rs.reliability(SYNTHETIC, DRIVERS.split(",")).reliability
    for item in found.items:
        others = rows.drop(columns=item.name).sum(axis=1)
        assert item.item_total == pytest.approx(rows[item.name].corr(others))
        assert item.mean == pytest.approx(rows[item.name].mean())
        assert item.deviation == pytest.approx(rows[item.name].std())


@pytest.mark.shared
@pytest.mark.parametrize("block", MOBILE)
def test_the_alphas_of_the_mobile_survey_are_the_published_ones(shared: Path, block: str) -> None:
    size, published = MOBILE[block]
    items = [f"{block}{item}" for item in range(1, size + 1)]
    found = rs.reliability(shared / "data" / "ecsi_mobi" / "mobi.csv", items).reliability
    assert found.alpha.standardised == pytest.approx(published, abs=0.0005)
    assert found.n == 250


@pytest.mark.shared
def test_reversed_items_and_missing_answers_of_the_big_five(shared: Path) -> None:
    path = shared / "data" / "psych_bfi" / "psych_bfi.csv"
    names = [f"E{item}" for item in range(1, 6)]
    found = rs.reliability(path, names, reverse=["E1", "E2"]).reliability
    items = pd.read_csv(path)[names].dropna()
    turned = items.assign(E1=7 - items["E1"], E2=7 - items["E2"])
    own, total = turned.var().sum(), turned.sum(axis=1).var()
    assert found.alpha.alpha.estimate == pytest.approx(5 / 4 * (1 - own / total))
    assert (found.n, found.n_incomplete) == (len(items), 2800 - len(items))


@pytest.mark.shared
def test_a_forgotten_reversal_is_said_in_both_languages(
    capsys: pytest.CaptureFixture[str], shared: Path
) -> None:
    path = str(shared / "data" / "psych_bfi" / "psych_bfi.csv")
    main(["reliability", path, "--items", "E1,E2,E3,E4,E5"])
    assert "check for reversed items" in capsys.readouterr().out
    french = rs.reliability(path, ["E1", "E2", "E3", "E4", "E5"]).text("fr")
    assert "alpha est négatif" in french


def test_codes_and_values_off_the_scale_are_no_answers() -> None:
    rows = pd.DataFrame({"a": [1, 2, 5, 4, 9], "b": [2, 1, 4, 5, 3], "c": [1, 3, 99, 5, 2]})
    coded = rs.reliability(rows, ["a", "b", "c"], missing=["c=99", 9]).reliability
    scaled = rs.reliability(rows, ["a", "b", "c"], scale="1-5").reliability
    assert (coded.n, coded.n_incomplete) == (3, 2)
    assert coded.alpha.alpha == scaled.alpha.alpha


def test_two_identical_items_have_an_alpha_of_one_and_no_interval() -> None:
    rows = pd.DataFrame({"a": [1, 2, 5, 3], "b": [1, 2, 5, 3]})
    found = rs.reliability(rows, ["a", "b"]).reliability
    assert found.alpha.alpha.estimate == pytest.approx(1)
    assert found.alpha.alpha.low is None
    assert found.omega.omega is None
    assert any("3 at least" in remark.en for remark in found.remarks)


@pytest.mark.parametrize(
    ("items", "status", "said"),
    [
        ("d1", 2, "at least 2"),
        ("d1,d1", 2, "named twice"),
        ("d1,d77", 2, "no column 'd77'"),
        ("d1,segment", 1, "0 of 600 rows"),
    ],
)
def test_what_makes_no_scale_is_refused(
    capsys: pytest.CaptureFixture[str], items: str, status: int, said: str
) -> None:
    left, message = refusal_of(capsys, "reliability", SYNTHETIC, "--items", items)
    assert (left, said in message) == (status, True), message


def test_an_item_to_reverse_must_be_one_of_the_items(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("reliability", SYNTHETIC, "--items", "d1,d2", "--reverse", "d3")
    assert refusal_of(capsys, *asked)[0] == 2
