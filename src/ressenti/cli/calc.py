"""``ressenti calc``: one worked example in, one score out; or a batch of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.errors import InvalidArgument, Place, UnreadableSource
from ressenti.language import Text


@click.command(
    "calc",
    help=tr(
        Text(
            en="Work out one example: named inputs in, one score out.\n\n"
            'Example:  echo \'{"promoters": 58, "passives": 25, "detractors": 17}\' | '
            "ressenti calc nps",
            fr="Calculer un exemple : des données nommées en entrée, un score en sortie.\n\n"
            'Exemple :  echo \'{"promoters": 58, "passives": 25, "detractors": 17}\' | '
            "ressenti calc nps",
        )
    ),
)
@click.argument("indicator", required=False)
@click.option("--variant", metavar="V", help=tr(Text(en="Exact formula.", fr="Formule exacte.")))
@click.option(
    "--inputs",
    metavar="FILE|-",
    default="-",
    show_default=True,
    help=tr(Text(en="JSON object of named inputs.", fr="Objet JSON de données nommées.")),
)
@click.option(
    "--batch",
    metavar="FILE",
    help=tr(
        Text(
            en="JSON list of {id, indicator, variant, inputs}.",
            fr="Liste JSON de {id, indicator, variant, inputs}.",
        )
    ),
)
@format_option("json", "table")
@language_option
def command(
    indicator: str | None,
    variant: str | None,
    inputs: str,
    batch: str | None,
    output_format: str,
) -> None:
    """Work out one example, or a batch."""
    from ressenti.library.examples import calc as score_of
    from ressenti.library.examples import scores_of_batch

    language = chosen_language()
    if batch is not None:
        scores = scores_of_batch(_document(batch), language=language)
        click.echo(json.dumps(scores, ensure_ascii=False, allow_nan=False))
        return
    if indicator is None:
        raise InvalidArgument(
            Text(
                en="name an indicator, or give --batch FILE.",
                fr="nommez un indicateur, ou donnez --batch FICHIER.",
            )
        )
    score = score_of(indicator, _document(inputs), variant=variant)
    if output_format == "json":
        click.echo(json.dumps(score.to_dict(language), ensure_ascii=False, allow_nan=False))
        return
    from ressenti.reports.terminal import example_text

    click.echo(example_text(score, language))


def _document(name: str) -> Any:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(
            Text(en=f"cannot be read: {error}.", fr=f"illisible : {error}."),
            place=Place(file=name),
        ) from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidArgument(
            Text(
                en=f"is not JSON: {error.msg} at column {error.colno}.",
                fr=f"n'est pas du JSON : {error.msg}, colonne {error.colno}.",
            ),
            place=Place(file=name, line=error.lineno),
        ) from error
