"""``ressenti outcomes``: what customers wanted, declared, tested, scored and looked for."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ressenti.cli.language import tr
from ressenti.cli.verbs import LazyGroup
from ressenti.language import Text

ACTIONS: Mapping[str, tuple[str, Text]] = {
    "score": (
        "outcome_scores",
        Text(
            en="Say how often customers got what they wanted, and by how much not.",
            fr="Dire combien de fois les clients ont eu ce qu'ils voulaient, sinon de combien.",
        ),
    ),
    "list": (
        "outcome_list",
        Text(
            en="Show the outcomes that a plan declares, and their two tests.",
            fr="Afficher les résultats attendus que déclare un plan, et leurs deux tests.",
        ),
    ),
    "templates": (
        "outcome_templates",
        Text(
            en="Show outcomes to start from, by kind.",
            fr="Afficher des résultats attendus pour commencer, par nature.",
        ),
    ),
    "pairs": (
        "outcome_pairs",
        Text(
            en="Show which outcome may stand behind which indicator, and who says so.",
            fr="Afficher quel résultat peut se tenir derrière quel indicateur, et qui le dit.",
        ),
    ),
    "propose": (
        "outcome_proposal",
        Text(
            en="Write the declaration of an outcome from a template.",
            fr="Écrire la déclaration d'un résultat attendu depuis un modèle.",
        ),
    ),
    "ask": (
        "outcome_tests",
        Text(
            en="Ask the two tests of an outcome, and keep the answers in the plan.",
            fr="Poser les deux tests d'un résultat attendu, et garder les réponses dans le plan.",
        ),
    ),
    "discover": (
        "outcome_discovery",
        Text(
            en="Look in comments for what customers may want.",
            fr="Chercher dans des commentaires ce que les clients peuvent vouloir.",
        ),
    ),
}


@click.group(
    "outcomes",
    cls=LazyGroup,
    verbs=ACTIONS,
    help=tr(
        Text(
            en="What customers wanted: customer performance indicators (CPI).\n\n"
            "Example:  ressenti outcomes score --config ressenti.toml --by country --per month",
            fr="Ce que voulaient les clients : indicateurs de performance client (CPI).\n\n"
            "Exemple :  ressenti outcomes score --config ressenti.toml --by pays --per month",
        )
    ),
)
def command() -> None:
    """Hold what can be done with outcomes together."""
