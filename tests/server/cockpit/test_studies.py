"""Studies over the record: what was planted is found, a decoy is not, nothing else is let out."""

from __future__ import annotations

import html
import os
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from tests.server.cockpit.conftest import NOW, Record
from tests.server.cockpit.writing import SignedIn

if TYPE_CHECKING:
    from ressenti.server.models import Study

QUERY = {"from": "2026-01-01", "to": "2026-11-30"}
PARCEL, DECOY = "parcel_on_time", "receipt_at_once"


def lived_and_answered(
    record: Record, *, n: int = 600, seed: int = 3, units: Sequence[str] = ("lyon", "nice")
) -> None:
    """Have customers get two outcomes, then answer: a late parcel costs marks, a receipt none."""
    from ressenti.server.models import EVENT_MODELS, Answer, Customer, Response

    random = Random(seed)
    organisation = record.tenant.organisation
    customers = Customer.objects.bulk_create(
        Customer(organisation=organisation, external_id=f"c{number}") for number in range(n)
    )
    events, responses, answers = [], [], []
    for number, customer in enumerate(customers):
        at = datetime(2026, 2, 1, 9, tzinfo=UTC) + timedelta(hours=11 * (number % 580))
        unit = random.choice(units)
        is_late, has_receipt = random.random() < 0.35, random.random() < 0.5
        for outcome, actual in ((PARCEL, 5 if is_late else 2), (DECOY, 1 if has_receipt else 9)):
            events.append(
                EVENT_MODELS["outcomes"](
                    organisation_id=organisation.pk, belongs_to=unit, outcome=outcome,
                    customer_id=customer.external_id, occurred_at=at - timedelta(days=3),
                    actual=actual, expected=3, source="test", source_id=f"{number}/{outcome}",
                )
            )  # fmt: skip
        level = max(0, min(10, round(random.gauss(8 - 3 * is_late, 1.5))))
        mark = max(1, min(5, round(level / 2 + random.gauss(0, 0.7))))
        told: dict[str, Any] = {
            "organisation": organisation, "survey": record.survey, "answered_at": at,
            "day": at.date(), "unit": unit, "touchpoint": "deliver", "channel": "link",
        }  # fmt: skip
        response = Response(
            id=uuid.uuid4(), version=1, customer=customer, is_finished=True, started_at=at,
            source_id=str(number), last_entry=1, **told,
        )  # fmt: skip
        responses.append(response)
        answers += [
            Answer(
                response=response, survey_version=1, question=question, tally=tally,
                level=str(value), value=float(value), is_counted=True, **told,
            )
            for question, tally, value in (
                ("recommend", "nps@0-10", level), ("satisfied", "csat@1-5", mark),
            )
        ]  # fmt: skip
    EVENT_MODELS["outcomes"]._default_manager.bulk_create(events)
    Response.objects.bulk_create(responses)
    Answer.objects.bulk_create(answers)


def worked_out(record: Record, signed_in: SignedIn, kind: str, **query: str) -> Study:
    """Ask for a study as a person does, work it out as the worker does, and return it."""
    from ressenti.server.models import Study
    from ressenti.server.studying.running import run_study

    address = f"/o/{record.tenant.organisation.key}/studies/{kind}/ask/"
    with time_machine.travel(NOW, tick=False):
        client = signed_in(record.tenant.owner)
        answer = client.post(address, query_params=QUERY | query)
    assert answer.status_code == 302, answer.content
    study = Study.objects.filter(organisation=record.tenant.organisation).first()
    assert study is not None
    run_study(os.environ["DATABASE_URL"], study.pk)
    study.refresh_from_db()
    return study


def page(record: Record, signed_in: SignedIn, kind: str, **query: str) -> str:
    address = f"/o/{record.tenant.organisation.key}/{kind}/"
    with time_machine.travel(NOW, tick=False):
        answer = signed_in(record.tenant.owner).get(address, QUERY | query)
    assert answer.status_code == 200
    text = re.sub(r"<svg.*?</svg>|<[^>]*>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(text))


@pytest.fixture
def followed(record: Record) -> Record:
    record.follow()
    record.follow("csat", "1-5")
    return record


def test_the_link_that_was_planted_is_shown_and_the_decoy_is_not(
    followed: Record, signed_in: SignedIn
) -> None:
    lived_and_answered(followed)
    study = worked_out(followed, signed_in, "links")
    assert study.result is not None, study.failure
    found = {
        (one["outcome"], one["indicator"]): one for one in study.result["en"]["customers"]["links"]
    }
    assert found["parcel on time", "NPS"]["is_claimed"]
    assert not found["receipt at once", "NPS"]["is_established"]
    said = page(followed, signed_in, "links")
    assert "« NPS » évolue avec « parcel on time »" in said
    assert "paires sans lien" in said or "paire sans lien" in said


def test_drivers_add_up_and_the_decoy_explains_next_to_nothing(
    followed: Record, signed_in: SignedIn
) -> None:
    lived_and_answered(followed)
    study = worked_out(followed, signed_in, "drivers", target="nps@0-10")
    assert study.result is not None, study.failure
    document = study.result["en"]["document"]
    shares = {one["driver"]: one["importance"] for one in document["drivers"]}
    assert sum(shares.values()) == pytest.approx(document["r2"])
    assert shares["parcel on time"] > 0.05 > shares["receipt at once"]
    said = page(followed, signed_in, "drivers", target="nps@0-10")
    assert "Leviers de NPS" in said
    assert "À améliorer d'abord" in said


def test_too_few_answers_are_told_in_both_languages(followed: Record, signed_in: SignedIn) -> None:
    lived_and_answered(followed, n=20)
    study = worked_out(followed, signed_in, "drivers", target="nps@0-10")
    assert study.result is None
    assert study.failure is not None
    assert "moins de 50 réponses" in study.failure["fr"].lower()
    assert "fewer than 50" in study.failure["en"].lower()
    assert "oins de 50 réponses" in page(followed, signed_in, "drivers", target="nps@0-10")


def test_employees_and_anonymous_surveys_are_never_studied(
    followed: Record, signed_in: SignedIn
) -> None:
    lived_and_answered(followed)
    for change in ({"audience": "employee"}, {"audience": "customer", "is_anonymous": True}):
        type(followed.survey).objects.filter(pk=followed.survey.pk).update(**change)
        assert worked_out(followed, signed_in, "drivers", target="nps@0-10").result is None


def test_whoever_sees_one_shop_sees_studies_of_that_shop_only(
    followed: Record, signed_in: SignedIn
) -> None:
    lived_and_answered(followed)
    worked_out(followed, signed_in, "links")
    address = f"/o/{followed.tenant.organisation.key}/links/"
    with time_machine.travel(NOW, tick=False):
        own = signed_in(followed.tenant.reader).get(address, QUERY)
        asked = signed_in(followed.tenant.reader).post(
            f"/o/{followed.tenant.organisation.key}/studies/links/ask/", query_params=QUERY
        )
    assert "évolue avec" not in own.content.decode()
    assert asked.status_code == 403


def test_a_study_is_worked_out_once(followed: Record, signed_in: SignedIn) -> None:
    from ressenti.server.studying.running import run_study

    lived_and_answered(followed, n=120)
    study = worked_out(followed, signed_in, "links")
    done = study.done_at
    run_study(os.environ["DATABASE_URL"], study.pk)
    study.refresh_from_db()
    assert study.done_at == done


def test_too_many_studies_at_once_are_refused(followed: Record, signed_in: SignedIn) -> None:
    address = f"/o/{followed.tenant.organisation.key}/studies/links/ask/"
    client = signed_in(followed.tenant.owner)
    answers = [client.post(address).status_code for _ in range(6)]
    assert answers == [302] * 5 + [409]
