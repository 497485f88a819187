"""Outcome refusals: what cannot be asked of outcomes, and what has none."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.facts.plan_outcomes import OUTCOMES, PlannedOutcome
from ressenti.language import Text
from ressenti.library.request import Request


def refuse_what_outcomes_ignore(asked: Request) -> None:
    """Raise when a call asks for what the scores of outcomes could only ignore."""
    if asked.tells_sampling or asked.weight is not None:
        raise InvalidArgument(
            Text(
                en="outcomes are events, not a sample of answers: weights, populations, clusters "
                "and margins do not apply.",
                fr="les résultats attendus sont des événements, pas un échantillon de réponses : "
                "poids, population, grappes et marges ne s'appliquent pas.",
            )
        )
    if asked.facts not in (None, OUTCOMES):
        raise UndefinedResult(
            Text(
                en=f"outcomes are read from the fact '{OUTCOMES}', not from '{asked.facts}'.",
                fr=f"les résultats attendus se lisent dans les faits « {OUTCOMES} », pas dans "
                f"« {asked.facts} ».",
            )
        )


def without_results(
    declared: Mapping[str, PlannedOutcome], told: Collection[str]
) -> tuple[Text, ...]:
    """Return a note for the outcomes of a plan that no row tells of."""
    lacking = ", ".join(name for name in declared if name not in told)
    if not lacking:
        return ()
    return (
        Text(
            en=f"no row tells of these outcomes: {lacking}.",
            fr=f"aucune ligne ne parle de ces résultats attendus : {lacking}.",
        ),
    )


def nothing_happened() -> UndefinedResult:
    """Return the refusal of what has no result at all."""
    return UndefinedResult(
        Text(
            en="no dated row tells of an outcome: there is nothing to score.",
            fr="aucune ligne datée ne parle d'un résultat attendu : il n'y a rien à calculer.",
        ),
        hint=Text(
            en="Widen --where, or look at what dates the rows.",
            fr="Élargissez --where, ou regardez ce qui date les lignes.",
        ),
    )
