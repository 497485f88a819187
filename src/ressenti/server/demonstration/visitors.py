"""Customers of the demonstration who go on answering, through the same door as everybody.

They stop while the organisation's owner has paused them.
"""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from django.conf import settings
from django.db import close_old_connections

from ressenti.channels.signed_context import token_digest
from ressenti.language import LANGUAGES, Language, Text
from ressenti.server.accounts.keys import new_secret
from ressenti.server.demonstration.loading import ORGANISATION_KEY
from ressenti.server.demonstration.surveys import QUESTIONS, SURVEYS, SimulatedSurvey
from ressenti.server.models import ApiKey, Organisation, Scope, Unit

KEY_NAME = "Demonstration"
SECONDS_BETWEEN_ANSWERS = (0.6, 3.0)
SECONDS_PAUSED = 2.0
SECONDS_TO_ANSWER = 10.0
SHARE_OF_COMMENTS = 0.4

log = structlog.get_logger("ressenti.visitors")


@dataclass(frozen=True, slots=True)
class Mood:
    """How a customer of the demonstration feels: what they tick, and what they write."""

    weight: int
    marks: Mapping[str, tuple[int, ...]]
    comments: tuple[Text, ...]


MOODS = (
    Mood(
        58,
        {
            "recommendation": (8, 9, 9, 10, 10),
            "satisfaction": (4, 4, 5, 5),
            "effort": (5, 6, 6, 7, 7),
            "yes_no": (1, 1, 1, 1, 0),
        },
        (
            Text(en="Quick delivery, well packed.", fr="Livraison rapide, colis soigné."),
            Text(en="The team listens, thank you!", fr="Équipe à l'écoute, merci !"),
            Text(en="Everything went smoothly.", fr="Tout s'est passé sans accroc."),
            Text(en="Very good advice in the shop.", fr="De très bons conseils en boutique."),
        ),
    ),
    Mood(
        26,
        {
            "recommendation": (6, 7, 7, 8, 8),
            "satisfaction": (3, 4, 4),
            "effort": (4, 5, 5, 6),
            "yes_no": (1, 1, 0),
        },
        (
            Text(en="Fine, without more.", fr="Correct, sans plus."),
            Text(en="Good product, slow checkout.", fr="Bon produit, caisse un peu lente."),
            Text(en="The choice could be wider.", fr="Le choix pourrait être plus large."),
        ),
    ),
    Mood(
        16,
        {
            "recommendation": (0, 2, 3, 4, 5, 6),
            "satisfaction": (1, 2, 2, 3),
            "effort": (1, 2, 3, 4),
            "yes_no": (0, 0, 0, 1),
        },
        (
            Text(en="The parcel arrived late again.", fr="Le colis est encore arrivé en retard."),
            Text(en="Too long a wait at the till.", fr="Trop d'attente en caisse."),
            Text(en="I am still looking for my invoice.", fr="Je cherche encore ma facture."),
            Text(
                en="Three calls and nobody could help.",
                fr="Trois appels et personne n'a su m'aider.",
            ),
        ),
    ),
)


def answer_forever() -> None:
    """Answer a survey now and then until the process is stopped."""
    draw = random.Random()  # noqa: S311 - marks, not secrets
    secret = _own_key()
    units = list(Unit.objects.filter(organisation__key=ORGANISATION_KEY, kind="shop"))
    for survey in _asked(draw):
        said = response_of(survey, draw, unit=draw.choice(units).key)
        try:
            _send(said, secret)
        except (urllib.error.URLError, OSError) as error:
            log.warning("not answered", error=type(error).__name__)
        time.sleep(draw.uniform(*SECONDS_BETWEEN_ANSWERS))


def response_of(survey: SimulatedSurvey, draw: random.Random, *, unit: str) -> dict[str, object]:
    """Return a response as a program sends it: one mood all through, one language.

    Examples
    --------
    >>> said = response_of(SURVEYS[1], random.Random(1), unit="lyon-bellecour")
    >>> sorted(said["answers"])[-2:], said["unit"]
    (['recommend', 'satisfaction'], 'lyon-bellecour')
    """
    mood = draw.choices(MOODS, [mood.weight for mood in MOODS])[0]
    language: Language = draw.choice(LANGUAGES)
    answers: dict[str, object] = {
        name: draw.choice(mood.marks[QUESTIONS[name].type])
        for name in survey.questions
        if QUESTIONS[name].type in mood.marks
    }
    if "comment" in survey.questions and draw.random() < SHARE_OF_COMMENTS:
        answers["comment"] = draw.choice(mood.comments).to(language)
    return {
        "survey": survey.key,
        "language": language,
        "channel": "kiosk",
        "unit": unit,
        "answers": answers,
        "is_final": True,
    }


def _own_key() -> str:
    """Return the secret of a new API key, the only one of its name."""
    organisation = Organisation.objects.get(key=ORGANISATION_KEY)
    ApiKey.objects.filter(organisation=organisation, name=KEY_NAME).delete()
    prefix, secret = new_secret()
    ApiKey.objects.create(
        organisation=organisation,
        name=KEY_NAME,
        prefix=prefix,
        digest=token_digest(secret),
        scopes=[Scope.ANSWERS_WRITE],
    )
    return secret


def _asked(draw: random.Random) -> Iterator[SimulatedSurvey]:
    """Give a survey again and again, while nobody paused its customers."""
    while True:
        close_old_connections()
        if Organisation.objects.filter(key=ORGANISATION_KEY, is_lively=True).exists():
            yield draw.choice(SURVEYS)
        else:
            time.sleep(SECONDS_PAUSED)


def _send(said: Mapping[str, object], secret: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{settings.BASE_URL}/api/v1/responses",
        data=json.dumps(said).encode(),
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as response:  # noqa: S310
        if response.status != HTTPStatus.CREATED:
            log.warning("not accepted", status=response.status)
