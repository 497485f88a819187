"""Answers from a file: what is off the scale is counted as such, what is blank as missing.

The same identifier from the same source is the same response, however often a file is imported.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.asking.notifications import journal_written
from ressenti.server.asking.survey_documents import latest_version
from ressenti.server.importing.answer_records import (
    OWN_COLUMNS,
    REQUIRED,
    AnswerRules,
    Refused,
    entry_of_record,
    fields_of,
)
from ressenti.server.importing.batches import Record, SortedOut
from ressenti.server.importing.fact_rows import segment_names
from ressenti.server.importing.records import require_columns
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.group_commit import Entry
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.server.models import Customer, JournalEntry, Response, Survey, SurveyState
from ressenti.server.tallying.levels import INVALID_LEVEL
from ressenti.sources.rejects import Reject, shortened
from ressenti.surveys.questionnaire import questionnaire_of
from ressenti.surveys.words import is_storable

SHOWN = ("source", "source_id", "answered_at", "unit", "touchpoint")
TWICE = Text(en="the same identifier is on line {line}", fr="même identifiant à la ligne {line}")


@dataclass(slots=True)
class AnswerImport:
    """The import of answers to one survey.

    Parameters
    ----------
    off_scale : Counter of str
        How many answers to each field are off its scale, so far.
    """

    viewer: Viewer
    rules: AnswerRules
    off_scale: Counter[str] = field(default_factory=Counter)
    _lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, viewer: Viewer, survey: Survey, *, source: str) -> AnswerImport:
        """Return the import of answers to a survey.

        Parameters
        ----------
        source : str
            Where records come from that do not say.

        Raises
        ------
        Problem
            422, when the survey was never published.
        """
        return cls(viewer, answer_rules(viewer, survey, source=source))

    @property
    def name(self) -> str:
        return "answers"

    def require_columns(self, record: Mapping[str, str]) -> None:
        known = {*OWN_COLUMNS, *fields_of(self.rules.survey.questionnaire), *self.rules.segments}
        require_columns(record, known=known, required=REQUIRED)

    def sorted_out(self, records: Sequence[Record]) -> SortedOut[Entry]:
        customers = _customers(self.viewer, records)
        kept: list[Entry] = []
        refused: list[Reject] = []
        for line, record in records:
            try:
                entry = entry_of_record(record, self.rules, customers)
                first = self._lines.setdefault(entry.idempotency_key, line)
                if first != line:
                    raise Refused("source_id", TWICE.format(line=first))
            except Refused as fault:
                value = shortened(record.get(fault.column, ""))
                refused.append(Reject(line, fault.column, value, fault.reason))
            else:
                kept.append(entry)
                self.off_scale.update(_off_scale(entry))
        return SortedOut(kept, refused)

    def new_ones(self, kept: Sequence[Entry]) -> Sequence[Entry]:
        return _not_there(self.viewer, kept)

    def write(self, new: Sequence[Entry]) -> None:
        _write(new)

    def cells_of(self, kept: Entry) -> Mapping[str, str]:
        payload: dict[str, Any] = json.loads(kept.payload)
        own = {name: str(payload.get(name) or "") for name in SHOWN}
        return own | {_field_name(one): _answer_text(one) for one in payload["answers"]}


def _off_scale(entry: Entry) -> Iterator[str]:
    if INVALID_LEVEL in entry.payload:
        for answer in json.loads(entry.payload)["answers"]:
            if answer["l"] == INVALID_LEVEL:
                yield _field_name(answer)


def _field_name(answer: Mapping[str, Any]) -> str:
    return f"{answer['q']}.{answer['p']}" if answer.get("p") else str(answer["q"])


def _answer_text(answer: Mapping[str, Any]) -> str:
    return str(answer.get("l") or answer.get("c") or answer.get("x") or "")


def answer_rules(viewer: Viewer, survey: Survey, *, source: str) -> AnswerRules:
    """Return what records of answers to a survey must keep to.

    Raises
    ------
    Problem
        422, when it was never published.
    """
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
