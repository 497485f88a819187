"""Attack 24: marks that are no marks, by page, widget, program, batch and file.

Either nothing is kept, or what is kept is counted apart and seen to be. The intake's own refusals
are listed in `intake/test_programs.py`; here the figure itself is read before and after.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.server.attacks.conftest import Tally
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, filled, new_key

# As JSON writes them, so that what is no JSON can be sent too.
POISON = (
    "NaN", "Infinity", "-Infinity", "1e309", "6.5", "-1", "11", "1e1000", "true", "false",
    '"9 "', '" 9"', '"9\\n"', '"٩"', '"９"', '"Ⅸ"', '"0x9"', '"9e0"', '"+9"', '"09"', '"9,0"',
    '"9.5"', '"NaN"', '"nine"', '"-0"', '"1_0"', "[9]", "[9, 10]", '{"value": 9}', '[""]', '"9;10"',
    "9007199254740993", "0.1e2",
)  # fmt: skip
GOOD = (10, 10, 9, 9, 8, 7, 3, 2, 1, 0)
NOW = datetime.now(UTC).isoformat()
# Spellings of a level that is on the scale: one answer of 10 for whoever sends it.
SAME = {"0.1e2": "10"}


@pytest.fixture
def figure(web: httpx.Client, tenant: Tenant, tallied: Tally) -> Any:
    """Give what reads the figure of a tenant: its value and its counts."""
    from ressenti.server.models import Measure

    Measure.objects.create(
        organisation=tenant.organisation,
        indicator="nps",
        variant="standard_0_10",
        scale="0-10",
        tally="nps@0-10",
    )
    headers = {"authorization": f"Bearer {new_key(tenant, 'scores:read')}"}

    def read() -> dict[str, Any]:
        tallied()
        reply = web.get("/api/v1/scores?measure=nps&per=year", headers=headers)
        score: dict[str, Any] = reply.json()["scores"][-1]
        return {name: score[name] for name in ("value", "n", "n_missing", "n_invalid")}

    return read


@pytest.fixture
def filled_survey(web: httpx.Client, tenant: Tenant) -> Asked:
    """Give a survey to which ten good answers were given."""
    asked = asked_by(tenant)
    responses = [{"survey": asked.survey.key, "answers": {"recommend": mark}} for mark in GOOD]
    sent = web.post("/api/v1/responses/batch", json={"responses": responses}, headers=asked.headers)
    assert sent.json()["accepted"] == len(GOOD)
    return asked


def test_no_mark_that_is_none_moves_the_figure(
    web: httpx.Client, filled_survey: Asked, figure: Any
) -> None:
    asked = filled_survey
    before = figure()
    # 100 · (4 − 4) / 10.
    assert before == {"value": 0.0, "n": 10.0, "n_missing": 0, "n_invalid": 0}
    headers = asked.headers | {"content-type": "application/json"}
    for mark in POISON:
        if mark in SAME:
            continue
        one = f'{{"survey": "{asked.survey.key}", "answers": {{"recommend": {mark}}}}}'
        for address, body in (
            ("/api/v1/responses", one),
            ("/api/v1/responses/batch", f'{{"responses": [{one}]}}'),
            (f"/w/{asked.survey.public_key}", f'{{"answers": {{"recommend": {mark}}}}}'),
        ):
            reply = web.post(address, content=body.encode(), headers=headers)
            refused = reply.status_code in {400, 422} or reply.json().get("accepted") == 0
            assert refused, (address, mark)
        page = web.get(asked.page).text
        form = filled(page) | {"recommend": mark.strip('"').encode().decode("unicode_escape")}
        assert not web.post(asked.page, data=form).is_redirect, mark
        web.cookies.clear()
    assert figure() == before


def test_marks_off_the_scale_in_a_file_are_counted_apart_and_seen(
    web: httpx.Client, filled_survey: Asked, figure: Any, tenant: Tenant
) -> None:
    before = figure()
    rows = ["11", "-1", "6.5", "1e309", "NaN", "nine", "٩", "true", "", "=9", "9;10"]
    lines = ["source_id,recommend,answered_at"]
    lines += [f'{number},"{mark}",{NOW}' for number, mark in enumerate(rows)]
    report = imported(web, tenant, filled_survey, "\n".join(lines))
    after = figure()
    assert (after["value"], after["n"]) == (before["value"], before["n"])
    assert after["n_invalid"] + after["n_missing"] + report["refused"] >= len(rows)
    assert after["n_invalid"] >= 3


def imported(web: httpx.Client, tenant: Tenant, asked: Asked, text: str) -> dict[str, Any]:
    key = new_key(tenant, "answers:write")
    reply = web.post(
        "/api/v1/imports",
        data={"kind": "answers", "survey": asked.survey.key},
        files={"file": ("answers.csv", text.encode())},
        headers={"authorization": f"Bearer {key}"},
    )
    assert reply.status_code == 200, reply.text
    report: dict[str, Any] = reply.json()
    return report


def test_the_same_file_twice_and_the_same_answer_twice_count_once(
    web: httpx.Client, filled_survey: Asked, figure: Any, tenant: Tenant
) -> None:
    rows = (("A-1", 0), ("A-2", 0), ("A-1", 10))
    text = "source_id,recommend,answered_at\n"
    text += "".join(f"{name},{mark},{NOW}\n" for name, mark in rows)
    imported(web, tenant, filled_survey, text)
    once = figure()
    assert once["n"] == 12.0
    imported(web, tenant, filled_survey, text)
    imported(web, tenant, filled_survey, text.replace("A-1,0", "A-1,10"))
    assert figure() == once
    for source in ("file", "ressenti"):
        body = {
            "survey": filled_survey.survey.key,
            "answers": {"recommend": 10},
            "source": source,
            "source_id": "B-1",
        }
        for _ in range(3):
            web.post("/api/v1/responses", json=body, headers=filled_survey.headers)
    assert figure()["n"] == 14.0


def test_stamps_of_other_times_fall_where_they_belong_or_are_refused(
    web: httpx.Client, filled_survey: Asked, figure: Any, tallied: Tally
) -> None:
    """Back-dated answers land in their year; stamps that are none, or lie ahead, are refused."""
    from ressenti.server.models import Response

    before = figure()
    now = datetime.now(UTC)

    def send(stamp: object) -> int:
        body = {
            "survey": filled_survey.survey.key,
            "answers": {"recommend": 0},
            "answered_at": stamp,
        }
        reply = web.post("/api/v1/responses", json=body, headers=filled_survey.headers)
        return reply.status_code

    ahead = (now + timedelta(days=1)).isoformat()
    for stamp in (
        ahead, "2019-05-01", "2019-05-01T10:00:00", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z",
        1_556_700_000, "2019-02-30T10:00:00Z", "2019-05-01T25:00:00Z", "yesterday", "", True,
    ):  # fmt: skip
        assert send(stamp) == 422, stamp
    # The hour that exists twice, told by its offset, and the same instant in two zones.
    for stamp in (
        "2019-10-27T02:30:00+02:00", "2019-10-27T02:30:00+01:00", "2019-12-31T23:30:00Z",
        "2020-01-01T00:30:00+01:00",
    ):  # fmt: skip
        assert send(stamp) == 201, stamp
    assert figure() == before
    dated = Response.objects.filter(survey=filled_survey.survey, answered_at__year__lt=2021)
    days = sorted(str(day) for day in dated.values_list("day", flat=True))
    assert days == ["2019-10-27", "2019-10-27", "2020-01-01", "2020-01-01"]


def test_no_weight_makes_one_answer_many(
    web: httpx.Client, filled_survey: Asked, figure: Any
) -> None:
    before = figure()
    start = f'{{"survey": "{filled_survey.survey.key}", "answers": {{"recommend": 0}}'
    for weight in ("NaN", "1e309", "-1", "0", "true", '"2"', "1e12"):
        body = f'{start}, "weight": {weight}}}'.encode()
        reply = web.post("/api/v1/responses", content=body, headers=filled_survey.headers)
        assert reply.status_code in {400, 422}, weight
    assert figure() == before
