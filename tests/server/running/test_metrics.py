"""Metrics tell how much an organisation hears: strangers are not told."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.test import Client

TOKEN = "said-to-prometheus-alone"
ELSEWHERE = "203.0.113.9"

pytestmark = pytest.mark.usefixtures("server_database")


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch, server_database: str) -> str:
    """Set the token that opens the metrics, and give it."""
    from django.conf import settings

    told = dataclasses.replace(settings.SERVER, metrics_token=TOKEN)
    monkeypatch.setattr(settings, "SERVER", told)
    return TOKEN


def read(address: str = "127.0.0.1", **headers: str) -> Any:
    return Client(REMOTE_ADDR=address).get("/metrics", headers=headers)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_reads_them(address: str) -> None:
    reply = read(address)
    assert reply.status_code == 200
    assert b"ressenti_journal_entries" in reply.content
    assert b"ressenti_reader_responses_behind" in reply.content
    assert reply["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [ELSEWHERE, "10.0.0.7", "2001:db8::1", "", "unix:"])
def test_other_machines_do_not(address: str) -> None:
    reply = read(address)
    assert reply.status_code == 401
    assert b"ressenti_journal" not in reply.content


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_proxy_on_this_machine_reads_them_for_nobody(header: str) -> None:
    assert read(**{header: "127.0.0.1"}).status_code == 401


def test_without_a_token_no_token_is_the_right_one() -> None:
    for told in ("Bearer ", "Bearer None", "Bearer", f"Bearer {TOKEN}"):
        assert read(ELSEWHERE, Authorization=told).status_code == 401


def test_who_has_the_token_reads_them_from_anywhere(token: str) -> None:
    assert read(ELSEWHERE, Authorization=f"Bearer {token}").status_code == 200
    wrong = ("", token, f"Bearer {token[:-1]}", f"Bearer {token} ", "Bearer é", f"Basic {token}")
    for told in wrong:
        assert read(ELSEWHERE, Authorization=told).status_code == 401
