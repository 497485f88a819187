"""Visits: somebody who opens a survey, and by which way they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from ressenti.channels.link import LANGUAGE_PARAMETER, PROOF_PARAMETER, Prefilled, prefilled_by
from ressenti.channels.signed_context import token_digest
from ressenti.errors import InvalidProof
from ressenti.language import Language, Text
from ressenti.server.intake.acceptance import LONGEST_ATTRIBUTE
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.exchange import Request, accepted_language
from ressenti.server.intake.instants import this_instant
from ressenti.server.intake.problems import not_found
from ressenti.surveys.words import is_storable

CHANNEL_PARAMETER = "channel"
OPEN_CHANNELS = ("link", "qr", "kiosk")
PAGE = Text(en="page", fr="page")

INVITED = """
SELECT invitation.id, invitation.survey_id, invitation.customer_id, invitation.channel,
       invitation.language, invitation.context, invitation.finished_at, invitation.revoked_at,
       invitation.expires_at, customer.name, customer.attributes, unit.key AS unit
FROM ressenti_invitation AS invitation
LEFT JOIN ressenti_customer AS customer ON customer.id = invitation.customer_id
LEFT JOIN ressenti_unit AS unit ON unit.id = customer.unit_id
WHERE invitation.token_digest = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person looking at one survey.

    Parameters
    ----------
    address : str
        The path by which it was opened, to which the form goes back.
    segments : mapping
        Values of declared names.
    prefilled : mapping
        Answers already chosen elsewhere, by field; they are shown and count for nothing yet.
    contact : mapping
        What the words of a question may say of the person.
    is_used : bool
        The invitation was used, was withdrawn or has expired.
    """

    survey: KnownSurvey
    address: str
    language: Language
    channel: str = "link"
    invitation: UUID | None = None
    customer: UUID | None = None
    unit: str = ""
    touchpoint: str = ""
    segments: Mapping[str, str] = field(default_factory=dict)
    prefilled: Mapping[str, object] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    is_used: bool = False

    @property
    def is_kiosk(self) -> bool:
        return self.channel == "kiosk"


async def visit_of(desk: Desk, request: Request) -> Visit:
    """Return who came to the address of a survey or of an invitation.

    Raises
    ------
    Problem
        404 when nothing is there.
    """
    name = request.path[3:]
    now = this_instant()
    survey = await desk.catalogue.by_public_key.value(name) if name else None
    if survey is None:
        return await _invited(desk, request, name, now)
    parameters = request.parameters()
    proof = _proven(desk, parameters.get(PROOF_PARAMETER, ""), survey, now)
    if not survey.is_public and proof is None:
        raise not_found(PAGE)
    known = proof or Prefilled()
    if known.invitation:
        invited = await _invited(desk, request, known.invitation, now)
        if invited.survey.id != survey.id:
            raise not_found(PAGE)
        return replace(invited, prefilled=known.answers)
    channel = parameters.get(CHANNEL_PARAMETER, "")
    attributes = {**parameters, **known.attributes}
    unit = known.attributes.get("unit", survey.unit)
    return Visit(
        survey=survey,
        address=request.path,
        language=language_of(request, survey),
        channel=channel if channel in OPEN_CHANNELS else OPEN_CHANNELS[0],
        unit=unit if unit in survey.units else "",
        touchpoint=known.attributes.get("touchpoint", survey.touchpoint),
        segments=short_values(attributes, survey.attributes),
        prefilled=known.answers,
    )


async def _invited(desk: Desk, request: Request, token: str, now: datetime) -> Visit:
    row = await _invitation(desk, token)
    survey = await desk.catalogue.by_id.value(row["survey_id"]) if row else None
    if row is None or survey is None:
        # Whoever tries one token after another is made to wait.
        desk.guess_limit.require(request.address)
        raise not_found(PAGE)
    expires_at = row["expires_at"]
    is_over = expires_at is not None and expires_at <= now
    context = row["context"]
    proof = _proven(desk, request.parameter(PROOF_PARAMETER), survey, now) or Prefilled()
    told = {**context, **context.get("attributes", {}), **proof.attributes}
    unit = context.get("unit") or row["unit"] or survey.unit
    return Visit(
        survey=survey,
        address=request.path,
        language=language_of(request, survey, row["language"]),
        channel=row["channel"],
        invitation=row["id"],
        is_used=is_over or bool(row["finished_at"] or row["revoked_at"]),
        customer=row["customer_id"],
        unit=unit if unit in survey.units else "",
        touchpoint=str(context.get("touchpoint") or survey.touchpoint),
        segments=short_values(told, survey.attributes | survey.segments),
        prefilled=proof.answers,
        contact=contact_of(row["name"] or "", row["attributes"] or {}),
    )


async def _invitation(desk: Desk, token: str) -> dict[str, Any] | None:
    async with desk.pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        return await (await cursor.execute(INVITED, (token_digest(token),))).fetchone()


def _proven(desk: Desk, proof: str, survey: KnownSurvey, now: datetime) -> Prefilled | None:
    """Return what a link proves; a proof that does not hold proves nothing, and the page opens."""
    if not proof:
        return None
    try:
        return prefilled_by(proof, survey.public_key, key=desk.signing_key, now=now)
    except InvalidProof:
        return None


def language_of(request: Request, survey: KnownSurvey, told: str = "") -> Language:
    """Return the language of a page: the one asked for, the invitation's, the browser's, the first.

    Only languages in which the survey is asked come into question.
    """
    languages = survey.languages
    for wanted in (request.parameter(LANGUAGE_PARAMETER), told):
        for language in languages:
            if language == wanted:
                return language
    accepted = accepted_language(request.header(b"accept-language"), languages)
    return accepted or survey.questionnaire.default_language


def short_values(told: Mapping[str, object], declared: frozenset[str]) -> dict[str, str]:
    """Return the values of declared names; an address may hold others, which mean nothing here.

    Examples
    --------
    >>> short_values({"plan": "gold", "utm_source": "x", "seats": 3}, frozenset({"plan"}))
    {'plan': 'gold'}
    """
    return {
        name: value
        for name, value in told.items()
        if name in declared
        and isinstance(value, str)
        and 0 < len(value) <= LONGEST_ATTRIBUTE
        and is_storable(value)
    }


def contact_of(name: str, attributes: Mapping[str, object]) -> dict[str, str]:
    """Return what the words of a question may say of a customer.

    Examples
    --------
    >>> contact_of("Ada Lovelace", {"city": "London", "age": 36})
    {'name': 'Ada Lovelace', 'first_name': 'Ada', 'city': 'London'}
    """
    told = {key: value for key, value in attributes.items() if isinstance(value, str)}
    return {"name": name, "first_name": name.split(" ")[0], **told}
