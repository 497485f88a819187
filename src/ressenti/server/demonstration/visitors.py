"""Customers of the demonstration who go on answering, through the same pages as everybody.

They stop while the organisation's owner has paused them.
"""

from __future__ import annotations

import random
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import structlog
from django.conf import settings
from django.db import close_old_connections

from ressenti.language import LANGUAGES
from ressenti.server.demonstration.loading import ORGANISATION_KEY
from ressenti.server.demonstration.surveys import QUESTIONS, SURVEYS, SimulatedSurvey
from ressenti.server.models import Organisation, Survey

SECONDS_BETWEEN_ANSWERS = (0.6, 3.0)
SECONDS_PAUSED = 2.0
SECONDS_TO_ANSWER = 10.0
COMMENTS = (
    "Livraison rapide, colis soigné.",
    "Trop d'attente en caisse.",
    "Équipe à l'écoute, merci !",
    "Je cherche encore ma facture.",
    "Very helpful staff.",
    "The parcel arrived late again.",
    "",
    "",
    "",
)
MARKS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "recommendation": (tuple(range(11)), (2, 1, 1, 2, 2, 4, 5, 12, 20, 26, 25)),
    "satisfaction": ((1, 2, 3, 4, 5), (4, 6, 12, 45, 33)),
    "effort": ((1, 2, 3, 4, 5, 6, 7), (3, 4, 6, 9, 20, 34, 24)),
    "yes_no": ((0, 1), (26, 74)),
}

log = structlog.get_logger("ressenti.visitors")


def answer_forever() -> None:
    """Answer a survey now and then until the process is stopped."""
    draw = random.Random()  # noqa: S311 - marks, not secrets
    for survey in _asked(draw):
        try:
            _answer(survey, draw)
        except (urllib.error.URLError, OSError) as error:
            log.warning("not answered", error=type(error).__name__)
        time.sleep(draw.uniform(*SECONDS_BETWEEN_ANSWERS))


def _asked(draw: random.Random) -> Iterator[tuple[SimulatedSurvey, str]]:
    """Give a survey and the key of its page, again and again, while nobody paused them."""
    told = {survey.key: survey for survey in SURVEYS}
    while True:
        close_old_connections()
        is_lively = Organisation.objects.filter(key=ORGANISATION_KEY, is_lively=True).exists()
        if not is_lively:
            time.sleep(SECONDS_PAUSED)
            continue
        pages = Survey.objects.filter(organisation__key=ORGANISATION_KEY, key__in=told)
        key, page = draw.choice(list(pages.values_list("key", "public_key")))
        yield told[key], page


def _answer(asked: tuple[SimulatedSurvey, str], draw: random.Random) -> None:
    survey, page = asked
    address = f"{settings.BASE_URL}/s/{page}?lang={draw.choice(LANGUAGES)}"
    form = dict(hidden_fields(_read(address)))
    for name in survey.questions:
        if QUESTIONS[name].type in MARKS:
            form[name] = str(draw.choices(*MARKS[QUESTIONS[name].type])[0])
    if comment := draw.choice(COMMENTS):
        form["comment"] = comment
    _read(address, urllib.parse.urlencode(form).encode())


def hidden_fields(page: str) -> Iterator[tuple[str, str]]:
    """Give the fields of a page that nobody sees, as a browser would send them.

    Examples
    --------
    >>> list(hidden_fields('<input type="hidden" name="r" value="1"><input name="x">'))
    [('r', '1')]
    """
    found: list[tuple[str, str]] = []

    class Fields(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = dict(attrs)
            if tag == "input" and told.get("type") == "hidden":
                found.append((told.get("name") or "", told.get("value") or ""))

    Fields().feed(page)
    yield from found


def _read(address: str, form: bytes | None = None) -> str:
    request = urllib.request.Request(address, data=form)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as response:  # noqa: S310
        text: str = response.read().decode()
    return text
