"""Who leaves: employees of a fictional firm and customers of a fictional operator, by segment."""

from __future__ import annotations

from pathlib import Path

import pytest

import ressenti as rs

pytestmark = pytest.mark.shared


def shares(path: Path, measure: str, by: str) -> dict[str | None, float | None]:
    """Return the share of "yes" by segment; the total under None."""
    scores = rs.score(path, measure, by=[by], totals=True)
    return {one.segment.get(by): one.value for one in scores}


def test_attrition_is_the_published_one_in_total_and_by_job_satisfaction(shared: Path) -> None:
    path = shared / "data" / "hr_attrition_ibm" / "modeldata_attrition.csv"
    found = shares(path, "fcr/survey_yes_share=Attrition", "JobSatisfaction")
    published = {"Low": 22.84, "Medium": 16.43, "High": 16.52, "Very_High": 11.33, None: 16.12}
    assert found == pytest.approx(published, abs=0.005)


def test_churn_is_the_published_one_in_total_and_by_contract(shared: Path) -> None:
    path = shared / "data" / "telco_churn_wa" / "modeldata_wa_churn.csv"
    found = shares(path, "fcr/survey_yes_share=churn", "contract")
    published = {"Month-to-month": 42.71, "One year": 11.27, "Two year": 2.83, None: 26.54}
    assert found == pytest.approx(published, abs=0.005)


def test_the_churn_of_1869_among_7043_customers_is_the_published_one() -> None:
    score = rs.calc("churn", {"start": 7043, "lost": 1869})
    assert score.value == pytest.approx(26.54, abs=0.005)


def test_the_gap_between_contracts_is_established_and_its_interval_holds_the_plain_difference(
    shared: Path,
) -> None:
    path = shared / "data" / "telco_churn_wa" / "modeldata_wa_churn.csv"
    found = rs.compare(
        path, "fcr/survey_yes_share=churn", between="contract=Two year,Month-to-month"
    )
    total = found.comparisons[0].total
    assert total.difference == pytest.approx(42.71 - 2.83, abs=0.01)
    assert total.low is not None
    assert total.high is not None
    assert total.low < 39.88 < total.high
    assert total.is_established


def test_satisfaction_in_words_of_another_scale_is_refused_and_not_guessed(shared: Path) -> None:
    path = shared / "data" / "hr_attrition_ibm" / "modeldata_attrition.csv"
    with pytest.raises(ValueError, match="R202"):
        rs.score(path, "csat=JobSatisfaction")
