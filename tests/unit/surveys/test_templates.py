from __future__ import annotations

import re

import pytest

from ressenti.facts.plan_outcomes import OutcomeKind
from ressenti.facts.scales import SCALES
from ressenti.indicators import catalogue
from ressenti.studies.objectives import STEPS
from ressenti.surveys.options import parts_of
from ressenti.surveys.questionnaire import document_of, questionnaire_of
from ressenti.surveys.submission import checked
from ressenti.surveys.templates import Template, templates
from ressenti.surveys.translations import missing_translations

TEMPLATES = list(templates().values())
of_templates = pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.key)
# They are counted from what happened, or gathered elsewhere: nobody is asked.
NOT_ASKED = {"response_rate"}


@of_templates
def test_a_template_is_a_questionnaire_without_a_missing_translation(template: Template) -> None:
    asked = template.questionnaire
    assert questionnaire_of(document_of(asked)) == asked
    assert missing_translations(asked) == ()
    assert template.name.en != template.name.fr
    assert template.description.en != template.description.fr


@of_templates
def test_no_blank_of_the_catalogue_is_left_unfilled(template: Template) -> None:
    for question in template.questionnaire.questions:
        for words in (question.label, question.help or {}):
            for text in words.values():
                assert re.search(r"[{}]", text) is None
                assert not text[0].islower()


@of_templates
def test_a_template_feeds_the_indicators_it_names(template: Template) -> None:
    measures = {question.measure for question in template.questionnaire.questions}
    fed = {measure.partition("/")[0] for measure in measures if measure}
    assert fed == set(template.indicators) - {"cpi"}


@of_templates
def test_french_words_do_not_break_before_their_punctuation(template: Template) -> None:
    for question in template.questionnaire.questions:
        assert re.search(r" [:;?!»]|« ", question.label["fr"]) is None


def test_every_indicator_that_asks_a_question_has_a_template() -> None:
    asking = {key for key, one in catalogue().items() if one.question is not None}
    served = {indicator for template in TEMPLATES for indicator in template.indicators}
    assert asking - NOT_ASKED <= served
    assert {"iqs", "mystery_shopping"} <= served


def test_every_step_named_by_an_indicator_has_a_template() -> None:
    named = {step for one in catalogue().values() for step in one.steps}
    served = {template.step for template in TEMPLATES}
    assert named <= served
    assert served - {None} <= STEPS.keys()


def test_every_way_of_measuring_effort_has_a_template() -> None:
    variants = {
        question.measure
        for template in TEMPLATES
        for question in template.questionnaire.questions
        if question.type == "effort"
    }
    assert {
        "ces/v2_percent_agree_5_7",
        "ces/v1_mean_effort_1_5",
        "ces/net_effort_1_7",
        "ces/net_easy_score_bt",
    } <= variants


def test_the_wording_is_that_of_the_catalogue() -> None:
    own = templates(organisation="Comptoir")
    nps = own["nps"].questionnaire
    words = catalogue()["nps"].question
    assert words is not None
    assert nps.questions[0].label["fr"] == words.to("fr").replace("{marque}", "Comptoir")
    assert (
        "travail chez Comptoir"
        in own["employee_satisfaction"].questionnaire.questions[0].label["fr"]
    )


def test_servqual_asks_22_pairs_and_a_hundred_points() -> None:
    asked = templates()["servqual"].questionnaire
    assert len(asked.by_id["service"].fields) == 44
    assert sum(question.type == "number" for question in asked.questions) == 5


def test_a_template_can_be_had_in_one_language() -> None:
    asked = templates(languages=("en",))["nps"].questionnaire
    assert (asked.languages, asked.title.keys()) == (("en",), {"en"})


@of_templates
def test_a_template_can_be_answered_to_the_end(template: Template) -> None:
    given: dict[str, object] = {}
    for question in template.questionnaire.questions:
        for field in question.fields:
            if field.levels:
                given[field.name] = field.levels[0].code
            elif field.choices:
                given[field.name] = field.choices[0].id
            elif field.kind == "number":
                given[field.name] = "10"
            elif field.kind == "date":
                given[field.name] = "2026-03-01"
            elif not field.is_optional:
                given[field.name] = "bien"
    found = checked(template.questionnaire, given, language="fr", is_final=True)
    assert found.faults == ()
    measured = [value for value in found.answers if value.measure and value.text is None]
    assert all(value.scale in SCALES for value in measured)


def test_customers_are_asked_openly_before_they_are_shown_what_we_thought_of() -> None:
    asked = templates()["outcomes"].questionnaire
    assert [question.type for question in asked.questions][:2] == ["comment", "comment"]
    lines = [
        {line.id for line in parts_of(question, "criteria")}
        for question in asked.questions
        if question.id in ("matters", "had")
    ]
    assert lines[0] == lines[1] <= set(OutcomeKind)
