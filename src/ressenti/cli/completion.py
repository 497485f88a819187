"""``ressenti completion``: the script that makes a shell complete verbs and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ressenti.cli.language import tr
from ressenti.cli.options import language_option
from ressenti.language import Text


@click.command(
    "completion",
    help=tr(
        Text(
            en='Print the completion script of SHELL. Example:  eval "$(ressenti completion bash)"',
            fr="Afficher le script de complétion de SHELL. Exemple :  "
            'eval "$(ressenti completion bash)"',
        )
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@language_option
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a completion script."""
    found = get_completion_class(shell)
    if found is not None:
        root = ctx.find_root()
        click.echo(found(root.command, {}, "ressenti", "_RESSENTI_COMPLETE").source())
