"""The outcome library: kinds of outcome, outcomes to start from, and pairs with indicators.

They are data, in the three TOML files beside this one: anybody can read and correct them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from ressenti.errors import unknown_name
from ressenti.facts.plan_outcomes import ExpectationSource, OutcomeDirection, OutcomeKind
from ressenti.language import Text


class OutcomeFamily(StrEnum):
    """Which side of a person an outcome speaks to."""

    FUNCTIONAL = "functional"
    EMOTIONAL = "emotional"
    SOCIAL = "social"


class PairStatus(StrEnum):
    """Who says that an outcome stands behind an indicator."""

    STATED = "stated"
    OUTCOME_STATED = "outcome_stated"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfOutcome:
    """Something that customers value, with the source that names it."""

    key: OutcomeKind
    family: OutcomeFamily
    name: Text
    meaning: Text
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTemplate:
    """An outcome to start from: a question to take to customers, never an answer.

    Attributes
    ----------
    question : Text
        By which customers say what they expect.
    actual : Text
        What to look for in the data, in words.
    step : str
        A step of ``ressenti.studies.objectives.STEPS``.
    moves : tuple of str
        Indicators that it should move.
    themes : tuple of str
        ``plan:theme``: where customers speak of it.
    """

    key: str
    kind: OutcomeKind
    step: str
    words: Text
    question: Text
    actual: Text
    unit: str
    increment: float
    direction: OutcomeDirection
    expectation_source: ExpectationSource
    moves: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePair:
    """An indicator of the company and the outcome of the customer that may stand behind it.

    Attributes
    ----------
    number : int
        From 1, as published.
    kpis : tuple of str
        Keys of the catalogue; empty where it holds none of them.
    computed_by : str
        The variant of the catalogue that measures the outcome.
    template : str or None
        The outcome to start from.
    source : str or None
        None for what is proposed.
    """

    number: int
    kpis: tuple[str, ...]
    kpi: Text
    outcome: Text
    computed_by: str
    template: str | None
    step: str
    status: PairStatus
    source: str | None


@cache
def kinds_of_outcome() -> Mapping[OutcomeKind, KindOfOutcome]:
    """Return the thirteen kinds of outcome, those of the founding article first."""
    return {
        OutcomeKind(key): KindOfOutcome(
            key=OutcomeKind(key),
            family=OutcomeFamily(one["family"]),
            name=Text(**one["name"]),
            meaning=Text(**one["meaning"]),
            source=one["source"],
        )
        for key, one in _data("kinds").items()
    }


@cache
def outcome_templates() -> Mapping[str, OutcomeTemplate]:
    """Return the outcomes to start from by key, kind after kind."""
    return {
        key: OutcomeTemplate(
            key=key,
            kind=OutcomeKind(one["kind"]),
            step=one["step"],
            words=Text(**one["words"]),
            question=Text(**one["question"]),
            actual=Text(**one["actual"]),
            unit=one["unit"],
            increment=float(one["increment"]),
            direction=OutcomeDirection(one["direction"]),
            expectation_source=ExpectationSource(one["expectation_source"]),
            moves=tuple(one["moves"]),
            themes=tuple(one["themes"]),
        )
        for key, one in _data("templates").items()
    }


def outcome_template(key: str) -> OutcomeTemplate:
    """Return an outcome to start from.

    Raises
    ------
    UnknownName
        R100, with the nearest keys.

    Examples
    --------
    >>> outcome_template("nothing_broken").words.fr
    'Tout est arrivé, et entier'
    """
    known = outcome_templates()
    if key not in known:
        raise unknown_name(Text(en="outcome template", fr="modèle de résultat attendu"), key, known)
    return known[key]


@cache
def outcome_pairs() -> tuple[OutcomePair, ...]:
    """Return the published pairs of an indicator and an outcome, in their order."""
    return tuple(
        OutcomePair(
            number=number,
            kpis=tuple(one["kpis"]),
            kpi=Text(**one["kpi"]),
            outcome=Text(**one["outcome"]),
            computed_by=one["computed_by"],
            template=one.get("template"),
            step=one["step"],
            status=PairStatus(one["status"]),
            source=one.get("source"),
        )
        for number, one in enumerate(_data("pairs")["pairs"], start=1)
    )


def templates_of_theme(theme: str) -> tuple[OutcomeTemplate, ...]:
    """Return the templates whose customers speak of a theme, named alone or as ``plan:theme``.

    Examples
    --------
    >>> [template.key for template in templates_of_theme("delivery:delay")]
    ['in_hand_in_time']
    """
    return tuple(
        template
        for template in outcome_templates().values()
        if theme in template.themes or theme in (name.partition(":")[2] for name in template.themes)
    )


def _data(name: str) -> dict[str, Any]:
    text = (files("ressenti.studies.outcome_library") / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
