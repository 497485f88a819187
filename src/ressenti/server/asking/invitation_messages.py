"""Invitation messages: the words of a campaign for one person, with the first question in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from ressenti.channels.email_invitation import EmailInvitation, LevelLink
from ressenti.channels.email_message import email_message
from ressenti.channels.link import Prefilled, prefill_proof, survey_link
from ressenti.language import LANGUAGES, Language, Text
from ressenti.server.asking.invitation_tokens import invitation_token
from ressenti.server.asking.survey_documents import latest_version
from ressenti.server.models import Campaign, Customer, Invitation, Organisation, Survey
from ressenti.surveys.fields import Field, FieldLevel, Kind
from ressenti.surveys.logic import piped
from ressenti.surveys.questionnaire import Questionnaire, questionnaire_of
from ressenti.surveys.words import Words, words_in

DAYS_A_LINK_IS_GOOD = 60
LONGEST_NAME = 80
GREETING = Text(en="Hello {name},", fr="Bonjour {name},")
PLAIN_GREETING = Text(en="Hello,", fr="Bonjour,")
FOOTER = Text(
    en="You receive this message because you are a customer of {organisation}.",
    fr="Vous recevez ce message parce que vous êtes client de {organisation}.",
)
REMINDER = Text(en="Reminder: {subject}", fr="Rappel : {subject}")
TRIAL = Text(en="[Test] {subject}", fr="[Essai] {subject}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a message goes to, and the links that are only theirs."""

    address: str
    name: str
    language: Language
    contact: Mapping[str, str]
    invitation_id: str
    survey: str
    token: str | None
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A campaign with the questionnaire it asks, read once for many messages."""

    campaign: Campaign
    survey: Survey
    organisation: Organisation
    questionnaire: Questionnaire


def letter_of(campaign: Campaign) -> Letter | None:
    """Return the letter of a campaign; None as long as its survey was never published."""
    version = latest_version(campaign.survey)
    if version is None:
        return None
    survey = campaign.survey
    questionnaire = questionnaire_of(version.questionnaire)
    return Letter(campaign, survey, survey.organisation, questionnaire)


def message_for(letter: Letter, invitation: Invitation, *, attempt: int) -> EmailMessage:
    """Return the message of an invitation; the same invitation and attempt bear the same id.

    Parameters
    ----------
    attempt : int
        1 for the invitation, 2 for its first reminder.

    Raises
    ------
    InvalidArgument
        R102, when the customer's address is none.
    """
    customer = invitation.customer
    assert customer is not None  # noqa: S101 - whoever claims an invitation has seen to it
    token = invitation_token(invitation.pk)
    person = Addressee(
        address=customer.email,
        name=customer.name,
        language=language_for(letter, invitation.language or customer.language),
        contact=contact_of(customer),
        invitation_id=invitation.pk.hex,
        survey=token,
        token=token,
        unsubscribe_url=f"{settings.BASE_URL}/u/{token}",
    )
    return written(letter, person, attempt=attempt)


def trial_message(letter: Letter, address: str, language: Language) -> EmailMessage:
    """Return a message to its author: it looks like the others and opens the public page."""
    person = Addressee(
        address=address,
        name="",
        language=language_for(letter, language),
        contact={},
        invitation_id=uuid4().hex,
        survey=letter.survey.public_key,
        token=None,
        unsubscribe_url=f"{settings.BASE_URL}/u/test",
    )
    return written(letter, person, attempt=1, is_trial=True)


def written(
    letter: Letter, person: Addressee, *, attempt: int, is_trial: bool = False
) -> EmailMessage:
    """Return the message to one person."""
    language = person.language
    now = timezone.now()
    field, question = first_scale(letter, person)
    return email_message(
        EmailInvitation(
            base_url=settings.BASE_URL,
            organisation=letter.organisation.name,
            sender_name=letter.organisation.name,
            sender_address=settings.SERVER.mail_from,
            recipient_address=person.address,
            recipient_name=person.name[:LONGEST_NAME],
            subject=_subject(letter, person, attempt=attempt, is_trial=is_trial),
            greeting=_greeting(person),
            introduction=own_words(letter, letter.campaign.message, person),
            question=question,
            levels=level_links(letter, field, person, now) if field else (),
            ends=ends_of(field, language) if field else None,
            footer=FOOTER.format(organisation=letter.organisation.name).to(language),
            survey_link=survey_link(settings.BASE_URL, person.survey, language=language),
            unsubscribe_url=person.unsubscribe_url,
            invitation_id=person.invitation_id,
            message_domain=message_domain(),
            sent_at=now,
            attempt=attempt,
        ),
        language,
    )


def message_domain() -> str:
    """Return what our Message-IDs end in: the host people know us by."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def language_for(letter: Letter, wish: str) -> Language:
    """Return the language of a message: the person's own when the survey is asked in it."""
    asked = letter.questionnaire.languages
    return next((one for one in asked if one == wish), asked[0])


def contact_of(customer: Customer) -> dict[str, str]:
    """Return what a message may say of a customer, by the name of the placeholder."""
    told = {key: value for key, value in customer.attributes.items() if isinstance(value, str)}
    first_name = customer.name.split(" ")[0]
    return {"name": customer.name, "first_name": first_name, **told}


def own_words(letter: Letter, words: Mapping[str, str], person: Addressee) -> str:
    """Return the words of a campaign in the person's language, their placeholders filled."""
    own: Words = {one: words[one] for one in LANGUAGES if words.get(one)}
    return piped(
        own,
        {},
        person.contact,
        person.language,
        default=next(iter(own), letter.questionnaire.default_language),
    )


def first_scale(letter: Letter, person: Addressee) -> tuple[Field | None, str]:
    """Return the field of the first question when it takes one level, and the question's words."""
    questionnaire = letter.questionnaire
    _page, question = next(questionnaire.in_order())
    words = piped(
        question.label,
        {},
        person.contact,
        person.language,
        default=questionnaire.default_language,
    )
    is_one_scale = len(question.fields) == 1 and question.fields[0].kind is Kind.LEVELS
    return (question.fields[0] if is_one_scale else None), words


def level_links(
    letter: Letter, field: Field, person: Addressee, now: datetime
) -> tuple[LevelLink, ...]:
    """Return a link for each level, which opens the page with it chosen and answers nothing."""
    expires_at = now + timedelta(days=DAYS_A_LINK_IS_GOOD)

    def url(level: FieldLevel) -> str:
        known = Prefilled(answers={field.name: level.value}, invitation=person.token)
        proof = prefill_proof(
            letter.survey.public_key,
            known,
            key=settings.SECRET_KEY.encode(),
            expires_at=expires_at,
        )
        return survey_link(settings.BASE_URL, person.survey, language=person.language, proof=proof)

    return tuple(
        LevelLink(
            label=_level_label(field, level, person.language), url=url(level), level=level.value
        )
        for level in field.levels
    )


def _level_label(field: Field, level: FieldLevel, language: Language) -> str:
    return level.code if has_bare_levels(field) else level.label.to(language)


def has_bare_levels(field: Field) -> bool:
    """Tell whether a scale is a row of numbers, with words at its ends alone."""
    return any(level.label.en == level.code for level in field.levels)


def ends_of(field: Field, language: Language) -> tuple[str, str] | None:
    """Return what the first and the last number mean; None when every level has words."""
    if not has_bare_levels(field):
        return None
    first, last = field.levels[0].label.to(language), field.levels[-1].label.to(language)
    has_words = first != field.levels[0].code or last != field.levels[-1].code
    return (first, last) if has_words else None


def _greeting(person: Addressee) -> str:
    first_name = person.contact.get("first_name", "")
    greeting = GREETING.format(name=first_name) if first_name else PLAIN_GREETING
    return greeting.to(person.language)


def _subject(letter: Letter, person: Addressee, *, attempt: int, is_trial: bool) -> str:
    subject = own_words(letter, letter.campaign.subject, person)
    if not subject:
        subject = words_in(
            letter.questionnaire.title, person.language, letter.questionnaire.default_language
        )
    if is_trial:
        return TRIAL.format(subject=subject).to(person.language)
    return subject if attempt == 1 else REMINDER.format(subject=subject).to(person.language)
