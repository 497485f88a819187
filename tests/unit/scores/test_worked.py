from __future__ import annotations

import pytest

from ressenti.errors import InvalidArgument
from ressenti.scores.contrast import share
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import instant, rows_of
from ressenti.scores.worked import PublishedContrast, outcome_of, part_of_whole
from ressenti.tallies.tally import Tally, TallyTable

COLUMNS = {"customer_id": ("customer",), "offered_at": ("date",)}


def test_a_compound_contrast_publishes_its_value_and_its_bases() -> None:
    shape = PublishedContrast(
        coefficients=share(of=["met"], among=["met", "missed"]), n="n", n_missing="n_missing"
    )
    table = TallyTable.of(
        {"Lyon": Tally.of_counts({"met": 3, "missed": 1}, missing=2), "Nice": Tally()}
    )
    assert shape.estimates(table, confidence=0.95).parts == (
        {"value": 75.0, "n": 4, "n_missing": 2},
        {"value": None, "n": 0, "n_missing": 0},
    )


def test_an_outcome_keeps_what_was_left_out_when_there_is_no_value() -> None:
    shape = PublishedContrast(coefficients=share(of=["met"], among=["met", "missed"]))
    found = outcome_of(Tally(missing=3, invalid=1), shape, Inputs({}))
    assert (found.value, found.reason, found.n_missing, found.n_invalid) == (None, "no_data", 3, 1)


def test_a_part_above_its_whole_contradicts() -> None:
    found = part_of_whole(11, 10, inside="kept", outside="lost")
    assert not isinstance(found, Tally)
    assert found.reason == "inconsistent_input"


def test_a_row_is_a_list_or_an_object_under_the_usual_names() -> None:
    rows = [["A", "2024-03-01"], {"customer": "A", "date": "2024-03-01"}]
    first, second = rows_of(Inputs({"contacts": rows}), "contacts", COLUMNS)
    assert first == second == {"customer_id": "A", "offered_at": "2024-03-01"}


@pytest.mark.parametrize("row", ["A", 3, ["A", "2024-03-01", "too much"]])
def test_a_row_of_another_form_is_refused_with_its_value(row: object) -> None:
    with pytest.raises(InvalidArgument, match="must be an object or a list"):
        rows_of(Inputs({"contacts": [row]}), "contacts", COLUMNS)


@pytest.mark.parametrize("raw", ["01/03/2024", "yesterday", 20])
def test_a_date_that_is_not_iso_is_refused_with_its_value(raw: object) -> None:
    with pytest.raises(InvalidArgument, match="is no date"):
        instant(raw)
