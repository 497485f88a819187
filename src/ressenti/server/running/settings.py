"""What an administrator sets: the environment read once and typed; wrong values fail loudly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from ressenti.channels.smtp import mail_server
from ressenti.emotions.engines import EMBEDDED, engine_names
from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.server.running.secret_files import kept_secret, read_secret

SHORTEST_KEY, SHORTEST_TOKEN = 32, 16
TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How a server runs.

    Parameters
    ----------
    data
        The data folder: embedded database, secret key, uploads.
    database_url
        The address of your own PostgreSQL; None for the embedded one.
    host, port
        Where the web server listens.
    base_url
        The address that people type, without a final slash: every link we write begins with it.
    secret_key
        Signs sessions and links; at least 32 characters.
    smtp_url
        The mail server, such as ``smtp+starttls://user:password@host:587``; None sends no mail.
    mail_from
        The sender of our messages.
    trusted_hosts
        Names that requests may be addressed to; the base URL's is always one of them.
    trusted_proxies
        Addresses of proxies whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed.
    metrics_token
        Opens ``/metrics`` to other machines; at least 16 characters. None for this machine alone.
    web_workers
        How many web processes run.
    emotion_engine
        What reads comments: ``embedded``, another installed engine, ``onnx:FOLDER``, or ``hosted``.
    is_demo
        Whether the simulated company is loaded and answers arrive by themselves.
    """

    data: Path
    database_url: str | None
    host: str
    port: int
    base_url: str
    secret_key: str
    smtp_url: str | None
    mail_from: str
    trusted_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    metrics_token: str | None
    web_workers: int
    emotion_engine: str
    is_demo: bool


def server_settings(environment: Mapping[str, str] | None = None) -> ServerSettings:
    """Return the settings of the environment; the secret key is made at the first call.

    Every variable may be given as the name of a file that holds its value, with ``_FILE`` added
    to its name.

    Parameters
    ----------
    environment
        Variables by name; None reads the process's.

    Raises
    ------
    InvalidArgument
        When a variable has a value it cannot have; the message names it.
    """
    variables = Variables(os.environ if environment is None else environment)
    data = (
        Path(variables.text("RESSENTI_DATA") or default_data_folder(variables))
        .expanduser()
        .resolve()
    )
    host = variables.text("RESSENTI_HOST") or "127.0.0.1"
    port = variables.number("RESSENTI_PORT", default=8000, least=1, most=65535)
    base_url = _base_url(variables, host, port)
    name = urlsplit(base_url).hostname or ""
    return ServerSettings(
        data=data,
        database_url=_address(variables, "DATABASE_URL", ("postgresql", "postgres")),
        host=host,
        port=port,
        base_url=base_url,
        secret_key=_secret_key(variables, data),
        smtp_url=_mail_address(variables),
        mail_from=variables.text("RESSENTI_MAIL_FROM") or f"ressenti@{name}",
        trusted_hosts=tuple(dict.fromkeys((name, *variables.names("RESSENTI_TRUSTED_HOSTS")))),
        trusted_proxies=variables.names("RESSENTI_TRUSTED_PROXIES"),
        metrics_token=_random_text(variables, "RESSENTI_METRICS_TOKEN", least=SHORTEST_TOKEN)
        or None,
        web_workers=variables.number("RESSENTI_WEB_WORKERS", default=1, least=1, most=64),
        emotion_engine=_emotion_engine(variables),
        is_demo=variables.flag("RESSENTI_DEMO"),
    )


@dataclass(frozen=True, slots=True)
class Variables:
    """Environment variables, or the files they name, read as what they must be."""

    environment: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return the value of a variable; empty when it is not set."""
        file = self.environment.get(f"{name}_FILE")
        if not file:
            return self.environment.get(name, "").strip()
        if name in self.environment:
            raise wrong(
                f"{name}_FILE",
                file,
                Text(en=f"{name} is set too", fr=f"{name} est défini aussi"),
            )
        try:
            return read_secret(Path(file))
        except OSError as error:
            reason = Text(en="this file cannot be read", fr="ce fichier est illisible")
            raise wrong(f"{name}_FILE", file, reason) from error

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            reason = Text(en="a number from {least} to {most}", fr="un nombre de {least} à {most}")
            raise wrong(name, value, _expected(reason.format(least=least, most=most)))
        return int(value)

    def flag(self, name: str) -> bool:
        """Return whether a variable says yes."""
        value = self.text(name).casefold()
        if value not in TRUE | FALSE:
            raise wrong(name, value, _expected(Text(en="yes or no", fr="yes ou no")))
        return value in TRUE

    def names(self, name: str) -> tuple[str, ...]:
        """Return names separated by commas."""
        parts = (part.strip() for part in self.text(name).split(","))
        return tuple(part for part in parts if part)


def default_data_folder(variables: Variables) -> Path:
    """Return where data go when nobody says: the system's place for root, else the user's own."""
    if os.geteuid() == 0:
        return Path("/var/lib/ressenti")
    return Path(variables.text("XDG_DATA_HOME") or "~/.local/share") / "ressenti"


def wrong(name: str, value: str, reason: Text) -> InvalidArgument:
    """Return the error for a variable; ``value`` is quoted, so never give it a secret."""
    return InvalidArgument(
        Text(
            en="the variable {name} is '{value}': {reason}.",
            fr="la variable {name} vaut « {value} » : {reason}.",
        ).format(name=name, value=value, reason=reason)
    )


def _expected(what: Text) -> Text:
    return Text(en="it must be {what}", fr="elle doit être {what}").format(what=what)


def _mail_address(variables: Variables) -> str | None:
    """Return the address of the mail server, as far as every message can go through it."""
    address = _address(variables, "RESSENTI_SMTP_URL", ("smtp", "smtp+starttls", "smtps"))
    if address is not None:
        mail_server(address)
    return address


def _base_url(variables: Variables, host: str, port: int) -> str:
    """Return the configured address; we never guess one from what requests claim."""
    name = "RESSENTI_BASE_URL"
    value = variables.text(name).rstrip("/")
    if value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            example = Text(
                en="an address such as https://survey.example.com",
                fr="une adresse telle que https://enquete.exemple.fr",
            )
            raise wrong(name, value, _expected(example))
        return value
    if not is_loopback(host):
        reason = Text(
            en="others can reach it, so the links we write need the address people type; set "
            "RESSENTI_BASE_URL, for example https://survey.example.com",
            fr="d'autres peuvent le joindre, et les liens que nous écrivons ont besoin de "
            "l'adresse que les gens tapent ; définissez RESSENTI_BASE_URL, par exemple "
            "https://enquete.exemple.fr",
        )
        raise wrong("RESSENTI_HOST", host, reason)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host name or address.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "shop.fr")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _emotion_engine(variables: Variables) -> str:
    """Return the name of the engine, which can be found; nothing of it is loaded.

    The hosted one is off unless it is named here and its own variables say where it is.
    """
    name = "RESSENTI_EMOTION_ENGINE"
    value = variables.text(name) or EMBEDDED
    if value == EMBEDDED:
        return value
    from ressenti.library.emotion_engines import FOLDER_PREFIX, HOSTED
    from ressenti.library.hosted_settings import hosted_settings

    if value == HOSTED:
        hosted_settings(variables.environment)
    elif value.startswith(FOLDER_PREFIX):
        if not Path(value.removeprefix(FOLDER_PREFIX)).expanduser().is_dir():
            raise wrong(
                name, value, Text(en="there is no such folder", fr="ce dossier n'existe pas")
            )
    elif value not in engine_names():
        names = ", ".join((*engine_names(), f"{FOLDER_PREFIX}FOLDER", HOSTED))
        raise wrong(
            name,
            value,
            _expected(Text(en="one of {names}", fr="l'un de {names}").format(names=names)),
        )
    return value


def _address(variables: Variables, name: str, schemes: tuple[str, ...]) -> str | None:
    value = variables.text(name)
    if not value:
        return None
    if urlsplit(value).scheme not in schemes or not urlsplit(value).hostname:
        what = f"{schemes[0]}://…"
        # The address may hold a password: it is not repeated.
        raise wrong(name, "…", _expected(Text(en=what, fr=what)))
    return value


def _secret_key(variables: Variables, data: Path) -> str:
    key = _random_text(variables, "RESSENTI_SECRET_KEY", least=SHORTEST_KEY)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return key or kept_secret(data / "secret.key")


def _random_text(variables: Variables, name: str, *, least: int) -> str:
    value = variables.text(name)
    if value and len(value) < least:
        what = Text(
            en="at least {n} random characters", fr="faite d'au moins {n} caractères au hasard"
        )
        # It may be the beginning of the right one: it is not repeated.
        raise wrong(name, "…", _expected(what.format(n=least)))
    return value
