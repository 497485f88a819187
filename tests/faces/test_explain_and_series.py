"""``ressenti explain`` and ``ressenti series``: planted moves are found, chance is so called."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

import ressenti as rs
from ressenti.cli import main
from ressenti.errors import InvalidArgument
from tests.commands import answer_of, refusal_of
from tests.faces.conftest import Call

FIRST = date(2026, 1, 1)
DAYS = 120
FALL = date(2026, 3, 9)


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of visits: the shop of Lyon falls on 9 March, and the phone grows in March."""
    random = Random(3)
    path = tmp_path_factory.mktemp("visits") / "visits.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Q1", "shop", "channel", "on"])
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            for _ in range(40):
                shop = random.choice(["Lyon", "Nice", "Lille"])
                by_phone = random.random() < (0.5 if day >= date(2026, 3, 1) else 0.3)
                level = 8.2 - 1.6 * (shop == "Lyon" and day >= FALL) - 1.0 * by_phone
                mark = max(0, min(10, round(random.gauss(level, 2))))
                rows.writerow([mark, shop, "phone" if by_phone else "web", day.isoformat()])
    return str(path)


MONTHS = ("--per", "month", "--at", "on")


def test_explain_finds_the_shop_the_mix_and_the_day(
    capsys: pytest.CaptureFixture[str], visits: str
) -> None:
    document = answer_of(
        capsys, "explain", "nps=Q1", visits, "--change", "2026-02,2026-04", *MONTHS,
        "--by", "shop", "--by", "channel",
    )  # fmt: skip
    (found,) = document["explanations"]
    assert found["between"] == ["2026-02-01", "2026-04-01"]
    assert found["is_established"]
    shop, channel = sorted(found["dimensions"], key=lambda one: one["dimension"], reverse=True)
    assert shop["segments_moved_differently"]
    assert shop["segments"][0]["segment"] == "Lyon"
    assert shop["segments"][0]["rate"] < 3 * shop["segments"][1]["rate"]
    assert channel["mix"] < -2 * channel["mix_se"]
    (change,) = found["when"]["changes"]
    assert change["earliest"] <= FALL.isoformat() <= change["latest"]
    parts = found["classes"]
    assert sum(one["brings"] for one in parts) == pytest.approx(found["difference"])


def test_explain_agrees_with_compare(capsys: pytest.CaptureFixture[str], visits: str) -> None:
    between = ("--by", "shop", *MONTHS)
    explained = answer_of(
        capsys, "explain", "nps=Q1", visits, "--change", "2026-01,2026-02", *between
    )["explanations"][0]
    compared = answer_of(
        capsys, "compare", visits, "-m", "nps=Q1",
        "--between", "period=2026-01-01,2026-02-01", *between,
    )["comparisons"][0]  # fmt: skip
    for key in ("difference", "low", "high", "p_value"):
        assert explained[key] == compared[key]
    assert explained["dimensions"][0]["mix"] == compared["decompositions"][0]["mix"]


def test_a_change_that_chance_may_have_made_is_called_so_in_both_languages(
    call: Call, visits: str
) -> None:
    arguments = [
        "explain", "nps=Q1", visits, "--change", "2026-01,2026-02", *MONTHS, "--by", "shop",
    ]  # fmt: skip
    english = call(*arguments).out
    french = call(*arguments, "--lang", "fr").out
    assert "Chance alone may have made this change" in english
    assert "Le hasard seul a pu produire cet écart" in french
    assert "promoteurs" in french


def test_two_values_of_a_column_are_explained_like_two_periods(visits: str) -> None:
    found = rs.explain(visits, "nps=Q1", change="shop=Nice,Lyon", by=["channel"])
    (explanation,) = found.explanations
    assert explanation.comparison.levels == ("Nice", "Lyon")
    assert found.whens == (None,)
    assert {row["segment"] for row in found.to_rows()} == {"phone", "web"}
    assert "Lyon" in str(found)


def test_without_a_dimension_there_is_nothing_to_explain_by(
    capsys: pytest.CaptureFixture[str], visits: str
) -> None:
    status, said = refusal_of(
        capsys, "explain", "nps=Q1", visits, "--change", "2026-01,2026-02", *MONTHS
    )
    assert status == 2
    assert "--by" in said


def test_a_period_that_holds_nothing_is_refused_with_those_that_do(
    capsys: pytest.CaptureFixture[str], visits: str
) -> None:
    status, said = refusal_of(
        capsys, "explain", "nps=Q1", visits, "--change", "2026-02,2027-02", *MONTHS, "--by", "shop"
    )
    assert status == 1
    assert "2027-02-01" in said
    assert "2026-04-01" in said


@pytest.mark.parametrize("change", ["spring,2026-02", "2026-02", "2026-02,2026-02"])
def test_what_is_no_pair_of_periods_is_refused(visits: str, change: str) -> None:
    with pytest.raises(InvalidArgument):
        rs.explain(visits, "nps=Q1", change=change, per="month", at="on", by=["shop"])


def test_small_groups_stay_hidden(visits: str) -> None:
    found = rs.explain(
        visits, "nps=Q1", change="2026-01-05,2026-01-06", per="day", at="on", by=["shop"],
        minimum_group=30,
    )  # fmt: skip
    assert found.explanations[0].dimensions == ()
    assert "hidden" in found.text("en")


def test_series_tells_the_change_its_reasons_the_alarm_and_what_comes(
    capsys: pytest.CaptureFixture[str], visits: str
) -> None:
    document = answer_of(
        capsys, "series", visits, "-m", "nps=Q1", "--per", "day", "--at", "on",
        "--event", "2026-03-09 new till", "--event", "2026-01-15 sales",
    )  # fmt: skip
    (study,) = document["series"]
    (change,) = study["changes"]
    assert change["earliest"] <= FALL.isoformat() <= change["latest"]
    assert change["high"] < -10
    assert [event["label"] for event in change["events"]] == ["new till"]
    assert [alarm["direction"] for alarm in study["alarms"]] == ["fall"]
    assert study["alarms"][0]["period"] > FALL.isoformat()
    assert len(study["scores"]) == DAYS
    assert [one["period"]["start"] for one in study["forecast"]] == [
        "2026-05-01", "2026-05-02", "2026-05-03",
    ]  # fmt: skip


def test_series_explains_a_change_along_a_column(visits: str) -> None:
    found = rs.series(visits, "nps=Q1", per="day", at="on", by=["shop"])
    (_, start), explanation = next(iter(found.explanations.items()))
    assert start == found.studies[0].changes[0].start
    assert explanation.dimensions[0].parts[0].segment == "Lyon"
    assert "Lyon" in found.text("fr")


def test_a_series_writes_its_chart(
    call: Call, visits: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chart = tmp_path / "nps.svg"
    call("series", visits, "-m", "nps=Q1", "--per", "day", "--at", "on", "--chart", str(chart))
    drawn = chart.read_text(encoding="utf-8")
    root = ElementTree.fromstring(drawn)
    assert "forecast" in (root.findtext("{http://www.w3.org/2000/svg}desc") or "")
    assert 'class="' not in drawn
    both = ("-m", "nps=Q1", "-m", "csat/mean=Q1:0-10", "--per", "day", "--at", "on")
    status, said = refusal_of(capsys, "series", visits, *both, "--chart", str(chart))
    assert status == 2
    assert "a chart shows one measure, and there are 2" in said


def test_a_short_series_is_told_what_it_lacks(call: Call, visits: str) -> None:
    said = call("series", visits, "-m", "nps=Q1", *MONTHS, "--lang", "fr").out
    assert "Pas de prévision" in said
    assert "en demande au moins 12" in said


def test_rows_of_a_series_hold_measures_then_forecasts(
    capsys: pytest.CaptureFixture[str], visits: str
) -> None:
    main(["series", visits, "-m", "nps=Q1", "--per", "week", "--at", "on", "--format", "csv"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    kinds = [row["kind"] for row in rows]
    assert kinds == sorted(kinds, reverse=True)
    assert kinds.count("forecast") == 3
    assert float(rows[0]["low"]) < float(rows[0]["value"]) < float(rows[0]["high"])


def test_one_document_is_printed_and_nothing_else(
    capsys: pytest.CaptureFixture[str], visits: str
) -> None:
    main(
        [
            "series",
            visits,
            "-m",
            "csat/mean=Q1:0-10",
            "--per",
            "day",
            "--at",
            "on",
            "--format",
            "json",
        ]
    )
    said = capsys.readouterr()
    assert list(json.loads(said.out)) == ["series"]


def test_a_day_that_is_none_is_refused(visits: str) -> None:
    with pytest.raises(InvalidArgument, match="2026-03-12"):
        rs.series(visits, "nps=Q1", per="day", at="on", events=["soon sales"])


def test_a_constant_series_has_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "same.csv"
    lines = [f"10,{FIRST + timedelta(days=number)}" for number in range(40)]
    path.write_text("\n".join(["Q1,on", *lines]) + "\n")
    study = rs.series(str(path), "nps=Q1", per="day", at="on").studies[0]
    assert (study.changes, study.alarms) == ((), ())
