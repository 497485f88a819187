from __future__ import annotations

import json
from typing import Any

import pytest

from ressenti.errors import InvalidQuestionnaire
from ressenti.surveys.questionnaire import document_of, questionnaire_of
from tests.unit.surveys.documents import OPTIONS, document, question, questionnaire, rule


def faults_of(written: object) -> dict[str, str]:
    """Return what is wrong with a document, by path, in French."""
    with pytest.raises(InvalidQuestionnaire) as caught:
        questionnaire_of(written)
    return {fault.path: fault.message.fr for fault in caught.value.faults}


EVERYTHING = document(
    question("recommend", "recommendation", required=True, measure="nps"),
    question(
        "why",
        "comment",
        series=4,
        help={"fr": "Quelques mots", "en": "A few words"},
        show_if={"all": [rule("recommend", "at_most", 6), {"not": rule("recommend", "answered")}]},
        options={"max_length": 4000},
    ),
    question("reason", "single_choice", options={**OPTIONS["single_choice"], "other": True}),
    question(
        "points",
        "satisfaction",
        measure="csat",
        show_if={"any": [rule("reason", "equals", "price"), rule("recommend", "not_answered")]},
        options={"scale": "smileys-5", "criteria": [{"id": "a", "label": {"fr": "A"}}]},
    ),
    retired=["old", "reason.gone"],
)


def test_a_document_comes_back_exactly() -> None:
    assert json.dumps(document_of(questionnaire_of(EVERYTHING))) == json.dumps(EVERYTHING)


def test_what_is_left_out_is_written_out_once_and_for_all() -> None:
    short = {
        "format": "ressenti.questionnaire/1",
        "title": {"fr": "Avis"},
        "languages": ["fr"],
        "pages": [{"id": "p1", "questions": ["mark"]}],
        "questions": [{"id": "mark", "type": "recommendation", "label": {"fr": "Note"}}],
    }
    written = document_of(questionnaire_of(short))
    assert written["questions"][0]["series"] == 1
    assert document_of(questionnaire_of(written)) == written


def test_all_that_is_wrong_is_told_at_once_with_its_path() -> None:
    written = document(
        question("Mark", "recomendation", label={"fr": ""}),
        question("why", "comment", options={"max_length": 0, "colour": "red"}),
        author="me",
    )
    faults = faults_of(written)
    assert faults.keys() == {
        "$.questions[0].id",
        "$.questions[0].type",
        "$.questions[0].label",
        "$.questions[1].options.max_length",
        "$.questions[1].options.colour",
        "$.author",
    }
    assert "recommendation" in faults["$.questions[0].type"]


@pytest.mark.parametrize(
    "not_an_object", [None, [], "x", 3, True], ids=["null", "list", "text", "number", "boolean"]
)
def test_only_an_object_is_a_questionnaire(not_an_object: object) -> None:
    assert faults_of(not_an_object).keys() == {"$"}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"format": "ressenti.questionnaire/2"}, "$.format"),
        ({"languages": []}, "$.languages"),
        ({"languages": ["fr", "fr"]}, "$.languages"),
        ({"languages": ["de"]}, "$.languages"),
        ({"title": {"en": "Only English"}}, "$.title"),
        ({"title": {"fr": "Avis", "de": "Meinung"}}, "$.title.de"),
        ({"title": {"fr": "x" * 201}}, "$.title.fr"),
        ({"title": {"fr": "nul \x00"}}, "$.title.fr"),
        ({"thanks": {"fr": "demi \ud800"}}, "$.thanks.fr"),
        ({"pages": []}, "$.pages"),
        ({"pages": [{"id": "p1", "questions": ["mark", "nope"]}]}, "$.pages[0].questions[1]"),
        ({"pages": [{"id": "p1", "questions": ["mark", "mark"]}]}, "$.questions[0].id"),
        ({"pages": [{"id": "p1", "questions": []}]}, "$.questions[0].id"),
        ({"retired": ["mark"]}, "$.questions[0]"),
        ({"retired": "mark"}, "$.retired"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_document_that_does_not_agree_with_itself_is_refused(
    changes: dict[str, Any], path: str
) -> None:
    assert path in faults_of(document(question("mark", "recommendation"), **changes))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"series": 0}, "series"),
        ({"series": True}, "series"),
        ({"required": "yes"}, "required"),
        ({"label": {"fr": "x" * 2001}}, "label.fr"),
        ({"label": "Note"}, "label"),
        ({"options": []}, "options"),
        ({"options": {"scale": "1-5"}}, "options.scale"),
        ({"options": {"not_concerned": "on"}}, "options.not_concerned"),
        ({"measure": "npss"}, "measure"),
        ({"measure": "csat"}, "measure"),
        ({"measure": "nps/non_standard_1_10"}, "measure"),
        ({"measure": "nps/adjusted_wald_ci"}, "measure"),
        ({"measure": "churn"}, "measure"),
        ({"show_if": {"question": "mark", "is": "answered"}}, "show_if"),
        ({"show_if": {"question": "nope", "is": "answered"}}, "show_if"),
        ({"show_if": {"question": "mark", "is": "roughly", "value": 3}}, "show_if.is"),
        ({"show_if": {"question": "mark", "is": "equals", "value": True}}, "show_if.value"),
        ({"show_if": {"all": []}}, "show_if.all"),
        ({"show_if": {"all": [], "any": []}}, "show_if.any"),
        ({"show_if": []}, "show_if"),
        ({"label": {"fr": "Et {{answer:mark}} ?"}}, "label.fr"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_question_that_cannot_be_asked_is_refused(changes: dict[str, Any], path: str) -> None:
    found = faults_of(document(question("mark", "recommendation", **changes)))
    assert f"$.questions[0].{path}" in found


@pytest.mark.parametrize(
    ("kind", "options", "measure"),
    [
        ("recommendation", {"scale": "1-10"}, "nps/non_standard_1_10"),
        ("recommendation", {}, "enps"),
        ("satisfaction", {"scale": "satisfaction-4"}, "csat/top2_box_4level"),
        ("satisfaction", {"scale": "smileys-5"}, "csat"),
        ("effort", {"scale": "effort-5"}, "ces/v1_mean_effort_1_5"),
        ("effort", {"scale": "easy-7"}, "ces/net_easy_score_bt"),
        ("yes_no", {}, "fcr/survey_yes_share"),
        ("comment", {}, "nes"),
        ("emotion_word", {}, "nes"),
        ("agreement", {}, "employee_engagement"),
    ],
)
def test_a_question_feeds_the_measures_that_read_its_scale(
    kind: str, options: dict[str, object], measure: str
) -> None:
    assert questionnaire(question("q", kind, options=options, measure=measure))


@pytest.mark.parametrize(
    ("kind", "options", "measure"),
    [
        ("effort", {"scale": "effort-7"}, "ces/v1_mean_effort_1_5"),
        ("satisfaction", {"scale": "satisfaction-4"}, "csat"),
        ("comment", {}, "nps"),
        ("single_choice", OPTIONS["single_choice"], "nps"),
        ("consent", OPTIONS["consent"], "fcr/survey_yes_share"),
        ("expectation_perception", OPTIONS["expectation_perception"], "servqual"),
    ],
)
def test_two_scales_are_never_pooled_under_one_measure(
    kind: str, options: dict[str, object], measure: str
) -> None:
    written = document(question("q", kind, options=options, measure=measure))
    assert faults_of(written).keys() == {"$.questions[0].measure"}


def test_a_rule_may_only_look_back() -> None:
    first = question("first", "yes_no", show_if=rule("second", "equals", 1))
    faults = faults_of(document(first, question("second", "yes_no")))
    assert faults == {
        "$.questions[0].show_if": ("«\xa0second\xa0» n'est pas une question posée avant celle-ci.")
    }


def test_the_order_that_counts_is_that_of_the_pages() -> None:
    later = question("later", "comment", show_if=rule("mark", "at_most", 6))
    pages = [{"id": "p1", "questions": ["mark", "later"], "show_if": None}]
    assert questionnaire(later, question("mark", "recommendation"), pages=pages)


def test_a_page_may_not_depend_on_a_question_of_its_own() -> None:
    pages = [{"id": "p1", "questions": ["mark"], "show_if": rule("mark", "answered")}]
    faults = faults_of(document(question("mark", "yes_no"), pages=pages))
    assert faults.keys() == {"$.pages[0].show_if"}


@pytest.mark.parametrize(
    ("kind", "comparison"),
    [
        ("recommendation", rule("q", "equals", 11)),
        ("recommendation", rule("q", "equals", "9")),
        ("recommendation", rule("q", "includes", 9)),
        ("single_choice", rule("q", "equals", "gone")),
        ("single_choice", rule("q", "at_least", "price")),
        ("comment", rule("q", "equals", "good")),
        ("date", rule("q", "at_least", "tomorrow")),
        ("number", rule("q", "at_most", "3")),
        ("expectation_perception", rule("q", "equals", 3)),
        ("expectation_perception", rule("q.nothing", "answered")),
    ],
)
def test_a_rule_that_can_never_hold_is_refused(kind: str, comparison: dict[str, object]) -> None:
    written = document(question("q", kind), question("then", "comment", show_if=comparison))
    assert faults_of(written).keys() == {"$.questions[1].show_if"}


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = rule("mark", "answered")
    for _ in range(depth - 1):
        condition = {"not": condition}
    return condition


def test_rules_nest_eight_deep_and_no_deeper() -> None:
    mark = question("mark", "yes_no")
    assert questionnaire(mark, question("why", "comment", show_if=nested(8)))
    deep = document(mark, question("why", "comment", show_if=nested(9)))
    (message,) = faults_of(deep).values()
    assert message == "les conditions sont imbriquées au-delà de 8 niveaux."
    assert faults_of(document(mark, question("why", "comment", show_if=nested(900))))


def test_sizes_are_limited_before_anything_is_made_of_them() -> None:
    many = [question(f"q{i}", "yes_no") for i in range(201)]
    assert "$.questions" in faults_of(document(*many))
    choices = {"choices": [{"id": f"c{i}", "label": {"fr": "x"}} for i in range(10_000)]}
    faults = faults_of(document(question("q", "single_choice", options=choices)))
    assert faults.keys() == {"$.questions[0].options.choices"}


def test_choices_have_ids_of_their_own() -> None:
    labels = {"fr": "Prix"}
    choices = {"choices": [{"id": one, "label": labels} for one in ("price", "price", "other")]}
    faults = faults_of(document(question("q", "single_choice", options=choices)))
    assert faults.keys() == {
        "$.questions[0].options.choices[1].id",
        "$.questions[0].options.choices[2].id",
    }


def test_the_error_speaks_both_languages_and_has_a_code() -> None:
    with pytest.raises(InvalidQuestionnaire) as caught:
        questionnaire_of({})
    assert caught.value.code == "R105"
    assert caught.value.exit_status == 2
    assert "things are wrong" in caught.value.to("en")
    assert "points sont à corriger" in caught.value.to("fr")
