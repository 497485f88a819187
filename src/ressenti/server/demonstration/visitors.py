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

import structlog
from django.conf import settings
from django.db import close_old_connections

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
    marks = {
        name: str(draw.choices(*MARKS[QUESTIONS[name].type])[0])
        for name in survey.questions
        if QUESTIONS[name].type in MARKS
    }
    comment = draw.choice(COMMENTS)
    form = {**marks, **({"comment": comment} if comment else {}), "is_final": "1"}
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{settings.BASE_URL}/s/{page}",
        data=urllib.parse.urlencode(form).encode(),
        headers={"Accept-Language": "fr"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as response:  # noqa: S310
        response.read()
