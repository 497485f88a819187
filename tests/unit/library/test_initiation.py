from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from ressenti.facts.plan import Organisation
from ressenti.facts.plan_reading import read_plan
from ressenti.facts.plan_writing import write_plan
from ressenti.facts.scales import FOUR_LEVELS, ZERO_TO_TEN
from ressenti.library.initiation import Chosen, ChosenMeasure, plan_of, suggestions
from ressenti.library.portraits import fitting_scales, portrait, portraits, values_off
from ressenti.sources import open_source
from ressenti.warehouse.relations import Kind

COMPTOIR = Organisation(name="Comptoir", time_zone="Europe/Paris")
MARKS = [str(mark) for mark in range(11)] * 3


def suggested(name: str, values: list[str]) -> list[tuple[str, str]]:
    return [(one.indicator, one.scale) for one in suggestions(portrait(name, Kind.TEXT, values))]


def test_marks_from_0_to_10_suggest_a_likelihood_to_recommend_first() -> None:
    assert suggested("q7", MARKS)[0] == ("nps", "0-10")
    assert ("enps", "0-10") in suggested("q7", MARKS)


def test_the_name_of_a_column_decides_what_is_suggested_first() -> None:
    five = ["1", "2", "3", "4", "5"] * 4
    assert suggested("stars", five)[0] == ("review_score", "stars-5")
    assert suggested("Satisfaction globale", five)[0] == ("csat", "1-5")
    assert suggested("effort", five)[0][0].startswith("ces")


def test_labels_in_words_suggest_the_scale_that_has_them() -> None:
    words = ["Très satisfait", "Satisfait", "Peu satisfait", "Pas satisfait"] * 5
    assert fitting_scales(portrait("avis", Kind.TEXT, words)) == [FOUR_LEVELS]
    assert suggested("csat", words)[0] == ("csat/top2_box_4level", "satisfaction-4")


def test_a_few_codes_off_the_scale_do_not_hide_it_and_are_listed_with_their_counts() -> None:
    column = portrait("q", Kind.TEXT, [*MARKS, "11", "11", "99"])
    assert ZERO_TO_TEN in fitting_scales(column)
    assert values_off(column, ZERO_TO_TEN) == [("11", 2), ("99", 1)]


def test_a_scale_is_not_suggested_when_one_value_in_five_is_off_it() -> None:
    assert ZERO_TO_TEN not in fitting_scales(portrait("age", Kind.TEXT, MARKS + ["45"] * 8))


def test_numbers_of_records_suggest_nothing() -> None:
    assert suggested("row", ["1", "2", "3", "4", "5"]) == []


def test_dates_and_free_text_suggest_nothing() -> None:
    assert suggested("day", ["2026-01-01", "2026-01-02"] * 5) == []
    assert suggested("comment", ["slow", "nice people", "closed"] * 3) == []


@pytest.mark.parametrize(
    ("values", "is_date", "is_ambiguous"),
    [
        (["2026-01-05", "2026-02-05"], True, False),
        (["13/02/2026", "01/02/2026"], True, False),
        (["03/04/2026", "05/06/2026"], True, True),
        (["soon", "later"], False, False),
    ],
)
def test_dates_are_recognised_and_their_order_is_asked_about_when_nothing_proves_it(
    values: list[str], is_date: bool, is_ambiguous: bool
) -> None:
    found = portrait("day", Kind.TEXT, values)
    assert (found.is_date, found.is_ambiguous) == (is_date, is_ambiguous)


def test_the_roles_a_column_could_have_are_told_apart() -> None:
    table = pa.table(
        {
            "id": [f"r{k}" for k in range(40)],
            "client": [f"c{k % 25}" for k in range(40)],
            "country": ["FR", "BE"] * 20,
            "poids": [1, 2] * 20,
            "share": [0.5, 1.5] * 20,
            "at": [date(2026, 1, 1)] * 40,
        }
    )
    found = {one.name: one for one in portraits(open_source(table))}
    assert [name for name, one in found.items() if one.is_identifier] == ["id"]
    assert [name for name, one in found.items() if one.is_customer] == ["client"]
    assert [name for name, one in found.items() if one.is_group] == ["country"]
    assert [name for name, one in found.items() if one.is_weight] == ["poids", "share"]
    assert [name for name, one in found.items() if one.is_date] == ["at"]


def test_blanks_and_words_for_no_answer_are_no_values() -> None:
    column = portrait("q", Kind.TEXT, ["9", "", "NSP", None, "10"])
    assert (column.filled, dict(column.counts)) == (2, {"9": 1, "10": 1})


def test_a_plan_survives_odd_names_of_files_and_columns() -> None:
    chosen = Chosen(
        organisation=COMPTOIR,
        measures={'Q8-1 "déjà"': ChosenMeasure(indicator="nps", scale="0-10", missing=("NSP",))},
        dimensions=["pays d'origine"],
    )
    plan = plan_of(chosen, Path("données/enquête n° 3.v2.csv"), folder=Path())
    assert list(plan.sources) == ["enquête_n_3"]
    assert read_plan(write_plan(plan)) == plan
