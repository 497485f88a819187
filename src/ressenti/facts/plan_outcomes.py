"""Outcomes of a plan: what customers want, what they may expect, and whether it is theirs to want.

A company's own result, such as its NPS, is never one of them: ``company_results`` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ressenti.facts.periods import Grain
from ressenti.language import Text

OUTCOMES = "outcomes"
"""The fact that already holds outcomes, one row each, under their names."""


class OutcomeKind(StrEnum):
    """What it is that customers value."""

    TIME = "time"
    MONEY = "money"
    CONVENIENCE = "convenience"
    FLEXIBILITY = "flexibility"
    OPTIONS = "options"
    QUALITY = "quality"
    SECURITY = "security"
    SERVICE = "service"
    TRUST = "trust"
    PERSONALISATION = "personalisation"
    SOCIAL_RESPONSIBILITY = "social_responsibility"
    REPUTATION = "reputation"
    EMOTIONAL_CONNECTION = "emotional_connection"


class ExpectationSource(StrEnum):
    """Who says what a customer may expect, from the most to the least convincing."""

    CUSTOMER = "customer"
    PROMISE = "promise"
    STANDARD = "standard"
    LEARNT = "learnt"


class OutcomeDirection(StrEnum):
    """Which side of the expectation is the good one."""

    HIGH = "high"
    LOW = "low"


class CpiTest(StrEnum):
    """The two tests that a measure passes to be a customer performance indicator."""

    IMPORTANT = "important"
    INCREMENTS = "increments"


class Admission(StrEnum):
    """What the two tests say of an outcome so far."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntExpectation:
    """An expectation that is learnt from the past: a quantile of earlier values, never of now.

    Parameters
    ----------
    quantile : float in (0, 1)
        0.8 expects what four customers in five were given at most.
    grain : Grain
        How often it is learnt anew; a value is judged by what was learnt before its own period.
    over : int
        How many of these periods before are learnt from.
    at_least : int
        With fewer values than that nothing is expected, and the outcome is missing.
    by : tuple of str
        Dimensions of the plan by which customers expect different things.
    """

    quantile: float
    grain: Grain = Grain.MONTH
    over: int = 12
    at_least: int = 30
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CpiAnswer:
    """What somebody answered to one of the two tests, on which day, and on which evidence."""

    test: CpiTest
    passed: bool
    by: str
    on: date
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOutcome:
    """A result that customers want, in their words, and how it is seen whether they got it.

    Parameters
    ----------
    fact, source : str or None
        Where the rows are; exactly one of them. Of the fact ``outcomes``, the rows that bear the
        outcome's name.
    actual : str
        SQL expression over these rows.
    expected : str or None
        Another; where the expectation is learnt, what it is learnt from, ``actual`` for None.
    unit : str
        What both are counted in, such as ``day``.
    increment : float
        How many of that unit make a difference that customers feel, such as 5 of minutes.
    direction : OutcomeDirection
        ``low`` when less than expected is good, as for a delay.
    learnt : LearntExpectation or None
        How, where the expectation is learnt from the past.
    waited : str or None
        How long somebody who still waits has waited, in the same unit: missed once that is longer
        than expected, and nothing before.
    customer : str or None
        Who wanted it; None for the column ``customer_id`` where there is one.
    importance : float
        Above 0; what the outcome counts for among the outcomes of a step.
    step : str or None
        A step of the journey.
    moves : tuple of str
        The measures that it should move.
    tests : tuple of CpiAnswer
        Every answer ever given; of each test, the last one of the latest day counts.
    """

    words: Text
    actual: str
    unit: str
    direction: OutcomeDirection
    expectation_source: ExpectationSource
    expected: str | None = None
    increment: float = 1.0
    learnt: LearntExpectation | None = None
    kind: OutcomeKind | None = None
    importance: float = 1.0
    fact: str | None = None
    source: str | None = None
    at: str | None = None
    customer: str | None = None
    where: str | None = None
    waited: str | None = None
    step: str | None = None
    moves: tuple[str, ...] = ()
    tests: tuple[CpiAnswer, ...] = ()

    def answers(self) -> Mapping[CpiTest, CpiAnswer]:
        """Return the answer that counts for each test that was asked: that of the latest day."""
        return {answer.test: answer for answer in sorted(self.tests, key=lambda one: one.on)}

    @property
    def admission(self) -> Admission:
        """What the tests say: one refusal refuses, and both must be passed to admit."""
        answers = self.answers()
        if any(not answer.passed for answer in answers.values()):
            return Admission.REFUSED
        return Admission.ADMITTED if len(answers) == len(CpiTest) else Admission.UNTESTED
