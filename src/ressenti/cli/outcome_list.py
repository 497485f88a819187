"""``ressenti outcomes list``: the outcomes that a plan declares."""

from __future__ import annotations

import json

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.language import Text


@click.command(
    "list",
    help=tr(
        Text(
            en="Show the outcomes of a plan: in the customer's words, counted in what, against "
            "whose expectation, with the answers to the two tests.",
            fr="Afficher les résultats attendus d'un plan : dans les mots du client, comptés en "
            "quoi, au regard de quelle attente, avec les réponses aux deux tests.",
        )
    ),
)
@click.option(
    "--config",
    metavar="FILE",
    default="ressenti.toml",
    show_default=True,
    help=tr(Text(en="Measurement plan.", fr="Plan de mesure.")),
)
@format_option("table", "json")
@language_option
def command(config: str, output_format: str) -> None:
    """Show what a plan declares."""
    from ressenti.library.planned_outcomes import chosen_outcomes
    from ressenti.library.plans import opened_plan
    from ressenti.reports.outcome_documents import declared_document

    language = chosen_language()
    opened = opened_plan(config)
    declared = chosen_outcomes(opened.plan.outcomes, (), plan=opened.name)
    if output_format == "json":
        listed = [declared_document(name, one, language) for name, one in declared.items()]
        click.echo(json.dumps({"outcomes": listed}, ensure_ascii=False))
        return
    from ressenti.reports.outcomes import declared_table
    from ressenti.reports.terminal import console

    console().print(declared_table(declared, language))
