"""Outcomes on screen: declared in the customers' words, tested, refused where they are none."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.server.cockpit.conftest import Record
from tests.server.cockpit.writing import SignedIn

DECLARED = {
    "key": "parcel_on_time",
    "words_fr": "Mon colis au jour dit",
    "words_en": "My parcel by the day I was told",
    "kind": "time",
    "step": "deliver",
    "unit": "day",
    "increment": "1",
    "direction": "low",
    "expectation_source": "promise",
}


def address(record: Record, ending: str = "") -> str:
    return f"/o/{record.tenant.organisation.key}/outcomes/{ending}"


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())))


def test_an_outcome_is_declared_followed_and_asked_its_two_tests(
    record: Record, signed_in: SignedIn
) -> None:
    from ressenti.server.models import Measure, OutcomeDeclaration, Recount

    client = signed_in(record.tenant.owner)
    assert client.post(address(record, "declare/"), DECLARED).status_code == 302
    own = OutcomeDeclaration.objects.get(organisation=record.tenant.organisation)
    assert (own.key, own.words_in("en")) == ("parcel_on_time", "My parcel by the day I was told")
    measure = Measure.objects.get(organisation=record.tenant.organisation, indicator="cpi")
    assert measure.options == {"outcome": "parcel_on_time", "higher": []}
    waiting = Recount.objects.filter(organisation_id=record.tenant.organisation.pk)
    assert [one.fact for one in waiting] == ["outcomes"]
    page = said(client.get(address(record)))
    assert "« Mon colis au jour dit »" in page
    assert "Tests à poser" in page


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([("important", "yes")], "Tests à poser"),
        ([("important", "yes"), ("increments", "yes")], "A passé les deux tests"),
        ([("important", "yes"), ("increments", "no")], "A échoué à un test"),
        ([("important", "no"), ("increments", "yes"), ("important", "yes")], "A passé les deux"),
    ],
)
def test_the_answers_to_the_tests_are_kept_and_the_last_ones_count(
    record: Record, signed_in: SignedIn, answers: list[tuple[str, str]], verdict: str
) -> None:
    from ressenti.server.models import AuditEntry, OutcomeDeclaration

    client = signed_in(record.tenant.owner)
    client.post(address(record, "declare/"), DECLARED)
    for test, passed in answers:
        told = {"test": test, "passed": passed, "evidence": "12 interviews"}
        assert client.post(address(record, "parcel_on_time/test/"), told).status_code == 302
    own = OutcomeDeclaration.objects.get(organisation=record.tenant.organisation)
    assert [one["test"] for one in own.tests] == [test for test, _ in answers]
    assert {one["evidence"] for one in own.tests} == {"12 interviews"}
    assert verdict in said(client.get(address(record)))
    logged = AuditEntry.objects.filter(
        organisation=record.tenant.organisation, action="outcome.tested"
    )
    assert logged.count() == len(answers)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"words_fr": "Améliorer notre NPS"}, "n'est pas un résultat pour le client"),
        ({"key": "Colis à l'heure"}, "minuscules"),
        ({"words_fr": "", "words_en": ""}, "dans une langue au moins"),
        ({"increment": "0"}, "supérieur à 0"),
        ({"expectation_source": "learnt"}, "Choisissez qui dit"),
    ],
)
def test_what_is_no_outcome_is_refused_with_the_reason(
    record: Record, signed_in: SignedIn, change: dict[str, str], told: str
) -> None:
    from ressenti.server.models import OutcomeDeclaration

    answer = signed_in(record.tenant.owner).post(address(record, "declare/"), DECLARED | change)
    assert answer.status_code == 422
    assert told in said(answer)
    assert not OutcomeDeclaration.objects.filter(organisation=record.tenant.organisation).exists()


def test_an_outcome_is_declared_once(record: Record, signed_in: SignedIn) -> None:
    client = signed_in(record.tenant.owner)
    client.post(address(record, "declare/"), DECLARED)
    again = client.post(address(record, "declare/"), DECLARED)
    assert again.status_code == 422
    assert "déjà déclaré" in said(again)


def test_a_reader_sees_outcomes_and_declares_none(record: Record, signed_in: SignedIn) -> None:
    signed_in(record.tenant.owner).post(address(record, "declare/"), DECLARED)
    client = signed_in(record.tenant.reader)
    assert "Mon colis au jour dit" in said(client.get(address(record)))
    assert client.post(address(record, "declare/"), DECLARED).status_code == 403
    told = {"test": "important", "passed": "yes"}
    assert client.post(address(record, "parcel_on_time/test/"), told).status_code == 403
