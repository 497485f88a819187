"""``ressenti score``: indicators on a file, a folder or a table, with their uncertainty."""

from __future__ import annotations

from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    format_option,
    language_option,
    pairs_of,
    reading_options,
    sampling_options,
    selection_options,
)
from ressenti.cli.rows import csv_text
from ressenti.language import Text


@click.command(
    "score",
    help=tr(
        Text(
            en="Compute indicators on SOURCE: a file (CSV, TSV, XLSX, Parquet, SAV, JSON lines), a "
            "folder of Parquet, or ENGINE-URL::TABLE.\n\n"
            "Example:  ressenti score survey.csv --measure nps=Q1 --by country --per month "
            "--at answered_at",
            fr="Calculer des indicateurs sur SOURCE : un fichier (CSV, TSV, XLSX, Parquet, SAV, "
            "JSON en lignes), un dossier Parquet, ou URL-DU-MOTEUR::TABLE.\n\n"
            "Exemple :  ressenti score enquete.csv --measure nps=Q1 --by pays --per month "
            "--at repondu_le",
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
            en="What to compute, or a measure of the plan; repeatable.",
            fr="Ce qu'il faut calculer, ou une mesure du plan ; répétable.",
        )
    ),
)
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help=tr(Text(en="Segment by a column; repeatable.", fr="Segmenter par colonne ; répétable.")),
)
@click.option(
    "--per",
    type=click.Choice(["day", "week", "month", "quarter", "year"]),
    help=tr(Text(en="One score a period.", fr="Un score par période.")),
)
@click.option(
    "--at",
    metavar="COL",
    help=tr(Text(en="Column that dates a row.", fr="Colonne qui date une ligne.")),
)
@click.option(
    "--week-starts-on",
    type=click.Choice(
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    ),
    show_default="monday",
    help=tr(Text(en="First day of a week.", fr="Premier jour de la semaine.")),
)
@click.option(
    "--facts",
    metavar="FACT",
    help=tr(
        Text(
            en="Read SOURCE as facts: answers, contacts, subscriptions, orders, …",
            fr="Lire SOURCE comme des faits : answers, contacts, subscriptions, orders, …",
        )
    ),
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=SQL",
    help=tr(
        Text(
            en="Map a fact's column to a column or expression; repeatable.",
            fr="Associer une colonne du fait à une colonne ou expression ; répétable.",
        )
    ),
)
@click.option(
    "--option",
    "derivation_options",
    multiple=True,
    metavar="NAME=VALUE",
    help=tr(
        Text(
            en="Setting of a derivation, such as window_days=7; repeatable.",
            fr="Réglage d'une dérivation, comme window_days=7 ; répétable.",
        )
    ),
)
@click.option(
    "--exact",
    is_flag=True,
    help=tr(
        Text(
            en="Exact quantiles of durations, instead of within 1%.",
            fr="Quantiles exacts des durées, au lieu de 1 % près.",
        )
    ),
)
@click.option(
    "--totals",
    is_flag=True,
    help=tr(
        Text(
            en="Add totals over segments and periods.",
            fr="Ajouter les totaux par segment et par période.",
        )
    ),
)
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
    "--rejects",
    metavar="FILE",
    help=tr(
        Text(
            en="Write what could not be counted: line, column, value, reason.",
            fr="Écrire ce qui n'a pas pu être compté : ligne, colonne, valeur, motif.",
        )
    ),
)
@click.option(
    "--explain",
    is_flag=True,
    help=tr(
        Text(en="Print the exact SQL, run nothing.", fr="Afficher le SQL exact, sans l'exécuter.")
    ),
)
@sampling_options
@selection_options
@reading_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(
    source: str | None,
    output_format: str,
    rejects: str | None,
    **options: Any,
) -> None:
    """Score a source and write the scores."""
    from ressenti.library.measuring import score
    from ressenti.library.missing_codes import codes_of_texts

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    options["measures"] = list(options["measures"])
    options["mapping"] = pairs_of(options["mapping"])
    options["derivation_options"] = pairs_of(options["derivation_options"])
    result = score(source, rejects=rejects, language=language, **options)
    for note in result.notes:
        click.echo(note.to(language), err=True)
    if options["explain"]:
        click.echo("\n\n".join(result.sql))
    elif output_format == "json":
        click.echo(result.to_json(language))
    elif output_format == "csv":
        click.echo(csv_text(result.to_rows()), nl=False)
    else:
        from ressenti.reports.terminal import console, score_table

        console().print(score_table(result.scores, language, **result.labels()))
