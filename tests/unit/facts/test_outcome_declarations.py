"""What a plan may declare as an outcome, and what it is told when it may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ressenti.errors import InvalidPlan
from ressenti.facts.company_results import company_result_in, company_result_of, company_results
from ressenti.facts.periods import Grain
from ressenti.facts.plan_outcomes import (
    Admission,
    CpiAnswer,
    CpiTest,
    ExpectationSource,
    LearntExpectation,
    OutcomeKind,
    PlannedOutcome,
)
from ressenti.facts.plan_reading import read_plan
from ressenti.facts.plan_writing import write_plan

PLAN = """
[organisation]
name = "Comptoir"
time_zone = "Europe/Paris"

[sources.parcels]
path = "parcels.csv"

[measures.recommend]
indicator = "nps"
source = "parcels"
column = "mark"

[measures.again]
indicator = "fcr"
source = "parcels"
column = "settled"

[dimensions.country]
"""
PARCEL = """
[outcomes.in_time]
words = { en = "My parcel on the day I was told", fr = "Mon colis le jour annoncé" }
kind = "time"
source = "parcels"
actual = "delivered_days"
expected = "promised_days"
unit = "day"
increment = 0.5
direction = "low"
expectation_source = "promise"
customer = "client"
waited = "days_so_far"
"""


def outcome(text: str) -> PlannedOutcome:
    (declared,) = read_plan(PLAN + text).outcomes.values()
    return declared


def fault(text: str) -> str:
    with pytest.raises(InvalidPlan) as caught:
        read_plan(PLAN + text, file="ressenti.toml")
    return str(caught.value)


def line_of(words: str, text: str) -> int:
    lines = (PLAN + text).splitlines()
    return next(i for i, line in enumerate(lines, start=1) if line.startswith(words))


def test_an_outcome_says_what_is_wanted_in_which_steps_and_where_the_expectation_comes_from() -> (
    None
):
    declared = outcome(PARCEL)
    assert declared.words.fr == "Mon colis le jour annoncé"
    assert declared.kind is OutcomeKind.TIME
    assert (declared.unit, declared.increment) == ("day", 0.5)
    assert declared.expectation_source is ExpectationSource.PROMISE
    assert (declared.customer, declared.waited) == ("client", "days_so_far")


def test_outcomes_kept_as_facts_need_no_columns() -> None:
    stored = outcome(
        '[outcomes.o]\nwords = "quickly"\nfact = "outcomes"\nunit = "h"\ndirection = "low"\n'
        'expectation_source = "customer"'
    )
    assert (stored.actual, stored.expected) == ("actual", None)


LEARNT = PARCEL.replace('"promise"', '"learnt"').replace('expected = "promised_days"\n', "")


def test_a_learnt_expectation_says_how_it_is_learnt() -> None:
    declared = outcome(
        LEARNT
        + 'learnt = { quantile = 0.8, grain = "week", over = 26, at_least = 50, by = ["country"] }'
    )
    assert declared.expected is None
    assert declared.learnt == LearntExpectation(
        quantile=0.8, grain=Grain.WEEK, over=26, at_least=50, by=("country",)
    )
    assert outcome(LEARNT + "learnt = { quantile = 0.5 }").learnt == LearntExpectation(quantile=0.5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LEARNT, "'learnt' is missing in [outcomes.in_time]."),
        (LEARNT + "learnt = { over = 3 }", "'quantile' is missing in [outcomes.in_time.learnt]."),
        (LEARNT + "learnt = { quantile = 80 }", "'quantile' must lie between 0 and 1"),
        (LEARNT + "learnt = { quantile = 0.8, over = 1.5 }", "'over' must be a whole number"),
        (LEARNT + 'learnt = { quantile = 0.8, by = ["shop"] }', "'by' cannot be 'shop'."),
        (LEARNT + "learnt = { quantil = 0.8, quantile = 0.8 }", "Did you mean: quantile?"),
        (PARCEL + "learnt = { quantile = 0.8 }", "'learnt' needs expectation_source"),
        (PARCEL.replace("increment = 0.5", "increment = 0"), "'increment' must be above 0."),
        (PARCEL.replace('"time"', '"speed"'), "'kind' cannot be 'speed'."),
        (PARCEL.replace('expected = "promised_days"\n', ""), "'expected' is missing"),
        (
            PARCEL + '[[outcomes.in_time.tests]]\ntest = "important"\npassed = true\nby = "Ana"',
            "'on' is missing in [outcomes.in_time.tests].",
        ),
        (
            PARCEL + '[[outcomes.in_time.tests]]\ntest = "important"\npassed = "yes"\nby = "Ana"\n'
            "on = 2026-03-01",
            "'passed' must be true or false, not 'yes'.",
        ),
    ],
)
def test_a_fault_of_an_outcome_is_told_with_what_to_do(text: str, told: str) -> None:
    message = fault(text)
    assert told in message
    assert "things are wrong" not in message
    assert message.startswith("[R104] ressenti.toml, line ")


def test_the_nps_is_refused_as_an_outcome_with_the_reason_and_the_line() -> None:
    text = PARCEL.replace("My parcel on the day I was told", "A better NPS")
    message = fault(text)
    assert f"line {line_of('words', text)}: NPS is no outcome of the customer:" in message
    assert "did not get." in message


def test_a_column_that_feeds_the_nps_is_refused_whatever_the_words() -> None:
    text = PARCEL.replace("delivered_days", "mark")
    assert f"line {line_of('actual', text)}: NPS is no outcome" in fault(text)


def test_what_the_customer_says_was_resolved_may_be_an_outcome() -> None:
    assert outcome(PARCEL.replace("delivered_days", "settled")).actual == "settled"


@pytest.mark.parametrize(
    "words",
    [
        "nps",
        "Net Promoter Score",
        "net_promoter_score",
        "Améliorer le NPS",
        "Chiffre d'affaires",
        "retention",
        "Fidélité",
        "le taux de rétention",
    ],
)
def test_results_of_the_company_are_known_by_their_names(words: str) -> None:
    assert company_result_in(words) is not None


@pytest.mark.parametrize(
    "words",
    [
        "A snapshot of my bill",
        "My satisfaction is asked about once",
        "Sales people who listen",
        "La fidélité de mes photos imprimées",
        "Ca marche du premier coup",
        "help that arrives",
    ],
)
def test_words_of_customers_are_not_taken_for_results_of_the_company(words: str) -> None:
    assert company_result_in(words) is None


def test_every_refusal_is_a_sentence_in_both_languages() -> None:
    for result in company_results():
        for text in (result.refusal, result.instead):
            assert text.en.endswith(".")
            assert text.fr.endswith(".")
            assert text.en != text.fr


def test_what_the_customer_judges_is_no_result_of_the_company() -> None:
    assert company_result_of("nps/weighted") is company_result_in("nps")
    assert company_result_of("fcr") is None
    assert company_result_of("ces") is None


def answer(test: CpiTest, *, passed: bool = True, day: int = 1) -> CpiAnswer:
    return CpiAnswer(test=test, passed=passed, by="Ana", on=date(2026, 3, day))


def test_two_passed_tests_admit_and_one_refusal_refuses() -> None:
    declared = outcome(PARCEL)
    important, increments = CpiTest.IMPORTANT, CpiTest.INCREMENTS
    refused = answer(important, passed=False)
    assert declared.admission is Admission.UNTESTED
    assert replace(declared, tests=(answer(important),)).admission is Admission.UNTESTED
    both = replace(declared, tests=(answer(important), answer(increments)))
    assert both.admission is Admission.ADMITTED
    assert replace(declared, tests=(refused,)).admission is Admission.REFUSED
    # Asked again, the last answer counts and the first stays to be read.
    again = replace(declared, tests=(refused, answer(important, day=2), answer(increments)))
    assert again.admission is Admission.ADMITTED
    assert len(again.tests) == 3


def test_answers_to_the_tests_are_kept_with_who_gave_them_and_when() -> None:
    text = PARCEL + (
        '[[outcomes.in_time.tests]]\ntest = "important"\npassed = true\nby = "Ana"\n'
        'on = 2026-03-01\nevidence = "12 interviews out of 15"\n'
        '[[outcomes.in_time.tests]]\ntest = "increments"\npassed = false\nby = "Luc"\n'
        "on = 2026-03-02\n"
    )
    plan = read_plan(PLAN + text)
    (declared,) = plan.outcomes.values()
    assert [(one.test.value, one.passed, one.by, one.on.day) for one in declared.tests] == [
        ("important", True, "Ana", 1),
        ("increments", False, "Luc", 2),
    ]
    assert declared.admission is Admission.REFUSED
    assert read_plan(write_plan(plan, language="fr")) == plan
