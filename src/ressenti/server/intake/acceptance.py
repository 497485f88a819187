"""Acceptance: the one way by which a page, the widget, an e-mail or a program is believed.

Whatever way a submission came, nothing that was checked in a browser is believed: the survey must
take answers, the questionnaire's own rules are run again, and only declared names are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from uuid import UUID

from ressenti.language import Language, Text
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.group_commit import Entry
from ressenti.server.intake.payloads import written_payload
from ressenti.server.intake.problems import FieldError, Problem, unprocessable
from ressenti.server.models import EntryKind
from ressenti.surveys.quotas import claimed_quotas
from ressenti.surveys.submission import Checked, checked
from ressenti.surveys.words import is_storable, shortened

LONGEST_ATTRIBUTE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody sends, with what is known of it.

    Parameters
    ----------
    given : mapping
        By field name, what was given on earlier pages included.
    covers : tuple of str or None
        The questions it replaces earlier answers to; None for all of them.
    request : str
        Digest of what was sent, by which a repetition is told from something else.
    answered_at : datetime
        When it was answered, which a program may date back.
    """

    survey: KnownSurvey
    given: Mapping[str, object]
    language: Language
    is_final: bool
    channel: str
    response: UUID
    idempotency_key: str
    request: str
    started_at: datetime
    answered_at: datetime
    covers: tuple[str, ...] | None = None
    customer: UUID | None = None
    invitation: UUID | None = None
    unit: str = ""
    touchpoint: str = ""
    segments: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    weight: str = "1"
    source: str = "ressenti"
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that may be kept: its entry, and what must be claimed together with it.

    ``invitation`` is None when none is used up, ``quotas`` are those it takes a place of.
    """

    entry: Entry
    checked: Checked
    started_at: datetime
    is_anonymous: bool
    invitation: UUID | None = None
    quotas: tuple[int, ...] = ()

    @property
    def claims_something(self) -> bool:
        return bool(self.quotas) or self.invitation is not None


def accepted(submission: Submission, *, now: datetime) -> Accepted:
    """Return a submission as an entry of the journal.

    Raises
    ------
    Problem
        410 when the survey is closed, 409 when a quota it falls into is full, 422 with every
        field that is refused.
    """
    survey = submission.survey
    require_open(survey, now)
    found = checked(
        survey.questionnaire,
        submission.given,
        language=submission.language,
        is_final=submission.is_final,
    )
    if found.faults:
        raise unprocessable(FieldError(fault.field, fault.message) for fault in found.faults)
    claims = _claimed(submission, found) if submission.is_final else ()
    entry = entry_of(submission, found, now=now)
    invitation = submission.invitation if submission.is_final else None
    return Accepted(entry, found, submission.started_at, survey.is_anonymous, invitation, claims)


def entry_of(submission: Submission, found: Checked, *, now: datetime) -> Entry:
    """Return a submission that was checked as an entry of the journal."""
    survey = submission.survey
    return Entry(
        organisation=survey.organisation,
        survey=survey.id,
        response=submission.response,
        kind=EntryKind.RESPONSE.value,
        idempotency_key=submission.idempotency_key,
        request=submission.request,
        received_at=_kept_instant(survey, now),
        payload=_payload(submission, found),
    )


def require_open(survey: KnownSurvey, now: datetime) -> None:
    """Refuse what comes before a survey is live or after it has closed."""
    if not survey.takes_answers(now):
        raise Problem(
            410,
            "survey_closed",
            Text(
                en="This survey takes no answers, or no longer.",
                fr="Cette enquête ne prend pas de réponses, ou n'en prend plus.",
            ),
        )


def quota_full() -> Problem:
    """Return the refusal of a response for which no place is left."""
    return Problem(
        409,
        "quota_full",
        Text(
            en="Enough people like you have answered already; thank you.",
            fr="Assez de personnes comme vous ont déjà répondu ; merci.",
        ),
    )


def _claimed(submission: Submission, found: Checked) -> tuple[int, ...]:
    quotas = submission.survey.quotas
    if not quotas:
        return ()
    dimensions = {
        **submission.segments,
        "unit": submission.unit,
        "touchpoint": submission.touchpoint,
        "channel": submission.channel,
        "language": submission.language,
    }
    keys = claimed_quotas((known.quota for known in quotas), found.answers, dimensions)
    claimed = tuple(known for known in quotas if known.quota.key in keys)
    if any(known.is_full for known in claimed):
        raise quota_full()
    return tuple(known.id for known in claimed)


def _payload(submission: Submission, found: Checked) -> str:
    """Return what the journal says of a submission, as JSON."""
    survey = submission.survey
    customer, invitation = submission.customer, submission.invitation
    if survey.is_anonymous:
        customer = invitation = None
    covers = submission.covers
    shown = frozenset(found.shown if covers is None else covers)
    head = {
        "survey": survey.id,
        "survey_key": survey.key,
        "version": survey.version,
        "is_final": submission.is_final,
        "channel": submission.channel,
        "language": submission.language,
        "customer": customer,
        "invitation": invitation,
        "unit": submission.unit,
        "touchpoint": submission.touchpoint,
        "segments": dict(submission.segments),
        "weight": submission.weight,
        "started_at": _kept_instant(survey, submission.started_at),
        "answered_at": _kept_instant(survey, submission.answered_at),
        "source": submission.source,
        "source_id": submission.source_id or submission.response,
        "flags": list(submission.flags),
        "covers": list(survey.questionnaire.by_id) if covers is None else list(covers),
        "request": submission.request,
    }
    answers = (answer for answer in found.answers if answer.question in shown)
    return written_payload(head, answers, survey.key)


def _kept_instant(survey: KnownSurvey, instant: datetime) -> datetime:
    """Return an instant as it may be kept: of an anonymous survey only the day."""
    if not survey.is_anonymous:
        return instant
    day = instant.astimezone(survey.time_zone).date()
    return datetime.combine(day, time(), tzinfo=survey.time_zone).astimezone(UTC)


def declared_values(
    given: Mapping[str, object], declared: Iterable[str], *, field_name: str = "attributes"
) -> dict[str, str]:
    """Return the values given to declared names.

    Raises
    ------
    Problem
        422, naming each attribute that is not declared or whose value is no short text.
    """
    names = frozenset(declared)
    errors: list[FieldError] = []
    for name, value in given.items():
        if name not in names:
            message = Text(
                en="'{name}' is not a declared attribute.",
                fr="« {name} » n'est pas un attribut déclaré.",
            ).format(name=shortened(name))
        elif not _is_short_text(value):
            message = Text(
                en="a text of 1 to {most} characters is expected.",
                fr="il faut ici un texte de 1 à {most} caractères.",
            ).format(most=LONGEST_ATTRIBUTE)
        else:
            continue
        errors.append(FieldError(f"{field_name}.{shortened(name)}", message))
    if errors:
        raise unprocessable(errors)
    return {name: str(value) for name, value in given.items()}


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ATTRIBUTE and is_storable(value)
