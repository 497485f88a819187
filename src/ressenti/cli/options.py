"""Options that several verbs share, each written once in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from ressenti.cli.language import tr
from ressenti.language import Text

Command = TypeVar("Command", bound=Callable[..., Any])


def language_option(command: Command) -> Command:
    """Add ``--lang``, which is read before the command runs."""
    return click.option(
        "--lang",
        type=click.Choice(["en", "fr"]),
        expose_value=False,
        help=tr(
            Text(en="Language of the output (or LANG).", fr="Langue de l'affichage (ou LANG).")
        ),
    )(command)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Add ``--format``; the first format is the default."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=tr(
            Text(
                en="How the result is written on standard output.",
                fr="Forme du résultat sur la sortie standard.",
            )
        ),
    )


def confidence_option(command: Command) -> Command:
    return click.option(
        "--confidence",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        metavar="N",
        default=0.95,
        show_default=True,
        help=tr(Text(en="Confidence of the intervals.", fr="Confiance des intervalles.")),
    )(command)


def encoding_options(command: Command) -> Command:
    """Add what tells how a file is written."""
    options = [
        click.option(
            "--encoding",
            metavar="NAME",
            help=tr(Text(en="Encoding of a text file.", fr="Encodage d'un fichier texte.")),
        ),
        click.option(
            "--separator",
            metavar="CHAR",
            help=tr(Text(en="Separator of a text file.", fr="Séparateur d'un fichier texte.")),
        ),
        click.option(
            "--quote",
            metavar="CHAR",
            help=tr(
                Text(
                    en="What encloses a field; '' when nothing does.",
                    fr="Ce qui encadre un champ ; '' si rien ne le fait.",
                )
            ),
        ),
        click.option(
            "--header/--no-header",
            default=None,
            help=tr(
                Text(
                    en="Whether the first line names the columns.",
                    fr="Si la première ligne nomme les colonnes.",
                )
            ),
        ),
        click.option(
            "--sheet",
            metavar="NAME",
            help=tr(Text(en="Sheet of a workbook.", fr="Feuille d'un classeur.")),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def plan_options(command: Command) -> Command:
    """Add what a source is read as: facts, or by a measurement plan."""
    options = [
        click.option(
            "--facts",
            metavar="FACT",
            help=tr(Text(en="Read SOURCE as facts.", fr="Lire SOURCE comme des faits.")),
        ),
        click.option(
            "--config",
            metavar="FILE",
            help=tr(
                Text(
                    en="Measurement plan to use (ressenti.toml).",
                    fr="Plan de mesure à utiliser (ressenti.toml).",
                )
            ),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def outcome_options(command: Command) -> Command:
    """Add which outcomes of a folder of facts stand beside an answer."""
    options = [
        click.option(
            "--days",
            type=click.IntRange(min=1),
            default=30,
            show_default=True,
            metavar="N",
            help=tr(
                Text(
                    en="In a folder of facts: days for which an outcome counts before an answer.",
                    fr="Dans un dossier de faits : jours pendant lesquels un résultat compte "
                    "avant une réponse.",
                )
            ),
        ),
        click.option(
            "--same",
            metavar="COL",
            help=tr(
                Text(
                    en="In a folder of facts: what an answer and its outcome must share, such as "
                    "touchpoint.",
                    fr="Dans un dossier de faits : ce qu'une réponse et son résultat doivent "
                    "partager, comme touchpoint.",
                )
            ),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def reading_options(command: Command) -> Command:
    """Add what tells how a file is to be read."""
    options = [
        encoding_options,
        click.option(
            "--dates",
            type=click.Choice(["dmy", "mdy", "ymd"]),
            help=tr(
                Text(
                    en="Order of day, month and year in text dates.",
                    fr="Ordre du jour, du mois et de l'année dans les dates en texte.",
                )
            ),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def row_options(command: Command) -> Command:
    """Add what tells which rows count and what means "no answer"."""
    options = [
        click.option(
            "--where",
            metavar="SQL",
            help=tr(Text(en="Predicate that rows must meet.", fr="Condition sur les lignes.")),
        ),
        click.option(
            "--missing",
            multiple=True,
            metavar="[COL=]CODE,…",
            help=tr(
                Text(
                    en='Codes that mean "no answer", on all columns or on one; repeatable.',
                    fr="Codes qui veulent dire « sans réponse », sur toutes les colonnes ou sur "
                    "une ; répétable.",
                )
            ),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def selection_options(command: Command) -> Command:
    """Add what tells which rows count, with which weight, and what means "no answer"."""
    options = [
        row_options,
        click.option(
            "--weight",
            metavar="COL",
            help=tr(Text(en="Weight of each answer.", fr="Poids de chaque réponse.")),
        ),
        click.option(
            "--time-zone",
            metavar="ZONE",
            show_default="UTC",
            help=tr(
                Text(
                    en="Zone in which periods begin, such as Europe/Paris.",
                    fr="Fuseau dans lequel les périodes commencent, comme Europe/Paris.",
                )
            ),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def sampling_options(command: Command) -> Command:
    """Add what tells how the answers were drawn."""
    options = [
        click.option(
            "--population",
            type=click.IntRange(min=1),
            metavar="N",
            help=tr(
                Text(
                    en="Size of the closed list that the answers describe.",
                    fr="Taille de la liste fermée que les réponses décrivent.",
                )
            ),
        ),
        click.option(
            "--cluster",
            metavar="COL",
            help=tr(
                Text(
                    en="What answers share, such as a shop.",
                    fr="Ce que des réponses partagent, comme une boutique.",
                )
            ),
        ),
        click.option(
            "--rake",
            multiple=True,
            metavar="COL:LEVEL=COUNT,…|FILE",
            help=tr(
                Text(
                    en="Known totals that the weights must meet; repeatable.",
                    fr="Totaux connus que les poids doivent atteindre ; répétable.",
                )
            ),
        ),
        click.option(
            "--trim",
            type=click.FloatRange(min=1),
            metavar="TIMES",
            help=tr(
                Text(
                    en="Cut raking factors above so many times their median.",
                    fr="Couper les facteurs de redressement au-delà de tant de fois leur médiane.",
                )
            ),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def listed(text: str | None) -> tuple[str, ...]:
    """Return the comma-separated values of an option.

    Examples
    --------
    >>> listed("11, 99")
    ('11', '99')
    """
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def pairs_of(texts: Iterable[str]) -> dict[str, str]:
    """Return the pairs of a repeatable ``NAME=VALUE`` option.

    Examples
    --------
    >>> pairs_of(["contact_id=id", "reason=upper(why)"])
    {'contact_id': 'id', 'reason': 'upper(why)'}
    """
    return dict(map(_pair, texts))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.BadParameter(
            tr(
                Text(
                    en=f"'{text}' should read NAME=VALUE.",
                    fr=f"« {text} » devrait s'écrire NOM=VALEUR.",
                )
            )
        )
    return name.strip(), value.strip()
