"""Responses: what entries of the journal make of one, and what one adds to the tallies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ressenti.server.tallying.cells import Counted
from ressenti.server.tallying.readings import (
    CommentKey,
    RecordedReading,
    WholeReading,
    text_digest,
    whole_reading,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAnswer:
    """One answered question of a response, as the journal's payload says it."""

    question: str
    part: str = ""
    measure: str = ""
    tally: str = ""
    series: int = 1
    scale: str = ""
    level: str = ""
    value: float | None = None
    choice: str = ""
    text: str = ""

    @classmethod
    def of_payload(cls, told: Mapping[str, Any]) -> RecordedAnswer:
        """Return the answer of an element of ``answers`` in a payload."""
        return cls(
            question=told["q"],
            part=told.get("p", ""),
            measure=told.get("m", ""),
            tally=told.get("t", ""),
            series=int(told.get("s", 1)),
            scale=told.get("scale", ""),
            level=told.get("l", ""),
            value=told.get("v"),
            choice=told.get("c", ""),
            text=told.get("x", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResponse:
    """All that one person answered to one survey, so far.

    Parameters
    ----------
    readings : tuple of RecordedReading
        Of the comments among the answers, as they stand.
    whole : WholeReading or None
        What the readings say together; None where none of its comments was read.
    """

    id: UUID
    organisation: UUID
    survey: UUID
    version: int
    customer: UUID | None
    invitation: UUID | None
    channel: str
    language: str
    unit: str
    touchpoint: str
    segments: Mapping[str, str]
    weight: Decimal
    is_finished: bool
    started_at: datetime
    answered_at: datetime
    day: date
    source: str
    source_id: str
    flags: tuple[str, ...]
    last_entry: int
    answers: tuple[RecordedAnswer, ...] = ()
    readings: tuple[RecordedReading, ...] = ()
    whole: WholeReading | None = None

    @property
    def comments(self) -> dict[CommentKey, str]:
        """What was written, by question and part."""
        written: dict[CommentKey, str] = {}
        for answer in self.answers:
            if answer.text:
                key = (answer.question, answer.part)
                written[key] = "\n".join((*filter(None, [written.get(key)]), answer.text))
        return written

    @property
    def is_unread(self) -> bool:
        """Whether it has comments that nobody has read yet."""
        return not self.comments.keys() <= {one.key for one in self.readings}

    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]:
        """What its answers are counted by, in a fixed order."""
        own = {
            "unit": self.unit,
            "touchpoint": self.touchpoint,
            "channel": self.channel,
            "language": self.language,
            "survey": str(self.survey),
        }
        return tuple(sorted({**self.segments, **own}.items()))


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the journal that holds a page of answers."""

    entry: int
    organisation: UUID
    response: UUID
    payload: Mapping[str, Any]


def after_page(before: RecordedResponse | None, page: Page, *, zone: ZoneInfo) -> RecordedResponse:
    """Return a response as it stands after a page: what the page covers replaces what was there.

    Once finished it stays finished, and it keeps the day on which it was first answered in full:
    a correction made later belongs to the same day.
    """
    told = page.payload
    covered = set(told.get("covers", ()))
    answers = [RecordedAnswer.of_payload(one) for one in told["answers"]]
    covered |= {answer.question for answer in answers}
    answered_at = datetime.fromisoformat(told["answered_at"])
    if before is None:
        return RecordedResponse(
            id=page.response,
            organisation=page.organisation,
            survey=UUID(told["survey"]),
            version=int(told["version"]),
            customer=_identifier(told.get("customer")),
            invitation=_identifier(told.get("invitation")),
            channel=told.get("channel", ""),
            language=told.get("language", ""),
            unit=told.get("unit", ""),
            touchpoint=told.get("touchpoint", ""),
            segments=dict(told.get("segments", {})),
            weight=Decimal(str(told.get("weight", 1))),
            is_finished=bool(told["is_final"]),
            started_at=datetime.fromisoformat(told.get("started_at") or told["answered_at"]),
            answered_at=answered_at,
            day=answered_at.astimezone(zone).date(),
            source=told.get("source") or "ressenti",
            source_id=told.get("source_id") or str(page.response),
            flags=tuple(told.get("flags", ())),
            last_entry=page.entry,
            answers=tuple(answers),
        )
    kept = tuple(answer for answer in before.answers if answer.question not in covered)
    now = replace(before, answers=(*kept, *answers))
    when = before.answered_at if before.is_finished else answered_at
    return replace(
        now,
        version=int(told["version"]),
        language=told.get("language") or before.language,
        is_finished=before.is_finished or bool(told["is_final"]),
        answered_at=when,
        day=when.astimezone(zone).date(),
        flags=tuple(dict.fromkeys((*before.flags, *told.get("flags", ())))),
        last_entry=page.entry,
        readings=readings_that_hold(before, now),
    )


def readings_that_hold(
    before: RecordedResponse, now: RecordedResponse
) -> tuple[RecordedReading, ...]:
    """Return the readings of the comments that a page leaves as they were."""
    was, written = before.comments, now.comments
    return tuple(
        one
        for one in before.readings
        if one.key in written and written[one.key] == was.get(one.key)
    )


def after_reading(
    response: RecordedResponse, told: Mapping[str, Any], *, series: int, read_at: str
) -> RecordedResponse:
    """Return a response with what an entry read in its comments.

    A reading of words that were meanwhile changed is left out: the comment is still unread.
    """
    digests = {key: text_digest(text) for key, text in response.comments.items()}
    found = [
        RecordedReading.of_payload(one, engine=told["engine"], series=series, read_at=read_at)
        for one in told["readings"]
        if digests.get((one["q"], one.get("p", ""))) == one["digest"]
    ]
    read = {one.key for one in found}
    kept = (one for one in response.readings if one.key not in read)
    return replace(response, readings=(*kept, *found))


def with_whole_reading(response: RecordedResponse, *, is_counted: bool) -> RecordedResponse:
    """Return a response with what its readings say together."""
    return replace(response, whole=whole_reading(response.readings, is_counted=is_counted))


def counted_readings(response: RecordedResponse) -> Iterator[Counted]:
    """Give what the readings of a response add to the tallies."""
    whole = response.whole
    if whole is None or not whole.is_counted:
        return
    dimensions = response.dimensions
    for tally, level, value in whole.levels():
        yield Counted(
            organisation=response.organisation,
            tally=tally,
            series=whole.series,
            level=level,
            day=response.day,
            weight=response.weight,
            dimensions=dimensions,
            value=value,
        )


def counted_answers(response: RecordedResponse) -> Iterator[Counted]:
    """Give what a response adds to the tallies: nothing before it is finished."""
    if not response.is_finished:
        return
    dimensions = response.dimensions
    for answer in response.answers:
        if answer.tally and answer.level:
            yield Counted(
                organisation=response.organisation,
                tally=answer.tally,
                series=answer.series,
                level=answer.level,
                day=response.day,
                weight=response.weight,
                dimensions=dimensions,
            )


def _identifier(text: str | None) -> UUID | None:
    return UUID(text) if text else None
