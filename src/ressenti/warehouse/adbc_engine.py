"""ADBC: any engine that sqlglot speaks and an Arrow database driver reaches.

The URL names both: ``snowflake+adbc_driver_snowflake://…``; what stands after ``://`` is handed to
the driver as it is, since every driver has its own way of writing it.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from sqlglot import Dialect, exp

from ressenti.errors import EngineUnavailable, InvalidArgument, InvalidExpression
from ressenti.language import Text
from ressenti.warehouse.arrow_types import kinds_of_schema, plain_table
from ressenti.warehouse.relations import Kind
from ressenti.warehouse.rendering import rendered

DRIVER_PREFIX = "adbc_driver_"
STATUS = re.compile(r"^[A-Z_]+: (\[\w+\] )?")
ERROR_WORDS = re.compile(r"ERROR:\s+(?P<said>.*)")
PASSWORD = re.compile(
    r"(?:^|://)[^:/@]*:(?!//)(?P<before>.+)@|(?:password|token)=(?P<named>[^&;\s]+)", re.IGNORECASE
)
HIDDEN = "…"


class AdbcEngine:
    """A connection through an ADBC driver.

    Parameters
    ----------
    connection : adbc_driver_manager.dbapi.Connection
        In autocommit mode, so that one refused query does not block the next.
    dialect : str
        The sqlglot dialect the engine speaks.
    name : str
        What a person calls the engine.
    """

    def __init__(self, connection: Any, *, dialect: str, name: str) -> None:
        self.connection = connection
        self.dialect = dialect
        self.name = name
        self._close = weakref.finalize(self, connection.close)

    def fetch(self, query: exp.Query) -> pa.Table:
        """Run a query and return its rows.

        Raises
        ------
        InvalidExpression
            R103, when the engine refuses the query.
        EngineUnavailable
            R207, when the connection is lost.
        """
        return plain_table(self._answer(query))

    def kinds(self, query: exp.Query) -> Mapping[str, Kind]:
        """Return the column names of a query, in order, with their kinds; fetch no row."""
        shape = exp.select("*").from_(query.copy().subquery("shape")).limit(0)
        return kinds_of_schema(self._answer(shape).schema)

    def execute(self, statements: Sequence[str]) -> None:
        """Run statements of our own that give no rows: the settings of a session."""
        with self._own_errors(), self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def close(self) -> None:
        """Close the connection; one that is forgotten closes itself."""
        self._close()

    def _answer(self, query: exp.Query) -> pa.Table:
        with self._own_errors(), self.connection.cursor() as cursor:
            cursor.execute(rendered(query, self.dialect))
            return cursor.fetch_arrow_table()

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        from adbc_driver_manager import dbapi

        try:
            yield
        except dbapi.OperationalError as error:
            raise unreachable(self.name, error) from None
        except dbapi.Error as error:
            said = words_of(error)
            raise InvalidExpression(
                Text(
                    en=f"{self.name} refuses the query: {said}",
                    fr=f"{self.name} refuse la requête : {said}",
                )
            ) from error


def adbc_engine(url: str) -> AdbcEngine:
    """Return the connection of a ``dialect+adbc_driver_name://what the driver wants`` URL.

    Raises
    ------
    InvalidArgument
        R102, for a dialect that sqlglot does not speak or a module that is no ADBC driver.
    EngineUnavailable
        R207, when the driver is not installed or does not connect.
    """
    scheme, _, rest = url.partition("://")
    dialect, _, driver = scheme.partition("+")
    if dialect not in Dialect.classes and Dialect.get(dialect) is None:
        raise InvalidArgument(
            Text(
                en=f"'{dialect}' is no SQL dialect that Ressenti speaks.",
                fr=f"« {dialect} » n'est pas un dialecte SQL que Ressenti parle.",
            )
        )
    if not re.fullmatch(DRIVER_PREFIX + r"\w+", driver):
        raise InvalidArgument(
            Text(
                en=f"'{driver}' is no ADBC driver: its name begins with {DRIVER_PREFIX}.",
                fr=f"« {driver} » n'est pas un pilote ADBC : son nom commence par {DRIVER_PREFIX}.",
            )
        )
    package = driver.replace("_", "-")
    connection = connection_of(driver, rest, name=dialect, package=package)
    return AdbcEngine(connection, dialect=dialect, name=dialect)


def connection_of(driver: str, target: str, *, name: str, package: str) -> Any:
    """Return a driver's connection in autocommit mode.

    Parameters
    ----------
    driver : str
        The Python package of the driver.
    target : str
        What the driver connects to; it may hold a password and is never shown.
    name : str
        What a person calls the engine.
    package : str
        What to install when the driver is absent.

    Raises
    ------
    EngineUnavailable
        R207, when the driver is not installed or does not connect.
    """
    try:
        dbapi = import_module(f"{driver}.dbapi")
    except ImportError as error:
        raise EngineUnavailable(
            Text(
                en=f"the driver of {name} is not installed.",
                fr=f"le pilote de {name} n'est pas installé.",
            ),
            hint=Text(
                en=f"Install it: pip install '{package}'",
                fr=f"Installez-le : pip install '{package}'",
            ),
        ) from error
    try:
        return dbapi.connect(target, autocommit=True)
    except dbapi.Error as error:
        # Without the cause: its traceback would show the URL and its password.
        raise unreachable(name, error, target) from None


def unreachable(name: str, error: Exception, target: str = "") -> EngineUnavailable:
    """Return the error for an engine that does not answer, without the password of its URL."""
    said = without_secrets(words_of(error), target)
    return EngineUnavailable(
        Text(en=f"{name} does not answer: {said}", fr=f"{name} ne répond pas : {said}"),
        hint=Text(
            en="Check that the server is started, and the address, user and password of the URL.",
            fr="Vérifiez que le serveur est démarré, ainsi que l'adresse, le nom d'utilisateur et "
            "le mot de passe de l'URL.",
        ),
    )


def words_of(error: Exception) -> str:
    r"""Return what a driver says in one line, without its codes or the query.

    Examples
    --------
    >>> words_of(ValueError("NOT_FOUND: Failed: ERROR:  no table\nLINE 1\nQuery was: SELECT"))
    'no table.'
    """
    found = ERROR_WORDS.search(str(error))
    said = found["said"] if found else STATUS.sub("", str(error).strip().partition("\n")[0])
    return f"{said.strip().rstrip('.')}."


def without_secrets(said: str, url: str) -> str:
    """Return a message without the passwords and tokens of a URL, however it quotes them.

    Examples
    --------
    >>> without_secrets("cannot read 'se cret' in me:se cret@db", "postgres://me:se cret@db")
    "cannot read '…' in me:…@db"
    """
    for found in PASSWORD.finditer(url):
        secret = found["before"] or found["named"]
        for written in (secret, unquote(secret)):
            said = said.replace(written, HIDDEN)
    return said
