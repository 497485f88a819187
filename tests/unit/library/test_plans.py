from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ressenti.errors import (
    InvalidArgument,
    InvalidPlan,
    NotComparable,
    UndefinedResult,
    UnknownColumn,
    UnknownName,
)
from ressenti.facts.plan import Target
from ressenti.library.comparison import compare
from ressenti.library.importing import import_facts
from ressenti.library.measuring import opened, questions_asked, score
from ressenti.library.results import Scores
from ressenti.scores.score import Direction, Period, Score, Unit
from ressenti.studies.targets import Attainment, attainment, targets_of

ORGANISATION = """
[organisation]
name = "Comptoir"
time_zone = "Europe/Paris"
week_starts_on = "sunday"
"""
SURVEY = """
[sources.visits]
path = "data/visits.csv"
dates = "day_first"
missing = [99]

[facts.answers]
source = "visits"
response_id = "id"
answered_at = "day"

[measures.recommend]
indicator = "nps"
source = "visits"
column = "mark"
missing = [11]

[measures.second]
indicator = "nps"
source = "visits"
column = "again"

[measures.mood]
indicator = "csat/mean"
source = "visits"
column = "mood"
scale = "weather"
where = "country = 'FR'"

[scales.weather]
levels = [1, 2, 3]
positive = [3]
negative = [1]
labels = { 3 = { en = "sun", fr = "soleil" }, 1 = { en = "storm", fr = "orage" } }

[dimensions.land]
column = "upper(country)"
"""
DESK = """
[sources.desk]
path = "data/calls.csv"

[facts.contacts]
source = "desk"
contact_id = "call"
customer_id = "client"
offered_at = "started"
reason = "why"
where = "why <> 'test'"

[measures.resolution]
indicator = "fcr"
fact = "contacts"
options = { window_days = 7 }

[measures.talking]
indicator = "aht"
fact = "contacts"
"""
# Marks: 10, 9, 3 and the code 11; a second question with 99 for no answer.
VISITS = """id,mark,again,mood,country,day
1,10,9,Sun,FR,13/02/2026
2,9,99,orage,FR,14/02/2026
3,3,2,sun,be,28/02/2026
4,11,10,2,fr,01/03/2026
"""
# Ann calls again three days later about the same thing; bob calls once; the last day is 12 March.
CALLS = """call,client,started,why
a,ann,2026-02-01 10:00,bill
b,ann,2026-02-04 10:00,bill
c,bob,2026-02-05 10:00,bill
d,cy,2026-02-05 10:00,test
e,cy,2026-03-12 10:00,bill
"""

Planned = Callable[..., Scores]


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., str]:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "visits.csv").write_text(VISITS, encoding="utf-8")
    (tmp_path / "data" / "calls.csv").write_text(CALLS, encoding="utf-8")

    def write(*parts: str) -> str:
        file = tmp_path / "ressenti.toml"
        file.write_text(ORGANISATION + "".join(parts), encoding="utf-8")
        return str(file)

    return write


def values(scores: Scores) -> dict[str, float | None]:
    return {
        name: None if one.value is None else round(one.value, 6)
        for name, one in zip(scores.measures, scores, strict=True)
    }


def test_all_measures_of_a_plan_are_scored_when_none_is_named(plan: Callable[..., str]) -> None:
    found = score(config=plan(SURVEY))
    # NPS: two promoters and a detractor of three, 33.3; 9, 2 and 10 give the same.
    # Mood in FR, which 'fr' is not: sun is 3, storm is 1.
    assert values(found) == {"recommend": 33.333333, "second": 33.333333, "mood": 2.0}


def test_codes_of_the_source_and_of_one_measure_mean_no_answer(plan: Callable[..., str]) -> None:
    found = dict(zip(("recommend", "second", "mood"), score(config=plan(SURVEY)), strict=True))
    assert (found["recommend"].n_missing, found["recommend"].n_invalid) == (1, 0)
    assert (found["second"].n_missing, found["second"].n_invalid) == (1, 0)


def test_measures_with_one_selection_of_one_relation_are_one_pass(plan: Callable[..., str]) -> None:
    source, asked = opened(None, [], {"config": plan(SURVEY)})
    passes = [
        [measure.key for measure in question.measures]
        for question in questions_asked(source, asked)
    ]
    assert passes == [["recommend", "second"], ["mood"]]


def test_a_measure_of_the_plan_is_asked_by_its_name(plan: Callable[..., str]) -> None:
    assert values(score(measures="second", config=plan(SURVEY))) == {"second": 33.333333}


def test_a_column_beside_the_plan_is_read_from_its_only_source(plan: Callable[..., str]) -> None:
    found = score(measures="csat/mean=mood:weather", config=plan(SURVEY))
    # Sun, storm, sun and 2, wherever they were said.
    assert (found[0].value, found[0].n) == (2.25, 4)


def test_a_name_that_is_nothing_brings_the_nearest_measures(plan: Callable[..., str]) -> None:
    with pytest.raises(UnknownName, match="recommend"):
        score(measures="recomend", config=plan(SURVEY))


def test_an_indicator_of_answers_needs_a_column_or_a_name_of_the_plan(
    plan: Callable[..., str],
) -> None:
    with pytest.raises(UnknownName, match="recommend, second, mood"):
        score(measures="nps", config=plan(SURVEY))


def test_dimensions_are_asked_for_by_their_names(plan: Callable[..., str]) -> None:
    found = score(measures="second", by=["land"], config=plan(SURVEY))
    by_land = {one.segment["land"]: one.value for one in found}
    assert by_land == {"BE": -100.0, "FR": 100.0}


def test_weeks_begin_on_the_organisation_s_day_and_dates_in_the_source_s_order(
    plan: Callable[..., str],
) -> None:
    found = score(measures="second", per="week", config=plan(SURVEY))
    # 13 and 14 February 2026 are a Friday and a Saturday, the 28th a Saturday, 1 March a Sunday.
    assert [(one.period.start, one.n) for one in found if one.period and one.n] == [
        ("2026-02-08", 1),
        ("2026-02-22", 1),
        ("2026-03-01", 1),
    ]


def test_a_call_has_the_last_word_over_the_plan(plan: Callable[..., str]) -> None:
    found = score(measures="second", per="week", week_starts_on="monday", config=plan(SURVEY))
    assert found[0].period is not None
    assert found[0].period.start == "2026-02-09"


def test_a_condition_of_the_call_adds_to_that_of_the_measure(plan: Callable[..., str]) -> None:
    assert score(measures="mood", where="mark = 10", config=plan(SURVEY))[0].n == 1


def test_events_are_read_from_the_facts_that_the_plan_maps(plan: Callable[..., str]) -> None:
    found = score(measures="resolution", config=plan(DESK))
    # Ann's first call is repeated within 7 days, bob's is not; cy's is too recent to tell.
    assert (found[0].value, found[0].n) == (50.0, 2)


def test_events_beside_the_plan_need_no_measure_of_it(plan: Callable[..., str]) -> None:
    found = score(measures="fcr", derivation_options={"window_days": 2}, config=plan(DESK))
    assert found[0].value == 100.0


def test_an_option_that_an_indicator_has_not_is_refused(plan: Callable[..., str]) -> None:
    with pytest.raises(UnknownName, match="window_days"):
        score(config=plan(DESK.replace("window_days", "window_hours")))


def test_what_events_would_ignore_is_refused(plan: Callable[..., str]) -> None:
    with pytest.raises(InvalidArgument, match="weight"):
        score(
            measures="resolution",
            config=plan(DESK.replace("options =", "weight = '1'\noptions =")),
        )


def test_several_sources_in_one_plan_are_scored_in_one_call(plan: Callable[..., str]) -> None:
    found = score(measures=["recommend", "resolution"], config=plan(SURVEY, DESK))
    assert values(found) == {"recommend": 33.333333, "resolution": 50.0}


def test_a_file_and_a_database_in_one_plan_each_answer_in_their_own_dialect(
    plan: Callable[..., str], tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / "desk.duckdb")) as database:
        database.execute(
            "CREATE TABLE calls AS SELECT * FROM (VALUES ('a', 'ann', TIMESTAMP '2026-02-01 10:00',"
            " 'bill'), ('b', 'bob', TIMESTAMP '2026-03-01 10:00', 'bill'))"
            ' AS t("call", client, started, why)'
        )
    url = f"duckdb:///{tmp_path / 'desk.duckdb'}"
    desk = DESK.replace('path = "data/calls.csv"', f'url = "{url}"\ntable = "calls"')
    found = score(measures=["recommend", "resolution"], config=plan(SURVEY, desk))
    assert values(found) == {"recommend": 33.333333, "resolution": 100.0}


def test_one_fact_from_two_files_is_one_fact(plan: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "data" / "shop.csv").write_text(
        "n,who,at,topic\ns1,bob,06/02/2026 09:00,bill\ns2,dan,28/03/2026 09:00,bill\n",
        encoding="utf-8",
    )
    shop = """
[sources.shop]
path = "data/shop.csv"
dates = "day_first"

[[facts.contacts]]
source = "shop"
contact_id = "n"
customer_id = "who"
offered_at = "at"
reason = "topic"
"""
    desk = DESK.replace("[facts.contacts]", "[[facts.contacts]]")
    found = score(measures="resolution", config=plan(desk, shop))
    # Bob comes to the shop the day after his call: of ann's, bob's and cy's issues one is solved.
    assert (round(found[0].value or 0, 6), found[0].n) == (33.333333, 3)


def test_one_fact_on_two_engines_is_refused_with_a_way_out(
    plan: Callable[..., str], tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / "desk.duckdb")) as database:
        database.execute("CREATE TABLE calls AS SELECT 'x' AS contact_id, now() AS offered_at")
    more = f"""
[sources.other]
url = "duckdb:///{tmp_path / "desk.duckdb"}"
table = "calls"

[[facts.contacts]]
source = "other"
"""
    desk = DESK.replace("[facts.contacts]", "[[facts.contacts]]")
    with pytest.raises(UndefinedResult, match="ressenti import"):
        score(measures="resolution", config=plan(desk, more))


def test_a_fact_that_nothing_is_mapped_to_is_told(plan: Callable[..., str]) -> None:
    with pytest.raises(UndefinedResult, match=r"\[facts.contacts\]"):
        score(measures="fcr", config=plan(SURVEY))


def test_next_month_s_file_stands_in_for_the_only_source(
    plan: Callable[..., str], tmp_path: Path
) -> None:
    april = tmp_path / "april.csv"
    april.write_text("id,mark,again,mood,country,day\n1,0,0,1,fr,01/04/2026\n", encoding="utf-8")
    assert score(april, "second", config=plan(SURVEY))[0].value == -100.0


def test_a_source_of_the_plan_is_chosen_by_name_or_by_path(
    plan: Callable[..., str], tmp_path: Path
) -> None:
    config = plan(
        SURVEY, DESK.replace('[measures.talking]\nindicator = "aht"\nfact = "contacts"', "")
    )
    assert set(values(score("desk", config=config))) == {"resolution"}
    visits = tmp_path / "data" / "visits.csv"
    assert set(values(score(visits, config=config))) == {"recommend", "second", "mood"}


def test_another_file_with_several_sources_is_asked_about(
    plan: Callable[..., str], tmp_path: Path
) -> None:
    with pytest.raises(InvalidArgument, match="visits, desk"):
        score(tmp_path / "april.csv", config=plan(SURVEY, DESK))


def test_questions_of_a_long_table_are_found_by_the_plan(
    plan: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "data" / "long.csv").write_text(
        "r,q,v,at\n1,q1,10,2026-01-05\n1,q2,5,2026-01-05\n2,q1,3,2026-01-06\n2,q2,4,2026-01-06\n",
        encoding="utf-8",
    )
    long_survey = """
[sources.survey]
path = "data/long.csv"

[facts.answers]
source = "survey"
response_id = "r"
question = "q"
value = "v"
answered_at = "at"

[measures.recommend]
indicator = "nps"
question = "q1"

[measures.quality]
indicator = "csat/mean"
question = "q2"
"""
    assert values(score(config=plan(long_survey))) == {"recommend": 0.0, "quality": 4.5}


def test_a_scale_of_the_plan_must_fit_its_indicator(plan: Callable[..., str]) -> None:
    wrong = SURVEY.replace('column = "again"', 'column = "again"\nscale = "weather"')
    with pytest.raises(NotComparable, match="weather"):
        score(measures="second", config=plan(wrong))


def test_a_missing_column_names_the_nearest(plan: Callable[..., str]) -> None:
    with pytest.raises(UnknownColumn, match="mark"):
        score(measures="recommend", config=plan(SURVEY.replace('"mark"', '"marc"')))


def test_an_indicator_that_does_not_exist_is_told_with_its_line(plan: Callable[..., str]) -> None:
    with pytest.raises(InvalidPlan, match=r"line \d+: no indicator is called 'npss'"):
        score(config=plan(SURVEY.replace('"nps"', '"npss"')))


def test_two_values_of_a_dimension_are_compared_on_a_plan(plan: Callable[..., str]) -> None:
    found = compare(None, "second", between="land=BE,FR", config=plan(SURVEY)).comparisons[0]
    assert (found.measure, found.total.difference) == ("second", 200.0)


def scored(direction: Direction, low: float | None, high: float | None, **own: Any) -> Score:
    value = None if low is None or high is None else (low + high) / 2
    return Score(
        indicator="nps",
        variant="standard_0_10",
        value=own.pop("value", value),
        unit=Unit.POINTS,
        direction=direction,
        low=low,
        high=high,
        **own,
    )


@pytest.mark.parametrize(
    ("direction", "low", "high", "expected"),
    [
        (Direction.HIGH, 41.0, 49.0, Attainment.REACHED),
        (Direction.HIGH, 40.0, 49.0, Attainment.REACHED),
        (Direction.HIGH, 39.0, 49.0, Attainment.UNDECIDED),
        (Direction.HIGH, 30.0, 39.9, Attainment.NOT_REACHED),
        (Direction.HIGH, 30.0, 40.0, Attainment.UNDECIDED),
        (Direction.LOW, 41.0, 49.0, Attainment.NOT_REACHED),
        (Direction.LOW, 39.0, 49.0, Attainment.UNDECIDED),
        (Direction.LOW, 30.0, 40.0, Attainment.REACHED),
        (Direction.CONTEXT, 41.0, 49.0, None),
        (Direction.HIGH, None, None, None),
    ],
)
def test_a_target_of_40_is_judged_only_when_the_interval_allows_it(
    direction: Direction, low: float | None, high: float | None, expected: Attainment | None
) -> None:
    assert attainment(scored(direction, low, high), Target(value=40.0)) is expected


def test_without_an_interval_a_target_is_undecided() -> None:
    told = scored(Direction.HIGH, None, None, value=80.0)
    assert attainment(told, Target(value=40.0)) is Attainment.UNDECIDED


def test_a_period_answers_to_the_next_target_due_and_to_the_last_when_all_are_past() -> None:
    june, december = Target(value=40, by=date(2026, 6, 30)), Target(value=50, by=date(2026, 12, 31))
    always = Target(value=30)

    def of(start: str, end: str) -> tuple[Target, ...]:
        period = Period(start, end, "month")
        return targets_of(scored(Direction.HIGH, 1, 2, period=period), [december, always, june])

    assert of("2026-03-01", "2026-04-01") == (always, june)
    assert of("2026-07-01", "2026-08-01") == (always, december)
    assert of("2027-07-01", "2027-08-01") == (always, december)


def test_targets_stand_beside_the_scores_in_json(plan: Callable[..., str]) -> None:
    targets = "\n[targets.second]\nvalue = 99\n"
    found = score(measures=["recommend", "second"], config=plan(SURVEY, targets))
    assert found.attainments() == [
        {
            "score": 1,
            "measure": "second",
            "value": 99.0,
            "by": None,
            "attainment": "not_reached",
        }
    ]


AIRPORT = """
[organisation]
name = "San Francisco International Airport"
time_zone = "America/Los_Angeles"

[sources.passengers]
path = "{path}"
missing = [11]

[facts.answers]
source = "passengers"
response_id = "RESPNUM"
answered_at = "date '2018-05-01'"

[measures.plain]
indicator = "nps"
source = "passengers"
column = "NETPRO"

[measures.weighted]
indicator = "nps/weighted"
source = "passengers"
column = "NETPRO"
weight = "WEIGHT"
"""


@pytest.mark.shared
def test_a_plan_and_the_folder_imported_by_it_give_the_published_scores(
    shared: Path, tmp_path: Path
) -> None:
    file = shared / "data" / "sfo_survey" / "sfo_2018.csv"
    plan = tmp_path / "ressenti.toml"
    plan.write_text(AIRPORT.format(path=file), encoding="utf-8")
    import_facts("passengers", "answers", tmp_path / "lake", config=plan)
    # 1268 promoters and 447 detractors of 2650; the airport's own weighted score.
    published = {"plain": 30.98, "weighted": 35.11}
    for source in (None, tmp_path / "lake"):
        found = score(source, config=str(plan))
        assert values(found) == pytest.approx(published, abs=0.005)
