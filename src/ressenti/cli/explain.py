"""``ressenti explain``: why an indicator moved, and how sure each reason is."""

from __future__ import annotations

from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    format_option,
    language_option,
    plan_options,
    reading_options,
    selection_options,
)
from ressenti.cli.rows import csv_text
from ressenti.language import Text


@click.command(
    "explain",
    help=tr(
        Text(
            en="Say why INDICATOR moved in SOURCE: which answers, which segments by mix or by "
            "their own figure, and when.\n\n"
            "Example:  ressenti explain nps=Q1 survey.csv --change 2026-03,2026-04 --per month "
            "--at answered_at --by shop",
            fr="Dire pourquoi INDICATEUR a évolué dans SOURCE : quelles réponses, quels segments, "
            "par structure ou par leur propre chiffre, et quand.\n\n"
            "Exemple :  ressenti explain nps=Q1 enquete.csv --change 2026-03,2026-04 --per month "
            "--at repondu_le --by boutique",
        )
    ),
)
@click.argument("measure", metavar="INDICATOR[/VARIANT]=COL[:SCALE]")
@click.argument("source", required=False)
@click.option(
    "--change",
    required=True,
    metavar="A,B",
    help=tr(
        Text(
            en="Two periods, with --per and --at; otherwise COL=A,B.",
            fr="Deux périodes, avec --per et --at ; sinon COL=A,B.",
        )
    ),
)
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help=tr(
        Text(
            en="Look along a column; repeatable. The plan's dimensions by default.",
            fr="Regarder selon une colonne ; répétable. Par défaut, les dimensions du plan.",
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
    help=tr(Text(en="Column that dates a row.", fr="Colonne qui date une ligne.")),
)
@plan_options
@click.option(
    "--minimum-group",
    type=click.IntRange(min=5),
    metavar="N",
    help=tr(
        Text(
            en="Hide groups smaller than N, and what would reveal them.",
            fr="Masquer les groupes de moins de N, et ce qui les révélerait.",
        )
    ),
)
@selection_options
@reading_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(measure: str, source: str | None, output_format: str, **options: Any) -> None:
    """Explain a change of a source."""
    from ressenti.library.explaining import explain
    from ressenti.library.missing_codes import codes_of_texts

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    found = explain(source, [measure], **options)
    if output_format == "json":
        click.echo(found.to_json(language))
    elif output_format == "csv":
        click.echo(csv_text(found.to_rows()), nl=False)
    else:
        click.echo(found.text(language))
