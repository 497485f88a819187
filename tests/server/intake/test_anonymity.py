"""With the whole database in their hands, nobody joins an anonymous answer to who was asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, filled, invited

if TYPE_CHECKING:
    from ressenti.server.models import Invitation

PEOPLE = 12
ENTRIES = """
SELECT ctid::text AS lies_at, xmin::text AS written_by, * FROM ressenti_journalentry
WHERE survey_id = %s ORDER BY id
"""
INVITATIONS = """
SELECT ctid::text AS lies_at, xmin::text AS written_by, * FROM ressenti_invitation
WHERE survey_id = %s ORDER BY ctid
"""
Row = dict[str, Any]


@pytest.fixture
def asked(tenant: Tenant) -> Asked:
    """Give a live anonymous survey."""
    return asked_by(tenant, is_anonymous=True)


def answered(web: httpx.Client, asked: Asked, *, count: int = PEOPLE) -> list[Invitation]:
    """Have invited people answer, one after the other; return their invitations in that order."""
    found = []
    for number in range(count):
        invitation, token = invited(asked)
        web.cookies.clear()
        page = web.get(f"/i/{token}").text
        reply = web.post(f"/i/{token}", data=filled(page, recommend=str(number % 11)))
        assert reply.is_redirect
        found.append(invitation)
    return found


def rows(database: str, statement: str, asked: Asked) -> list[Row]:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        return connection.execute(statement, [asked.survey.pk]).fetchall()


def links(database: str, asked: Asked) -> set[tuple[str, str, str]]:
    """Return the columns, and the value, by which one entry is joined to one invitation."""
    places: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for table, statement in (("entry", ENTRIES), ("invitation", INVITATIONS)):
        for row in rows(database, statement, asked):
            for column, value in row.items():
                # Numbers of places in a file are no marks: each table has the same ones.
                if value not in (None, "", 0) and column not in ("lies_at", "id"):
                    places[str(value)][table, column] += 1
    return {
        (entry[1], invitation[1], value)
        for value, found in places.items()
        for entry, n in found.items()
        for invitation, m in found.items()
        if entry[0] == "entry" and invitation[0] == "invitation" and n == m == 1
    }


def separated() -> int:
    from ressenti.server.asking.anonymity import separate_used_invitations

    return separate_used_invitations()


def test_no_column_and_no_number_of_a_transaction_joins_an_answer_to_an_invitation(
    web: httpx.Client, asked: Asked, server_database: str
) -> None:
    answered(web, asked)
    # Until it is taken away, the transaction is such a mark: this test knows it when it sees it.
    assert {link[:2] for link in links(server_database, asked)} >= {("written_by", "written_by")}
    assert separated() == PEOPLE
    assert links(server_database, asked) == set()
    written_by = {row["written_by"] for row in rows(server_database, INVITATIONS, asked)}
    assert len(written_by) == 1
    for row in rows(server_database, INVITATIONS, asked):
        assert row["started_at"] == row["finished_at"] == row["decided_at"]


def test_invitations_no_longer_lie_in_the_order_of_the_answers(
    web: httpx.Client, asked: Asked, server_database: str
) -> None:
    order = [invitation.pk for invitation in answered(web, asked)]
    separated()
    # Of twelve factorial orders one is the same by chance.
    assert [row["id"] for row in rows(server_database, INVITATIONS, asked)] != order


def test_one_more_answer_is_written_again_among_earlier_ones(
    web: httpx.Client, asked: Asked, server_database: str
) -> None:
    answered(web, asked)
    separated()
    answered(web, asked, count=1)
    assert separated() == 1
    written_by = Counter(row["written_by"] for row in rows(server_database, INVITATIONS, asked))
    assert written_by.most_common() == [(next(iter(written_by)), PEOPLE + 1)]
    assert links(server_database, asked) == set()
    assert separated() == 0


def test_fewer_than_five_wait_for_others(web: httpx.Client, asked: Asked) -> None:
    answered(web, asked, count=4)
    assert separated() == 0
    answered(web, asked, count=1)
    assert separated() == 5


def test_who_has_only_begun_is_written_again_too_and_still_finishes_once(
    web: httpx.Client, asked: Asked
) -> None:
    from ressenti.server.models import Invitation

    answered(web, asked, count=4)
    begun, token = invited(asked)
    page = web.get(f"/i/{token}").text
    Invitation.objects.filter(pk=begun.pk).update(started_at="2026-11-20T00:00:00Z")
    assert separated() == 5
    assert web.post(f"/i/{token}", data=filled(page, recommend="3")).is_redirect
    web.cookies.clear()
    assert web.get(f"/i/{token}").status_code == 410
    begun.refresh_from_db()
    assert begun.finished_at is not None
    assert separated() == 1


def test_surveys_that_are_not_anonymous_keep_their_instants(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant)
    (first, *_) = answered(web, asked, count=6)
    first.refresh_from_db()
    before = first.finished_at
    assert separated() == 0
    first.refresh_from_db()
    assert first.finished_at == before
