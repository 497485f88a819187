"""Waking cockpits: a notice says which tallies changed, and that somebody wrote something."""

from __future__ import annotations

import json

import psycopg

from tests.server.tallying.conftest import Journal


def notices(url: str, journal: Journal) -> list[dict[str, object]]:
    """Return what cockpits are told while everything that waits is tallied."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("LISTEN ressenti_live")
        journal.tally()
        said = [json.loads(one.payload) for one in connection.notifies(timeout=0.5)]
    own = str(journal.tenant.organisation.pk)
    return [one for one in said if one["o"] == own]


def test_a_score_wakes_its_figures_and_not_the_comments(
    journal: Journal, server_database: str
) -> None:
    journal.answer(9)
    assert [one["t"] for one in notices(server_database, journal)] == [["nps@0-10"]]


def test_a_comment_without_a_score_wakes_the_comments(
    journal: Journal, server_database: str
) -> None:
    answers = [{"q": "why", "p": "", "m": "", "t": "", "s": 1, "x": "Parfait."}]
    response = journal.answer(9, answers=answers, covers=["why"])
    assert [one["t"] for one in notices(server_database, journal)] == [["comments"]]
    # And so does a comment that goes.
    journal.write(4, {"response": str(response), "reason": "asked"})
    assert [one["t"] for one in notices(server_database, journal)] == [["comments"]]
