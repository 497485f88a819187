"""``ressenti series``: what an indicator did over time, alarms, and what may come next."""

from __future__ import annotations

from pathlib import Path
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
    "series",
    help=tr(
        Text(
            en="Follow indicators over time: seasons, changes of level with their date and "
            "reasons, alarms that hold although one looks all day, forecasts where the history "
            "allows them.\n\n"
            "Example:  ressenti series survey.csv --measure nps=Q1 --per day --at answered_at "
            '--by shop --event "2026-03-12 new tariff"',
            fr="Suivre des indicateurs dans le temps : saisons, changements de niveau avec leur "
            "date et leurs raisons, alertes valides même si l'on regarde toute la journée, "
            "prévisions quand l'historique le permet.\n\n"
            "Exemple :  ressenti series enquete.csv --measure nps=Q1 --per day --at repondu_le "
            '--by boutique --event "2026-03-12 nouveau tarif"',
        )
    ),
)
@click.argument("source", required=False)
@click.option(
    "-m",
    "--measure",
    "measures",
    multiple=True,
    metavar="INDICATOR[/VARIANT]=COL[:SCALE]",
    help=tr(
        Text(
            en="What to follow, or a measure of the plan; repeatable.",
            fr="Ce qu'il faut suivre, ou une mesure du plan ; répétable.",
        )
    ),
)
@click.option(
    "--per",
    required=True,
    type=click.Choice(["day", "week", "month", "quarter", "year"]),
    help=tr(Text(en="Grain of the periods.", fr="Longueur des périodes.")),
)
@click.option(
    "--at",
    metavar="COL",
    help=tr(Text(en="Column that dates a row.", fr="Colonne qui date une ligne.")),
)
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help=tr(
        Text(
            en="Explain each change along a column; repeatable.",
            fr="Expliquer chaque changement selon une colonne ; répétable.",
        )
    ),
)
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="DAY LABEL",
    help=tr(
        Text(
            en="What happened on a day, named beside the changes it may go with; repeatable.",
            fr="Ce qui s'est passé un jour, nommé près des changements qu'il peut accompagner ; "
            "répétable.",
        )
    ),
)
@click.option(
    "--broken-at",
    multiple=True,
    metavar="DAY",
    help=tr(
        Text(
            en="Day on which a definition changed: nothing is compared across; repeatable.",
            fr="Jour où une définition a changé : rien n'est comparé de part et d'autre ; "
            "répétable.",
        )
    ),
)
@click.option(
    "--until",
    metavar="DAY",
    help=tr(
        Text(
            en="Day after the last complete period: later ones are shown, not judged.",
            fr="Lendemain de la dernière période complète : les suivantes sont montrées, non "
            "jugées.",
        )
    ),
)
@click.option(
    "--horizon",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help=tr(Text(en="Periods to forecast.", fr="Périodes à prévoir.")),
)
@click.option(
    "--quiet-for",
    type=click.FloatRange(min=1, min_open=True),
    default=100.0,
    show_default=True,
    metavar="N",
    help=tr(
        Text(
            en="Periods between false alarms, on average, or more.",
            fr="Périodes entre deux fausses alertes, en moyenne, ou davantage.",
        )
    ),
)
@click.option(
    "--chart",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=tr(
        Text(
            en="Write the series with its levels, alarms and forecast as SVG.",
            fr="Écrire la série avec ses niveaux, alertes et prévision en SVG.",
        )
    ),
)
@plan_options
@selection_options
@reading_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(source: str | None, chart: Path | None, output_format: str, **options: Any) -> None:
    """Follow the measures of a source over time."""
    from ressenti.library.missing_codes import codes_of_texts
    from ressenti.library.series import series

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    options["measures"] = list(options["measures"])
    found = series(source, **options)
    if chart is not None:
        chart.write_text(found.to_svg(language), encoding="utf-8")
    if output_format == "json":
        click.echo(found.to_json(language))
    elif output_format == "csv":
        click.echo(csv_text(found.to_rows()), nl=False)
    else:
        click.echo(found.text(language))
