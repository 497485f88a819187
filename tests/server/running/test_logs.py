"""Log lines are structured, carry the number of their request and hold no personal data."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from ressenti.server.running.logs import MASK, configure_logs, masked, request_in_logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure_logs(stream=written)
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


# A token that happens to be without a digit is known in an address only: words look alike.
LETTERS = "kXvQamPzaLrTawYbNwsJdf-QuHp"
PERSONAL = [
    "jean.petit+nps@mail.example.fr",
    "élodie.dupré@société.example",
    "O'Neil@example.org",
    "06 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "+33612345678",
    "06.12.34.56.78",
    "+1 (415) 555-2671",
    "0033-6-12-34-56-78",
    "93.184.216.34",
    "1.2.3.4",
    "2001:db8:85a3::8a2e:370:7334",
    "kX9vQ2mPz7LrT4wYbN8sJd",
    LETTERS,
    "9f86d081884c7d659a2feaa0c55ad015",
    "7b0e6f0e-3a57-4f4a-9d0e-5a3b6c1d2e4f",
]


@pytest.mark.parametrize("secret", PERSONAL)
@pytest.mark.parametrize("around", ["GET /r/{} 200", "/r/{}", "https://s.example/r/{}/next"])
def test_personal_data_are_masked_in_a_path(secret: str, around: str) -> None:
    assert secret not in masked(around.format(secret))


@pytest.mark.parametrize("secret", [secret for secret in PERSONAL if secret != LETTERS])
@pytest.mark.parametrize("around", ["{}", "refused: {}.", "('{}',)", "to=<{}>;", "a {}\nb"])
def test_personal_data_are_masked_in_a_sentence(secret: str, around: str) -> None:
    assert masked(around.format(secret)) == around.format(MASK)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("GET /s/shop?email=a%40b.fr&t=1 200", f"GET /s/shop{MASK} 200"),
        ("smtp://ann:hush@mail.example:587", f"smtp://{MASK}mail.example:587"),
        ("unique\nDETAIL:  Key (said)=(too dear) exists", f"unique\nDETAIL:{MASK}"),
    ],
)
def test_queries_credentials_and_rows_are_masked(text: str, clean: str) -> None:
    assert masked(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "child_started",
        "2026-11-22 05:13:54 tallied 12,345 answers in 0.25 s",
        "PostgreSQL 18.4 listens on 127.0.0.1:35149",
        'File "/srv/ressenti/server/intake/journal.py", line 112, in append',
        "django.core.exceptions.ImproperlyConfigured: no such setting",
        "POST /answers/batch 201",
    ],
)
def test_what_helps_an_administrator_stays(text: str) -> None:
    assert masked(text) == text


def test_long_lines_are_masked_in_no_time() -> None:
    since = time.monotonic()
    for letter in ("a", "1", "a.", "/A", "?", ":", "-@"):
        masked(letter * 100_000)
    assert time.monotonic() - since < 5.0


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_a_line_is_json_with_its_level_time_and_request(stream: io.StringIO) -> None:
    with request_in_logs() as number:
        structlog.get_logger("ressenti.intake").info("answer_stored", count=3)
    structlog.get_logger("ressenti.intake").info("later")
    first, second = lines(stream)
    assert (first["event"], first["count"], first["level"]) == ("answer_stored", 3, "info")
    assert (first["logger"], first["request_id"]) == ("ressenti.intake", number)
    assert str(first["timestamp"]).endswith("Z")
    assert "request_id" not in second


def test_every_value_is_masked_however_deep_and_whatever_its_type(stream: io.StringIO) -> None:
    class Order:
        def __str__(self) -> str:
            return "order of ann@example.org"

    structlog.get_logger("x").warning(
        "mail to ann@example.org",
        body={"people": [{"ann@example.org": ("ann@example.org", b"ann@example.org")}]},
        order=Order(),
        password="plain words",
        api_key="plain words",
        comment="plain words",
        error=ValueError("ann@example.org"),
    )
    written = stream.getvalue()
    assert "ann" not in written
    assert "plain words" not in written
    (line,) = lines(stream)
    assert line["event"] == f"mail to {MASK}"
    assert line["order"] == f"order of {MASK}"


def test_lines_of_other_libraries_and_their_tracebacks_are_masked(stream: io.StringIO) -> None:
    try:
        raise ValueError("no mailbox for ann@example.org")
    except ValueError:
        logging.getLogger("django.request").exception("GET %s failed", "/r?email=ann@example.org")
    (line,) = lines(stream)
    assert line["event"] == f"GET /r{MASK} failed"
    assert (line["logger"], line["level"]) == ("django.request", "error")
    assert "ValueError" in str(line["exception"])
    assert "ann" not in stream.getvalue()


def test_a_terminal_gets_lines_to_read() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    terminal = Terminal()
    configure_logs(stream=terminal)
    structlog.get_logger("x").info("mail to ann@example.org")
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    assert "mail to [masked]" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
