"""``ressenti link``: what outcomes and indicators have to do with one another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    format_option,
    language_option,
    outcome_options,
    reading_options,
    row_options,
)
from ressenti.cli.rows import csv_text
from ressenti.language import Text


@click.command(
    "link",
    help=tr(
        Text(
            en="Say whether indicators move with what customers wanted and got, how surely, and "
            "which comes first.\n\n"
            "Example:  ressenti link survey.csv --outcome on_time --kpi nps=recommend",
            fr="Dire si des indicateurs évoluent avec ce que les clients voulaient et ont obtenu, "
            "avec quelle sûreté, et lequel précède.\n\n"
            "Exemple :  ressenti link enquete.csv --outcome a_l_heure --kpi nps=reco",
        )
    ),
)
@click.argument("source", required=False)
@click.option(
    "--outcome",
    multiple=True,
    metavar="COL",
    help=tr(
        Text(
            en="What customers wanted: met or missed, a condition, a number, COL:SCALE or "
            "enps=COL; repeatable.",
            fr="Ce que les clients voulaient : obtenu ou manqué, une condition, un nombre, "
            "COL:ÉCHELLE ou enps=COL ; répétable.",
        )
    ),
)
@click.option(
    "--kpi",
    multiple=True,
    metavar="INDICATOR=COL|COL",
    help=tr(
        Text(en="Indicator, or a column; repeatable.", fr="Indicateur, ou colonne ; répétable.")
    ),
)
@click.option(
    "--unit",
    type=click.Choice(["customer", "group", "period"]),
    help=tr(
        Text(
            en="What one point is; periods when a lag or --per is given, else customers.",
            fr="Ce qu'est un point ; des périodes avec un décalage ou --per, sinon des clients.",
        )
    ),
)
@click.option(
    "--lag",
    type=click.INT,
    metavar="N",
    help=tr(
        Text(
            en="Greatest lag tried, in periods, both ways.",
            fr="Plus grand décalage essayé, en périodes, dans les deux sens.",
        )
    ),
)
@click.option(
    "--within",
    metavar="COL",
    help=tr(
        Text(
            en="Shops or teams: effects inside them and between them are kept apart.",
            fr="Boutiques ou équipes : les effets en leur sein et entre elles sont séparés.",
        )
    ),
)
@click.option(
    "--per",
    type=click.Choice(["day", "week", "month", "quarter", "year"]),
    help=tr(Text(en="Grain of the periods.", fr="Longueur des périodes.")),
)
@click.option(
    "--at",
    metavar="COL",
    help=tr(Text(en="Column that dates the indicator.", fr="Colonne qui date l'indicateur.")),
)
@click.option(
    "--outcome-at",
    metavar="COL",
    help=tr(
        Text(
            en="Column that dates the outcome; --at without it.",
            fr="Colonne qui date le résultat ; --at sans elle.",
        )
    ),
)
@click.option(
    "--season",
    type=click.IntRange(min=2),
    metavar="N",
    help=tr(Text(en="Periods of a full cycle.", fr="Périodes d'un cycle complet.")),
)
@outcome_options
@click.option(
    "--higher",
    multiple=True,
    metavar="OUTCOME",
    help=tr(
        Text(
            en="In a folder of facts: an outcome of which more is better; repeatable.",
            fr="Dans un dossier de faits : un résultat dont plus vaut mieux ; répétable.",
        )
    ),
)
@click.option(
    "--config",
    metavar="FILE",
    help=tr(
        Text(
            en="Measurement plan to use (ressenti.toml).",
            fr="Plan de mesure à utiliser (ressenti.toml).",
        )
    ),
)
@click.option(
    "--correlation",
    type=click.Choice(["auto", "pearson", "spearman", "biserial", "polychoric"]),
    default="auto",
    show_default=True,
    help=tr(
        Text(
            en="Correlation of customers; auto suits the scales.",
            fr="Corrélation des clients ; auto selon les échelles.",
        )
    ),
)
@click.option(
    "--time-zone",
    metavar="ZONE",
    show_default="UTC",
    help=tr(
        Text(en="Zone in which periods begin.", fr="Fuseau dans lequel les périodes commencent.")
    ),
)
@click.option(
    "--matrix",
    metavar="FILE",
    help=tr(
        Text(en="Write the matrix of the links as SVG.", fr="Écrire la matrice des liens en SVG.")
    ),
)
@click.option(
    "--weight",
    metavar="COL",
    help=tr(Text(en="Weight of each row.", fr="Poids de chaque ligne.")),
)
@row_options
@reading_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(source: str | None, output_format: str, matrix: str | None, **options: Any) -> None:
    """Link outcomes and indicators of a source."""
    from ressenti.library.linking import link
    from ressenti.library.missing_codes import codes_of_texts
    from ressenti.reports.drawings.standalone import standalone

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    found = link(source, **options)
    if matrix is not None:
        Path(matrix).write_text(standalone(found.matrix(language)), encoding="utf-8")
    if output_format == "json":
        click.echo(found.to_json(language))
    elif output_format == "csv":
        click.echo(csv_text(found.to_rows()), nl=False)
    else:
        click.echo(found.text(language))
