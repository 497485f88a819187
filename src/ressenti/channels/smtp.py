"""Sending by SMTP: one connection for a batch, and what became of each message.

A refusal is permanent when trying again cannot help: the server said 5xx to the recipient or to
the message. What is wrong with the connection, the account or the sender is not the recipient's
fault: such a message is to be tried again.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from ressenti.errors import InvalidArgument
from ressenti.language import Text

Security = Literal["tls", "starttls", "none"]

DEFAULT_PORTS = {"tls": 465, "starttls": 587, "none": 25}
DEFAULT_TIMEOUT = 30.0
LONGEST_REPLY = 500
# RFC 5321 has 552 answered by some servers for too many recipients: a matter of time.
PASSING_REPLIES = frozenset({552})
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1"})


class Stage(StrEnum):
    """How far a message went."""

    CONNECTION = "connection"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server to send through; ``user`` is None without authentication, ``timeout`` in seconds.

    ``authority_file`` names a file of certificates that vouch for the server's; None for those
    of the system.
    """

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str = ""
    timeout: float = DEFAULT_TIMEOUT
    authority_file: str | None = None

    def __repr__(self) -> str:
        # Settings end up in logs; passwords must not.
        return f"MailServer({self.host}:{self.port}, {self.security})"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message.

    Parameters
    ----------
    message_id : str
        Without angle brackets; empty when the message has none.
    recipient : str
    stage : Stage
        ``accepted``, or what the server refused.
    code : int or None
        The server's reply code; None when there was no reply.
    reply : str
        The server's words, on one line, at most 500 characters.
    """

    message_id: str
    recipient: str
    stage: Stage
    code: int | None = None
    reply: str = ""

    @property
    def accepted(self) -> bool:
        return self.stage is Stage.ACCEPTED

    @property
    def permanent(self) -> bool:
        """Tell whether trying again cannot help."""
        is_final = self.code is not None and self.code >= 500 and self.code not in PASSING_REPLIES
        return is_final and self.stage in (Stage.RECIPIENT, Stage.CONTENT)


def mail_server(url: str) -> MailServer:
    """Return the server of a URL, ``smtp://user:password@host:587?tls=starttls``.

    ``tls`` is ``starttls`` (the rule), ``tls`` (the rule of ``smtps://``) or ``none``, the rule on
    loopback; ``timeout`` is in seconds, ``authority`` a file of certificates. User and password
    are percent-encoded.

    Raises
    ------
    InvalidArgument
        R102, for another scheme or setting, or a password that would travel unencrypted.

    Examples
    --------
    >>> mail_server("smtp://avis:s%40crt@mail.example")
    MailServer(mail.example:587, starttls)
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _no_mail_server() from error
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    security = _security(parts.scheme, host or "", options.pop("tls", None))
    timeout = _timeout(options.pop("timeout", None))
    authority_file = options.pop("authority", None)
    if not host or options or parts.path.strip("/"):
        raise _no_mail_server()
    if parts.username and security == "none" and host not in LOOPBACK_HOSTS:
        raise InvalidArgument(
            Text(
                en=f"the password for {host} would travel unencrypted.",
                fr=f"le mot de passe pour {host} circulerait en clair.",
            ),
            hint=Text(en="Use tls=starttls or tls=tls.", fr="Utilisez tls=starttls ou tls=tls."),
        )
    return MailServer(
        host=host,
        port=port or DEFAULT_PORTS[security],
        security=security,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
        timeout=timeout,
        authority_file=authority_file,
    )


def sent(
    messages: Iterable[EmailMessage], server: MailServer, *, return_path: str | None = None
) -> Iterator[Delivery]:
    """Yield what became of each message, in their order, as soon as it is known.

    One connection serves the batch; a connection that breaks is opened again for the next message.
    A message whose reply never came may have arrived: it bears the same Message-ID when it is
    tried again.

    Parameters
    ----------
    messages : iterable of EmailMessage
        Each to one recipient.
    server : MailServer
    return_path : str, optional
        Where bounces go; None for the address of the From header.
    """
    connection: smtplib.SMTP | None = None
    try:
        for message in messages:
            if connection is None or connection.sock is None:
                try:
                    connection = _connection(server)
                except (OSError, smtplib.SMTPException) as error:
                    connection = None
                    yield _delivery(message, Stage.CONNECTION, error)
                    continue
            yield _delivered(connection, message, return_path)
    finally:
        if connection is not None:
            _closed(connection)


def _delivered(
    connection: smtplib.SMTP, message: EmailMessage, return_path: str | None
) -> Delivery:
    try:
        connection.send_message(message, from_addr=return_path)
    except smtplib.SMTPSenderRefused as error:
        return _delivery(message, Stage.SENDER, error)
    except smtplib.SMTPRecipientsRefused as error:
        return _delivery(message, Stage.RECIPIENT, error)
    except smtplib.SMTPDataError as error:
        return _delivery(message, Stage.CONTENT, error)
    except (OSError, smtplib.SMTPException) as error:
        # What state the dialogue is in nobody knows: the next message gets a new one.
        connection.close()
        return _delivery(message, Stage.CONNECTION, error)
    return _delivery(message, Stage.ACCEPTED, None)


def _connection(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.authority_file)
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=server.timeout, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user is not None:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _closed(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        # Every message has had its answer; a server that does not say goodbye takes nothing back.
        connection.close()


def _delivery(message: EmailMessage, stage: Stage, error: Exception | None) -> Delivery:
    code, reply = _reply(error)
    return Delivery(
        message_id=str(message["Message-ID"] or "").strip("<>"),
        recipient=message["To"].addresses[0].addr_spec,
        stage=stage,
        code=code,
        reply=" ".join(reply.split())[:LONGEST_REPLY],
    )


def _reply(error: Exception | None) -> tuple[int | None, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return code, words.decode("utf-8", "replace")
    if isinstance(error, smtplib.SMTPResponseException):
        # Some errors of smtplib carry bytes from the server, some its own text.
        told: object = error.smtp_error
        return error.smtp_code, (
            told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        )
    return None, "" if error is None else str(error) or type(error).__name__


def _security(scheme: str, host: str, asked: str | None) -> Security:
    if scheme == "smtps" and asked in (None, "tls"):
        return "tls"
    if scheme == "smtp+starttls" and asked in (None, "starttls"):
        return "starttls"
    if scheme != "smtp":
        raise _no_mail_server()
    match asked or ("none" if host in LOOPBACK_HOSTS else "starttls"):
        case "tls":
            return "tls"
        case "starttls":
            return "starttls"
        case "none":
            return "none"
    raise _no_mail_server()


def _timeout(asked: str | None) -> float:
    try:
        seconds = DEFAULT_TIMEOUT if asked is None else float(asked)
    except ValueError as error:
        raise _no_mail_server() from error
    if not 0 < seconds <= 600:
        raise _no_mail_server()
    return seconds


def _no_mail_server() -> InvalidArgument:
    # The URL is not quoted: it holds a password.
    return InvalidArgument(
        Text(en="the URL is none of a mail server.", fr="l'URL n'est pas celle d'un serveur SMTP."),
        hint=Text(
            en="Write smtp://user:password@host:587?tls=starttls, or smtps://…",
            fr="Écrivez smtp://utilisateur:motdepasse@hôte:587?tls=starttls, ou smtps://…",
        ),
    )
