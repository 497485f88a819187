"""``ressenti serve``: the whole product on this machine, in the shape it has in production."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import language_option
from ressenti.language import Text

PORT = 8000


@click.command(
    "serve",
    help=tr(
        Text(
            en="Serve surveys and cockpit until stopped. Without DATABASE_URL, PostgreSQL is "
            "embedded in the data folder. RESSENTI_BASE_URL, RESSENTI_SMTP_URL and the other "
            "variables are told in the documentation.",
            fr="Servir enquêtes et cockpit jusqu'à l'arrêt. Sans DATABASE_URL, PostgreSQL est "
            "embarqué dans le dossier de données. RESSENTI_BASE_URL, RESSENTI_SMTP_URL et les "
            "autres variables sont décrites dans la documentation.",
        )
    ),
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    metavar="P",
    help=tr(Text(en="Port to listen on (8000).", fr="Port d'écoute (8000).")),
)
@click.option(
    "--host",
    metavar="H",
    help=tr(
        Text(
            en="Address to listen on; others can reach it only with RESSENTI_BASE_URL set.",
            fr="Adresse d'écoute ; joignable d'ailleurs seulement avec RESSENTI_BASE_URL.",
        )
    ),
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help=tr(
        Text(
            en="Data folder: embedded database, secret key.",
            fr="Dossier de données : base embarquée, clé secrète.",
        )
    ),
)
@language_option
def command(port: int | None, host: str | None, data: Path | None) -> None:
    """Serve until stopped."""
    from ressenti.server.running.logs import configure_logs
    from ressenti.server.running.service import serve
    from ressenti.server.running.settings import server_settings

    told = {
        "RESSENTI_PORT": None if port is None else str(port),
        "RESSENTI_HOST": host,
        "RESSENTI_DATA": None if data is None else str(data),
    }
    environment = {**os.environ, **{name: value for name, value in told.items() if value}}
    configure_logs()
    language = chosen_language()
    served = Text(en="Ressenti is served at {url}", fr="Ressenti est servi à {url}")
    serve(
        server_settings(environment),
        announce=lambda url: click.echo(served.format(url=url).to(language), err=True),
    )
