"""Answers: what those who answered said on each question, what they skipped or spoilt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ressenti.facts import scales
from ressenti.simulation.comments import (
    MIXED,
    NEGATIVE,
    POSITIVE,
)
from ressenti.simulation.experiences import Experiences
from ressenti.simulation.marks import (
    EASE,
    OCCASION_VARIANCE,
    QUESTION_VARIANCE,
    RECOMMENDATION,
    SATISFACTION,
)
from ressenti.simulation.people import People
from ressenti.simulation.rows import (
    Flags,
    Floats,
    Instants,
    Integers,
    chance,
    chosen,
)
from ressenti.simulation.world import (
    DISCOVER,
    World,
)

AUDIENCES: Final = ("customer", "employee", "visitor")
CUSTOMER, EMPLOYEE, VISITOR = range(3)
MODES: Final = ("relational", "transactional")
RELATIONAL, TRANSACTIONAL = range(2)
SURVEYS: Final = (
    *("visit", "purchase", "delivery", "onboarding", "barometer", "desk", "renewal"),
    "staff_pulse",
)
STAFF_PULSE: Final = len(SURVEYS) - 1
SURVEY_VERSION: Final = "1"

QUESTIONS: Final = (
    *("recommend", "satisfaction", "ease", "resolved", "recommend_employer", "job", "comment"),
)
MEASURES: Final = ("nps", "csat", "ces", "fcr", "enps", "employee_satisfaction", "verbatim")
NPS, CSAT, CES, FCR, ENPS, JOB, COMMENT = range(7)
SCALE_KEYS = (
    *(scales.ZERO_TO_TEN.key, scales.ONE_TO_FIVE.key, scales.ONE_TO_SEVEN.key, scales.YES_NO.key),
    *(scales.ZERO_TO_TEN.key, scales.ONE_TO_FIVE.key),
)
_OFF_SCALE = ((-1.0, 11.0, 99.0), (0.0, 6.0, 99.0), (0.0, 8.0, 99.0), (2.0, 9.0, 99.0))
_OFF_SCALE_OF = (0, 1, 2, 3, 0, 1)

NPS_ASKED: Final[Floats] = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.5, 1.0])
"""The share of respondents at each journey step who are asked whether they would recommend."""
_CSAT_ASKED = np.array([1.0, 0.6, 1.0, 0.5, 1.0, 1.0, 0.5])
_CES_ASKED = np.array([0.5, 0.0, 0.0, 1.0, 0.0, 0.5, 0.0])
_FCR_ASKED = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 0.0])
_COMMENTED = np.array([0.45, 0.25, 0.2])
"""The share who write, by tone: the angry write more."""


@dataclass(frozen=True, slots=True)
class Responses:
    """Filled questionnaires, one a row, with a mark and whether it was given for each question."""

    audience: Integers
    survey: Integers
    topic: Integers
    channel: Integers
    person: Integers
    shop: Integers
    language: Integers
    answered_at: Instants
    weight: Floats
    missed: Flags
    tone: Integers
    values: NDArray[np.float64]
    asked: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.audience.size)


@dataclass(frozen=True, slots=True)
class AnswerRows:
    """Answered questions, one a row: which response, which question, which value (NaN: none)."""

    response: Integers
    question: Integers
    value: Floats


def customer_responses(world: World, customers: People, experiences: Experiences) -> Responses:
    """Return what those who answered said, weighted by the inverse of their chance to answer."""
    generator = chance(world.seed, "answers")
    answered = chosen(experiences, experiences.answers)
    values = customer_marks(generator, answered, customers.taste[answered.customer])
    touchpoint = answered.touchpoint
    size = len(answered)
    asked = np.zeros((size, len(QUESTIONS)), dtype=np.bool_)
    for question, share in (
        (NPS, NPS_ASKED),
        (CSAT, _CSAT_ASKED),
        (CES, _CES_ASKED),
        (FCR, _FCR_ASKED),
    ):
        asked[:, question] = generator.random(size) < share[touchpoint]
    tone = _tones(generator, np.where(asked[:, NPS], values[:, NPS], np.nan), values[:, CSAT])
    asked[:, COMMENT] = generator.random(size) < _COMMENTED[tone]
    weight = 1.0 / answered.propensity
    return Responses(
        audience=np.where(touchpoint == DISCOVER, VISITOR, CUSTOMER),
        survey=touchpoint,
        topic=touchpoint,
        channel=answered.channel,
        person=np.where(touchpoint == DISCOVER, -1, answered.customer),
        shop=customers.shop[answered.customer],
        language=customers.language[answered.customer],
        answered_at=answered.answered_at,
        weight=weight / weight.mean(),
        missed=answered.missed,
        tone=tone,
        values=values,
        asked=asked,
    )


def customer_marks(
    generator: np.random.Generator, answered: Experiences, taste: Floats
) -> NDArray[np.float64]:
    """Return a mark on every question, asked or not: responses by questions."""
    size = len(answered)
    values = np.full((size, len(QUESTIONS)), np.nan)
    felt = answered.level + taste + generator.normal(0.0, OCCASION_VARIANCE**0.5, size)
    for question, marking in ((NPS, RECOMMENDATION), (CSAT, SATISFACTION), (CES, EASE)):
        noise = generator.normal(0.0, QUESTION_VARIANCE**0.5, size)
        values[:, question] = marking.marks(felt + noise)
    values[:, FCR] = answered.resolved_first
    return values


def _tones(generator: np.random.Generator, nps: Floats, csat: Floats) -> Integers:
    """Return the tone of the main mark: the recommendation if asked, else the satisfaction."""
    by_nps = np.where(nps >= 9, POSITIVE, np.where(nps >= 7, MIXED, NEGATIVE))
    glad = (csat == 5) | ((csat == 4) & (generator.random(csat.size) < 0.6))
    by_csat = np.where(glad, POSITIVE, np.where(csat >= 3, MIXED, NEGATIVE))
    return np.where(np.isnan(nps), by_csat, by_nps)


def thinned_rows(responses: Responses, *, rows: int, seed: int) -> AnswerRows:
    """Return exactly ``rows`` answered questions, in the order of the responses.

    The questions dropped are drawn at random: people skip questions.
    """
    given = np.flatnonzero(responses.asked)
    kept = np.sort(chance(seed, "skipped").choice(given, rows, replace=False))
    response, question = np.divmod(kept, len(QUESTIONS))
    return AnswerRows(response, question, responses.values[response, question])


def spoilt_rows(
    rows: AnswerRows, *, missing_share: float, invalid_share: float, seed: int
) -> AnswerRows:
    """Return the rows with some marks withheld (don't know) and some off their scale."""
    generator = chance(seed, "spoilt")
    drawn = generator.random(rows.value.size)
    is_mark = rows.question != COMMENT
    off = np.array([*(_OFF_SCALE[scale] for scale in _OFF_SCALE_OF), (np.nan,) * 3])
    wrong = off[rows.question, generator.integers(3, size=rows.value.size)]
    value = np.where(is_mark & (drawn < missing_share), np.nan, rows.value)
    value = np.where(is_mark & (drawn >= 1.0 - invalid_share), wrong, value)
    return replace(rows, value=value)
