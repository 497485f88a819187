"""What people write: responses with a score and a comment, and pages as their readers get them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from tests.server.cockpit.conftest import NOW, Record
from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import Person, Survey

SignedIn = Callable[..., "Client"]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
QUESTIONNAIRE = {
    "languages": ["fr", "en"],
    "questions": [
        {"id": "why", "label": {"fr": "Pourquoi cette note ?", "en": "Why this score?"}},
        {"id": "more", "label": {"fr": "Autre chose, {{contact:name}} ?"}},
    ],
}


@dataclass(frozen=True, slots=True)
class Writers:
    """People who answer a survey of a record, in words."""

    record: Record

    def survey(self, key: str, **told: Any) -> Survey:
        """Return another survey, with a version to answer."""
        from ressenti.server.models import Survey

        survey = Survey.objects.create(
            organisation=self.record.tenant.organisation,
            key=key,
            name=key.title(),
            state="live",
            draft={},
            **told,
        )
        publish(survey)
        return survey

    def say(
        self,
        text: str,
        *,
        level: float | None = None,
        tally: str = "nps@0-10",
        at: datetime | None = None,
        survey: Survey | None = None,
        question: str = "why",
        response: uuid.UUID | None = None,
        **dimensions: str,
    ) -> uuid.UUID:
        """Have somebody write a text, and score in the same response; return the response."""
        from ressenti.server.models import Answer, Response

        organisation = self.record.tenant.organisation
        at = at or NOW - timedelta(days=2)
        by = {"unit": "lyon", "touchpoint": "deliver", "channel": "link", "language": "fr"}
        by |= dimensions
        own: dict[str, Any] = {
            name: by[name] for name in ("unit", "touchpoint", "channel", "language")
        }
        own["segments"] = {name: by[name] for name in organisation.segments if name in by}
        asked = survey or self.record.survey
        answered = {"answered_at": at, "day": at.astimezone(UTC).date()}
        written = Response.objects.create(
            id=response or uuid.uuid4(),
            organisation=organisation,
            survey=asked,
            version=1,
            is_finished=True,
            started_at=at,
            source_id=str(uuid.uuid4()),
            last_entry=1,
            **answered,
            **own,
        )
        told = {
            "organisation": organisation,
            "response": written,
            "survey": asked,
            "survey_version": 1,
            **answered,
            **own,
        }
        if level is not None:
            Answer.objects.create(
                question="recommend", tally=tally, level=f"{level:g}", value=level,
                is_counted=True, **told,
            )  # fmt: skip
        Answer.objects.create(question=question, text=text, **told)
        return written.pk


def read_comments(tenant: Tenant) -> None:
    """Have the engine read what people wrote, as the worker does and the tallier writes it down."""
    from ressenti.emotions import ThemeReader, read_texts, signals_of
    from ressenti.server.models import Answer, Reading
    from ressenti.server.reading.payloads import ReadComment, reading_document
    from ressenti.server.theme_plans import plan_of

    answers = Answer.objects.filter(organisation=tenant.organisation).exclude(text="")
    written = list(answers.order_by("id"))
    texts = [answer.text for answer in written]
    readings = read_texts(texts)
    languages = [reading.language for reading in readings]
    mentions = ThemeReader(plan_of(tenant.organisation)).mentions(texts, languages)
    signals = signals_of(texts, languages)
    for answer, reading, own, found in zip(written, readings, mentions, signals, strict=True):
        comment = ReadComment(
            question=answer.question,
            part=answer.part,
            text=answer.text,
            reading=reading,
            mentions=own,
            signals=found,
        )
        told = reading_document(comment)
        names = ("tone", "polarity", "intensity", "emotions", "themes", "signals", "parts",
                 "clauses", "signal_spans", "language")  # fmt: skip
        Reading.objects.create(
            organisation=tenant.organisation,
            response_id=answer.response_id,
            question=answer.question,
            part=answer.part,
            engine=reading.engine,
            reason=told["reason"] or "",
            read_at=answer.answered_at,
            **{name: told[name] for name in names},
        )


def publish(survey: Survey) -> None:
    """Give a survey its first version."""
    from ressenti.server.models import SurveyVersion

    SurveyVersion.objects.create(
        survey=survey, number=1, questionnaire=QUESTIONNAIRE, published_at=NOW
    )


class Markup(HTMLParser):
    """What a browser would make of a page: what runs by itself, and where links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.images: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.inline += [name for name in told if name.startswith("on") or name == "style"]
        self.inline += ["script"] * (tag == "script" and "src" not in told)
        self.images += [told.get("src") or ""] * (tag == "img")
        self.links += [told["href"] or ""] if "href" in told else []


def text_of(response: Any) -> str:
    return str(response.content.decode())


def midday(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def writers(record: Record) -> Writers:
    """Give the writers of the record's own survey."""
    publish(record.survey)
    return Writers(record)


@pytest.fixture
def page(signed_in: SignedIn, tenant: Tenant) -> Callable[..., Any]:
    """Give what a person of the tenant gets at an address."""

    def seen(path: str, person: Person | None = None, language: str = "fr", **query: str) -> Any:
        client = signed_in(person or tenant.owner)
        with time_machine.travel(NOW, tick=False):
            return client.get(f"/o/{tenant.organisation.key}/{path}", query | {"lang": language})

    return seen
