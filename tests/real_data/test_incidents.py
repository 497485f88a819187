"""Two logs of events: an IT department's incidents, with ``?`` for what is not known and days
before months, and a help desk's tickets.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ressenti as rs

pytestmark = pytest.mark.shared
STAMP = "%d/%m/%Y %H:%M"
TICKET = {"contact_id": "number", "offered_at": "opened_at", "resolved_at": "resolved_at"}
CALL = {"customer_id": "caller_id", "reason": "category", "offered_at": "opened_at"}


@pytest.fixture(scope="module")
def incidents(shared: Path) -> pd.DataFrame:
    """Return one row an incident, the last of its events, as the log writes it."""
    path = shared / "data" / "itsm_incidents" / "incident_event_log_a.csv.gz"
    events = pd.read_csv(path, dtype=str)
    assert (len(events), events["number"].nunique()) == (77_011, 12_459)
    return events.groupby("number", as_index=False).tail(1)


@pytest.fixture(scope="module")
def log(incidents: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("incidents") / "incidents.csv"
    incidents.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def opened(incidents: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(incidents["opened_at"], format=STAMP)


@pytest.fixture(scope="module")
def hours(incidents: pd.DataFrame, opened: pd.Series) -> pd.Series:
    resolved = incidents["resolved_at"].where(incidents["resolved_at"] != "?")
    return (pd.to_datetime(resolved, format=STAMP) - opened).dt.total_seconds() / 3600


def test_resolution_times_are_those_of_pandas_and_open_incidents_are_left_out(
    log: Path, hours: pd.Series
) -> None:
    names = ["resolution_time/mean", "resolution_time/median", "resolution_time/p90"]
    mean, median, ninetieth = rs.score(log, names, facts="contacts", mapping=TICKET)
    assert mean.value == pytest.approx(hours.mean(), rel=1e-9)
    assert median.value == pytest.approx(hours.median(), rel=0.0101)
    assert ninetieth.value == pytest.approx(hours.quantile(0.9), rel=0.0101)
    assert (mean.n, mean.n_missing, mean.n_invalid) == (11_505, 954, 0)


def test_the_exact_median_lies_in_the_interval_of_the_bucketed_one(
    log: Path, hours: pd.Series
) -> None:
    score = rs.score(log, "resolution_time/median", facts="contacts", mapping=TICKET)[0]
    assert "bucketed" in score.flags
    assert score.low is not None
    assert score.high is not None
    assert score.low <= hours.median() <= score.high


def test_incidents_are_dated_by_their_opening_whatever_the_month_of_their_end(
    log: Path, opened: pd.Series, hours: pd.Series
) -> None:
    expected = hours.groupby(opened.dt.strftime("%Y-%m-01")).mean()
    scores = rs.score(log, "resolution_time/mean", facts="contacts", mapping=TICKET, per="month")
    found = {one.period.start: one.value for one in scores if one.period}
    assert found == pytest.approx(expected.to_dict(), rel=1e-9)


def test_6242_of_12459_incidents_kept_their_service_agreement(log: Path) -> None:
    scores = rs.score(log, "fcr/survey_yes_share=made_sla", by=["priority"], totals=True)
    total = next(one for one in scores if not one.segment)
    assert (total.parts["positive"], total.n) == (6242, 12_459)
    assert total.value == pytest.approx(100 * 6242 / 12_459)
    urgent = next(one for one in scores if one.segment.get("priority") == "1")
    assert (urgent.parts["positive"], urgent.n) == (2, 114)


def test_158_incidents_were_reopened(log: Path) -> None:
    score = rs.score(log, "fcr/survey_yes_share=reopen_count > 0")[0]
    assert (score.parts["positive"], score.n) == (158, 12_459)


def test_a_question_mark_declared_as_no_answer_is_missing_and_not_a_segment_of_answers(
    log: Path, incidents: pd.DataFrame
) -> None:
    known = incidents["knowledge"].isin(["true", "false"])
    share = 100 * (incidents["knowledge"][known] == "true").mean()
    score = rs.score(log, "fcr/survey_yes_share=knowledge", missing=["?"])[0]
    assert score.value == pytest.approx(share)
    unknown = rs.score(log, "csat/mean_rescaled_0_100=problem_id != '?':yes-no")[0]
    assert unknown.value == pytest.approx(100 * (incidents["problem_id"] != "?").mean())


def test_first_contact_resolution_counts_the_chains_that_a_plain_loop_counts(
    log: Path, incidents: pd.DataFrame, opened: pd.Series
) -> None:
    window = pd.Timedelta(days=7)
    calls = incidents.assign(at=opened).sort_values("at", kind="stable")
    last = calls["at"].max()
    tally = {"resolved_first": 0, "repeated": 0, "immature": 0}
    for _, chain in calls.groupby(["caller_id", "category"]):
        times = list(chain["at"])
        for place, at in enumerate(times):
            if place and at <= times[place - 1] + window:
                continue
            follows = place + 1 < len(times) and times[place + 1] <= at + window
            if at + window > last:
                tally["immature"] += 1
            else:
                tally["repeated" if follows else "resolved_first"] += 1
    score = rs.score(log, "fcr", facts="contacts", mapping=CALL)[0]
    mature = tally["resolved_first"] + tally["repeated"]
    assert (score.n, score.n_missing) == (mature, 0)
    assert score.value == pytest.approx(100 * tally["resolved_first"] / mature)
    assert score.parts["immature"] == tally["immature"]


def test_the_gzipped_log_is_read_as_it_is(shared: Path) -> None:
    path = shared / "data" / "itsm_incidents" / "incident_event_log_a.csv.gz"
    events = pd.read_csv(path, usecols=["made_sla"])
    score = rs.score(path, "fcr/survey_yes_share=made_sla")[0]
    assert score.n == len(events)
    assert score.value == pytest.approx(100 * events["made_sla"].mean())


def test_help_desk_tickets_last_from_their_first_event_to_their_last(
    shared: Path, tmp_path: Path
) -> None:
    events = pd.read_csv(shared / "data" / "helpdesk_log" / "helpdesk.csv")
    assert (len(events), events["case_id"].nunique()) == (21_348, 4_580)
    tickets = events.groupby("case_id")["timestamp"].agg(["min", "max"]).reset_index()
    tickets.to_csv(tmp_path / "tickets.csv", index=False)
    hours = (pd.to_datetime(tickets["max"]) - pd.to_datetime(tickets["min"])) / pd.Timedelta("1h")
    mapping = {"contact_id": "case_id", "offered_at": '"min"', "resolved_at": '"max"'}
    mean, median = rs.score(
        tmp_path / "tickets.csv",
        ["resolution_time/mean", "resolution_time/median"],
        facts="contacts",
        mapping=mapping,
    )
    assert mean.value == pytest.approx(hours.mean(), rel=1e-9)
    assert median.value == pytest.approx(hours.median(), rel=0.0101)
    assert mean.n == 4_580
