from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.channels.email_invitation import (
    EmailInvitation,
    LevelLink,
    invitation_of,
    message_id,
)
from ressenti.channels.email_message import email_message
from ressenti.errors import InvalidArgument
from ressenti.language import Language

BASE = "https://avis.example"
LEVELS = tuple(
    LevelLink(str(level), f"{BASE}/s/k7?lang=fr&p=proof.{level}", level) for level in range(11)
)
INVITATION = EmailInvitation(
    base_url=BASE,
    organisation="Maison Lumière",
    sender_name="Maison Lumière, Lyon",
    sender_address="avis@lumiere.example",
    recipient_name="Ana Félix",
    recipient_address="ana@client.example",
    subject="Votre avis sur votre visite",
    greeting="Bonjour Ana,",
    introduction="Vous êtes venue le 3 mars.\n\nUne question, trente secondes.",
    question="Recommanderiez-vous Maison Lumière ?",
    levels=LEVELS,
    ends=("Pas du tout probable", "Très probable"),
    footer="12 rue de la République, Lyon",
    survey_link=f"{BASE}/s/k7?lang=fr",
    unsubscribe_url=f"{BASE}/u/tok-en",
    invitation_id="k3Jx_9",
    message_domain="avis.example",
    sent_at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
)
HOSTILE = [
    "Ana\r\nBcc: everyone@victim.example",
    "Ana\nContent-Type: text/html\n\n<script>alert(1)</script>",
    "Ana\x0bBcc: a@victim.example\x0c\x1c\x85\u2028\u2029Cc: b@victim.example",
    '<img src=x onerror="alert(1)">',
    '"><a href="https://evil.example">click</a>',
    "<!--[if mso]><a href='https://evil.example'>x</a><![endif]-->",
    "{{contact:email}} ${organisation} $levels %(x)s {0.__class__}",
    "=?utf-8?q?=0D=0ABcc:_x@victim.example?=",
    "Win at https://evil.example/prize or www.evil.example, mail me@evil.example",
    "Ana\ud800\x00\u202emoc",
    "é" * 400,
    ", ;:<>()[]@\\\"'",
]
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Language",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
}


class Page(HTMLParser):
    """Collect what a mail program would find in an HTML body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.tags if tag == "a"]


def received(invitation: EmailInvitation, language: Language = "fr") -> EmailMessage:
    """Return the message as the receiving side reads its bytes."""
    message = message_from_bytes(email_message(invitation, language).as_bytes(), policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def hostile_everywhere(text: str) -> EmailInvitation:
    return replace(
        INVITATION,
        organisation=text,
        sender_name=text,
        recipient_name=text,
        subject=text,
        greeting=text,
        introduction=text,
        question=text,
        footer=text,
        ends=(text, text),
        levels=(LevelLink(text, LEVELS[0].url, 0), LevelLink("1", LEVELS[1].url, 1)),
    )


def test_a_message_is_plain_text_then_the_same_in_html() -> None:
    message = received(INVITATION)
    assert message.get_content_type() == "multipart/alternative"
    parts = [part.get_content_type() for part in message.iter_parts()]
    assert parts == ["text/plain", "text/html"]
    assert set(message.keys()) == HEADERS
    assert message.defects == []


def test_headers_say_who_writes_to_whom_and_how_to_stop_it() -> None:
    message = received(INVITATION)
    assert message["From"].addresses[0].display_name == "Maison Lumière, Lyon"
    assert message["From"].addresses[0].addr_spec == "avis@lumiere.example"
    assert message["To"].addresses[0].addr_spec == "ana@client.example"
    assert message["Subject"] == "Votre avis sur votre visite"
    assert message["Message-ID"] == "<k3Jx_9.1@avis.example>"
    assert message["List-Unsubscribe"] == f"<{BASE}/u/tok-en>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["Date"].datetime == INVITATION.sent_at


def test_plain_text_has_one_link_a_level() -> None:
    text = body(received(INVITATION), "plain")
    for level in LEVELS:
        assert re.search(rf"^{level.label}\b.*: {re.escape(level.url)}$", text, flags=re.MULTILINE)
    assert "0 (Pas du tout probable)\N{NO-BREAK SPACE}: " in text
    assert f"Ne plus recevoir d'enquêtes\N{NO-BREAK SPACE}: {BASE}/u/tok-en" in text


def test_html_links_every_level_and_nothing_that_is_not_ours() -> None:
    page = Page(body(received(INVITATION), "html"))
    expected = [level.url for level in LEVELS]
    assert page.links() == [*expected, INVITATION.survey_link, INVITATION.unsubscribe_url]
    assert "10 = Très probable" in page.words


def test_html_is_what_old_mail_programs_can_draw() -> None:
    html = body(received(INVITATION), "html")
    page = Page(html)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "form", "input", "button", "img", "link", "svg", "iframe"}
    tables = [attributes for tag, attributes in page.tags if tag == "table"]
    assert {table.get("role") for table in tables} == {"presentation"}
    assert ("html", "fr") in [(tag, attributes.get("lang")) for tag, attributes in page.tags]
    # Word lays a row of cells out; the others see blocks that wrap.
    assert html.count("<!--[if mso]><td><![endif]-->") == html.count("display:inline-block") == 11
    assert html.count('height="44"') == 11
    assert "flex" not in html
    assert "@import" not in html
    assert "url(" not in html
    # Gmail cuts a message off at 102 KB.
    assert len(html.encode()) < 30_000


def test_levels_with_words_are_drawn_as_bars() -> None:
    levels = (LevelLink("Pas satisfait", LEVELS[0].url, 1), LevelLink("Ravi", LEVELS[1].url, 2))
    html = body(received(replace(INVITATION, levels=levels, ends=None)), "html")
    assert "inline-block" not in html
    assert Page(html).links()[:2] == [LEVELS[0].url, LEVELS[1].url]


def test_a_question_without_levels_leaves_the_link_to_the_questionnaire() -> None:
    message = received(replace(INVITATION, levels=(), ends=None))
    assert Page(body(message, "html")).links()[0] == INVITATION.survey_link
    assert "confirmée" not in body(message, "plain")


def test_the_message_speaks_its_language() -> None:
    message = received(INVITATION, "en")
    assert "Open the questionnaire: " in body(message, "plain")
    assert 'lang="en"' in body(message, "html")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_word_becomes_a_header_markup_or_a_link(text: str) -> None:
    message = received(hostile_everywhere(text))
    assert set(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["ana@client.example"]
    assert len(message["From"].addresses) == 1
    page = Page(body(message, "html"))
    ours = {LEVELS[0].url, LEVELS[1].url, INVITATION.survey_link, INVITATION.unsubscribe_url}
    assert set(page.links()) == ours
    assert not {tag for tag, _ in page.tags} & {"script", "img"}
    assert all(not name.startswith("on") for _, attributes in page.tags for name in attributes)
    for words in (page.words, body(message, "plain")):
        assert not re.search(r"//evil|\bevil\.example|me@evil|[\u202e\x00]", words)


@pytest.mark.parametrize("text", ["{{contact:email}}", "${organisation}", "$levels", "%(x)s"])
def test_templates_in_words_are_not_evaluated(text: str) -> None:
    message = received(replace(INVITATION, introduction=text, question=text))
    assert text in body(message, "plain")
    assert text in Page(body(message, "html")).words


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_name_and_subject_leave_the_headers_whole(name: str, subject: str) -> None:
    message = received(replace(INVITATION, recipient_name=name, subject=subject))
    assert set(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["ana@client.example"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "@client.example",
        "ana@",
        "ana@client.example\r\nBcc: x@victim.example",
        "ana@client.example,x@victim.example",
        "ana@client.example>",
        "<ana@client.example>",
        "ana @client.example",
        '"a\r\nb"@client.example',
        "ana@[127.0.0.1]",
        "ana@-client.example",
        "a" * 250 + "@client.example",
        "élise@client.example",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidArgument, match="no e-mail address"):
        email_message(replace(INVITATION, recipient_address=address), "fr")


def test_a_domain_with_accents_is_written_as_mail_writes_it() -> None:
    message = received(replace(INVITATION, recipient_address="ana@café.example"))
    assert message["To"].addresses[0].addr_spec == "ana@xn--caf-dma.example"


@pytest.mark.parametrize(
    "change",
    [
        {"survey_link": "https://evil.example/s/k7"},
        {"unsubscribe_url": "javascript:alert(1)"},
        {"levels": (LevelLink("0", "https://avis.example@evil.example/", 0),)},
        {"levels": (LevelLink("0", f'{BASE}/s/k7"onclick="\r\nBcc: x', 0),)},
    ],
)
def test_a_link_outside_the_base_url_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument, match=r"is not under https://avis\.example"):
        email_message(replace(INVITATION, **change), "fr")  # type: ignore[arg-type] # any field


def test_a_message_is_known_again_by_its_message_id() -> None:
    reminder = replace(INVITATION, attempt=2)
    assert message_id(reminder) == "k3Jx_9.2@avis.example"
    assert invitation_of(message_id(reminder), "AVIS.example") == "k3Jx_9"
    assert invitation_of(message_id(reminder), "other.example") is None
    with pytest.raises(InvalidArgument, match="cannot identify"):
        message_id(replace(INVITATION, invitation_id="a>\r\nb"))
