"""Real surveys and logs, with the dirt they came with, open whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from ressenti.errors import AmbiguousDates, UnreadableSource
from ressenti.sources.date_reading import date_reading
from ressenti.sources.rejects import rejects

pytestmark = pytest.mark.shared

ROWS = {
    "sfo_survey/sfo_2018.csv": 2809,
    "sfo_survey/sfo_2016.csv": 3087,
    "itsm_incidents/incident_event_log_a.csv.gz": 77011,
    "cdnow_sample/cdnow_customers_summary.csv": 2357,
    "cdnow_sample/cdnow_customers_summary_with_transactions.csv": 2357,
    "uk_opg_satisfaction/opg_deputy_reporting_monthly.csv": 39,
    "nhs_fft_gp/fft_2023.csv": 603,
    "fr_services_publics_plus/sp_plus_experiences.csv": 601,
    "kiosk_servqual/kiosk_servqual.csv": 97,
    "telco_churn_wa/modeldata_wa_churn.csv": 7043,
    "xed/xed_fr_train.csv": 5866,
}


@pytest.mark.parametrize(("path", "count"), ROWS.items())
def test_every_record_is_read_and_none_rejected(opened, rows, shared: Path, path: str, count: int):
    relation = opened(shared / "data" / path)
    assert len(rows(relation)) == count
    assert rejects(relation).count == 0


def test_the_odd_headers_of_a_real_survey_are_forgiven(opened, shared: Path):
    relation = opened(shared / "data" / "sfo_survey" / "sfo_2016.csv")
    assert relation.column_name("*RESPNUM") == "*RESPNUM"
    assert "AIRLINE CODE" in relation.columns


def test_korean_answers_are_letters(opened, rows, shared: Path):
    found = rows(opened(shared / "data" / "kiosk_servqual" / "kiosk_servqual.csv"))
    assert any(
        "가" <= sign <= "힣" for row in found for text in row.values() for sign in text or ""
    )


def test_orders_in_fixed_columns_are_asked_about_and_read(opened, rows, shared: Path):
    file = shared / "data" / "cdnow_sample" / "CDNOW_sample.txt"
    with pytest.raises(UnreadableSource, match="names or data"):
        opened(file)
    first = rows(opened(file, header=False))[0]
    assert list(first.values()) == ["00004", "0001", "19970101", "2", "29.33"]


def test_british_dates_prove_their_order(opened, rows, shared: Path):
    found = rows(opened(shared / "data" / "itsm_incidents" / "incident_event_log_a.csv.gz"))
    reading = date_reading([row["opened_at"] for row in found], column="opened_at")
    assert reading.formats[1] == "%d/%m/%Y %H:%M"
    with pytest.raises(AmbiguousDates):
        date_reading(["5/3/2016 12:00"], column="closed_at")


def test_a_real_workbook_opens(opened, rows, shared: Path):
    assert rows(opened(shared / "data" / "sfo_survey" / "sfo_2018_codebook.xlsx"))
