"""What every question type promises, whoever wrote its file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ressenti.facts.scales import SCALES, Scale
from ressenti.surveys.fields import NOT_CONCERNED, Field, Kind
from ressenti.surveys.options import OptionKind
from ressenti.surveys.question_types import QuestionType
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.questions import question_types
from ressenti.surveys.readings import READERS
from ressenti.surveys.submission import checked
from tests.unit.surveys.documents import OPTIONS, question, questionnaire

TYPES = list(question_types().values())
of_types = pytest.mark.parametrize("question_type", TYPES, ids=lambda one: one.key)
SCALED = [(one, scale) for one in TYPES for scale in one.scales]
of_scales = pytest.mark.parametrize(
    ("question_type", "scale"), SCALED, ids=[f"{one.key}-{scale}" for one, scale in SCALED]
)


def of_type(question_type: QuestionType, **options: object) -> Questionnaire:
    given = OPTIONS.get(question_type.key, {}) | options
    return questionnaire(question("q", question_type.key, options=given))


def only_field(asked: Questionnaire) -> Field:
    (field,) = asked.questions[0].fields
    return field


def test_the_types_of_the_first_release_are_found() -> None:
    assert {
        "recommendation",
        "satisfaction",
        "effort",
        "expectation_perception",
        "agreement",
        "yes_no",
        "emotion_word",
        "comment",
        "single_choice",
        "multiple_choice",
        "number",
        "date",
        "consent",
    } <= question_types().keys()


@of_types
def test_a_type_is_called_as_its_file_and_says_what_it_is_in_both_languages(
    question_type: QuestionType,
) -> None:
    assert question_types()[question_type.key] is question_type
    assert question_type.name.en.strip()
    assert question_type.name.fr.strip()
    assert question_type.description.en != question_type.description.fr
    for option in question_type.options:
        assert option.name.en.strip()
        assert option.name.fr.strip()


@of_types
def test_the_names_of_fields_begin_with_the_question_and_are_unique(
    question_type: QuestionType,
) -> None:
    fields = of_type(question_type).questions[0].fields
    names = [field.name for field in fields]
    assert fields
    assert len(set(names)) == len(names)
    assert all(name == "q" or name.startswith("q.") for name in names)
    assert all(field.kind in READERS for field in fields)


@of_types
def test_options_that_nobody_asked_for_are_refused(question_type: QuestionType) -> None:
    asked = of_type(question_type).questions[0]
    assert question_type.option_faults(asked, languages=("fr",)) == ()
    coloured = replace(asked, options={**asked.options, "colour": "red"})
    (fault,) = question_type.option_faults(coloured, languages=("fr",))
    assert fault.path == "$.colour"


@of_types
def test_fields_can_be_told_to_a_page_without_knowing_the_type(question_type: QuestionType) -> None:
    for field in of_type(question_type).questions[0].fields:
        assert bool(field.levels) == (field.kind is Kind.LEVELS)
        assert bool(field.choices) == (field.kind is Kind.CHOICES)
        assert (field.max_length is not None) == (field.kind is Kind.TEXT)
        for level in field.levels:
            assert level.label.en.strip()
            assert level.label.fr.strip()


@of_scales
def test_the_scales_of_a_type_exist_and_have_levels(
    question_type: QuestionType, scale: str
) -> None:
    assert isinstance(SCALES[scale], Scale)


@of_scales
def test_a_form_and_a_json_object_say_the_same_level(
    question_type: QuestionType, scale: str
) -> None:
    options = {"scale": scale} if len(question_type.scales) > 1 else {}
    asked = of_type(question_type, **options)
    field = only_field(asked)
    assert [level.value for level in field.levels] == list(SCALES[scale].levels)
    for level in field.levels:
        for raw in (level.code, level.value, int(level.value)):
            found = checked(asked, {"q": raw}, language="fr", is_final=True)
            (value,) = found.answers
            assert (value.level, value.scale, found.faults) == (level.value, scale, ())


@of_scales
def test_not_concerned_is_missing_where_it_is_offered_and_refused_elsewhere(
    question_type: QuestionType, scale: str
) -> None:
    options: dict[str, object] = {"scale": scale} if len(question_type.scales) > 1 else {}
    refused = checked(
        of_type(question_type, **options), {"q": NOT_CONCERNED}, language="fr", is_final=True
    )
    assert [fault.field for fault in refused.faults] == ["q"]
    offered = of_type(question_type, not_concerned=True, **options)
    (value,) = checked(offered, {"q": NOT_CONCERNED}, language="fr", is_final=True).answers
    assert (value.is_missing, value.level) == (True, None)


@pytest.mark.parametrize("key", ["satisfaction", "agreement", "yes_no"])
def test_criteria_make_a_grid_with_one_answer_each(key: str) -> None:
    criteria = [{"id": one, "label": {"fr": one}} for one in ("speed", "welcome")]
    asked = of_type(question_types()[key], criteria=criteria)
    found = checked(asked, {"q.speed": 1, "q.welcome": "0"}, language="fr", is_final=True)
    assert [field.name for field in asked.questions[0].fields] == ["q.speed", "q.welcome"]
    assert found.answers[0].part == "speed"
    assert found.answers[0].level == 1.0


def test_a_pair_of_marks_gives_the_gap_that_servqual_reads() -> None:
    asked = questionnaire(
        question("service", "expectation_perception", measure="servqual/gap_per_item")
    )
    marks = {"service.dates.expected": "7", "service.dates.perceived": 4}
    gap = checked(asked, marks, language="fr", is_final=True).answers[-1]
    assert (gap.part, gap.scale, gap.level) == ("dates", "gap-7", -3.0)
    assert gap.measure == "servqual/gap_per_item"


def test_a_pair_without_one_mark_has_a_missing_gap() -> None:
    asked = questionnaire(question("service", "expectation_perception"))
    marks = {"service.dates.expected": "7"}
    found = checked(asked, marks, language="fr", is_final=False)
    assert [(value.part, value.level, value.is_missing) for value in found.answers] == [
        ("dates.expected", 7.0, False),
        ("dates", None, True),
    ]


def test_seven_levels_of_satisfaction_are_not_read_as_agreement() -> None:
    field = only_field(of_type(question_types()["satisfaction"], scale="1-7"))
    assert field.levels[-1].label.fr == "très satisfait"


def test_a_consent_is_kept_with_its_purpose_and_never_given_in_advance() -> None:
    asked = of_type(question_types()["consent"])
    silent = checked(asked, {}, language="fr", is_final=True)
    given = checked(asked, {"q": "1"}, language="fr", is_final=True)
    assert [value.is_missing for value in silent.answers] == [True]
    assert [(value.part, value.level) for value in given.answers] == [("contact_back", 1.0)]


def test_every_option_of_every_type_can_be_written_as_json() -> None:
    for question_type in TYPES:
        for option in question_type.options:
            assert option.kind in OptionKind
            json.dumps([option.key, option.kind, option.names, option.low, option.high])
