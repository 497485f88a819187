"""``ressenti password``: a link by which somebody who forgot theirs chooses another one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from ressenti.cli.language import tr
from ressenti.cli.options import language_option
from ressenti.cli.server_place import data_option, database_address
from ressenti.language import Text

UNKNOWN = 1


@click.command(
    "password",
    help=tr(
        Text(
            en="Print a link by which the person of an e-mail address chooses a new password: "
            "once, within three days. Give it to nobody else. A second step stays, and the audit "
            "log says that the link was made.",
            fr="Afficher un lien par lequel la personne d'une adresse choisit un nouveau mot de "
            "passe : une fois, sous trois jours. Ne le donnez à personne d'autre. Le second "
            "facteur reste, et le journal d'audit dit que le lien a été créé.",
        )
    ),
)
@click.argument("email")
@data_option
@language_option
def command(email: str, data: Path | None) -> int:
    """Print the link."""
    from ressenti.server.running.service import child_environment
    from ressenti.server.running.settings import server_settings

    with database_address(data) as (url, folder):
        settings = server_settings({**os.environ, "RESSENTI_DATA": str(folder)})
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "ressenti.server", "password", email],
            env=child_environment(settings, url),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode == UNKNOWN:
        unknown = Text(
            en="Nobody signs in with the address '{email}'.",
            fr="Personne ne se connecte avec l'adresse « {email} ».",
        )
        click.echo(tr(unknown.format(email=email)), err=True)
    elif not done.returncode:
        click.echo(done.stdout.strip())
    return done.returncode
