"""SPSS files keep their codes, their labels and their user-missing values."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from ressenti.errors import EmptySource, UnreadableSource
from ressenti.warehouse.relations import Kind


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    file = tmp_path / "survey.sav"
    frame = pd.DataFrame(
        {
            "nps": [9.0, 10, 99, 8, 97, None],
            "ease": [1.0, 8, 2, 9, 3, 9],
            "sex": ["f", "m", "", "f", "refus", "f"],
            "day": [date(2024, 3, 1)] * 6,
        }
    )
    pyreadstat.write_sav(
        frame,
        str(file),
        variable_value_labels={"nps": {0.0: "Not at all", 10.0: "Extremely", 99.0: "DK"}},
        missing_ranges={"nps": [{"lo": 95, "hi": 99}], "ease": [8, 9], "sex": ["refus"]},
    )
    return file


def test_codes_stay_codes_and_labels_stand_beside_them(opened, rows, survey: Path):
    relation = opened(survey)
    assert [row["nps"] for row in rows(relation)] == [9, 10, 99, 8, 97, None]
    assert relation.labels == {"nps": {0.0: "Not at all", 10.0: "Extremely", 99.0: "DK"}}
    assert relation.columns == {
        "nps": Kind.NUMBER,
        "ease": Kind.NUMBER,
        "sex": Kind.TEXT,
        "day": Kind.DATE,
    }
    assert rows(relation)[0]["day"] == date(2024, 3, 1)


def test_user_missing_values_are_listed_and_ranges_by_what_occurs(opened, survey: Path):
    assert opened(survey).missing_codes == {
        "nps": (97.0, 99.0),
        "ease": (8.0, 9.0),
        "sex": ("refus",),
    }


@pytest.mark.parametrize("kept", [0.01, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_refused_and_not_half_read(opened, survey: Path, kept: float):
    written = survey.read_bytes()
    survey.write_bytes(written[: int(len(written) * kept)])
    with pytest.raises(UnreadableSource, match=r"survey\.sav: the SPSS file is damaged"):
        opened(survey)


def test_a_text_with_the_suffix_is_refused(opened, tmp_path: Path):
    file = tmp_path / "text.sav"
    file.write_text("a,b\n1,2\n" * 100)
    with pytest.raises(UnreadableSource, match="SPSS"):
        opened(file)


def test_a_survey_without_answers_is_a_relation_without_rows(opened, rows, tmp_path: Path):
    file = tmp_path / "none.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": pd.Series([], dtype="float64")}), str(file))
    assert rows(opened(file)) == []


def test_an_empty_file_is_refused(opened, tmp_path: Path):
    file = tmp_path / "nothing.sav"
    file.write_bytes(b"")
    with pytest.raises((EmptySource, UnreadableSource)):
        opened(file)
