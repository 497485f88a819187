from __future__ import annotations

from typing import Any

import pytest

from ressenti.errors import InvalidQuestionnaire
from ressenti.surveys.quotas import claimed_quotas, full_quotas, quota_document, quota_of
from ressenti.surveys.submission import checked
from tests.unit.surveys.documents import OPTIONS, question, questionnaire, rule

ASKED = questionnaire(
    question("mark", "recommendation"),
    question("reason", "single_choice", options=OPTIONS["single_choice"]),
    question("more", "yes_no", show_if=rule("mark", "at_most", 6)),
)
NORTH = quota_of("north", 2, {"dimensions": {"region": ["north", "east"]}}, ASKED)
UNHAPPY = quota_of("unhappy", 50, {"answers": rule("mark", "at_most", 6)}, ASKED)
BOTH = quota_of(
    "both", 1, {"answers": rule("more", "equals", 1), "dimensions": {"region": ["north"]}}, ASKED
)
ALL = quota_of("all", 3, {}, ASKED)
QUOTAS = [NORTH, UNHAPPY, BOTH, ALL]


def claims(given: dict[str, object], **dimensions: str | None) -> tuple[str, ...]:
    answers = checked(ASKED, given, language="fr", is_final=True).answers
    return claimed_quotas(QUOTAS, answers, dimensions)


def test_a_response_claims_the_quotas_it_fits() -> None:
    assert claims({"mark": 3, "more": 1}, region="north") == ("north", "unhappy", "both", "all")
    assert claims({"mark": 9}, region="east") == ("north", "all")
    assert claims({}, region=None) == ("all",)


def test_an_answer_to_a_hidden_question_claims_nothing() -> None:
    assert claims({"mark": 9, "more": 1}, region="north") == ("north", "all")


def test_a_quota_is_full_when_its_places_are_taken() -> None:
    assert full_quotas(QUOTAS, ("north", "all"), {"north": 2, "all": 2}) == ("north",)
    assert full_quotas(QUOTAS, ("unhappy",), {"north": 2}) == ()


def test_a_condition_alone_is_a_quota_on_answers() -> None:
    assert quota_of("unhappy", 50, rule("mark", "at_most", 6), ASKED) == UNHAPPY


@pytest.mark.parametrize("quota", QUOTAS, ids=lambda one: one.key)
def test_a_quota_is_written_as_it_is_read(quota: Any) -> None:
    assert quota_of(quota.key, quota.places, quota_document(quota), ASKED) == quota


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"answers": rule("nope", "answered")}, "$.answers"),
        ({"answers": rule("mark", "equals", 11)}, "$.answers"),
        ({"answers": rule("mark", "equals")}, "$.answers.value"),
        ({"dimensions": {"region": []}}, "$.dimensions"),
        ({"dimensions": {"region": "north"}}, "$.dimensions.region"),
        ({"dimensions": {}, "region": []}, "$.region"),
        ({"dimension": {}}, "$.answers.dimension"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_quota_nobody_can_fit_is_refused(document: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidQuestionnaire) as caught:
        quota_of("wrong", 1, document, ASKED)
    assert path in [fault.path for fault in caught.value.faults]
