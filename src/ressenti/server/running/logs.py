"""Structured log lines, from which personal data are taken out before anything is written."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "[masked]"
DEEPEST = 6
# What we write ourselves, on every line.
OWN_KEYS = frozenset({"timestamp", "level", "logger", "request_id"})
PRIVATE_KEY = re.compile(
    r"pass(word|phrase)?$|secret|token|cookie|authorization|api_?key|session|signature"
    r"|e_?mail|phone|address|first_?name|last_?name|comment|query",
    re.IGNORECASE,
)

ADDRESS = re.compile(r"(?<![\w.+%-])\w[\w.+%'-]*@[\w-]+(?:\.[\w-]+)+")
CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")
QUERY = re.compile(r"(?<=\S)\?[^\s\"'<>]+")
# Links that open somebody's answers, and keys: long parts that look drawn at random.
TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}(?![\w-])")
PATH_TOKEN = re.compile(r"(?<=/)(?=[\w-]*[A-Z])[\w-]{20,}(?![\w.-])")
TELEPHONE = re.compile(r"(?<![\w.:-])(?:\+|00)?\d(?:[ .\u00a0\u202f()/-]{0,2}\d){8,14}(?![\w:-])")
INTERNET_4 = re.compile(r"(?<![\w.])(?!127\.)(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
INTERNET_6 = re.compile(r"(?<![\w:])(?=[\da-fA-F:]*::|(?:[\da-fA-F]+:){7})[\da-fA-F:]{3,}(?![\w:])")
# PostgreSQL's details quote whole rows.
ROW = re.compile(r"(?<=DETAIL:)[^\n]+")
PATTERNS = (
    ROW,
    CREDENTIALS,
    ADDRESS,
    QUERY,
    TOKEN,
    PATH_TOKEN,
    INTERNET_4,
    INTERNET_6,
    TELEPHONE,
)


def masked(text: str) -> str:
    """Return a text without e-mail and network addresses, telephone numbers, tokens and queries.

    Examples
    --------
    >>> masked("mail to jean.petit@example.fr refused")
    'mail to [masked] refused'
    >>> masked("GET /r/9f86d081884c7d659a2feaa0c55ad015?lang=fr")
    'GET /r/[masked][masked]'
    >>> masked("called 06 12 34 56 78 twice in 30 s")
    'called [masked] twice in 30 s'
    """
    for pattern in PATTERNS:
        text = pattern.sub(MASK, text)
    return text


def masked_value(value: object, depth: int = 0) -> object:
    """Return a log value with every text inside it masked, and what is nested too deep dropped."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth > DEEPEST:
        return MASK
    if isinstance(value, Mapping):
        return {
            masked(str(key)): MASK if PRIVATE_KEY.search(str(key)) else masked_value(own, depth + 1)
            for key, own in value.items()
        }
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return [masked_value(own, depth + 1) for own in value]
    return masked(value.decode(errors="replace") if isinstance(value, bytes) else str(value))


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return an event whose values are all masked; a structlog processor."""
    kept: EventDict = {}
    for key, value in event.items():
        # What begins with _ is the logging machinery's own and is removed before it is written.
        if key in OWN_KEYS or key.startswith("_"):
            kept[key] = value
        else:
            kept[key] = MASK if PRIVATE_KEY.search(key) else masked_value(value)
    return kept


def configure_logs(*, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send our lines and those of the standard library through the same masks to one stream.

    Parameters
    ----------
    stream
        Where lines go; None is standard error. A terminal gets readable lines, others JSON.
    level
        The least level that is written.
    """
    chosen = sys.stderr if stream is None else stream
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    lines: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if chosen.isatty():
        lines = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    handler = logging.StreamHandler(chosen)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, lines],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # It tells each start which tasks it found, which is nobody's news.
    logging.getLogger("procrastinate.blueprints").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


@contextmanager
def request_in_logs(request: str | None = None) -> Iterator[str]:
    """Put the number of a request on every line written meanwhile, and give it.

    Parameters
    ----------
    request
        The number; None makes one. Never take it from what a client sent.
    """
    number = request or token_hex(8)
    with structlog.contextvars.bound_contextvars(request_id=number):
        yield number
