"""Figures of the cockpit are those of the engine on the same answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import ressenti as rs
from tests.server.cockpit.conftest import NOVEMBER, NOW, OCTOBER, Record

if TYPE_CHECKING:
    from ressenti.server.cockpit.figures import Figure

MARKS = [10.0] * 20 + [9.0] * 11 + [8.0] * 6 + [7.0] * 3 + [6.0] * 4 + [3.0] * 2 + [0.0] * 3
WEAKER = [10.0] * 8 + [9.0] * 6 + [8.0] * 9 + [7.0] * 5 + [5.0] * 12 + [0.0] * 6


def figures(record: Record, *, limit: Any = None, **where: str) -> tuple[Figure, ...]:
    from ressenti.server.cockpit.figures import scorecard
    from ressenti.server.cockpit.filters import Filters
    from ressenti.server.cockpit.scope import scope_of

    filters = Filters(where=tuple(sorted(where.items())))
    organisation = record.tenant.organisation
    organisation.refresh_from_db()
    return scorecard(scope_of(organisation, limit, filters), now=NOW)


def the_engine(record: Record, measure: str, **request: Any) -> Any:
    """Return the scores of the engine on the very same answers, month by month."""
    rows = [row for row in record.rows if row["level"] is not None]
    table = pa.table({name: [row[name] for row in rows] for name in rows[0]})
    found = rs.score(table, f"{measure}=level", per="month", at="day", **request)
    return {(score.period.start, *score.segment.values()): score for score in found.scores}


def test_a_net_score_is_the_one_counted_by_hand(record: Record) -> None:
    record.follow()
    record.answer(MARKS)
    (figure,) = figures(record)
    # 31 promoters and 9 detractors among 49: 100 · 22 / 49.
    assert figure.score.value == pytest.approx(100 * 22 / 49)
    assert (figure.score.n, figure.state) == (49, "live")


@pytest.mark.parametrize("where", [{}, {"unit": "lyon"}, {"unit": "south", "touchpoint": "store"}])
def test_figures_trends_and_intervals_are_those_of_the_engine(
    record: Record, where: dict[str, str]
) -> None:
    record.follow()
    for place, marks in (("lyon", MARKS), ("nice", WEAKER)):
        record.answer(marks, unit=place, day=OCTOBER)
        record.answer(marks[10:], unit=place, day=NOVEMBER, touchpoint="store")
        record.answer(marks[:20], unit=place, day=NOVEMBER, touchpoint="delivery")
    (figure,) = figures(record, **where)
    # South is the region of both shops.
    kept = [f"{name} = '{value}'" for name, value in where.items() if value != "south"]
    own = the_engine(record, "nps", where=" AND ".join(kept) or "true")
    for score in figure.trend[-2:]:
        assert score.period is not None
        same = own[(score.period.start,)]
        assert (score.value, score.low, score.high, score.n) == pytest.approx(
            (same.value, same.low, same.high, same.n)
        )


def test_what_no_tally_set_answers_is_counted_from_the_answers_themselves(record: Record) -> None:
    record.follow()
    record.answer(MARKS, channel="qr", language="fr")
    record.answer(WEAKER, channel="qr", language="en")
    record.answer(WEAKER, channel="email", language="fr")
    (figure,) = figures(record, channel="qr", language="fr")
    assert figure.score.value == pytest.approx(100 * 22 / 49)


def test_a_count_that_takes_too_long_fails_in_words_and_stops(
    record: Record, server_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    from ressenti.server.cockpit import cells

    monkeypatch.setattr(cells, "COUNTING_SECONDS", 0.3)
    record.follow()
    record.answer(MARKS, channel="qr", language="fr")
    with psycopg.connect(server_database) as other:
        # Whoever counts must wait for this one, longer than it may.
        other.execute("LOCK TABLE ressenti_answer IN ACCESS EXCLUSIVE MODE")
        (figure,) = figures(record, channel="qr", language="fr")
    assert figure.state == "failed"
    assert figure.failure is not None
    assert "secondes" in figure.failure.fr
    (again,) = figures(record, channel="qr", language="fr")
    assert again.state == "live"


def test_missing_answers_are_counted_beside_and_change_nothing(record: Record) -> None:
    record.follow()
    record.answer([*MARKS, "?missing", "?missing", "?invalid"])
    (figure,) = figures(record)
    score = figure.score
    assert (score.n, score.n_missing, score.n_invalid) == (49, 2, 1)
    assert score.value == pytest.approx(100 * 22 / 49)


def test_several_variants_read_the_same_tally(record: Record) -> None:
    record.follow("csat", "1-5")
    record.follow("csat", "1-5", variant="mean")
    record.answer([5.0] * 10 + [4.0] * 5 + [1.0] * 5, tally="csat@1-5")
    top, mean = figures(record)
    assert top.score.value == pytest.approx(75)
    assert mean.score.value == pytest.approx((50 + 20 + 5) / 20)


def test_a_quantity_has_its_median_within_the_stated_error_and_its_mean_exactly(
    record: Record,
) -> None:
    import math

    from ressenti.server.models import TallyCell
    from ressenti.statistics.quantiles import BUCKET_GROWTH

    seconds = [60.0 * minutes for minutes in range(1, 42)]
    for variant in ("median", "mean"):
        record.follow("first_response_time", "", variant=variant, tally="replies")
    for value in seconds:
        TallyCell.objects.create(
            organisation_id=record.tenant.organisation.pk, tally="replies", dimensions="",
            grain="month", period=date(2026, 11, 1), place=[], n=1, w=1, w2=1,
            level=str(math.ceil(math.log(value) / math.log(BUCKET_GROWTH))),
            wx=value, wx2=value * value,
        )  # fmt: skip
    median, mean = figures(record)
    assert median.score.value == pytest.approx(21, rel=0.01)
    assert mean.score.value == pytest.approx(21)


def test_a_change_is_established_or_it_is_none(record: Record) -> None:
    record.follow()
    record.answer(WEAKER * 3, day=OCTOBER)
    record.answer(MARKS * 3, day=NOVEMBER)
    (figure,) = figures(record)
    change = figure.change
    assert change is not None
    # 100·(31−9)/49 against 100·(14−18)/46.
    assert change.difference == pytest.approx(100 * 22 / 49 + 100 * 4 / 46)
    assert change.is_established


def test_changes_looked_at_together_are_tested_together(record: Record) -> None:
    record.follow()
    for variant in ("top2_box_5pt", "mean"):
        record.follow("csat", "1-5", variant=variant)
    record.answer(WEAKER, day=OCTOBER)
    record.answer(MARKS, day=NOVEMBER)
    for day in (OCTOBER, NOVEMBER):
        record.answer([5.0] * 20 + [1.0] * 20, day=day, tally="csat@1-5")
    changes = [figure.change for figure in figures(record)]
    first = next(change for change in changes if change and change.before.indicator == "nps")
    assert first.p_value is not None
    assert first.adjusted_p_value is not None
    assert first.adjusted_p_value > first.p_value


def test_a_new_question_breaks_the_comparison(record: Record) -> None:
    from ressenti.server.models import SeriesBreak

    record.follow()
    record.answer(WEAKER, day=OCTOBER)
    record.answer(MARKS, day=NOVEMBER, series=2)
    SeriesBreak.objects.create(
        organisation=record.tenant.organisation, tally="nps@0-10", survey=record.survey,
        question="recommend", series=2, at=datetime(2026, 11, 2, tzinfo=UTC),
    )  # fmt: skip
    (figure,) = figures(record)
    assert figure.change is None
    assert figure.breaks == (date(2026, 11, 2),)


def test_the_four_states_are_four_different_things(record: Record) -> None:
    record.follow()
    record.follow("csat", "1-5")
    record.follow("ces", "1-7")
    record.follow("churn", "", tally="churn", failed_at=NOW)
    record.answer(MARKS)
    record.answer([5.0] * 4, tally="csat@1-5")
    assert [str(figure.state) for figure in figures(record)] == [
        "live", "too_few", "none_yet", "failed",
    ]  # fmt: skip
    few = figures(record)[1].score
    assert (few.value, few.n, few.parts) == (None, 0, {})


def test_a_shop_is_not_told_by_the_difference_of_two_pages(record: Record) -> None:
    record.follow()
    record.answer(MARKS, unit="lyon")
    record.answer([0.0] * 3, unit="nice")
    whole, lyon, nice = (
        figures(record, **where)[0] for where in ({}, {"unit": "lyon"}, {"unit": "nice"})
    )
    assert whole.state == "live"
    assert (lyon.state, nice.state) == ("too_few", "too_few")
    assert lyon.score.n == 0


def test_a_month_is_not_told_by_the_difference_from_its_quarter(record: Record) -> None:
    record.follow()
    record.answer([0.0] * 3, day=OCTOBER)
    record.answer(MARKS, day=NOVEMBER)
    (figure,) = figures(record)
    assert [score.value for score in figure.trend[-2:]] == [None, None]
    assert "complement_suppressed" in figure.score.flags


def test_employees_are_protected_whatever_the_organisation_decided(record: Record) -> None:
    record.tenant.organisation.smallest_group = 1
    record.tenant.organisation.save()
    record.follow()
    record.follow("enps", "0-10", tally="enps@0-10")
    record.answer([9.0, 3.0])
    record.answer([9.0, 3.0], tally="enps@0-10")
    customers, employees = figures(record)
    assert (customers.state, employees.state) == ("live", "too_few")


def test_a_reader_of_one_shop_sees_its_figures_and_no_others(record: Record) -> None:
    record.follow()
    record.answer(MARKS, unit="lyon")
    record.answer(WEAKER, unit="nice")
    (own,) = figures(record, limit=record.tenant.lyon)
    assert own.score.n == len(MARKS)
    (other,) = figures(record, limit=record.tenant.lyon, touchpoint="store")
    assert other.score.n == len(MARKS)


def test_a_scorecard_asks_the_database_few_questions_however_long_it_is(record: Record) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    record.follow()
    record.follow("csat", "1-5")
    record.follow("csat", "1-5", variant="mean")
    record.follow("ces", "1-7")
    record.answer(MARKS)
    with CaptureQueriesContext(connection) as whole:
        figures(record)
    with CaptureQueriesContext(connection) as part:
        figures(record, unit="lyon", touchpoint="store")
    heavy = [query for query in part.captured_queries if "tallycell" in query["sql"]]
    # The measures, the sums, the sizes, the breaks; with filters the units too.
    assert len(whole.captured_queries) - 1 == 4
    assert len(heavy) == 2
