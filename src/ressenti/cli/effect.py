"""``ressenti effect``: what a change did, where it was made against where it was not."""

from __future__ import annotations

from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    format_option,
    language_option,
    reading_options,
    row_options,
)
from ressenti.language import Text


@click.command(
    "effect",
    help=tr(
        Text(
            en="Say what a change did to indicators, units that got it against the others: before "
            "and after, or drawn at random. Plan it first with: ressenti plan.\n\n"
            "Example:  ressenti effect survey.csv --kpi nps=recommend --within shop --treated "
            "new_desk --per month --at answered_at --since 2026-03-01",
            fr="Dire ce qu'un changement a fait à des indicateurs, les unités qui l'ont reçu face "
            "aux autres : avant et après, ou tirées au sort. Planifiez d'abord : ressenti plan.\n\n"
            "Exemple :  ressenti effect enquete.csv --kpi nps=reco --within boutique --treated "
            "nouvel_accueil --per month --at repondu_le --since 2026-03-01",
        )
    ),
)
@click.argument("source")
@click.option(
    "--kpi",
    multiple=True,
    required=True,
    metavar="INDICATOR=COL|COL",
    help=tr(
        Text(en="Indicator, or a column; repeatable.", fr="Indicateur, ou colonne ; répétable.")
    ),
)
@click.option(
    "--treated",
    required=True,
    metavar="COL",
    help=tr(
        Text(
            en="Column or condition: the unit gets the change.",
            fr="Colonne ou condition : l'unité reçoit le changement.",
        )
    ),
)
@click.option(
    "--within",
    required=True,
    metavar="COL",
    help=tr(Text(en="Column of the units: shops, teams.", fr="Colonne des unités : boutiques…")),
)
@click.option(
    "--since",
    metavar="DATE|N",
    help=tr(
        Text(
            en="First day of the change, or its first period.",
            fr="Premier jour du changement, ou sa première période.",
        )
    ),
)
@click.option(
    "--randomised",
    is_flag=True,
    help=tr(Text(en="Units were drawn at random.", fr="Les unités ont été tirées au sort.")),
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
@click.option(
    "--time-zone",
    metavar="ZONE",
    show_default="UTC",
    help=tr(
        Text(en="Zone in which periods begin.", fr="Fuseau dans lequel les périodes commencent.")
    ),
)
@row_options
@reading_options
@confidence_option
@format_option("table", "json")
@language_option
def command(source: str, output_format: str, **options: Any) -> None:
    """Say what a change did."""
    from ressenti.library.missing_codes import codes_of_texts
    from ressenti.library.rollouts import effect

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    found = effect(source, **options)
    click.echo(found.to_json(language) if output_format == "json" else found.text(language))
