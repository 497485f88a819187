"""What ``python -m ressenti.server`` can be asked: each command runs with Django set up."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import structlog
from django.conf import settings
from django.db import connection

from ressenti.language import Text, language_of_environment
from ressenti.server.running.migrations import migrate

log = structlog.get_logger("ressenti.preparing")


def prepare(_arguments: list[str]) -> int:
    """Bring the database to this version, and tell how the first owner gets in."""
    migrate()
    _announce_first_owner()
    return 0


def _announce_first_owner() -> None:
    from ressenti.server.accounts.first_owner import start_link

    link = start_link(settings.SERVER.data)
    if link is None:
        return
    told = Text(
        en="Nobody has an account yet. Make the first one here, within 24 hours:",
        fr="Personne n'a encore de compte. Créez le premier ici, sous 24 heures :",
    ).to(language_of_environment())
    print(f"\n  {told}\n  {link}\n", file=sys.stderr, flush=True)  # noqa: T201 - for who starts it


def worker(_arguments: list[str]) -> int:
    """Do what is to be done apart from requests: send, remind, expire, read comments."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app, connector_params

    from ressenti.server.reading.reader import reading

    # Two jobs at a time, one connection that listens, one to spare.
    own = app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4))
    with reading(settings.DATABASE_URL, engine=settings.SERVER.emotion_engine):
        own.run_worker(name="worker", concurrency=2, listen_notify=True, delete_jobs="successful")
    return 0


def demonstration(arguments: list[str]) -> int:
    """Prepare the database, load the simulated company and print how to look at it."""
    from ressenti.server.demonstration.loading import load_demonstration

    migrate()
    load_demonstration(n_answers=int(arguments[0]) if arguments else None)
    return 0


def visitors(_arguments: list[str]) -> int:
    """Answer the surveys of the demonstration, now and then, as its customers would."""
    from ressenti.server.demonstration.visitors import answer_forever

    connection.close()
    answer_forever()
    return 0


def password(arguments: list[str]) -> int:
    """Print the link by which the person of an address chooses a new password; 1 for nobody."""
    from ressenti.server.accounts.forgotten_passwords import reset_link

    link = reset_link(arguments[0] if arguments else "")
    if link is None:
        return 1
    print(link)  # noqa: T201 - for who asked for it
    return 0


COMMANDS: Mapping[str, Callable[[list[str]], int]] = {
    "prepare": prepare,
    "worker": worker,
    "demonstration": demonstration,
    "visitors": visitors,
    "password": password,
}
