"""``ressenti outcomes templates``: outcomes to start from."""

from __future__ import annotations

import json

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.language import Text


@click.command(
    "templates",
    help=tr(
        Text(
            en="Show outcomes to start from, all of them or those of KIND: time, money, "
            "convenience, flexibility, options, quality, security, service, trust, "
            "personalisation, social_responsibility, reputation, emotional_connection.",
            fr="Afficher des résultats attendus pour commencer, tous ou ceux de KIND : time, "
            "money, convenience, flexibility, options, quality, security, service, trust, "
            "personalisation, social_responsibility, reputation, emotional_connection.",
        )
    ),
)
@click.argument("kind", required=False)
@format_option("table", "json")
@language_option
def command(kind: str | None, output_format: str) -> None:
    """Show templates."""
    from ressenti.errors import unknown_name
    from ressenti.studies.outcome_library import kinds_of_outcome, outcome_templates

    language = chosen_language()
    if kind is not None and kind not in kinds_of_outcome():
        raise unknown_name(
            Text(en="kind of outcome", fr="nature de résultat"), kind, kinds_of_outcome()
        )
    shown = [one for one in outcome_templates().values() if kind in (None, one.kind)]
    if output_format == "json":
        from ressenti.reports.outcome_documents import template_document

        documents = [template_document(one, language) for one in shown]
        click.echo(json.dumps({"templates": documents}, ensure_ascii=False))
        return
    from ressenti.reports.outcomes import template_table
    from ressenti.reports.terminal import console

    console().print(template_table(shown, language))
