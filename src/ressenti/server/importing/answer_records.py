"""Records of a file of answers, each read as a response: what is refused, invalid or missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from ressenti.facts.raw_values import is_missing, number_in
from ressenti.language import Text
from ressenti.server.importing.journal import digest_of
from ressenti.server.importing.records import instant_of_cell
from ressenti.server.intake.acceptance import Submission, declared_values, entry_of
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.group_commit import Entry
from ressenti.server.intake.instants import instant_in
from ressenti.server.intake.problems import Problem
from ressenti.server.intake.sent_responses import HEAVIEST, LIGHTEST, source_key
from ressenti.surveys.fields import NOT_CONCERNED, Field, Kind
from ressenti.surveys.question import AnswerValue, answer_value
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.submission import Checked, checked
from ressenti.surveys.words import is_storable

CHANNEL = "file"
SEVERAL = ";"
LONGEST = 120
REQUIRED = ("source_id", "answered_at")
OWN_COLUMNS = (
    *REQUIRED,
    "source",
    "started_at",
    "customer",
    "unit",
    "touchpoint",
    "language",
    "weight",
)
NO_IDENTIFIER = Text(
    en="an identifier of at most 120 characters is expected",
    fr="il faut un identifiant de 120 caractères au plus",
)
NO_INSTANT = Text(
    en="a date such as 2026-03-01 10:00 is expected, from 1970 until now",
    fr="il faut une date telle que 2026-03-01 10:00, entre 1970 et maintenant",
)
NO_CUSTOMER = Text(en="no customer is called that", fr="aucun client ne s'appelle ainsi")
NO_UNIT = Text(
    en="this is no unit that you may speak for",
    fr="ce n'est pas une unité pour laquelle vous pouvez parler",
)
NO_LANGUAGE = Text(en="the survey is not asked in it", fr="l'enquête n'est pas posée ainsi")
NO_WEIGHT = Text(
    en="a number above 0 and at most 1000000 is expected",
    fr="il faut un nombre supérieur à 0 et d'au plus 1000000",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRules:
    """What the records of a file must keep to."""

    survey: KnownSurvey
    units: frozenset[str]
    unit: str
    source: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return self.survey.time_zone

    @property
    def segments(self) -> frozenset[str]:
        return self.survey.attributes | self.survey.segments


class Refused(Exception):  # noqa: N818 - named after what happened
    """A cell of a record that is refused."""

    def __init__(self, column: str, reason: Text) -> None:
        self.column = column
        self.reason = reason
        super().__init__(f"{column}: {reason}")


def fields_of(questionnaire: Questionnaire) -> dict[str, Field]:
    """Return every field of a questionnaire by its name, which is that of a column."""
    return {field.name: field for question in questionnaire.questions for field in question.fields}


def entry_of_record(
    record: Mapping[str, str], rules: AnswerRules, customers: Mapping[str, UUID]
) -> Entry:
    """Return a record as an entry of the journal.

    Parameters
    ----------
    customers : mapping of the organisation's own id to ours
        Those that the record may name.

    Raises
    ------
    Refused
        For a record that cannot be placed.
    """
    survey = rules.survey
    source = _told(record, "source", rules.source)
    source_id = _told(record, "source_id")
    if not source_id:
        raise Refused("source_id", NO_IDENTIFIER)
    language = _told(record, "language", survey.questionnaire.default_language)
    known = next((one for one in survey.languages if one == language), None)
    if known is None:
        raise Refused("language", NO_LANGUAGE)
    answered_at = _instant(record, "answered_at", rules)
    if answered_at is None:
        raise Refused("answered_at", NO_INSTANT)
    found = _found(record, survey.questionnaire)
    submission = Submission(
        survey=survey,
        given={},
        language=known,
        is_final=True,
        channel=CHANNEL,
        response=uuid5(survey.organisation, f"{source} {source_id}"),
        idempotency_key=source_key(source, source_id),
        request=digest_of(dict(record)),
        started_at=_instant(record, "started_at", rules) or answered_at,
        answered_at=answered_at,
        customer=_customer(record, customers),
        unit=_unit(record, rules),
        touchpoint=_told(record, "touchpoint", survey.touchpoint),
        segments=_segments(record, rules),
        weight=_weight(record),
        source=source,
        source_id=source_id,
    )
    return entry_of(submission, found, now=rules.now)


def _told(record: Mapping[str, str], column: str, default: str = "") -> str:
    text = record.get(column, "").strip()
    if len(text) > LONGEST or not is_storable(text):
        raise Refused(column, NO_IDENTIFIER)
    return text or default


def _instant(record: Mapping[str, str], column: str, rules: AnswerRules) -> datetime | None:
    text = record.get(column, "").strip()
    if not text:
        return None
    told = instant_of_cell(text, rules.zone)
    instant = None if told is None else instant_in(told.isoformat(), now=rules.now)
    if instant is None:
        raise Refused(column, NO_INSTANT)
    return instant


def _customer(record: Mapping[str, str], customers: Mapping[str, UUID]) -> UUID | None:
    name = record.get("customer", "").strip()
    if name and name not in customers:
        raise Refused("customer", NO_CUSTOMER)
    return customers.get(name)


def _unit(record: Mapping[str, str], rules: AnswerRules) -> str:
    unit = _told(record, "unit", rules.unit)
    if unit and unit not in rules.units:
        raise Refused("unit", NO_UNIT)
    return unit


def _weight(record: Mapping[str, str]) -> str:
    text = record.get("weight", "").strip()
    if not text:
        return "1"
    weight = number_in(text)
    if weight is None or not LIGHTEST <= weight <= HEAVIEST:
        raise Refused("weight", NO_WEIGHT)
    return f"{weight:.9f}".rstrip("0").rstrip(".")


def _segments(record: Mapping[str, str], rules: AnswerRules) -> dict[str, str]:
    told = {name: record.get(name, "").strip() for name in rules.segments}
    given = {name: value for name, value in told.items() if value}
    try:
        return declared_values(given, rules.segments)
    except Problem as problem:
        error = problem.errors[0]
        raise Refused(error.field.partition(".")[2], error.message) from None


def _found(record: Mapping[str, str], questionnaire: Questionnaire) -> Checked:
    """Return the answers of a record: levels off the scale as invalid, blanks as missing."""
    fields = fields_of(questionnaire)
    given = {
        name: value
        for name, field in fields.items()
        if (value := _given(field, record.get(name, ""))) is not None
    }
    language = questionnaire.default_language
    found = checked(questionnaire, given, language=language, is_final=True)
    invalid = {
        fault.field
        for fault in found.faults
        if fault.field in given and fields[fault.field].kind in (Kind.LEVELS, Kind.NUMBER)
    }
    if invalid:
        kept = {name: value for name, value in given.items() if name not in invalid}
        found = checked(questionnaire, kept, language=language, is_final=True)
        found = replace(found, answers=_with_invalid(questionnaire, found, invalid))
        given = kept
    for fault in found.faults:
        # A required question that was left blank is missing, as it is for whoever left a page.
        if fault.field in given:
            raise Refused(fault.field, fault.message)
    return found


def _given(field: Field, cell: str) -> object:
    """Return a cell as a form would give it; None when nothing was answered."""
    text = cell.strip()
    if field.kind in (Kind.LEVELS, Kind.NUMBER):
        if text == NOT_CONCERNED and field.not_concerned:
            return text
        if is_missing(text):
            return None
        number = number_in(text)
        return text if number is None else number
    if not text:
        return None
    if field.kind is Kind.CHOICES and field.is_multiple:
        return [one.strip() for one in text.split(SEVERAL) if one.strip()]
    return text


def _with_invalid(
    questionnaire: Questionnaire, found: Checked, invalid: set[str]
) -> tuple[AnswerValue, ...]:
    off: dict[tuple[str, str], AnswerValue] = {
        (question.id, field.part): replace(answer_value(question, field), is_invalid=True)
        for question in questionnaire.questions
        if question.id in found.shown
        for field in question.fields
        if field.name in invalid
    }
    kept = [one for one in found.answers if (one.question, one.part) not in off]
    return (*kept, *off.values())
