"""Drivers of satisfaction with a mobile operator and with ordering kiosks, beside known figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import ressenti as rs

pytestmark = pytest.mark.shared
BLOCKS = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSL": 3}
# Tenenhaus et al. (2005): the R² of each latent variable, by what the model lets explain it.
PUBLISHED = {
    "CUEX": (["IMAG"], 0.243),
    "PERQ": (["CUEX"], 0.297),
    "PERV": (["CUEX", "PERQ"], 0.335),
    "CUSA": (["IMAG", "CUEX", "PERQ", "PERV"], 0.672),
    "CUSCO": (["CUSA"], 0.292),
    "CUSL": (["IMAG", "CUSA", "CUSCO"], 0.432),
}


@pytest.fixture(scope="module")
def mobile(shared: Path) -> pd.DataFrame:
    """Return 250 customers of a mobile operator, each block as the mean of its items."""
    rows = pd.read_csv(shared / "data" / "ecsi_mobi" / "mobi.csv")
    blocks = {
        block: rows[[f"{block}{item}" for item in range(1, size + 1)]].mean(axis=1)
        for block, size in BLOCKS.items()
    }
    return pd.DataFrame({**blocks, "CUSCO": rows["CUSCO"]})


@pytest.fixture(scope="module")
def kiosks(shared: Path) -> pd.DataFrame:
    rows = pd.read_csv(shared / "data" / "kiosk_servqual" / "kiosk_servqual.csv")
    perceived = {f"item{item}": rows[f"sq{item}_2"] for item in range(1, 23)}
    return pd.DataFrame(
        {**perceived, "overall": rows[[f"total{i}" for i in range(1, 5)]].mean(axis=1)}
    )


@pytest.mark.parametrize("outcome", PUBLISHED)
def test_the_published_r2_is_within_the_interval(mobile: pd.DataFrame, outcome: str) -> None:
    of, published = PUBLISHED[outcome]
    found = rs.drivers(mobile, outcome, of).to_dict()
    assert found["r2_low"] < published < found["r2_high"]
    # Means of items, where the article weighs them: loyalty's second item hardly counts there.
    assert found["r2"] == pytest.approx(published, abs=0.1 if outcome == "CUSL" else 0.0125)
    assert found["n"] == 250


def test_quality_drives_satisfaction_with_a_mobile_operator(mobile: pd.DataFrame) -> None:
    names = ["IMAG", "CUEX", "PERQ", "PERV"]
    found = rs.drivers(mobile, "CUSA", names).to_dict()
    standard = (mobile - mobile.mean()) / mobile.std()
    fit = sm.OLS(standard["CUSA"], standard[names]).fit()
    assert {d["driver"]: d["beta"] for d in found["drivers"]} == pytest.approx(dict(fit.params))
    first, *others = found["drivers"]
    assert first["driver"] == "PERQ"
    assert first["probability_first"] > 0.95
    assert all(other["best_rank"] > first["worst_rank"] for other in others)


def test_22_perceptions_of_kiosks_are_weighed_with_97_people(kiosks: pd.DataFrame) -> None:
    names = [name for name in kiosks if name != "overall"]
    found = rs.drivers(kiosks, "overall", names).to_dict()
    fit = sm.OLS(kiosks["overall"], sm.add_constant(kiosks[names])).fit()
    assert found["n"] == 97
    assert found["r2"] == pytest.approx(fit.rsquared)
    assert sum(driver["importance"] for driver in found["drivers"]) == pytest.approx(found["r2"])
    assert found["method"] == "johnson"
    assert not found["ranked"]
    inflated = {driver["driver"] for driver in found["drivers"] if driver["vif"] > 5}
    told = {
        d["driver"] for d in found["drivers"] if "cannot be told apart" in " ".join(d["remarks"])
    }
    assert inflated <= told


def test_the_mean_performance_of_a_kiosk_item_is_its_place_on_the_scale(
    kiosks: pd.DataFrame,
) -> None:
    found = rs.drivers(kiosks, "overall", ["item1", "item2", "item3"], scale="1-7").to_dict()
    for driver in found["drivers"]:
        mean = kiosks[driver["driver"]].mean()
        assert driver["performance"]["estimate"] == pytest.approx(100 * (mean - 1) / 6)
        assert driver["low_to"] == 3
        assert np.isfinite(driver["asymmetry"]["penalty"])
