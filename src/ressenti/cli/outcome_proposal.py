"""``ressenti outcomes propose``: the declaration of an outcome, from a template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import language_option
from ressenti.language import Text


@click.command(
    "propose",
    help=tr(
        Text(
            en="Write the declaration of an outcome from TEMPLATE ('ressenti outcomes templates' "
            "lists them), to be put in customers' own words.\n\n"
            "Example:  ressenti outcomes propose in_hand_in_time --source parcels "
            "--actual days --expected promised --at received_on --into ressenti.toml",
            fr="Écrire la déclaration d'un résultat attendu depuis TEMPLATE (« ressenti outcomes "
            "templates » les liste), à reformuler dans les mots des clients.\n\n"
            "Exemple :  ressenti outcomes propose in_hand_in_time --source colis "
            "--actual jours --expected promis --at recu_le --into ressenti.toml",
        )
    ),
)
@click.argument("template")
@click.option(
    "--name",
    metavar="NAME",
    help=tr(Text(en="What to call it; the template's own name.", fr="Son nom ; celui du modèle.")),
)
@click.option(
    "--source", metavar="NAME", help=tr(Text(en="A source of the plan.", fr="Source du plan."))
)
@click.option("--fact", metavar="FACT", help=tr(Text(en="Or a fact.", fr="Ou un fait.")))
@click.option(
    "--actual",
    metavar="SQL",
    help=tr(Text(en="What the customer got.", fr="Ce que le client a obtenu.")),
)
@click.option(
    "--expected",
    metavar="SQL",
    help=tr(Text(en="What the customer expected.", fr="Ce que le client attendait.")),
)
@click.option(
    "--at", metavar="COL", help=tr(Text(en="What dates a row.", fr="Ce qui date une ligne."))
)
@click.option(
    "--customer",
    metavar="COL",
    help=tr(Text(en="Who the customer is.", fr="Qui est le client.")),
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=tr(
        Text(
            en="Put it at the end of this plan; printed otherwise.",
            fr="L'ajouter à la fin de ce plan ; sinon, l'afficher.",
        )
    ),
)
@language_option
def command(template: str, name: str | None, into: Path | None, **columns: Any) -> None:
    """Write a declaration."""
    from ressenti.library.outcome_declarations import (
        declare_outcome,
        proposal_text,
        proposed_outcome,
    )
    from ressenti.library.plans import opened_plan

    language = chosen_language()
    plan = None if into is None else opened_plan(into).plan
    outcome = proposed_outcome(template, plan=plan, **columns)
    called = name or template
    text = proposal_text(called, template, outcome, language)
    if into is None:
        click.echo(text)
        return
    declare_outcome(into, called, text)
    click.echo(tr(Text(en=f"Added to {into}: {called}", fr=f"Ajouté à {into} : {called}")))
    click.echo(f"ressenti outcomes ask {called} --config {into}")
