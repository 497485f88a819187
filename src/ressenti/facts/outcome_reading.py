"""Outcomes of a plan being read: every fault with its line, a company's own result refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ressenti.facts.company_results import CompanyResult, company_result_in, company_result_of
from ressenti.facts.periods import Grain
from ressenti.facts.plan_goals import require_table
from ressenti.facts.plan_outcomes import (
    OUTCOMES,
    CpiAnswer,
    CpiTest,
    ExpectationSource,
    LearntExpectation,
    OutcomeDirection,
    OutcomeKind,
    PlannedOutcome,
)
from ressenti.facts.plan_sections import Section
from ressenti.facts.schemas import FACTS
from ressenti.language import Text


def outcomes_in(root: Section) -> Mapping[str, PlannedOutcome]:
    return {name: _outcome(name, section, root) for name, section in root.sections("outcomes")}


def _outcome(name: str, section: Section, root: Section) -> PlannedOutcome:
    source = section.choice("expectation_source", ExpectationSource)
    fact = section.name("fact", FACTS)
    is_stored = fact == OUTCOMES
    section.require("words", "direction", "expectation_source")
    section.require_one_of("fact", "source", at_least=1)
    if not is_stored:
        section.require("actual")
        if source is not ExpectationSource.LEARNT:
            section.require("expected")
    steps = [step.values.get("step") for step in root.one_or_many("journey")]
    outcome = PlannedOutcome(
        words=section.words("words") or Text(en="", fr=""),
        kind=section.choice("kind", OutcomeKind),
        fact=fact,
        source=section.name("source", root.section("sources").values),
        actual=section.expression("actual") or ("actual" if is_stored else ""),
        expected=section.expression("expected"),
        unit=section.required_text("unit"),
        increment=_positive(section, "increment"),
        direction=section.choice("direction", OutcomeDirection) or OutcomeDirection.HIGH,
        expectation_source=source or ExpectationSource.STANDARD,
        learnt=_learnt(section, root, source),
        importance=_positive(section, "importance"),
        at=section.text("at"),
        customer=section.expression("customer"),
        where=section.text("where"),
        waited=section.expression("waited"),
        step=section.name("step", filter(None, steps)),
        moves=section.names("moves", root.section("measures").values),
        tests=tuple(_tests(section)),
    )
    _refuse_company_results(name, outcome, section, root)
    require_table(section, root)
    section.refuse_other_keys()
    return outcome


def _positive(section: Section, key: str) -> float:
    """Return a number above 0; 1 when it is not told."""
    number = section.number(key)
    if number is not None and number <= 0:
        section.fault(
            key,
            Text(
                en="'{key}' must be above 0.",
                fr="« {key} » doit dépasser 0.",
            ).format(key=key),
        )
    return 1.0 if number is None else number


def _learnt(
    section: Section, root: Section, source: ExpectationSource | None
) -> LearntExpectation | None:
    if source is not ExpectationSource.LEARNT:
        if section.has("learnt"):
            section.fault(
                "learnt",
                Text(
                    en="'learnt' needs expectation_source = \"learnt\".",
                    fr='« learnt » demande expectation_source = "learnt".',
                ),
            )
        section.section("learnt")
        return None
    section.require("learnt")
    own = section.section("learnt")
    if section.has("learnt"):
        own.require("quantile")
    quantile = own.number("quantile")
    if quantile is not None and not 0 < quantile < 1:
        own.fault(
            "quantile",
            Text(
                en="'quantile' must lie between 0 and 1, such as 0.8.",
                fr="« quantile » doit être compris entre 0 et 1, par exemple 0.8.",
            ),
        )
    learnt = LearntExpectation(
        quantile=0.5 if quantile is None else quantile,
        grain=own.choice("grain", Grain) or Grain.MONTH,
        over=_whole(own, "over", 12),
        at_least=_whole(own, "at_least", 30),
        by=own.names("by", root.section("dimensions").values),
    )
    own.refuse_other_keys()
    return learnt


def _whole(section: Section, key: str, usual: int) -> int:
    """Return a whole number of 1 or more; the usual one when it is not told."""
    number = section.number(key)
    if number is not None and (number < 1 or not number.is_integer()):
        section.fault(
            key,
            Text(
                en="'{key}' must be a whole number of 1 or more.",
                fr="« {key} » doit être un nombre entier, 1 ou plus.",
            ).format(key=key),
        )
        return usual
    return usual if number is None else int(number)


def _tests(section: Section) -> Iterator[CpiAnswer]:
    for own in section.one_or_many("tests"):
        own.require("test", "passed", "by", "on")
        test, passed, on = own.choice("test", CpiTest), own.truth("passed"), own.day("on")
        answerer, evidence = own.text("by"), own.text("evidence")
        own.refuse_other_keys()
        if test is not None and passed is not None and answerer is not None and on is not None:
            yield CpiAnswer(test=test, passed=passed, by=answerer, on=on, evidence=evidence)


def _refuse_company_results(
    name: str, outcome: PlannedOutcome, section: Section, root: Section
) -> None:
    """Note a fault where an outcome is a result of the company, by its name or by what it reads."""
    named = company_result_in(name, outcome.words.en, outcome.words.fr)
    if named is not None:
        section.fault("words", named.refusal, named.instead)
        return
    read = _company_result_read(outcome, root)
    if read is not None:
        section.fault("actual", read.refusal, read.instead)


def _company_result_read(outcome: PlannedOutcome, root: Section) -> CompanyResult | None:
    """Return the result of the company that a measure reads in the very column of an outcome."""
    measures = root.values.get("measures")
    for measure in measures.values() if isinstance(measures, dict) else ():
        if not isinstance(measure, dict) or not isinstance(measure.get("indicator"), str):
            continue
        place = (outcome.source, outcome.fact, outcome.actual)
        if place == (measure.get("source"), measure.get("fact"), measure.get("column")):
            return company_result_of(measure["indicator"])
    return None
