"""PostgreSQL's own client programs: which ones fit a server, and what they read and write."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict

from ressenti.errors import EngineUnavailable, MissingExtra
from ressenti.language import Text
from ressenti.server.running.programs import program_version, programs_folder

CHUNK_BYTES = 1 << 20
# What libpq reads from its environment, so that no password is seen in the list of processes.
VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def client_program(name: str, server: int) -> str:
    """Return the path of a client program of a server's major version.

    The machine's own come first, since they also speak TLS, which the embedded ones do not.

    Raises
    ------
    EngineUnavailable
        When no program of that version is installed.
    """
    for folder in _folders(server):
        program = folder / name
        if program.exists() and program_version(program).split(".")[0] == str(server):
            return str(program)
    raise EngineUnavailable(
        Text(
            en="the database is PostgreSQL {server}, and no {name} of that version is installed.",
            fr="la base de données est un PostgreSQL {server}, et aucun {name} de cette version "
            "n'est installé.",
        ).format(server=server, name=name),
        hint=Text(
            en="Install the package postgresql-client-{server}.",
            fr="Installez le paquet postgresql-client-{server}.",
        ).format(server=server),
    )


def _folders(server: int) -> Iterator[Path]:
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    yield Path(f"/usr/lib/postgresql/{server}/bin")
    with suppress(MissingExtra):
        yield programs_folder()


def output(command: tuple[str, ...], url: str) -> Iterator[bytes]:
    """Give piece by piece what a client program writes about the database of a URL.

    Raises
    ------
    EngineUnavailable
        When it fails; the message quotes it.
    """
    with _client(command, url, stdout=subprocess.PIPE) as process:
        stream = process.stdout
        while stream and (chunk := stream.read(CHUNK_BYTES)):
            yield chunk


def feed(command: tuple[str, ...], url: str, chunks: Iterable[bytes]) -> None:
    """Give a client program something to read into the database of a URL.

    Raises
    ------
    EngineUnavailable
        When it fails; the message quotes it.
    """
    with _client(command, url, stdin=subprocess.PIPE) as process:
        # A program that stops reading has failed, and its status says so.
        with suppress(BrokenPipeError):
            for chunk in chunks:
                if process.stdin:
                    process.stdin.write(chunk)
        with suppress(BrokenPipeError):
            if process.stdin:
                process.stdin.close()


@contextmanager
def _client(
    command: tuple[str, ...], url: str, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            command, env=_environment(url), stdin=stdin, stdout=stdout, stderr=errors
        ) as process:
            yield process
        if process.returncode:
            raise _failed(command[0], errors)


def _environment(url: str) -> Mapping[str, str]:
    told = conninfo_to_dict(url)
    own = {VARIABLES[name]: str(value) for name, value in told.items() if name in VARIABLES}
    return os.environ | own


def _failed(program: str, errors: IO[bytes]) -> EngineUnavailable:
    errors.seek(0)
    return EngineUnavailable(
        Text(
            en="{program} failed:\n{errors}",
            fr="{program} a échoué :\n{errors}",
        ).format(program=Path(program).name, errors=errors.read().decode(errors="replace").strip())
    )
