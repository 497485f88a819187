"""Every derivation gives the same scores on every engine, as counted by hand on small tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.asking import Engine, Reply

EXACT = 1e-9
CALLS = {"facts": "contacts", "mapping": {"talk_s": "talk"}}
DELIVERY = "delivery d'ici 3 j"


def values(engine: Engine, table: str, measures: list[str], **request: Any) -> dict[str, Any]:
    scores = engine.scores(table, measures, **request)
    return {f"{one['indicator']}/{one['variant']}": one["value"] for one in scores}


def by_start(scores: list[Reply]) -> dict[str, tuple[Any, int]]:
    return {one["period"]["start"]: (one["value"], one["n"]) for one in scores}


def test_issues_within_seven_days_are_those_of_the_worked_example(engine: Engine) -> None:
    # The vector fcr-04: 5 of 7 mature issues ended at their first contact, and D's is immature.
    score = engine.score(
        "visits",
        "fcr/repeat_window",
        facts="contacts",
        derivation_options={"window_days": 7, "observed_until": "2024-03-31"},
    )
    assert score["value"] == pytest.approx(500 / 7, rel=EXACT)
    assert score["parts"]["issues_mature"] == 7
    assert score["parts"]["resolved_first"] == 5
    assert score["parts"]["immature"] == 1


def test_issues_within_thirty_days_join_what_seven_days_part(engine: Engine) -> None:
    # With 30 days after it by 31 March, only A's chain of 1 March is mature, and it was repeated.
    score = engine.score(
        "visits",
        "fcr/repeat_window",
        facts="contacts",
        derivation_options={"window_days": 30, "observed_until": "2024-03-31"},
    )
    # A, B billing, B delivery, C, D and E are six chains; A's window ends on 31 March itself.
    assert score["value"] == pytest.approx(0.0, abs=EXACT)
    assert score["parts"]["issues_mature"] == 1
    assert score["parts"]["immature"] == 5


def test_issues_by_reason(engine: Engine) -> None:
    scores = engine.scores(
        "visits",
        "fcr/repeat_window",
        facts="contacts",
        by=["reason"],
        derivation_options={"window_days": 7, "observed_until": "2024-03-31"},
    )
    found = {one["segment"]["reason"]: one["value"] for one in scores}
    # billing: A repeated, B settled; delivery: B and C twice settled; login: E repeated, settled.
    assert found == pytest.approx({"billing": 50.0, "delivery": 100.0, "login": 50.0}, rel=EXACT)


@pytest.mark.parametrize("name", ["level", "at", "customer_id", "derived"])
def test_a_segment_may_bear_a_name_that_derivations_use(engine: Engine, name: str) -> None:
    scores = engine.scores("awkward_names", "aht/standard", facts="contacts", by=[name])
    assert {one["segment"][name]: one["value"] for one in scores} == {"x": 20.0, "y": 40.0}


def test_repeats_follow_another_contact_within_the_window(engine: Engine) -> None:
    # Ten dated contacts of known customers; A's of 5 March and E's of 7 March follow another.
    score = engine.score("visits", "recontact/reiteration_rate", facts="contacts")
    assert (score["value"], score["n"]) == (pytest.approx(20.0, rel=EXACT), 10)


def test_calls_are_sorted_to_the_microsecond(engine: Engine) -> None:
    # Within 20 s: 4; late by a microsecond: 1; abandoned at 5 s, 5.5 s and 30 s: 3; one rings on,
    # and one was answered before it was offered.
    found = values(
        engine,
        "calls",
        [
            "service_level/f1_count_quick_abandons_as_met",
            "service_level/f2_answered_only",
            "service_level/f3_all_abandons_fail",
            "service_level/f4_ignore_quick_abandons",
            "service_level/f5_short_abandons_as_met",
            "abandonment_rate/all_calls",
            "abandonment_rate/excluding_short_abandons",
            "answer_rate/all_calls",
        ],
        **CALLS,
    )
    assert found == pytest.approx(
        {
            "service_level/f1_count_quick_abandons_as_met": 100 * 6 / 8,
            "service_level/f2_answered_only": 100 * 4 / 5,
            "service_level/f3_all_abandons_fail": 100 * 4 / 8,
            "service_level/f4_ignore_quick_abandons": 100 * 4 / 6,
            "service_level/f5_short_abandons_as_met": 100 * 5 / 8,
            "abandonment_rate/all_calls": 100 * 3 / 8,
            "abandonment_rate/excluding_short_abandons": 100 * 2 / 7,
            "answer_rate/all_calls": 100 * 5 / 8,
        },
        rel=EXACT,
    )


def test_a_call_answered_before_it_was_offered_is_counted_apart(engine: Engine) -> None:
    score = engine.score("calls", "service_level/f2_answered_only", **CALLS)
    assert score["n_invalid"] == 1


def test_calls_fall_into_days_of_paris(engine: Engine) -> None:
    # 00:59 UTC on 31 March is 01:59 in Paris: one second before its clocks change.
    scores = engine.scores(
        "calls", "answer_rate/all_calls", per="day", time_zone="Europe/Paris", **CALLS
    )
    assert list(by_start(scores)) == ["2024-03-31"]
    scores = engine.scores(
        "calls", "answer_rate/all_calls", per="day", time_zone="America/New_York", **CALLS
    )
    assert list(by_start(scores)) == ["2024-03-30"]


def test_handling_adds_talk_hold_and_wrap_up(engine: Engine) -> None:
    # 60.5 + 10, 100 + 20.25, 30.5 + 1, 0 and 7 + 0.125 + 1; nobody talked in the other five.
    score = engine.score("calls", "aht/standard", **CALLS)
    assert score["n"] == 5
    assert score["value"] == pytest.approx((70.5 + 120.25 + 31.5 + 0 + 8.125) / 5, rel=EXACT)


def test_first_responses_are_exact_to_the_microsecond(engine: Engine) -> None:
    seconds = [1800.5, 3600.0, 3600.000001, 0.0, 600.0, 1200.0, 2700.0]
    mean, median = engine.scores(
        "tickets", ["first_response_time/mean", "first_response_time/median"], facts="contacts"
    )
    assert (mean["n"], mean["n_missing"]) == (7, 3)
    assert mean["value"] == pytest.approx(sum(seconds) / 7 / 60, rel=EXACT)
    assert median["value"] == pytest.approx(1800.5 / 60, rel=0.01)


def test_first_responses_meet_their_target_at_the_limit(engine: Engine) -> None:
    # Within an hour: six of seven answered; of all, one is late unanswered and two still wait.
    found = values(
        engine,
        "tickets",
        ["first_response_time/within_target_of_answered"],
        facts="contacts",
        derivation_options={"target_s": 3600},
    )
    assert found["first_response_time/within_target_of_answered"] == pytest.approx(
        100 * 6 / 7, rel=EXACT
    )


def test_tickets_unanswered_beyond_the_target_have_missed_it(engine: Engine) -> None:
    # The last arrival, 8 May at noon, is the end of observation: that one may still be met.
    score = engine.score("tickets", "first_response_time/within_target_of_all", facts="contacts")
    assert score["value"] == pytest.approx(100 * 6 / 9, rel=EXACT)


def test_resolutions_leave_open_tickets_out(engine: Engine) -> None:
    hours = [1.0, 12.0, 24.0, 1 / 60, 48.0, 0.5 / 3600, 6.0]
    score = engine.score("tickets", "resolution_time/mean", facts="contacts")
    assert (score["n"], score["n_missing"]) == (7, 3)
    assert score["value"] == pytest.approx(sum(hours) / 7, rel=EXACT)


def test_resolutions_count_the_business_hours_alone(engine: Engine) -> None:
    # From Monday 6 May, 9 to 18 without 8 May: 1; 9; 1 of the next morning after 8; 1 minute;
    # 9 of 7 May; half a second at midnight and 8 May itself count for nothing.
    hours = [1.0, 9.0, 8.0 + 1.0, 1 / 60, 9.0, 0.0, 0.0]
    options = {"business_hours": "mon-fri 09:00-12:30,12:30-18:00", "holidays": "2024-05-08"}
    mean = "resolution_time/mean"
    score = engine.score("tickets", mean, facts="contacts", derivation_options=options)
    assert (score["n"], score["n_missing"], score["n_invalid"]) == (7, 3, 0)
    assert score["value"] == pytest.approx(sum(hours) / 7, rel=EXACT)


def test_tickets_are_settled_in_one_touch_or_opened_again(engine: Engine) -> None:
    # Resolved: 7, one of them opened again; in one touch: 4. Three are open.
    found = values(
        engine,
        "tickets",
        ["fcr/ticket_one_touch_no_reopen", "global_resolution/cohort_still_resolved"],
        facts="contacts",
    )
    assert found == pytest.approx(
        {
            "fcr/ticket_one_touch_no_reopen": 100 * 4 / 7,
            "global_resolution/cohort_still_resolved": 100 * 6 / 10,
        },
        rel=EXACT,
    )


def test_flows_date_each_event_by_itself(engine: Engine) -> None:
    scores = engine.scores("tickets", "global_resolution/flow_ratio", facts="contacts", per="day")
    # Created 5, 3, 2 and 0; resolved 3, 1, 2 and 1.
    found = {start: value for start, (value, _) in by_start(scores).items()}
    assert found.pop("2024-05-09") is None
    assert found == pytest.approx(
        {"2024-05-06": 60.0, "2024-05-07": 100 / 3, "2024-05-08": 100.0}, rel=EXACT
    )


def test_purchases_of_one_day_are_one_occasion(engine: Engine) -> None:
    # A and C came back; B's second order was cancelled, D and F (whose order
    # has no status) came once, E sent everything back.
    score = engine.score("orders", "repurchase/repeat_purchase_rate", facts="orders")
    assert (score["value"], score["n"]) == (pytest.approx(40.0, rel=EXACT), 5)


def test_purchases_within_a_window_leave_immature_customers_out(engine: Engine) -> None:
    # Within 30 days: A returned a minute before their end, B and F did not, and C was
    # a second late.
    score = engine.score(
        "orders",
        "repurchase/repeat_purchase_rate",
        facts="orders",
        derivation_options={"window_days": 30},
    )
    assert (score["value"], score["n"]) == (pytest.approx(25.0, rel=EXACT), 4)


def test_known_customers_bought_before_the_month_began(engine: Engine) -> None:
    scores = engine.scores("orders", "loyalty/known_customers_share", facts="orders", per="month")
    # February: A known, D and F new, E sent everything back; March: C known.
    assert by_start(scores) == {
        "2024-02-01": (pytest.approx(100 / 3, rel=EXACT), 3),
        "2024-03-01": (pytest.approx(100.0, rel=EXACT), 1),
    }


def test_spells_keep_who_left_and_came_back(engine: Engine) -> None:
    # On 1 February at midnight: A, B, C and F, whose end is that instant; by March B and F are
    # gone, C has left and come back, D has joined and E came and went.
    request = {
        "facts": "subscriptions",
        "derivation_options": {"start": "2024-02-01", "end": "2024-03-01"},
    }
    found = values(engine, "subscriptions", ["crr/cohort", "churn/start_base"], **request)
    assert found == pytest.approx({"crr/cohort": 50.0, "churn/start_base": 50.0}, rel=EXACT)


def test_spells_by_month_begin_with_the_second_month(engine: Engine) -> None:
    scores = engine.scores("subscriptions", "crr/cohort", facts="subscriptions", per="month")
    assert by_start(scores)["2024-02-01"] == (pytest.approx(50.0, rel=EXACT), 4)


@pytest.mark.parametrize(
    ("window_days", "kept", "lost", "n"),
    [
        (20, pytest.approx(100 / 3, rel=EXACT), pytest.approx(200 / 3, rel=EXACT), 3),
        (30, pytest.approx(50.0, rel=EXACT), pytest.approx(50.0, rel=EXACT), 4),
        (31, None, None, 0),
    ],
)
def test_buyers_of_the_window_before_the_start_bought_in_the_one_before_the_end(
    engine: Engine, window_days: int, kept: Any, lost: Any, n: int
) -> None:
    # 30 days before 5 February: A, B, C and F (an order without a status was bought);
    # before 3 March: A, C and D.
    # In 20 days: A, C and F, as B's second order was cancelled; then C and D.
    # 31 days before 5 February begin before A's first order, and nobody can be told active.
    scores = engine.scores(
        "orders",
        ["crr/cohort_of_buyers", "churn/of_buyers"],
        facts="orders",
        derivation_options={
            "start": "2024-02-05",
            "end": "2024-03-03",
            "window_days": window_days,
        },
    )
    assert [(one["value"], one["n"]) for one in scores] == [(kept, n), (lost, n)]


def test_attainments_count_equality_as_met(engine: Engine) -> None:
    scores = engine.scores(
        "outcomes",
        "cpi/attainment_vs_own_expectation",
        facts="outcomes",
        derivation_options={"outcome": DELIVERY},
    )
    (score,) = scores
    assert (score["n"], score["n_missing"]) == (3, 2)
    assert score["value"] == pytest.approx(200 / 3, rel=EXACT)


def test_gaps_are_told_in_increments_whichever_way_is_better(engine: Engine) -> None:
    scores = engine.scores(
        "outcomes",
        ["cpi/gap_mean", "cpi/far_misses_share"],
        facts="outcomes",
        by=["outcome"],
        derivation_options={"higher": ["price"], "increments": {DELIVERY: 0.25, "price": 1}},
    )
    found = {(one["variant"], one["segment"]["outcome"]): one for one in scores}
    # Half a day early is two quarters; a price of 1 where 3 was hoped for misses by two.
    assert found["gap_mean", DELIVERY]["value"] == pytest.approx((-2 + 4e-7) / 3, rel=1e-6)
    assert found["gap_mean", "price"]["value"] == pytest.approx(2)
    assert found["far_misses_share", "price"]["value"] == 100
    parts = found["far_misses_share", DELIVERY]["parts"]
    assert {level: n for level, n in parts.items() if n} == {
        "better_by_more_than_one": 1,
        "as_expected": 1,
        "missed_by_up_to_one": 1,
    }


@pytest.mark.parametrize("periods", [{}, {"per": "week"}], ids=["always", "week"])
def test_customers_got_so_many_of_what_they_wanted(engine: Engine, periods: dict[str, str]) -> None:
    met, served = engine.scores(
        "outcomes",
        ["cpi/penetration", "cpi/all_met_share"],
        facts="outcomes",
        derivation_options={"higher": "price"},
        **periods,
    )
    # A got the delivery twice and not the price; B did not; nothing is known of C.
    assert (met["value"], met["n"]) == (pytest.approx(0.5), 2)
    assert (served["value"], served["n"]) == (0, 2)


PLAN_OF_CALLS = """
[organisation]
name = "Comptoir"
time_zone = "UTC"

[sources.engine]
url = '{url}'
table = '{table}'

[outcomes.as_usual]
words = {{ en = "As on other days", fr = "Comme les autres jours" }}
source = "engine"
actual = "actual"
unit = "day"
direction = "low"
expectation_source = "learnt"
learnt = {{ quantile = 0.5, grain = "day", over = 2, at_least = 2 }}
at = "occurred_at"
customer = "customer_id"
where = "outcome <> 'price'"
"""


def test_an_expectation_is_learnt_alike_on_every_engine(engine: Engine, tmp_path: Path) -> None:
    config = tmp_path / "ressenti.toml"
    url = engine.prefix.removesuffix("::")
    config.write_text(PLAN_OF_CALLS.format(url=url, table=engine.written("outcomes")))
    found = {one["variant"]: one for one in engine.outcomes(config, ["as_usual"])}
    # 3 April is judged by 2.5 and 3, 4 April by 3 and a little more: it has no result; so has
    # 5 April but one value before it.
    attained = found["attainment_vs_expectation"]
    assert (attained["value"], attained["n"], attained["n_missing"]) == (0, 1, 4)
    assert found["gap_mean"]["value"] == pytest.approx(0.5000001)


def test_dispositions_leave_out_who_was_not_asked(engine: Engine) -> None:
    # Eight were sent: three finished, one began, one refused, one bounced, two said nothing.
    rr1, rr2 = engine.scores(
        "invitations", ["response_rate/aapor_rr1", "response_rate/aapor_rr2"], facts="invitations"
    )
    assert rr1["value"] == pytest.approx(100 * 3 / 7, rel=EXACT)
    assert rr2["value"] == pytest.approx(100 * 4 / 7, rel=EXACT)


def test_verbatims_count_once_however_many_emotions(engine: Engine) -> None:
    # t1 +0.75, t2 −1.25 held at −1, t3 +0.125, t4 0.
    score = engine.score("emotions", "nes/mean_polarity", facts="emotions")
    assert score["n"] == 4
    assert score["value"] == pytest.approx(100 * (0.75 - 1 + 0.125 + 0) / 4, rel=EXACT)
