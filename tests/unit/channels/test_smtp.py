from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ressenti.channels.smtp import Delivery, MailServer, Stage, mail_server, sent
from ressenti.errors import InvalidArgument


class Mailbox:
    """A mail server's mind: it refuses some recipients and contents and keeps the rest."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.sessions: set[int] = set()

    async def handle_MAIL(  # noqa: N802 - the server calls it by the verb
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address.startswith("banned"):
            return "550 5.7.1 we do not take mail from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the server calls it by the verb
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        if name == "leaving":
            server.transport.abort()
        refusals = {
            "unknown": "550 5.1.1 no such user",
            "busy": "451 4.3.0 try again\r\nlater",
            "crowded": "552 too many recipients",
            "stopping": "421 4.3.2 shutting down",
        }
        if name in refusals:
            return refusals[name].replace("\r\n", " ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server calls it by the verb
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.sessions.add(id(session))
        if b"forbidden" in (envelope.content or b""):
            return "554 5.6.0 content refused"
        self.received.append(envelope)
        return "250 OK"


@contextmanager
def serving(mailbox: Mailbox, **settings: object) -> Iterator[int]:
    """Run a real SMTP server on loopback and give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and the certificate of 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def message(
    recipient: str, text: str = "Bonjour", sender: str = "avis@shop.example"
) -> EmailMessage:
    made = EmailMessage(policy=policy.SMTP)
    made["From"] = sender
    made["To"] = f"{recipient}@client.example"
    made["Subject"] = "Votre avis compte, à Évreux"
    made["Message-ID"] = f"<{recipient}.1@avis.example>"
    made.set_content(text, cte="quoted-printable")
    return made


def outcomes(deliveries: list[Delivery]) -> list[tuple[str, Stage, bool]]:
    return [(d.message_id.partition(".")[0], d.stage, d.permanent) for d in deliveries]


def test_a_batch_goes_through_one_connection_and_each_message_has_its_own_fate(
    mailbox: Mailbox,
) -> None:
    names = ["ana", "unknown", "busy", "crowded", "zoe"]
    with serving(mailbox) as port:
        messages = [*map(message, names), message("strict", "forbidden"), message("last")]
        deliveries = list(sent(messages, mail_server(f"smtp://127.0.0.1:{port}")))
    assert outcomes(deliveries) == [
        ("ana", Stage.ACCEPTED, False),
        ("unknown", Stage.RECIPIENT, True),
        ("busy", Stage.RECIPIENT, False),
        ("crowded", Stage.RECIPIENT, False),
        ("zoe", Stage.ACCEPTED, False),
        ("strict", Stage.CONTENT, True),
        ("last", Stage.ACCEPTED, False),
    ]
    assert [d.code for d in deliveries] == [None, 550, 451, 552, None, 554, None]
    assert deliveries[1].reply == "5.1.1 no such user"
    assert deliveries[1].recipient == "unknown@client.example"
    assert len(mailbox.received) == 3
    assert len(mailbox.sessions) == 1


def test_what_arrives_is_what_was_written(mailbox: Mailbox) -> None:
    with serving(mailbox) as port:
        server = mail_server(f"smtp://127.0.0.1:{port}")
        (delivery,) = sent([message("ana", "Ça va ?")], server, return_path="bounces@avis.example")
    assert delivery.accepted
    (envelope,) = mailbox.received
    assert envelope.mail_from == "bounces@avis.example"
    assert envelope.rcpt_tos == ["ana@client.example"]
    assert isinstance(envelope.content, bytes)
    arrived = message_from_bytes(envelope.content, policy=policy.SMTP)
    assert arrived["Subject"] == "Votre avis compte, à Évreux"
    assert arrived.get_content().strip() == "Ça va ?"


def test_a_connection_that_breaks_is_opened_again_for_the_next_message(mailbox: Mailbox) -> None:
    names = ["ana", "leaving", "zoe", "stopping", "lea"]
    with serving(mailbox) as port:
        server = mail_server(f"smtp://127.0.0.1:{port}")
        deliveries = list(sent(map(message, names), server))
    assert outcomes(deliveries) == [
        ("ana", Stage.ACCEPTED, False),
        ("leaving", Stage.CONNECTION, False),
        ("zoe", Stage.ACCEPTED, False),
        ("stopping", Stage.RECIPIENT, False),
        ("lea", Stage.ACCEPTED, False),
    ]
    assert len(mailbox.sessions) == 3


def test_a_refused_sender_is_not_the_fault_of_the_recipient(mailbox: Mailbox) -> None:
    with serving(mailbox) as port:
        server = mail_server(f"smtp://127.0.0.1:{port}")
        (delivery,) = sent([message("ana", sender="banned@shop.example")], server)
    assert (delivery.stage, delivery.code, delivery.permanent) == (Stage.SENDER, 550, False)


def test_a_server_that_is_not_there_is_told_for_each_message() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = mail_server(f"smtp://127.0.0.1:{probe.getsockname()[1]}")
        deliveries = list(sent([message("ana"), message("zoe")], server))
    assert [d.stage for d in deliveries] == [Stage.CONNECTION] * 2
    assert not any(d.permanent or d.accepted for d in deliveries)
    assert "refused" in deliveries[0].reply


def test_a_server_that_says_nothing_is_given_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = mail_server(f"smtp://127.0.0.1:{silent.getsockname()[1]}?timeout=0.2")
        (delivery,) = sent([message("ana")], server)
    assert delivery.stage is Stage.CONNECTION
    assert "timed out" in delivery.reply


def only(name: bytes, word: bytes) -> Callable[..., AuthResult]:
    def authenticator(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (name, word)
        return AuthResult(success=is_known, handled=False)

    return authenticator


def test_passwords_travel_encrypted_and_certificates_are_checked(
    mailbox: Mailbox, certificate: Path
) -> None:
    settings = {
        "tls_context": server_context(certificate),
        "require_starttls": True,
        "auth_required": True,
        "authenticator": only(b"avis", b"s@cret"),
    }
    with serving(mailbox, **settings) as port:
        host = f"127.0.0.1:{port}?tls=starttls"
        right = f"smtp://avis:s%40cret@{host}&authority={certificate}"
        (good,) = sent([message("ana")], mail_server(right))
        (stranger,) = sent([message("ana")], mail_server(right.replace("s%40cret", "wrong")))
        (unvouched,) = sent([message("ana")], mail_server(f"smtp://avis:s%40cret@{host}"))
    assert good.accepted
    assert (stranger.stage, stranger.code, stranger.permanent) == (Stage.CONNECTION, 535, False)
    assert unvouched.stage is Stage.CONNECTION
    assert "certificate verify failed" in unvouched.reply


def test_a_server_without_encryption_gets_nothing_when_encryption_was_asked(
    mailbox: Mailbox,
) -> None:
    with serving(mailbox) as port:
        (delivery,) = sent([message("ana")], mail_server(f"smtp://127.0.0.1:{port}?tls=starttls"))
    assert delivery.stage is Stage.CONNECTION
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, "starttls")),
        ("smtps://mail.example", MailServer("mail.example", 465, "tls")),
        ("smtp://localhost", MailServer("localhost", 25, "none")),
        (
            "smtp://mail.example?tls=none&timeout=5",
            MailServer("mail.example", 25, "none", timeout=5),
        ),
        (
            "smtp://a%3Ab:p%2Fw@mail.example:2525?tls=tls",
            MailServer("mail.example", 2525, "tls", "a:b", "p/w"),
        ),
    ],
)
def test_a_url_tells_the_server(url: str, expected: MailServer) -> None:
    assert mail_server(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example?tls=maybe",
        "smtps://mail.example?tls=none",
        "smtp://mail.example?timeout=never",
        "smtp://mail.example?timeout=0",
        "smtp://mail.example?verify=no",
        "smtp://mail.example/path",
    ],
)
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(InvalidArgument, match="none of a mail server"):
        mail_server(url)


def test_a_password_is_neither_sent_in_clear_nor_shown() -> None:
    with pytest.raises(InvalidArgument, match="would travel unencrypted") as caught:
        mail_server("smtp://avis:s3cret@mail.example?tls=none")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(mail_server("smtp://avis:s3cret@mail.example"))
