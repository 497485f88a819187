"""Programs read responses page by page, and never learn who is behind an anonymous one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.server.api.conftest import Program, codes, program_of
from tests.server.cockpit.writing import read_comments
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answered(
    program: Program, asked: Asked, marks: list[int], *, start: int = 0, **cells: str
) -> None:
    """Import one response a mark, a minute apart, the first one first."""
    names = ["source_id", "answered_at", "recommend", *{"why": "", **cells}]
    lines = [",".join(names)]
    for number, mark in enumerate(marks, start=start):
        at = (DAY + timedelta(minutes=number)).isoformat()
        told = {"why": f"word {number}", **cells}
        lines.append(",".join([str(number), at, str(mark), *told.values()]))
    content = "\n".join(lines).encode()
    reply = program.upload("a.csv", content, kind="answers", survey=asked.survey.key)
    assert reply.status_code == 200, reply.content


def read(program: Program, **query: Any) -> dict[str, Any]:
    reply = program.get("/responses", **query)
    assert reply.status_code == 200, reply.content
    told: dict[str, Any] = json.loads(reply.content)
    return told


def read_all(program: Program, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = read(program, cursor=cursor, **query)
        found += page["results"]
        cursor = page["next"]
        if cursor is None:
            return found


def test_a_response_is_read_with_its_answers(
    program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    answered(program, asked, [9], unit="lyon")
    tally()
    (response,) = read(program)["results"]
    assert (response["survey"], response["unit"], response["channel"]) == (
        asked.survey.key, "lyon", "file",
    )  # fmt: skip
    assert response["answered_at"].startswith("2026-03-01T12:00:00")
    mark, comment = response["answers"]
    assert (mark["question"], mark["value"], mark["level"]) == ("recommend", 9.0, "9")
    assert (comment["text"], comment["is_missing"]) == ("word 0", False)


def test_a_comment_comes_with_what_was_read_in_it_and_what_a_person_said(
    program: Program, asked: Asked, tally: Callable[[], None], tenant: Tenant
) -> None:
    from ressenti.server.models import EmotionMark, Reading

    answered(program, asked, [9], why="Livraison rapide mais personnel odieux")
    tally()
    mark, comment = read(program)["results"][0]["answers"]
    assert comment["reading"] is None
    read_comments(tenant)
    mark, comment = read(program)["results"][0]["answers"]
    assert mark["reading"] is None
    told = comment["reading"]
    own = Reading.objects.get(organisation=tenant.organisation)
    assert (told["tone"], told["engine"]) == ("mixed", own.engine)
    assert sum(told["emotions"].values()) == pytest.approx(told["polarity"])
    assert told["themes"] == own.themes
    assert told["person"] is None
    for polarity, emotion in ((0.5, ""), (-0.5, "anger")):
        EmotionMark.objects.create(
            organisation=tenant.organisation, response_id=own.response_id, question="why",
            polarity=polarity, emotion=emotion, marked_at=DAY,
        )  # fmt: skip
    _mark, comment = read(program)["results"][0]["answers"]
    assert comment["reading"]["person"] == {"polarity": -0.5, "emotion": "anger"}


def test_pages_neither_repeat_nor_skip_while_responses_arrive(
    program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    answered(program, asked, [9] * 7)
    tally()
    first = read(program, limit=3)
    answered(program, asked, [0] * 4, start=7)
    tally()
    seen = [one["source_id"] for one in first["results"]]
    cursor = first["next"]
    while cursor:
        page = read(program, limit=3, cursor=cursor)
        seen += [one["source_id"] for one in page["results"]]
        cursor = page["next"]
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ({"unit": "lyon"}, 2),
        ({"unit": "nice"}, 1),
        ({"unit": "paris"}, 0),
        ({"channel": "file"}, 3),
        ({"channel": "email"}, 0),
        ({"finished": "true"}, 3),
        ({"finished": "false"}, 0),
        ({"since": "2026-03-01T12:01:00Z"}, 2),
        ({"until": "2026-03-01T13:01:00+01:00"}, 1),
        ({"language": "fr"}, 3),
    ],
)
def test_filters_keep_what_they_name(
    program: Program, asked: Asked, tally: Callable[[], None], query: dict[str, str], n: int
) -> None:
    answered(program, asked, [9, 8], unit="lyon")
    answered(program, asked, [7], start=2, unit="nice")
    tally()
    assert len(read(program, **query)["results"]) == n


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answers__text__contains", "x"),
        ("organisation", "other"),
        ("order", "pk"),
        ("since", "yesterday"),
        ("since", "2026-03-01"),
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "9" * 30),
        ("finished", "perhaps"),
        ("unit", "a\x00"),
    ],
)
def test_what_is_no_filter_is_refused(program: Program, name: str, value: str) -> None:
    assert codes(program.get("/responses", **{name: value})) == (422, "invalid")


def test_a_key_of_one_unit_reads_and_removes_that_unit_alone(
    tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    answered(program, asked, [9], unit="lyon")
    answered(program, asked, [7], start=1, unit="nice")
    tally()
    of_lyon = program_of(tenant, unit=tenant.lyon)
    assert [one["unit"] for one in read(of_lyon)["results"]] == ["lyon"]
    assert read(of_lyon, unit="nice")["results"] == []
    (of_nice,) = read(program, unit="nice")["results"]
    assert codes(of_lyon.delete(f"/responses/{of_nice['id']}")) == (404, "not_found")


def test_a_removed_response_leaves_the_figures(
    tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    from ressenti.server.models import Response, TallyCell

    answered(program, asked, [9])
    mine = {"organisation_id": tenant.organisation.pk}
    waiting = asked.entries()[0].response_id
    assert program.delete(f"/responses/{waiting}").status_code == 202
    tally()
    assert not Response.objects.filter(**mine).exists()
    assert not TallyCell.objects.filter(**mine).exclude(n=0).exists()
    assert codes(program.delete(f"/responses/{waiting}")) == (404, "not_found")
    answered(program, asked, [9], start=5)
    tally()
    (response,) = read(program)["results"]
    assert program.delete(f"/responses/{response['id']}").status_code == 202
    tally()
    assert read(program)["results"] == []
    assert not TallyCell.objects.filter(**mine).exclude(n=0).exists()


def test_a_response_that_never_was_cannot_be_removed(program: Program) -> None:
    assert codes(program.delete(f"/responses/{uuid.uuid4()}")) == (404, "not_found")


def test_reading_is_logged_once_a_reading(
    tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    from ressenti.server.models import AuditEntry

    answered(program, asked, [9] * 3)
    tally()
    assert len(read_all(program, limit=1)) == 3
    mine = AuditEntry.objects.filter(organisation=tenant.organisation)
    assert mine.filter(action="responses.exported").count() == 1


@pytest.fixture
def anonymous(tenant: Tenant) -> Asked:
    """Give a live survey that keeps no link to anybody."""
    return asked_by(tenant, is_anonymous=True)


def test_anonymous_responses_come_without_date_place_or_order(
    program: Program, anonymous: Asked, tally: Callable[[], None]
) -> None:
    answered(program, anonymous, list(range(10)), unit="lyon")
    tally()
    assert read(program)["results"] == []
    found = read_all(program, survey=anonymous.survey.key, limit=4)
    assert len(found) == 10
    ids = [one["id"] for one in found]
    assert ids == sorted(ids)
    for response in found:
        told = {name for name, value in response.items() if value is not None}
        assert told == {"id", "survey", "version", "answers"}


def test_what_one_reading_has_more_than_the_last_is_a_whole_group(
    program: Program, anonymous: Asked, tally: Callable[[], None]
) -> None:
    counts = []
    for number in range(11):
        answered(program, anonymous, [9], start=number)
        tally()
        counts.append(len(read_all(program, survey=anonymous.survey.key)))
    assert counts == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]


@pytest.mark.parametrize(
    "narrowing",
    [{"unit": "lyon"}, {"since": "2026-03-01T00:00:00Z"}, {"channel": "file"}, {"language": "fr"}],
)
def test_no_part_of_anonymous_responses_is_told(
    tenant: Tenant,
    program: Program,
    anonymous: Asked,
    tally: Callable[[], None],
    narrowing: dict[str, str],
) -> None:
    answered(program, anonymous, [9] * 5, unit="lyon")
    tally()
    reply = program.get("/responses", survey=anonymous.survey.key, **narrowing)
    assert codes(reply) == (403, "anonymous")
    of_lyon = program_of(tenant, unit=tenant.lyon)
    assert codes(of_lyon.get("/responses", survey=anonymous.survey.key)) == (403, "anonymous")
    assert read(program, **narrowing)["results"] == []
