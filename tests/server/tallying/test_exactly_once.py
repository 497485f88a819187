"""Each answer counts once: whatever is corrected, erased, repeated, killed or committed late."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime

import psycopg
import pytest

from tests.server.tallying.conftest import Journal


def test_an_answer_is_counted_by_day_and_month_and_by_each_declared_dimension(
    journal: Journal,
) -> None:
    journal.answer(9)
    journal.answer(9)
    journal.answer(3)
    journal.tally()
    assert journal.cells() == {("2026-11-01", "9"): 2, ("2026-11-01", "3"): 1}
    assert journal.cells("unit", "day") == {
        ("2026-11-20", "lyon", "9"): 2,
        ("2026-11-20", "lyon", "3"): 1,
    }
    assert journal.cells("unit,touchpoint") == {
        ("2026-11-01", "lyon", "store", "9"): 2,
        ("2026-11-01", "lyon", "store", "3"): 1,
    }
    assert journal.differences() == []


def test_a_response_that_is_not_finished_is_kept_but_not_counted(journal: Journal) -> None:
    response = journal.answer(2, is_final=False)
    journal.tally()
    assert journal.cells() == {}
    journal.answer(8, response=response)
    journal.tally()
    assert journal.cells() == {("2026-11-01", "8"): 1}


def test_a_correction_takes_away_what_it_replaces(journal: Journal) -> None:
    response = journal.answer(2)
    journal.tally()
    later = datetime(2026, 12, 24, tzinfo=UTC)
    journal.answer(10, response=response, at=later)
    journal.tally()
    assert journal.cells() == {("2026-11-01", "10"): 1}
    assert journal.differences() == []


def test_a_correction_in_the_same_batch_counts_once(journal: Journal) -> None:
    response = journal.answer(2)
    journal.answer(7, response=response)
    journal.answer(9, response=response)
    journal.tally()
    assert journal.cells() == {("2026-11-01", "9"): 1}


def test_an_answer_falls_on_the_day_of_the_organisation(journal: Journal) -> None:
    journal.answer(9, at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    journal.tally()
    assert journal.cells(grain="day") == {("2026-11-01", "9"): 1}


def test_a_back_dated_answer_lands_in_its_period(journal: Journal) -> None:
    journal.answer(9)
    journal.tally()
    journal.answer(1, at=datetime(2025, 1, 5, 12, tzinfo=UTC))
    journal.tally()
    assert journal.cells() == {("2026-11-01", "9"): 1, ("2025-01-01", "1"): 1}


def test_a_removed_response_leaves_nothing_behind(journal: Journal) -> None:
    response = journal.answer(4)
    journal.answer(9)
    journal.tally()
    journal.write(4, {"response": str(response), "reason": "test"})
    journal.tally()
    assert journal.cells() == {("2026-11-01", "9"): 1}
    said = journal.connection.execute(
        "SELECT payload FROM ressenti_journalentry WHERE response_id = %s", [response]
    ).fetchall()
    assert said == [({"erased": True},)]


def test_an_erased_person_is_subtracted_and_forgotten(journal: Journal) -> None:
    from ressenti.server.models import Customer, Response

    customer = Customer.objects.create(
        organisation=journal.tenant.organisation, external_id="c-1", email="a@b.example"
    )
    journal.answer(3, customer=str(customer.pk))
    journal.answer(9)
    journal.tally()
    journal.answer(5, customer=str(customer.pk))
    journal.write(3, {"customer": str(customer.pk), "external_id": "c-1"})
    journal.tally()
    assert journal.cells() == {("2026-11-01", "9"): 1}
    assert not Response.objects.filter(customer=customer).exists()
    assert journal.differences() == []


def test_an_entry_that_makes_no_sense_is_set_aside_and_holds_nothing_up(journal: Journal) -> None:
    from ressenti.server.models import RejectedEntry

    journal.answer(9)
    journal.answer(8, survey=str(uuid.uuid4()))
    journal.answer(8, answered_at="yesterday")
    journal.write(1, {"nothing": 1})
    journal.answer(10)
    journal.tally()
    assert journal.cells() == {("2026-11-01", "9"): 1, ("2026-11-01", "10"): 1}
    reasons = RejectedEntry.objects.filter(organisation_id=journal.tenant.organisation.pk)
    assert len(reasons) == 3
    assert not any("yesterday" in one.reason for one in reasons)


def test_weights_are_added_exactly_and_taken_away_exactly(journal: Journal) -> None:
    response = journal.answer(9, weight="0.1")
    others = [journal.answer(9, weight="0.2"), journal.answer(9, weight="1.7")]
    journal.tally()
    for one in (response, *others):
        journal.write(4, {"response": str(one), "reason": "test"})
    journal.tally()
    left = journal.connection.execute(
        "SELECT count(*) FROM ressenti_tallycell WHERE organisation_id = %s AND (n, w, w2) <> "
        "(0, 0, 0)",
        [journal.tenant.organisation.pk],
    ).fetchone()
    assert left == (0,)


def test_an_answer_committed_late_is_not_passed_by(journal: Journal, server_database: str) -> None:
    with psycopg.connect(server_database) as slow:
        late = Journal(slow, journal.tenant, journal.survey)
        late.answer(1)
        journal.answer(10)
        journal.tally()
        # The slow transaction came first: nothing after it may count before it is known.
        assert journal.cells() == {}
        slow.commit()
    journal.tally()
    assert journal.cells() == {("2026-11-01", "1"): 1, ("2026-11-01", "10"): 1}


def test_any_history_gives_the_tallies_of_its_end(journal: Journal) -> None:
    """Random pages, corrections and removals, cut into random batches, against a plain recount."""
    draw = random.Random(20261122)
    alive: dict[uuid.UUID, int] = {}
    for _ in range(150):
        what = draw.random()
        if what < 0.6 or not alive:
            level = draw.randint(0, 10)
            alive[journal.answer(level)] = level
        elif what < 0.8:
            response = draw.choice(list(alive))
            alive[response] = draw.randint(0, 10)
            journal.answer(alive[response], response=response)
        else:
            response = draw.choice(list(alive))
            del alive[response]
            journal.write(4, {"response": str(response), "reason": "test"})
        if draw.random() < 0.2:
            journal.tally()
    journal.tally()
    expected: dict[tuple[str, ...], int] = {}
    for level in alive.values():
        key = ("2026-11-01", str(level))
        expected[key] = expected.get(key, 0) + 1
    assert journal.cells() == expected
    assert journal.differences() == []


def test_a_rebuild_gives_the_same_tallies(journal: Journal) -> None:
    from ressenti.server.tallying.verification import rebuild

    for level in (0, 4, 9, 9, 10):
        journal.answer(level)
    journal.tally()
    before = journal.cells("unit", "day")
    journal.connection.execute(
        "UPDATE ressenti_tallycell SET n = n + 3 WHERE organisation_id = %s AND level = '9'",
        [journal.tenant.organisation.pk],
    )
    assert journal.differences()
    rebuild(journal.connection, journal.tenant.organisation.pk)
    assert journal.cells("unit", "day") == before
    assert journal.differences() == []


def test_other_sets_and_another_zone_have_the_tallies_counted_anew(
    journal: Journal, server_database: str
) -> None:
    from ressenti.server.tallying.rebuilding import rebuild_asked
    from ressenti.server.tallying.recounting import recount_due

    journal.answer(9, at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    journal.answer(4)
    journal.tally()
    organisation = journal.tenant.organisation
    organisation.tally_sets = [[], ["unit", "channel"]]
    organisation.time_zone = "America/Montreal"
    organisation.save()
    rebuild_asked(organisation)
    while recount_due(journal.connection, server_database):
        pass
    assert journal.cells("unit,channel", "day") == {
        ("2026-10-31", "lyon", "link", "9"): 1,
        ("2026-11-20", "lyon", "link", "4"): 1,
    }
    assert journal.cells("unit") == {}
    assert journal.differences() == []


@pytest.mark.slow
def test_a_tallier_killed_again_and_again_counts_each_answer_once(
    journal: Journal, server_database: str
) -> None:
    """Kill the process at random moments while answers come in; at the end each counts once."""
    draw = random.Random(7)
    sent = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "ressenti.server.tallying"],
            env={**os.environ, "DATABASE_URL": server_database},
        )
        end = time.monotonic() + draw.uniform(0.4, 1.2)
        while time.monotonic() < end:
            journal.answer(draw.randint(0, 10))
            sent += 1
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    journal.tally_to_the_end()
    assert sum(journal.cells().values()) == sent
    assert journal.differences() == []


def test_no_entry_is_passed_by_where_transactions_gain_a_digit(journal: Journal) -> None:
    from ressenti.server.tallying.batches import Position, next_entries

    journal.connection.execute("BEGIN")
    try:
        for transaction in (11, 9, 10, 8):
            journal.connection.execute(
                "INSERT INTO ressenti_journalentry (organisation_id, response_id, kind, "
                "received_at, payload, transaction) "
                "VALUES (%s, gen_random_uuid(), 1, now(), '{}', %s::text::xid8)",
                [journal.tenant.organisation.pk, transaction],
            )
        after, found = Position("7", 0), []
        for _ in range(4):
            (entry,) = next_entries(journal.connection, after, most=1)
            found.append(entry.transaction)
            after = entry.position
        assert found == ["8", "9", "10", "11"]
        several = next_entries(journal.connection, Position("7", 0), most=4)
        assert [entry.transaction for entry in several] == ["8", "9", "10", "11"]
    finally:
        journal.connection.execute("ROLLBACK")
