"""``ressenti drivers``: what goes with an outcome, and what to improve first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    encoding_options,
    format_option,
    language_option,
    listed,
    outcome_options,
    pairs_of,
    plan_options,
    row_options,
)
from ressenti.cli.rows import csv_text
from ressenti.language import Text


@click.command(
    "drivers",
    help=tr(
        Text(
            en="Say which drivers of SOURCE go with an outcome, how much and how sure that is, "
            "and what to improve first.\n\n"
            "Example:  ressenti drivers survey.csv --target nps=Q1 --of Q2,Q3,Q4 --unit shop\n\n"
            "Example:  ressenti drivers --config ressenti.toml --target recommend --of wait,advice",
            fr="Dire quels leviers de SOURCE vont avec un résultat, combien et avec quelle "
            "certitude, et quoi améliorer d'abord.\n\n"
            "Exemple :  ressenti drivers enquete.csv --target nps=Q1 --of Q2,Q3,Q4 "
            "--unit boutique\n\n"
            "Exemple :  ressenti drivers --config ressenti.toml --target reco --of attente,conseil",
        )
    ),
)
@click.argument("source", required=False)
@click.option(
    "--target",
    required=True,
    metavar="COL|INDICATOR=COL",
    help=tr(
        Text(
            en="What to explain: a column of numbers, or an indicator such as nps=Q1.",
            fr="Ce qu'il faut expliquer : une colonne de nombres, ou un indicateur comme nps=Q1.",
        )
    ),
)
@click.option(
    "--of",
    "of",
    required=True,
    multiple=True,
    metavar="COL[:SCALE],…",
    help=tr(
        Text(
            en="The drivers: marks, outcomes, themes (0/1) or conditions; repeatable.",
            fr="Les leviers : notes, résultats, thèmes (0/1) ou conditions ; répétable.",
        )
    ),
)
@click.option(
    "--scale",
    metavar="SCALE",
    help=tr(
        Text(
            en="Scale of the drivers, such as 1-5: other values are no answer.",
            fr="Échelle des leviers, comme 1-5 : les autres valeurs sont sans réponse.",
        )
    ),
)
@click.option(
    "--rows",
    type=click.Choice(["complete", "pairwise"]),
    default="complete",
    show_default=True,
    help=tr(
        Text(
            en="Rows with everything, or each pair on the rows that have both, for questions not "
            "asked of everybody.",
            fr="Les lignes où il y a tout, ou chaque paire sur les lignes qui ont les deux, pour "
            "des questions non posées à tous.",
        )
    ),
)
@click.option(
    "--model",
    type=click.Choice(["linear", "ordinal", "logistic"]),
    default="linear",
    show_default=True,
    help=tr(
        Text(
            en="Least squares, or proportional odds for a few ordered levels or a yes or no.",
            fr="Moindres carrés, ou cotes proportionnelles pour quelques niveaux ordonnés ou un "
            "oui ou non.",
        )
    ),
)
@click.option(
    "--lower-is-better",
    is_flag=True,
    help=tr(
        Text(
            en="A lower outcome is better (an indicator knows by itself).",
            fr="Un résultat plus bas est meilleur (un indicateur le sait de lui-même).",
        )
    ),
)
@click.option(
    "--weight",
    metavar="COL",
    help=tr(Text(en="Weight of each answer.", fr="Poids de chaque réponse.")),
)
@click.option(
    "--cluster",
    metavar="COL",
    help=tr(
        Text(
            en="What answers share, such as a customer or a shop.",
            fr="Ce que des réponses partagent, comme un client ou une boutique.",
        )
    ),
)
@click.option(
    "--unit",
    metavar="COL",
    help=tr(
        Text(
            en="Units, such as shops: nothing is promised beyond what they have been seen to do.",
            fr="Unités, comme des boutiques : rien n'est promis au-delà de ce qu'on les a vues "
            "faire.",
        )
    ),
)
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="DRIVER=SHARE",
    help=tr(
        Text(
            en="Judge this share of bad answers (0.15), or this mean; needs --unit; repeatable.",
            fr="Juger cette part de mauvaises réponses (0.15), ou cette moyenne ; demande --unit ; "
            "répétable.",
        )
    ),
)
@click.option(
    "--period-size",
    type=click.IntRange(min=1),
    metavar="N",
    help=tr(
        Text(
            en="Answers of the coming period that is predicted.",
            fr="Réponses de la période à venir qui est prédite.",
        )
    ),
)
@click.option(
    "--replicates",
    type=click.IntRange(min=100),
    default=1000,
    show_default=True,
    metavar="N",
    help=tr(Text(en="Replicates of the bootstrap.", fr="Tirages du bootstrap.")),
)
@click.option(
    "--map",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=tr(
        Text(
            en="Write the importance-performance map as SVG.",
            fr="Écrire la carte importance-performance en SVG.",
        )
    ),
)
@outcome_options
@plan_options
@row_options
@encoding_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(
    source: str | None,
    of: Iterable[str],
    changes: Iterable[str],
    picture: Path | None,
    output_format: str,
    **options: Any,
) -> None:
    """Say what goes with an outcome."""
    from ressenti.library.drivers import drivers
    from ressenti.library.missing_codes import codes_of_texts

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    named = [name for text in of for name in listed(text)]
    found = drivers(source, of=named, changes=_shares(changes), **options)
    if picture is not None:
        picture.write_text(found.to_svg(language), encoding="utf-8")
    if output_format == "json":
        click.echo(found.to_json(language))
    elif output_format == "csv":
        click.echo(csv_text(found.to_dicts(language)), nl=False)
    else:
        click.echo(found.text(language))


def _shares(texts: Iterable[str]) -> dict[str, float]:
    """Return the shares of ``DRIVER=0.15`` or ``DRIVER=15%``."""
    return {name: _share(name, text) for name, text in pairs_of(texts).items()}


def _share(name: str, text: str) -> float:
    digits = text.replace(",", ".").strip()
    is_percentage = digits.endswith("%")
    try:
        number = float(digits.removesuffix("%"))
    except ValueError:
        raise click.BadParameter(
            tr(
                Text(
                    en=f"'{name}={text}' should end with a number, such as {name}=0.15.",
                    fr=f"« {name}={text} » devrait finir par un nombre, comme {name}=0.15.",
                )
            )
        ) from None
    return number / 100 if is_percentage else number
