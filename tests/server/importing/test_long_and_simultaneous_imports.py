"""Long files are the worker's; whatever is killed or done twice at once, a record counts once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.asking.conftest import Desk, worked_off
from tests.server.importing.conftest import Counter, counts

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from ressenti.server.models import FileImport

RECORDS = 4_000
CARRY_ON = """
import django
django.setup()
from ressenti.server.importing.tasks import carry_on
carry_on({file!r})
"""


def answers(records: int = RECORDS) -> str:
    lines = [f"id-{i},2026-02-13 10:00,{i % 11},{'word ' * 10}" for i in range(records)]
    return "source_id,answered_at,recommend,why\n" + "\n".join(lines) + "\n"


def orders(records: int = RECORDS) -> str:
    lines = [f"{i},C-1,2026-02-13,{i},EUR,{i}" for i in range(records)]
    return "order_id,customer_id,ordered_at,amount,currency,source_id\n" + "\n".join(lines) + "\n"


def at_once(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Do two things at the same moment, each on a connection of its own."""
    start = Barrier(2)

    def done(one: Callable[[], Any]) -> Any:
        from django.db import connection

        start.wait()
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(done, (first, second)))


def importing(file: FileImport) -> FileImport:
    """Return a file in the state in which the worker finds it."""
    file.state, file.records, file.accepted, file.unchanged = "importing", 0, 0, 0
    file.save()
    return file


def carried_on(file: UUID) -> None:
    from ressenti.server.importing.tasks import carry_on

    carry_on(str(file))


def test_a_long_file_is_checked_and_brought_in_by_the_worker(counter: Counter) -> None:
    file = counter.checked(answers())
    assert file.state == "checking"
    page = counter.page(file)
    assert "imports.js" in page
    told = counter.desk.get(f"imports/{file.pk}/progress.json").json()
    assert told == {"is_over": False, "records": 0, "total": 0}
    worked_off()
    file.refresh_from_db()
    assert (file.state, counts(file)) == ("checked", (RECORDS, 0, 0))
    assert counter.do(file, "bring-in").state == "importing"
    worked_off()
    file.refresh_from_db()
    assert (file.state, counts(file)) == ("imported", (RECORDS, 0, 0))
    assert len(counter.entries()) == RECORDS
    assert counter.do(file, "take-back").state == "removing"
    worked_off()
    file.refresh_from_db()
    assert (file.state, file.responses.count()) == ("removed", 0)


def test_the_worker_imports_for_nobody_who_may_no_longer(counter: Counter) -> None:
    from ressenti.server.models import Membership

    file = counter.checked(answers())
    Membership.objects.filter(person=counter.tenant.owner).update(role="manager")
    worked_off()
    file.refresh_from_db()
    assert file.state == "left"
    assert "no longer" in file.fault["en"]
    assert counter.entries() == []


@pytest.mark.parametrize("kind", ["answers", "orders"])
def test_two_imports_of_one_file_at_once_take_each_record_once(counter: Counter, kind: str) -> None:
    from ressenti.server.models import JournalEntry

    content = answers() if kind == "answers" else orders()
    files = [importing(counter.checked(content, kind=kind)) for _ in range(2)]
    first, second = (file.pk for file in files)
    at_once(lambda: carried_on(first), lambda: carried_on(second))
    for file in files:
        file.refresh_from_db()
        assert file.state == "imported"
    assert sum(file.accepted for file in files) == RECORDS
    assert sum(file.unchanged for file in files) == RECORDS
    own = JournalEntry.objects.filter(organisation_id=counter.tenant.organisation.pk)
    written = sum(len(entry.payload.get("rows", ["one"])) for entry in own)
    assert written == RECORDS


def test_one_import_done_twice_at_once_counts_once(counter: Counter) -> None:
    file = importing(counter.checked(answers()))
    at_once(lambda: carried_on(file.pk), lambda: carried_on(file.pk))
    file.refresh_from_db()
    assert (file.state, counts(file)) == ("imported", (RECORDS, 0, 0))
    assert len(counter.entries()) == RECORDS


def test_two_files_with_the_same_new_customers_both_arrive(
    counter: Counter, signed_in: Callable[..., Client]
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from ressenti.server.models import Customer

    body = ("external_id\n" + "".join(f"C-{i}\n" for i in range(RECORDS))).encode()
    desks = [Desk(signed_in(counter.tenant.owner), counter.tenant) for _ in range(2)]
    for desk in desks:
        desk.post("customers/import/", file=SimpleUploadedFile("c.csv", body))
    first, second = (
        lambda desk=desk: desk.post("customers/import/confirm/").status_code for desk in desks
    )
    assert at_once(first, second) == [302, 302]
    own = Customer.objects.filter(organisation=counter.tenant.organisation)
    assert own.count() == RECORDS


def test_an_import_whose_worker_was_killed_is_taken_up_and_counts_once(counter: Counter) -> None:
    from datetime import timedelta

    from ressenti.server.importing.tasks import look_after_imports
    from ressenti.server.models import FileImport

    file = importing(counter.checked(answers(8_000)))
    process = subprocess.Popen([sys.executable, "-c", CARRY_ON.format(file=str(file.pk))])
    deadline = time.monotonic() + 60
    while file.accepted == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
        file.refresh_from_db()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    file.refresh_from_db()
    assert file.state == "importing"
    assert 0 < file.accepted < 8_000
    assert len(counter.entries()) == file.accepted
    long_ago = file.moved_at - timedelta(minutes=5)
    FileImport.objects.filter(pk=file.pk).update(moved_at=long_ago)
    look_after_imports(timestamp=0)
    worked_off()
    file.refresh_from_db()
    assert (file.state, counts(file)) == ("imported", (8_000, 0, 0))
    assert len(counter.entries()) == 8_000
