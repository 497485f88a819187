"""Outcomes of a plan and of a folder: figures that were worked out by hand, whatever the source."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from scipy import stats

import ressenti as rs
from ressenti.errors import InvalidArgument, UndefinedResult, UnknownName
from ressenti.library.outcomes import OutcomeScores
from ressenti.scores.score import Score
from ressenti.simulation import simulate_company

PLAN = """
[organisation]
name = "Comptoir"
time_zone = "Europe/Paris"

[sources.parcels]
path = "parcels.csv"

[sources.calls]
path = "calls.csv"

[dimensions.country]

[outcomes.in_time]
words = { en = "On the day I was told", fr = "Le jour annoncé" }
source = "parcels"
actual = "days"
expected = "promised"
unit = "day"
increment = 0.5
direction = "low"
expectation_source = "promise"
customer = "client"
at = "received_on"
waited = "so_far"

[outcomes.choice]
words = { en = "The slot I wanted", fr = "Le créneau voulu" }
source = "parcels"
actual = "slots"
expected = 2
unit = "slot"
direction = "high"
expectation_source = "standard"
customer = "client"
at = "received_on"
where = "slots IS NOT NULL"

[outcomes.answered]
words = { en = "Answered before I lose patience", fr = "Une réponse à temps" }
source = "calls"
actual = "wait"
expected = "accepted"
unit = "min"
direction = "low"
expectation_source = "customer"
customer = "caller"
at = "called_on"
"""
PARCELS = """client,received_on,days,promised,so_far,slots,country
a,2026-01-05,3,3,,2,FR
a,2026-01-20,4.5,3,,1,FR
b,2026-01-06,2,3,,3,BE
c,2026-02-06,,3,5,2,BE
d,2026-02-07,,3,1,,BE
"""
CALLS = """caller,called_on,wait,accepted,country
a,2026-01-07,1,2,FR
b,2026-01-08,9,2,BE
e,2026-01-09,2,2,FR
"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    (tmp_path / "parcels.csv").write_text(PARCELS)
    (tmp_path / "calls.csv").write_text(CALLS)
    config = tmp_path / "ressenti.toml"
    config.write_text(PLAN)
    return str(config)


def only(scores: tuple[Score, ...]) -> Score:
    (score,) = scores
    return score


def attained(found: OutcomeScores, outcome: str) -> Score:
    return only(tuple(one for one in found.attainments if one.segment["outcome"] == outcome))


def test_each_outcome_is_met_as_often_as_counted_by_hand(plan: str) -> None:
    found = rs.outcomes(config=plan)
    in_time = attained(found, "in_time")
    # Met: 3 and 2 of 3; missed: 4.5, and the one that has waited 5; one waits within its promise.
    assert (in_time.value, in_time.n, in_time.n_missing) == (50, 4, 1)
    choice = attained(found, "choice")
    assert (choice.value, choice.n, choice.n_missing) == (75, 4, 0)
    assert attained(found, "answered").value == pytest.approx(200 / 3)


def test_the_variant_says_whose_expectation_it_is(plan: str) -> None:
    found = rs.outcomes(config=plan)
    assert attained(found, "in_time").variant == "attainment_vs_own_expectation"
    assert attained(found, "choice").variant == "attainment_vs_expectation"


def test_gaps_are_counted_in_the_increments_that_customers_value(plan: str) -> None:
    found = rs.outcomes(config=plan, exact=True)
    gap = only(found.of("gap_mean", "in_time"))
    # Gaps of 0, 1.5, -1 and 2 days are 0, 3, -2 and 4 half days.
    gaps = [0, 3, -2, 4]
    # The first two are of one customer: three of them leave two degrees of freedom.
    low, high = stats.t.interval(0.95, 2, loc=1.25, scale=stats.sem(gaps))
    assert gap.value == pytest.approx(1.25)
    assert (gap.low, gap.high) == pytest.approx((low, high))
    assert (gap.unit, gap.direction) == ("increments", "low")
    # More slots are better: of 2 wanted, 2, 1, 3 and 2 are gaps of 0, 1, -1 and 0.
    assert only(found.of("gap_mean", "choice")).value == pytest.approx(0)
    assert only(found.of("gap_median", "answered")).value == 0


def test_the_distribution_says_how_far_results_are_from_what_was_expected(plan: str) -> None:
    found = rs.outcomes(config=plan, only="in_time")
    (distances,) = found.distances
    assert {one.distance: one.n for one in distances.shares} == {
        "better_by_more_than_one": 1,
        "better_by_up_to_one": 0,
        "as_expected": 1,
        "missed_by_up_to_one": 0,
        "missed_by_up_to_two": 0,
        "missed_by_more_than_two": 2,
    }
    far = only(found.of("far_misses_share"))
    last = distances.shares[-1]
    assert far.value == last.share == 50
    # Wilson's interval of 2 in 4, as statsmodels gives it, of which 4 are worth less because two
    # are of one customer and Student's quantile at two degrees of freedom is 4.30, not 1.96.
    from statsmodels.stats.proportion import proportion_confint

    worth = (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 2)) ** 2
    low, high = proportion_confint(2 * worth, 4 * worth, method="wilson")
    assert (last.low, last.high) == pytest.approx((100 * low, 100 * high))


def test_penetration_counts_what_each_customer_got_every_time(plan: str) -> None:
    found = rs.outcomes(config=plan)
    # a wanted three and got one (late once, no slot once); b wanted three and got two; c wanted
    # two and got one; e wanted one and got it; nothing is known of d yet.
    met = only(found.of("penetration"))
    assert met.value == pytest.approx((1 + 2 + 1 + 1) / 4)
    assert met.n == 4
    served = only(found.of("all_met_share"))
    assert (served.value, served.n) == (25, 4)


def test_customers_are_counted_by_how_many_outcomes_they_got(plan: str) -> None:
    (numbers,) = rs.outcomes(config=plan).numbers_met
    assert [(one.number, one.n, one.share) for one in numbers.shares] == [
        (0, 0, 0),
        (1, 3, 75),
        (2, 1, 25),
    ]
    in_france = rs.outcomes(config=plan, by=["country"], minimum_group=5).numbers_met
    assert in_france == ()


def test_segments_and_periods_cut_everything_alike(plan: str) -> None:
    found = rs.outcomes(config=plan, by=["country"], per="month")
    january = [one for one in found if one.period and one.period.start == "2026-01-01"]
    in_france = [one for one in january if one.segment["country"] == "FR"]
    values = {(one.segment.get("outcome"), one.variant): one.value for one in in_france}
    assert values["in_time", "attainment_vs_own_expectation"] == 50
    assert values["answered", "attainment_vs_own_expectation"] == 100
    assert values[None, "penetration"] == 1
    assert values[None, "all_met_share"] == 50


def test_a_condition_chooses_rows_of_every_source(plan: str) -> None:
    found = rs.outcomes(config=plan, where="country = 'BE'")
    assert attained(found, "answered").value == 0
    assert attained(found, "in_time").n == 2


def test_small_groups_are_hidden_with_their_distribution(plan: str) -> None:
    found = rs.outcomes(config=plan, minimum_group=5)
    assert {one.reason for one in found} == {"suppressed"}
    assert all(not one.shares and one.reason == "suppressed" for one in found.distances)


def test_an_expectation_that_is_learnt_looks_at_earlier_months_only(
    plan: str, tmp_path: Path
) -> None:
    months = "".join(
        f"c{i},2026-{month:02d}-1{i},{days},3,,2,FR\n"
        for month, days in ((1, 4), (2, 4), (3, 9))
        for i in range(6)
    )
    (tmp_path / "parcels.csv").write_text(PARCELS.splitlines()[0] + "\n" + months)
    text = PLAN.replace('"promise"', '"learnt"').replace('expected = "promised"\n', "", 1)
    text = text.replace("waited", "learnt = { quantile = 0.8, at_least = 6 }\nwaited", 1)
    Path(plan).write_text(text)
    found = rs.outcomes(config=plan, only="in_time", per="month")
    values = [(one.value, one.n, one.n_missing) for one in found.attainments]
    # January has no past; February is as January; March is slower than both, and judged by them.
    assert values == [(None, 0, 6), (100, 6, 0), (0, 6, 0)]
    assert {one.variant for one in found.attainments} == {"attainment_vs_expectation"}


def outcome_facts(**columns: list[Any]) -> pa.Table:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    size = len(columns["actual"])
    return pa.table(
        {
            "outcome": ["soon"] * size,
            "occurred_at": [at] * size,
            "source": ["desk"] * size,
            **columns,
        }
    )


def test_a_result_exported_twice_happened_once() -> None:
    facts = outcome_facts(
        actual=[1.0, 9.0, 9.0], expected=[5.0, 5.0, 5.0], source_id=["1", "2", "2"]
    )
    found = rs.outcomes(facts)
    assert (attained(found, "soon").value, attained(found, "soon").n) == (50, 2)
    # Nobody says whose they are: nothing is said of customers.
    assert found.together == ()


def test_without_a_plan_a_person_says_of_which_outcomes_more_is_better() -> None:
    facts = outcome_facts(actual=[1.0, 9.0], expected=[5.0, 6.0], source_id=["1", "2"])
    assert attained(rs.outcomes(facts), "soon").value == 50
    assert only(rs.outcomes(facts).of("gap_mean")).value == -0.5
    assert only(rs.outcomes(facts, higher="soon").of("gap_mean")).value == 0.5


def test_a_simulated_company_has_its_outcomes_as_often_met_as_its_facts_say() -> None:
    company = simulate_company(n_answers=5_000, years=1)
    facts = company.facts["outcomes"]
    found = rs.outcomes(facts)
    frame = facts.select(["outcome", "actual", "expected"]).to_pandas()
    shares = (frame["actual"] <= frame["expected"]).groupby(frame["outcome"]).mean() * 100
    for score in found.attainments:
        assert score.value == pytest.approx(shares[score.segment["outcome"]])
    assert len(found.attainments) == 5
    medians = (frame["actual"] - frame["expected"]).groupby(frame["outcome"]).median()
    for score in rs.outcomes(facts, exact=True).of("gap_median"):
        assert score.low is not None
        assert score.high is not None
        assert score.low <= medians[score.segment["outcome"]] <= score.high


def test_results_convert_and_print_in_both_languages(plan: str) -> None:
    found = rs.outcomes(config=plan)
    assert len(found.to_rows()) == len(found) == found.to_arrow().num_rows == len(found.to_pandas())
    assert "On the day I was told" in found.text("en")
    assert "Le jour annoncé" in found.text("fr")
    assert "× 0,50 day" in found.text("fr")


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ({"only": ["in_tim"]}, UnknownName, "in_time"),
        ({"weight": "days"}, InvalidArgument, "not a sample"),
        ({"facts": "orders"}, UndefinedResult, "not from 'orders'"),
        ({"by": ["shop"]}, LookupError, "shop"),
    ],
)
def test_what_has_no_answer_is_refused_with_the_reason(
    plan: str, arguments: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        rs.outcomes(config=plan, **arguments)


def test_a_plan_without_outcomes_says_how_to_begin(plan: str) -> None:
    Path(plan).write_text(PLAN.partition("[outcomes.in_time]")[0])
    with pytest.raises(InvalidArgument, match="ressenti outcomes propose"):
        rs.outcomes(config=plan)


def test_rows_that_nothing_dates_are_refused_where_the_plan_is_wrong(plan: str) -> None:
    Path(plan).write_text(PLAN.replace('at = "called_on"\n', ""))
    with pytest.raises(InvalidArgument, match=r"ressenti\.toml.*'answered'.*at = "):
        rs.outcomes(config=plan)
