"""Responses as a program sends them, read strictly before their survey is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

import orjson

from ressenti.language import Language, Text
from ressenti.server.intake.callers import Caller
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.instants import instant_in, this_instant
from ressenti.server.intake.problems import FieldError, Problem, unprocessable
from ressenti.surveys.words import is_storable, shortened

LONGEST_KEY = 120
DIGEST_BYTES = 16
SORTED = json.JSONEncoder(sort_keys=True).encode
LIGHTEST, HEAVIEST = 1e-9, 1_000_000.0
CHANNELS = ("api", "kiosk", "file")
KNOWN_KEYS = frozenset(
    {
        "survey",
        "answers",
        "language",
        "channel",
        "attributes",
        "customer",
        "unit",
        "touchpoint",
        "started_at",
        "answered_at",
        "is_final",
        "resume",
        "source",
        "source_id",
        "weight",
        "idempotency_key",
    }
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a program sent as one response, read and not yet checked against its survey."""

    document: Mapping[str, Any]
    idempotency_key: str

    def text(self, name: str, default: str = "") -> str:
        """Return a short text; the default when nothing was said.

        Raises
        ------
        Problem
            422, when it is something else.
        """
        value = self.document.get(name)
        if value is None:
            return default
        if not isinstance(value, str) or len(value) > LONGEST_KEY or not is_storable(value):
            raise wrong_field(
                name,
                Text(
                    en="a text of at most {most} characters is expected.",
                    fr="il faut ici un texte de {most} caractères au plus.",
                ).format(most=LONGEST_KEY),
            )
        return value

    def object(self, name: str) -> Mapping[str, object]:
        """Return an object; an empty one when nothing was said.

        Raises
        ------
        Problem
            422, when it is something else.
        """
        value = self.document.get(name)
        if value is not None and not isinstance(value, dict):
            raise wrong_field(name, Text(en="an object is expected.", fr="il faut ici un objet."))
        return value or {}

    def instant(self, name: str, default: datetime) -> datetime:
        """Return an instant; the default when nothing was said.

        Raises
        ------
        Problem
            422, when it has no offset, lies before 1970 or in the future.
        """
        if self.document.get(name) is None:
            return default
        instant = instant_in(self.document[name], now=this_instant())
        if instant is None:
            message = Text(
                en="an instant with its offset is expected, from 1970 until now, such as "
                "2026-03-01T10:00:00+01:00.",
                fr="il faut ici un instant avec son décalage, entre 1970 et maintenant, tel que "
                "2026-03-01T10:00:00+01:00.",
            )
            raise wrong_field(name, message)
        return instant

    @property
    def is_final(self) -> bool:
        value = self.document.get("is_final", True)
        if not isinstance(value, bool):
            raise wrong_field(
                "is_final", Text(en="true or false is expected.", fr="il faut true ou false.")
            )
        return value

    @property
    def weight(self) -> str:
        value = self.document.get("weight", 1)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not isfinite(value) or not LIGHTEST <= value <= HEAVIEST:
            message = Text(
                en="a number above 0 and at most {most} is expected.",
                fr="il faut ici un nombre supérieur à 0 et d'au plus {most}.",
            )
            raise wrong_field("weight", message.format(most=int(HEAVIEST)))
        return f"{value:.9f}".rstrip("0").rstrip(".")


def wrong_field(name: str, message: Text) -> Problem:
    """Return the refusal of one field."""
    return unprocessable([FieldError(name, message)])


def sent_in(document: object, header_key: str = "") -> Sent:
    """Return what a program sent as one response.

    Raises
    ------
    Problem
        422, when it is no object, or naming each key that no response has.
    """
    if not isinstance(document, dict):
        raise wrong_field("responses", Text(en="objects are expected.", fr="il faut des objets."))
    unknown = document.keys() - KNOWN_KEYS
    if unknown:
        message = Text(en="this key is not known.", fr="cette clé est inconnue.")
        raise unprocessable(FieldError(shortened(name), message) for name in sorted(unknown))
    told = document.get("idempotency_key", header_key) or ""
    if not isinstance(told, str) or len(told) > LONGEST_KEY:
        raise wrong_field(
            "idempotency_key",
            Text(
                en="a text of at most {most} characters is expected.",
                fr="il faut ici un texte de {most} caractères au plus.",
            ).format(most=LONGEST_KEY),
        )
    return Sent(document, told)


def request_digest(sent: Sent) -> str:
    """Return what tells a repetition from something else, however the JSON was written."""
    try:
        told = orjson.dumps(sent.document, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # Integers beyond 64 bits and halves of characters, which are refused by their field.
        told = SORTED(sent.document).encode()
    return hashlib.blake2b(told, digest_size=DIGEST_BYTES).hexdigest()


def key_of(sent: Sent, response: UUID, request: str) -> str:
    """Return what makes a repetition of a response the same one, in at most 80 characters.

    A key that the program chose comes first, then its own id of the response; a response of one
    page that has neither is a new one each time.
    """
    if sent.idempotency_key:
        return f"key:{_short_digest(sent.idempotency_key)}"
    if source_id := sent.text("source_id"):
        return source_key(sent.text("source", "ressenti"), source_id)
    return f"page:{response.hex}:{'final' if sent.is_final else request}"


def source_key(source: str, source_id: str) -> str:
    """Return what makes a response the same one by its identifier where it comes from."""
    return f"id:{_short_digest(f'{source} {source_id}')}"


def _short_digest(text: str) -> str:
    told = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=DIGEST_BYTES).hexdigest()


def language_of(survey: KnownSurvey, sent: Sent) -> Language:
    """Return the language a response was given in; the survey's first when it does not say."""
    told = sent.text("language", survey.questionnaire.default_language)
    for language in survey.languages:
        if language == told:
            return language
    message = Text(en="the survey is asked in {known}.", fr="l'enquête est posée en {known}.")
    raise wrong_field("language", message.format(known=", ".join(survey.languages)))


def channel_of(sent: Sent) -> str:
    channel = sent.text("channel", CHANNELS[0])
    if channel not in CHANNELS:
        message = Text(en="it must be one of {known}.", fr="il faut l'un de {known}.")
        raise wrong_field("channel", message.format(known=", ".join(CHANNELS)))
    return channel


def unit_of(caller: Caller, survey: KnownSurvey, sent: Sent) -> str:
    """Return the unit a response belongs to: the one told, the key's or the survey's."""
    told = sent.text("unit")
    unit = told or survey.unit or caller.unit
    may_speak = caller.units is None or unit in caller.units
    if (unit and unit not in survey.units) or not may_speak:
        message = Text(
            en="'{unit}' is no unit this key may speak for.",
            fr="« {unit} » n'est pas une unité pour laquelle cette clé peut parler.",
        )
        raise wrong_field("unit", message.format(unit=shortened(unit)))
    return unit


def customer_of(sent: Sent, customers: Mapping[str, UUID]) -> UUID | None:
    name = sent.text("customer")
    if not name:
        return None
    if name not in customers:
        message = Text(
            en="no customer is called '{name}'; send the customer first.",
            fr="aucun client ne s'appelle « {name} » ; envoyez d'abord le client.",
        )
        raise wrong_field("customer", message.format(name=shortened(name)))
    return customers[name]
