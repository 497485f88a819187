"""The monthly pulse of the staff: how shop teams and the desk feel, and say they feel."""

from __future__ import annotations

from typing import Final

import numpy as np

from ressenti.simulation.answers import (
    COMMENT,
    EMPLOYEE,
    ENPS,
    JOB,
    QUESTIONS,
    STAFF_PULSE,
    Responses,
)
from ressenti.simulation.comments import MIXED, NEGATIVE, POSITIVE, TOPICS, WORK
from ressenti.simulation.marks import (
    OCCASION_VARIANCE,
    QUESTION_VARIANCE,
    RECOMMENDATION,
    SATISFACTION,
)
from ressenti.simulation.people import DESK, People
from ressenti.simulation.rows import DAY, Floats, Instants, Integers, chance
from ressenti.simulation.world import E_MAIL, World

STAFF_LEVEL: Final = -0.35
SHORTAGE_EFFECT_ON_DESK: Final = -0.5
"""What the staff shortage does to the latent satisfaction of those who work at the desk."""

_MOST_PARTICIPATION = 0.6
_LARGEST_PART_OF_ANSWERS = 0.08
_COMMENTED = 0.25
_ROWS_A_RESPONSE = 2.0 + _COMMENTED


def employee_responses(world: World, staff: People, *, answers: int) -> Responses:
    """Return the pulses filled in, at most a small part of all ``answers``."""
    generator = chance(world.seed, "staff")
    pulses = len(staff) * world.months
    share = min(
        _MOST_PARTICIPATION, _LARGEST_PART_OF_ANSWERS * answers / (pulses * _ROWS_A_RESPONSE)
    )
    person, month = np.nonzero(generator.random((len(staff), world.months)) < share)
    answered_at = world.first_of_months()[month] + (
        generator.uniform(1.0, 12.0, person.size) * DAY
    ).astype(np.int64)
    inside = world.period.holds(answered_at)
    person, month, answered_at = person[inside], month[inside], answered_at[inside]
    level = _levels(world, staff.shop[person], month, answered_at)
    return _responses(generator, staff, person, answered_at, level)


def _levels(world: World, shop: Integers, month: Integers, answered_at: Instants) -> Floats:
    at_desk = shop == DESK
    short = at_desk & world.shortage.holds(answered_at)
    mood = np.where(at_desk, 0.0, world.mood[shop, month])
    level: Floats = STAFF_LEVEL + mood + SHORTAGE_EFFECT_ON_DESK * short
    return level


def _responses(
    generator: np.random.Generator,
    staff: People,
    person: Integers,
    answered_at: Instants,
    level: Floats,
) -> Responses:
    size = person.size
    values = np.full((size, len(QUESTIONS)), np.nan)
    felt = level + staff.taste[person] + generator.normal(0.0, OCCASION_VARIANCE**0.5, size)
    for question, marking in ((ENPS, RECOMMENDATION), (JOB, SATISFACTION)):
        noise = generator.normal(0.0, QUESTION_VARIANCE**0.5, size)
        values[:, question] = marking.marks(felt + noise)
    asked = np.zeros(values.shape, dtype=np.bool_)
    asked[:, [ENPS, JOB]] = True
    asked[:, COMMENT] = generator.random(size) < _COMMENTED
    enps = values[:, ENPS]
    return Responses(
        audience=np.full(size, EMPLOYEE),
        survey=np.full(size, STAFF_PULSE),
        topic=np.full(size, TOPICS.index(WORK)),
        channel=np.full(size, E_MAIL),
        person=person,
        shop=staff.shop[person],
        language=staff.language[person],
        answered_at=answered_at,
        weight=np.ones(size),
        missed=np.zeros(size, dtype=np.bool_),
        tone=np.where(enps >= 9, POSITIVE, np.where(enps >= 7, MIXED, NEGATIVE)),
        values=values,
        asked=asked,
    )
