"""Answers from a file: what is off the scale is counted as such, what is blank as missing.

The same identifier from the same source is the same response, however often a file is imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils import timezone

from ressenti.facts.raw_values import is_missing, number_in
from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.api.facts import segment_names
from ressenti.server.api.import_files import instant_of_cell, records_of, require_columns
from ressenti.server.api.import_reports import ImportReport
from ressenti.server.api.journal import digest_of
from ressenti.server.asking.notifications import journal_written
from ressenti.server.asking.survey_documents import latest_version
from ressenti.server.intake.acceptance import Submission, declared_values, entry_of
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.group_commit import Entry
from ressenti.server.intake.instants import instant_in
from ressenti.server.intake.problems import Problem
from ressenti.server.intake.sent_responses import source_key, wrong_field
from ressenti.server.models import Customer, JournalEntry, Response, Survey, SurveyState
from ressenti.sources.rejects import Reject, shortened
from ressenti.surveys.fields import NOT_CONCERNED, Field, Kind
from ressenti.surveys.question import AnswerValue, answer_value
from ressenti.surveys.questionnaire import Questionnaire, questionnaire_of
from ressenti.surveys.submission import Checked, checked
from ressenti.surveys.words import is_storable

BATCH = 1_000
CHANNEL = "file"
SEVERAL = ";"
LONGEST = 120
LIGHTEST, HEAVIEST = 1e-9, 1_000_000.0
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
TWICE = Text(en="the same identifier is on line {line}", fr="même identifiant à la ligne {line}")


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


def imported_answers(
    viewer: Viewer, path: Path, survey: Survey, *, source: str, writes: bool
) -> ImportReport:
    """Import a file of answers to a survey, or only say what an import would do.

    Raises
    ------
    Problem
        422, when the survey was never published, or for columns nobody knows.
    """
    rules = _rules(viewer, survey, source)
    refused: list[Reject] = []
    accepted = unchanged = 0
    seen: dict[str, int] = {}
    records = _checked_columns(records_of(path, refused), rules)
    while batch := list(islice(records, BATCH)):
        customers = _customers(viewer, batch)
        entries: list[Entry] = []
        for line, record in batch:
            try:
                entry = _entry(record, rules, customers)
                if (first := seen.setdefault(entry.idempotency_key, line)) != line:
                    raise Refused("source_id", TWICE.format(line=first))
            except Refused as fault:
                value = shortened(record.get(fault.column, ""))
                refused.append(Reject(line, fault.column, value, fault.reason))
            else:
                entries.append(entry)
        new = _not_there(viewer, entries)
        accepted, unchanged = accepted + len(new), unchanged + len(entries) - len(new)
        if writes:
            _write(new)
    return ImportReport(accepted=accepted, unchanged=unchanged, rejects=refused)


def _checked_columns(
    records: Iterator[tuple[int, dict[str, str]]], rules: AnswerRules
) -> Iterator[tuple[int, dict[str, str]]]:
    known = {*OWN_COLUMNS, *_fields(rules.survey.questionnaire), *rules.segments}
    for number, (line, record) in enumerate(records):
        if number == 0:
            require_columns(record, known=known, required=REQUIRED)
        yield line, record


def _fields(questionnaire: Questionnaire) -> dict[str, Field]:
    return {field.name: field for question in questionnaire.questions for field in question.fields}


def _rules(viewer: Viewer, survey: Survey, source: str) -> AnswerRules:
    known = known_survey(survey)
    units = viewer.unit_keys()
    unit = known.unit or (viewer.unit.key if viewer.unit else "")
    return AnswerRules(survey=known, units=units, unit=unit, source=source, now=timezone.now())


def known_survey(survey: Survey) -> KnownSurvey:
    """Return a survey as the intake knows it, in its latest version.

    Raises
    ------
    Problem
        422, when it was never published.
    """
    version = latest_version(survey)
    if version is None:
        message = Text(
            en="this survey was never published.", fr="cette enquête n'a jamais été publiée."
        )
        raise wrong_field("survey", message)
    organisation = survey.organisation
    return KnownSurvey(
        id=survey.pk,
        organisation=organisation.pk,
        organisation_name=organisation.name,
        key=survey.key,
        public_key=survey.public_key,
        state=SurveyState(survey.state),
        is_anonymous=survey.is_anonymous,
        is_public=survey.is_public,
        unit=survey.unit.key if survey.unit else "",
        units=frozenset(organisation.units.values_list("key", flat=True)),
        touchpoint=survey.touchpoint,
        attributes=frozenset(name for name in survey.attributes if isinstance(name, str)),
        segments=segment_names(organisation),
        channels=survey.channels,
        closes_at=survey.closes_at,
        end_url=survey.end_url,
        allowed_hosts=tuple(organisation.allowed_hosts),
        time_zone=ZoneInfo(organisation.time_zone),
        version=version.number,
        questionnaire=questionnaire_of(version.questionnaire),
        quotas=(),
    )


def _customers(
    viewer: Viewer, batch: Sequence[tuple[int, Mapping[str, str]]]
) -> Mapping[str, UUID]:
    names = {record.get("customer", "").strip() for _, record in batch}
    found = Customer.objects.filter(
        organisation=viewer.organisation,
        external_id__in=[name for name in names if name and is_storable(name)],
        erased_at=None,
    )
    return dict(found.values_list("external_id", "pk"))


def _entry(record: Mapping[str, str], rules: AnswerRules, customers: Mapping[str, UUID]) -> Entry:
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
    fields = _fields(questionnaire)
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


def _not_there(viewer: Viewer, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries whose response neither waits in the journal nor is in the record."""
    organisation = viewer.organisation.pk
    waiting = set(
        JournalEntry.objects.filter(
            organisation_id=organisation,
            idempotency_key__in=[entry.idempotency_key for entry in entries],
        ).values_list("idempotency_key", flat=True)
    )
    origins = {_origin(entry): entry.idempotency_key for entry in entries}
    recorded = Response.objects.filter(
        organisation_id=organisation, source_id__in=[source_id for _, source_id in origins]
    ).values_list("source", "source_id")
    waiting |= {origins[origin] for origin in recorded if origin in origins}
    return [entry for entry in entries if entry.idempotency_key not in waiting]


def _origin(entry: Entry) -> tuple[str, str]:
    payload: dict[str, Any] = json.loads(entry.payload)
    return payload["source"], payload["source_id"]


def _write(entries: Sequence[Entry]) -> None:
    if not entries:
        return
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                organisation_id=entry.organisation,
                survey_id=entry.survey,
                response_id=entry.response,
                kind=entry.kind,
                idempotency_key=entry.idempotency_key,
                received_at=entry.received_at,
                payload=json.loads(entry.payload),
            )
            for entry in entries
        ],
        ignore_conflicts=True,
    )
    journal_written()
