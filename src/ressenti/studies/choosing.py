"""Choosing: which indicators serve an objective at a step, with what one has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ressenti.errors import unknown_name
from ressenti.indicators import catalogue
from ressenti.language import Text
from ressenti.scores.contrast import Contrast
from ressenti.scores.definitions import Amounts, Answers, Events, Indicator, Variant, Worked
from ressenti.studies.objectives import (
    COLD,
    GUARD_RAILS,
    OBJECTIVES,
    STEPS,
    SURVEY_CHANNELS,
    Objective,
)
from ressenti.studies.planning import Survey, plan_for_margin

Value = TypeVar("Value")

MARGIN = 5.0
MOST_RECOMMENDED = 4
MOST_ASKED = 2


class Role(StrEnum):
    """Why an indicator is in the answer."""

    FIRST = "first"
    COMPANION = "companion"
    GUARD_RAIL = "guard_rail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One indicator to use: how to ask or compute it, how often, on how many answers.

    Parameters
    ----------
    n : int or None
        Answers for an interval of ± 5 points at worst, for scores of a survey.
    """

    indicator: Indicator
    variant: Variant
    role: Role
    cadence: Text
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One indicator that would serve, and what is missing to use it."""

    indicator: Indicator
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The answer of the chooser."""

    objective: Objective
    step: Text | None
    recommended: tuple[Recommendation, ...]
    refused: tuple[Refusal, ...]
    avoid_alone: tuple[Indicator, ...]


def choice(
    objective: str,
    *,
    step: str | None = None,
    channel: str | None = None,
    data: Collection[str] = (),
) -> Choice:
    """Return the indicators that serve an objective, and why the others are refused.

    Parameters
    ----------
    objective : str
        A key of ``OBJECTIVES``.
    step : str or None
        A key of ``STEPS``: indicators made for that step come first.
    channel : str or None
        How customers can be asked; None when they cannot.
    data : collection of str
        What there is already: facts (``contacts``) or single columns (``contacts.customer_id``).

    Raises
    ------
    UnknownName
        R100, for an objective, a step or a channel that does not exist.

    Examples
    --------
    >>> found = choice("contact_centre_quality", data=["contacts"])
    >>> [one.indicator.key for one in found.recommended][:2]
    ['fcr', 'global_resolution']
    """
    goal = _known(OBJECTIVES, objective, Text(en="objective", fr="objectif"))
    where = None if step is None else _known(STEPS, step, Text(en="step", fr="étape"))
    if channel is not None:
        _known(SURVEY_CHANNELS, channel, Text(en="channel", fr="canal"))
    wanted = _by_step([*goal.first, *goal.add], step, keep=len(goal.first))
    recommended: list[Recommendation] = []
    refused: list[Refusal] = []
    for key in wanted:
        role = Role.FIRST if key in goal.first else Role.COMPANION
        found = _usable(catalogue()[key], role, channel, data, recommended)
        if isinstance(found, Refusal):
            refused.append(found)
        elif len(recommended) < MOST_RECOMMENDED:
            recommended.append(found)
    recommended += _guard_rails(recommended, channel, data)
    return Choice(
        objective=goal,
        step=where,
        recommended=tuple(recommended),
        refused=tuple(refused),
        avoid_alone=tuple(catalogue()[key] for key in goal.avoid_alone),
    )


def _by_step(keys: list[str], step: str | None, *, keep: int) -> list[str]:
    """Return the keys with those made for the step first, first choices before companions."""
    if step is None:
        return keys
    made_for = {key for key in keys if step in catalogue()[key].steps}
    groups = (keys[:keep], keys[keep:])
    return [key for group in groups for key in sorted(group, key=lambda key: key not in made_for)]


def _usable(
    indicator: Indicator,
    role: Role,
    channel: str | None,
    data: Collection[str],
    already: list[Recommendation],
) -> Recommendation | Refusal:
    lacks: list[Text] = []
    for variant in indicator.variants:
        if variant.form is None or isinstance(variant.reads, Worked):
            continue
        lack = _lack(variant, channel, data)
        if lack is not None:
            lacks.append(lack)
            continue
        asked = sum(isinstance(one.variant.reads, Answers) for one in already)
        if isinstance(variant.reads, Answers) and asked >= MOST_ASKED:
            lacks.append(
                Text(
                    en="two questions are asked already: more on one step is a burden",
                    fr="deux questions sont déjà posées : davantage sur une étape lasse",
                )
            )
            continue
        return Recommendation(
            indicator=indicator,
            variant=variant,
            role=role,
            cadence=_cadence(indicator, variant),
            n=_answers_needed(variant),
        )
    if not lacks:
        needs = getattr(indicator.default.reads, "needs", ())
        lacks.append(
            Text(
                en="worked out by hand from: {needs} (ressenti calc)",
                fr="à calculer à la main à partir de : {needs} (ressenti calc)",
            ).format(needs=", ".join(needs))
        )
    return Refusal(indicator=indicator, reason=lacks[0])


def _lack(variant: Variant, channel: str | None, data: Collection[str]) -> Text | None:
    """Return what is missing to compute a variant, or None when nothing is."""
    reads = variant.reads
    if isinstance(reads, Answers):
        if channel is not None or "answers" in data:
            return None
        return Text(
            en="customers must be asked: no channel is given and there are no answers",
            fr="il faut interroger les clients : aucun canal n'est donné et il n'y a pas de "
            "réponses",
        )
    if isinstance(reads, Amounts):
        return Text(en="needs {what} per contact", fr="demande, par contact : {what}").format(
            what=reads.quantity.name
        )
    if not isinstance(reads, Events) or reads.fact in data:
        return None
    missing = [f"{reads.fact}.{name}" for name in reads.needs if f"{reads.fact}.{name}" not in data]
    if not missing:
        return None
    return Text(en="missing: {columns}", fr="il manque : {columns}").format(
        columns=", ".join(missing)
    )


def _guard_rails(
    recommended: list[Recommendation], channel: str | None, data: Collection[str]
) -> list[Recommendation]:
    """Return what keeps the recommended indicators from being gamed, where it can be computed."""
    chosen = {one.indicator.key for one in recommended}
    rails = []
    for key in dict.fromkeys(GUARD_RAILS[own] for own in chosen if own in GUARD_RAILS):
        if key in chosen:
            continue
        found = _usable(catalogue()[key], Role.GUARD_RAIL, channel, data, [])
        if isinstance(found, Recommendation):
            rails.append(found)
    return rails


def _cadence(indicator: Indicator, variant: Variant) -> Text:
    if not isinstance(variant.reads, Answers):
        return Text(
            en="computed every day from what is recorded; decide on a month",
            fr="calculé chaque jour sur ce qui est enregistré ; décidez sur un mois",
        )
    if indicator.key in COLD:
        return Text(
            en="cold, every quarter; one person at most every 90 days",
            fr="à froid, chaque trimestre ; une même personne au plus tous les 90 jours",
        )
    return Text(
        en="hot, right after the contact; one person at most every 30 days",
        fr="à chaud, juste après le contact ; une même personne au plus tous les 30 jours",
    )


def _answers_needed(variant: Variant) -> int | None:
    scale = variant.scale
    if not isinstance(variant.reads, Answers) or variant.form is None or scale is None:
        return None
    shape = variant.form(scale)
    if not isinstance(shape, Contrast) or shape.multiplier == 1.0:
        return None
    return plan_for_margin(variant, MARGIN, Survey()).n


def _known(known: Mapping[str, Value], key: str, kind: Text) -> Value:
    if key not in known:
        raise unknown_name(kind, key, known)
    return known[key]
