"""The command line: one file a verb, loaded only when it is called."""

from __future__ import annotations

import gc
import sys

import click

from ressenti import __version__
from ressenti.cli.language import chosen_language, speak, tr
from ressenti.cli.verbs import VERBS, LazyGroup
from ressenti.errors import RessentiError
from ressenti.language import Text

# Before any option is declared: click words some of them as they are declared.
speak(chosen_language())

ALLOCATIONS_BETWEEN_COLLECTIONS = 100_000


@click.group(
    cls=LazyGroup,
    verbs=VERBS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=tr(
        Text(
            en="Customer-experience indicators with their uncertainty.\n\n"
            "Start with:  ressenti score FILE --measure nps=COLUMN",
            fr="Les indicateurs de l'expérience client, avec leur incertitude.\n\n"
            "Pour commencer :  ressenti score FICHIER --measure nps=COLONNE",
        )
    ),
)
@click.version_option(__version__, prog_name="ressenti")
@click.option(
    "--lang",
    type=click.Choice(["en", "fr"]),
    expose_value=False,
    help=tr(Text(en="Language of the output (or LANG).", fr="Langue de l'affichage (ou LANG).")),
)
def group() -> None:
    """Hold the verbs together."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status.

    0 is success, 1 means that the data do not allow it, 2 that the call is wrong.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A command loads much and frees little: looking for cycles meanwhile took a tenth of a second.
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS)
    speak(chosen_language(given))
    try:
        status = group.main(args=given, prog_name="ressenti", standalone_mode=False)
        if status:
            sys.exit(status)
    except RessentiError as error:
        click.echo(error.to(chosen_language(given)), err=True)
        sys.exit(error.exit_status)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(tr(Text(en="Stopped.", fr="Arrêté.")), err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
