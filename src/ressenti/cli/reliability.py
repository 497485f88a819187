"""``ressenti reliability``: whether several items measure one thing."""

from __future__ import annotations

from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    encoding_options,
    format_option,
    language_option,
    listed,
    row_options,
)
from ressenti.language import Text


@click.command(
    "reliability",
    help=tr(
        Text(
            en="Say whether several items of SOURCE measure one thing: Cronbach's alpha, "
            "McDonald's omega, and what each item adds.\n\n"
            "Example:  ressenti reliability survey.csv --items Q1,Q2,Q3 --reverse Q2",
            fr="Dire si plusieurs items de SOURCE mesurent une même chose : alpha de Cronbach, "
            "oméga de McDonald, et ce qu'apporte chaque item.\n\n"
            "Exemple :  ressenti reliability enquete.csv --items Q1,Q2,Q3 --reverse Q2",
        )
    ),
)
@click.argument("source")
@click.option(
    "--items",
    required=True,
    metavar="COL,COL,…",
    help=tr(Text(en="Columns of the items.", fr="Colonnes des items.")),
)
@click.option(
    "--reverse",
    metavar="COL,…",
    help=tr(Text(en="Items worded the other way round.", fr="Items formulés à l'envers.")),
)
@click.option(
    "--scale",
    metavar="SCALE",
    help=tr(
        Text(
            en="Scale of the items, such as 1-5: other values are no answer.",
            fr="Échelle des items, comme 1-5 : les autres valeurs sont sans réponse.",
        )
    ),
)
@row_options
@encoding_options
@confidence_option
@format_option("table", "json")
@language_option
def command(
    source: str, items: str, reverse: str | None, output_format: str, **options: Any
) -> None:
    """Measure the reliability of a scale."""
    from ressenti.library.missing_codes import codes_of_texts
    from ressenti.library.reliability import reliability

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    found = reliability(source, listed(items), reverse=listed(reverse), **options)
    click.echo(found.to_json(language) if output_format == "json" else found.text(language))
