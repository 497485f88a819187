"""``ressenti outcomes pairs``: which outcome may stand behind which indicator."""

from __future__ import annotations

import json

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.language import Text


@click.command(
    "pairs",
    help=tr(
        Text(
            en="Show the published pairs of an indicator and an outcome: stated by a source, or "
            "proposed. What holds on your own data is said by 'ressenti link'.",
            fr="Afficher les paires publiées d'un indicateur et d'un résultat attendu : affirmées "
            "par une source, ou proposées. Ce qui vaut sur vos données, « ressenti link » le dit.",
        )
    ),
)
@click.option(
    "--kpi",
    metavar="INDICATOR",
    help=tr(Text(en="Only those of an indicator.", fr="Seulement celles d'un indicateur.")),
)
@format_option("table", "json")
@language_option
def command(kpi: str | None, output_format: str) -> None:
    """Show pairs."""
    from ressenti.indicators import indicator_called
    from ressenti.studies.outcome_library import outcome_pairs

    language = chosen_language()
    key = None if kpi is None else indicator_called(kpi.partition("/")[0]).key
    shown = [pair for pair in outcome_pairs() if key is None or key in pair.kpis]
    if output_format == "json":
        from ressenti.reports.outcome_documents import pair_document

        documents = [pair_document(one, language) for one in shown]
        click.echo(json.dumps({"pairs": documents}, ensure_ascii=False))
        return
    from ressenti.reports.outcomes import pair_table
    from ressenti.reports.terminal import console

    console().print(pair_table(shown, language))
