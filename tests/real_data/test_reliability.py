"""Cronbach's alpha of published scales: mobile telephony (Tenenhaus et al., 2005), whose alphas are
printed, and the Big Five, whose items are partly reversed and whose answers are partly missing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ressenti.statistics.reliability import cronbach_alpha, item_covariances

pytestmark = pytest.mark.shared

MOBILE = {
    "IMAG": (5, 0.723),
    "CUEX": (3, 0.452),
    "PERQ": (7, 0.877),
    "PERV": (2, 0.824),
    "CUSA": (3, 0.779),
    "CUSL": (3, 0.472),
}
# Items worded the other way round, as the psych package keys them.
REVERSED = {"A": ("A1",), "C": ("C4", "C5"), "E": ("E1", "E2"), "N": (), "O": ("O2", "O5")}


def alpha_of(items: pd.DataFrame) -> float:
    covariances, n = item_covariances(items.to_numpy(dtype=float))
    found = cronbach_alpha(covariances, n).alpha.estimate
    assert found is not None
    return found


def alpha_by_hand(items: pd.DataFrame) -> float:
    """k / (k − 1) · (1 − Σ variances of the items / variance of their sum)."""
    complete = items.dropna()
    k = complete.shape[1]
    own = complete.var(ddof=1).sum()
    return float(k / (k - 1) * (1 - own / complete.sum(axis=1).var(ddof=1)))


@pytest.mark.parametrize("block", MOBILE)
def test_the_standardised_alphas_of_the_mobile_survey_are_the_published_ones(
    shared: Path, block: str
) -> None:
    answers = pd.read_csv(shared / "data" / "ecsi_mobi" / "mobi.csv")
    size, published = MOBILE[block]
    items = answers[[f"{block}{item}" for item in range(1, size + 1)]]
    covariances, n = item_covariances(items.to_numpy(dtype=float))
    assert n == 250
    assert cronbach_alpha(covariances, n).standardised == pytest.approx(published, abs=0.0005)
    assert alpha_of(items) == pytest.approx(alpha_by_hand(items), abs=1e-12)


@pytest.mark.parametrize("trait", REVERSED)
def test_an_alpha_with_reversed_items_and_missing_answers_is_that_of_its_definition(
    shared: Path, trait: str
) -> None:
    answers = pd.read_csv(shared / "data" / "psych_bfi" / "psych_bfi.csv")
    items = answers[[f"{trait}{item}" for item in range(1, 6)]].copy()
    for name in REVERSED[trait]:
        items[name] = 7 - items[name]
    assert alpha_of(items) == pytest.approx(alpha_by_hand(items), abs=1e-12)


def test_forgetting_to_reverse_items_is_seen_in_the_alpha(shared: Path) -> None:
    answers = pd.read_csv(shared / "data" / "psych_bfi" / "psych_bfi.csv")
    items = answers[[f"E{item}" for item in range(1, 6)]].copy()
    forgotten = alpha_of(items)
    items[["E1", "E2"]] = 7 - items[["E1", "E2"]]
    assert forgotten < 0 < 0.7 < alpha_of(items)


def test_incomplete_rows_are_counted_out_and_not_filled_in(shared: Path) -> None:
    answers = pd.read_csv(shared / "data" / "psych_bfi" / "psych_bfi.csv")
    items = answers[[f"N{item}" for item in range(1, 6)]]
    covariances, n = item_covariances(items.to_numpy(dtype=float))
    assert n == len(items.dropna()) < len(items) == 2800
    assert np.allclose(covariances, items.dropna().cov().to_numpy())
