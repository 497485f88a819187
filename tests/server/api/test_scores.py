"""Scores as programs read them: the contract's fields, unrounded, small groups hidden."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ressenti.facts.scales import ZERO_TO_TEN
from tests.server.api.conftest import Program, codes, program_of
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked

FIELDS = {
    "indicator", "variant", "period", "segment", "value", "unit", "direction", "n", "n_effective",
    "n_missing", "n_invalid", "low", "high", "confidence", "method", "level", "reason", "parts",
    "flags",
}  # fmt: skip
MARKS = {"lyon": [10] * 20 + [8] * 10 + [3] * 7, "nice": [10] * 6 + [2] * 6}
DAYS = {"start": "2026-03-01", "end": "2026-04-01"}


def followed(tenant: Tenant) -> Any:
    from ressenti.server.models import Measure

    return Measure.objects.create(
        organisation=tenant.organisation,
        indicator="nps",
        variant="standard_0_10",
        scale=ZERO_TO_TEN.key,
        tally="nps@0-10",
    )


def answered(program: Program, asked: Asked, marks: dict[str, list[int]]) -> None:
    lines = ["source_id,answered_at,recommend,unit"]
    for unit, own in marks.items():
        lines += [
            f"{unit}-{i},2026-03-0{i % 9 + 1} 10:00,{mark},{unit}" for i, mark in enumerate(own)
        ]
    content = "\n".join(lines).encode()
    program.upload("a.csv", content, kind="answers", survey=asked.survey.key)


def scores(program: Program, **query: str) -> list[dict[str, Any]]:
    reply = program.get("/scores", **query)
    assert reply.status_code == 200, reply.content
    found: list[dict[str, Any]] = json.loads(reply.content)["scores"]
    return found


@pytest.fixture
def filled(tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]) -> Program:
    """Give a program of an organisation whose shops were answered about."""
    followed(tenant)
    answered(program, asked, MARKS)
    tally()
    return program


def test_a_score_has_the_fields_of_the_contract_unrounded(filled: Program) -> None:
    (score,) = scores(filled, measure="nps", **DAYS)
    assert set(score) == FIELDS
    # 26 promoters, 13 detractors of 49 answers: 100 · (26 − 13) / 49.
    assert score["value"] == pytest.approx(1300 / 49, rel=1e-12)
    assert score["n"] == 49
    assert score["low"] < score["value"] < score["high"]
    assert score["period"] == {"start": "2026-03-01", "end": "2026-04-01", "grain": "month"}
    assert score["segment"] == {}


def test_the_same_figure_is_that_of_the_engine(filled: Program) -> None:
    from ressenti.indicators import variant_called
    from ressenti.scores.judgement import score_of_example

    (score,) = scores(filled, measure="nps/standard_0_10@0-10", **DAYS)
    indicator, variant = variant_called("nps/standard_0_10")
    marks = [mark for own in MARKS.values() for mark in own]
    expected = score_of_example(indicator, variant, {"scores": marks})
    assert score["low"] == pytest.approx(expected.low, rel=1e-9)
    assert score["high"] == pytest.approx(expected.high, rel=1e-9)


def test_a_dimension_splits_the_figure_and_a_unit_holds_what_is_below(filled: Program) -> None:
    found = scores(filled, measure="nps", by="unit", **DAYS)
    values = {score["segment"]["unit"]: (score["value"], score["n"]) for score in found}
    assert values == {
        "south": (pytest.approx(1300 / 49), 49),
        "lyon": (pytest.approx(1300 / 37), 37),
        "nice": (pytest.approx(0), 12),
    }


def test_filters_narrow_as_on_every_page(filled: Program, asked: Asked) -> None:
    (of_nice,) = scores(filled, measure="nps", unit="nice", **DAYS)
    (of_survey,) = scores(filled, measure="nps", survey=asked.survey.key, **DAYS)
    (of_file,) = scores(filled, measure="nps", channel="file", **DAYS)
    assert (of_nice["n"], of_survey["n"], of_file["n"]) == (12, 49, 49)
    assert [one["segment"] for one in scores(filled, measure="nps", by="survey", **DAYS)] == [
        {"survey": asked.survey.key}
    ]


def test_days_and_weeks_and_empty_periods_are_told(filled: Program) -> None:
    days = scores(filled, measure="nps", per="day", start="2026-03-01", end="2026-03-12")
    assert len(days) == 11
    assert (days[-1]["value"], days[-1]["reason"]) == (None, "no_data")


@pytest.mark.parametrize("query", [{}, {"by": "unit"}, {"unit": "nice"}, {"unit": "lyon"}])
def test_a_small_group_is_hidden_and_what_gives_it_away(
    tenant: Tenant,
    program: Program,
    asked: Asked,
    tally: Callable[[], None],
    query: dict[str, str],
) -> None:
    followed(tenant)
    answered(program, asked, {"lyon": [10] * 30, "nice": [0] * 2})
    tally()
    for score in scores(program, measure="nps", **query, **DAYS):
        place = score["segment"].get("unit") or query.get("unit")
        if place in ("lyon", "nice"):
            assert (score["value"], score["n"], score["reason"]) == (None, 0, "suppressed")
            assert score["parts"] == {}
        else:
            assert score["n"] == 32


def test_a_key_of_one_unit_sees_that_unit_alone(tenant: Tenant, filled: Program) -> None:
    of_nice = program_of(tenant, "scores:read", unit=tenant.nice)
    (score,) = scores(of_nice, measure="nps", **DAYS)
    assert score["n"] == 12
    found = scores(of_nice, measure="nps", by="unit", **DAYS)
    assert [one["segment"] for one in found] == [{"unit": "nice"}]
    assert codes(of_nice.get("/scores", measure="nps", unit="lyon")) == (422, "R100")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"measure": "unicorns"}, "R100"),
        ({"measure": "nps", "per": "fortnight"}, "invalid"),
        ({"measure": "nps", "by": "level; drop"}, "R100"),
        ({"measure": "nps", "start": "1/3/2026"}, "R102"),
        ({"measure": "nps", "start": "2026-03-01", "end": "2026-03-01"}, "R102"),
        ({"measure": "nps", "start": "2026-03-01", "end": "2026-02-01"}, "R102"),
        ({"measure": "nps", "per": "day", "start": "1990-01-01", "end": "2026-01-01"}, "R102"),
        ({"measure": "nps", "unit": "paris"}, "R100"),
        ({"measure": "nps", "segment.planet": "Mars"}, "R100"),
        ({"measure": "nps", "where": "1=1"}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused(filled: Program, query: dict[str, str], code: str) -> None:
    assert codes(filled.get("/scores", **query)) == (422, code)


def test_measures_are_listed_by_the_keys_that_scores_take(tenant: Tenant, filled: Program) -> None:
    (measure,) = json.loads(filled.get("/measures").content)["measures"]
    assert measure["key"] == "nps/standard_0_10@0-10"
    assert scores(filled, measure=measure["key"], **DAYS)[0]["n"] == 49


def test_the_catalogue_is_read_in_both_languages(program: Program) -> None:
    names = set()
    for language in ("fr", "en"):
        reply = program.ask("GET", "/indicators", headers={"accept-language": language})
        found = {one["id"]: one for one in json.loads(reply.content)["indicators"]}
        assert {"nps", "csat", "ces", "fcr"} <= found.keys()
        names.add(found["nps"]["definition"])
    assert len(names) == 2
