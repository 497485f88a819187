"""Services Publics +: French accounts of a public service with the feeling their writers chose."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ressenti as rs

pytestmark = pytest.mark.shared
FEELING = "nes/net_share_all=Ressenti usager"


@pytest.fixture(scope="module")
def accounts(shared: Path) -> Path:
    return shared / "data" / "fr_services_publics_plus" / "sp_plus_experiences.csv"


def test_196_positive_202_neutral_and_203_negative_accounts_make_a_net_share(
    accounts: Path,
) -> None:
    score = rs.score(accounts, FEELING)[0]
    assert dict(score.parts) == {"positive": 196, "neutral": 202, "negative": 203}
    assert (score.n, score.n_missing, score.n_invalid) == (601, 0, 0)
    assert score.value == pytest.approx(100 * (196 - 203) / 601)


def test_neutral_accounts_leave_the_base_of_the_polarised_share_only(accounts: Path) -> None:
    score = rs.score(accounts, "nes/net_share_polarised_only=Ressenti usager")[0]
    assert score.value == pytest.approx(100 * (196 - 203) / (196 + 203))
    assert score.n == 399


def test_days_come_before_months_as_the_days_above_twelve_prove(accounts: Path) -> None:
    frame = pd.read_csv(accounts)
    at = pd.to_datetime(frame["Date de publication"], format="%d/%m/%Y %H:%M")
    expected = at.dt.strftime("%Y-%m-01").value_counts().to_dict()
    scores = rs.score(accounts, FEELING, per="month", at="Date de publication")
    assert {one.period.start: one.n for one in scores if one.period and one.n} == expected


def test_a_header_with_an_accent_can_be_a_condition(accounts: Path) -> None:
    frame = pd.read_csv(accounts)
    named = frame["Intitulé Typologie 1"].dropna().iloc[0]
    own = frame[frame["Intitulé Typologie 1"] == named]["Ressenti usager"]
    condition = "\"Intitulé Typologie 1\" = '{}'".format(named.replace("'", "''"))
    score = rs.score(accounts, FEELING, where=condition)[0]
    assert score.n == len(own)
    assert score.value == pytest.approx(
        100 * ((own == "Positif").mean() - (own == "Négatif").mean())
    )


def test_leftovers_of_another_encoding_lose_no_row_and_change_no_feeling(accounts: Path) -> None:
    text = accounts.read_text(encoding="utf-8")
    assert "\x92" in text or "\u0092" in text
    assert rs.score(accounts, FEELING)[0].n == len(pd.read_csv(accounts))
