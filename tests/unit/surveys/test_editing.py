"""Demand 14: an edit of a live survey says whether answers still mean the same."""

from __future__ import annotations

from typing import Any

import pytest

from ressenti.errors import InvalidQuestionnaire
from ressenti.surveys.editing import EditKind, Meaning, edits, published
from ressenti.surveys.questionnaire import Questionnaire, document_of, questionnaire_of
from tests.unit.surveys.documents import Document, question, questionnaire, rule

SAME, NEW = {"mark": "same_meaning"}, {"mark": "new_question"}


def choices(*ids: str, **labels: str) -> Document:
    return {"choices": [{"id": one, "label": {"fr": labels.get(one, one)}} for one in ids]}


def of(kind: str = "satisfaction", **changes: Any) -> Questionnaire:
    return questionnaire(question("mark", kind, **changes))


def kinds(old: Questionnaire, new: Questionnaire) -> list[tuple[str, bool, bool]]:
    return [(one.kind, one.needs_decision, one.allows_same_meaning) for one in edits(old, new)]


def refused_paths(
    old: Questionnaire | None, new: Questionnaire, decisions: dict[str, str]
) -> list[str]:
    with pytest.raises(InvalidQuestionnaire) as caught:
        published(old, new, decisions)
    return [fault.path for fault in caught.value.faults]


def test_nothing_changed_is_no_edit() -> None:
    assert edits(of(), of()) == ()
    assert edits(of(), of(options={"scale": "1-5", "not_concerned": False})) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (of(), of("effort"), (EditKind.TYPE, True, False)),
        (of(), of(options={"scale": "stars-5"}), (EditKind.OPTION, True, False)),
        (of(measure="csat"), of(measure="csat/mean"), (EditKind.MEASURE, True, False)),
        (of(), of(measure="csat"), (EditKind.MEASURE, True, True)),
        (of(), of(label={"fr": "Autrement ?"}), (EditKind.LABEL, True, True)),
        (of(), of(options={"not_concerned": True}), (EditKind.OPTION, True, True)),
        (of(), of(required=True), (EditKind.REQUIRED, False, True)),
        (of(), of(help={"fr": "Aide"}), (EditKind.HELP, False, True)),
        (
            of("single_choice", options=choices("a", "b")),
            of("single_choice", options=choices("a", "b", "c")),
            (EditKind.PART_ADDED, True, True),
        ),
        (
            of("single_choice", options=choices("a", "b")),
            of("single_choice", options=choices("a")),
            (EditKind.PART_REMOVED, True, False),
        ),
        (
            of("single_choice", options=choices("a", "b")),
            of("single_choice", options=choices("a", "b", b="Bien")),
            (EditKind.PART_LABEL, True, True),
        ),
        (
            of("single_choice", options=choices("a", "b")),
            of("single_choice", options=choices("b", "a")),
            (EditKind.OPTION, False, True),
        ),
        (
            of(),
            of(options={"criteria": choices("a")["choices"]}),
            (EditKind.PART_ADDED, True, False),
        ),
        (
            of("comment"),
            of("comment", options={"max_length": 100}),
            (EditKind.OPTION, False, True),
        ),
    ],
)
def test_an_edit_asks_for_a_decision_where_answers_may_mean_something_else(
    old: Questionnaire, new: Questionnaire, expected: tuple[EditKind, bool, bool]
) -> None:
    assert kinds(old, new) == [expected]


def test_a_translation_added_is_no_rewording() -> None:
    old = of(label={"fr": "Alors ?"})
    assert edits(old, of(label={"fr": "Alors ?", "en": "So?"})) == ()
    assert kinds(of(label={"fr": "Alors ?", "en": "So?"}), old) == [(EditKind.LABEL, True, True)]


def test_another_condition_changes_who_is_asked() -> None:
    first = question("first", "yes_no")
    old = questionnaire(first, question("mark", "effort"))
    new = questionnaire(first, question("mark", "effort", show_if=rule("first", "equals", 1)))
    assert kinds(old, new) == [(EditKind.CONDITION, True, True)]


def test_questions_added_removed_and_moved_are_told() -> None:
    a, b, c, d = (question(one, "yes_no") for one in "abcd")
    pages = [{"id": "p1", "questions": ["a", "b", "c"], "show_if": None}]
    old = questionnaire(a, b, c, pages=pages)
    moved = questionnaire(c, b, a, pages=[pages[0] | {"questions": ["c", "a", "b"]}])
    assert {(one.question, one.kind) for one in edits(old, moved)} == {
        (None, EditKind.SURROUNDINGS),
        ("a", EditKind.MOVED),
        ("c", EditKind.MOVED),
    }
    swapped = questionnaire(a, c, d, pages=[pages[0] | {"questions": ["a", "d", "c"]}])
    found = {(one.question, one.kind) for one in edits(old, swapped)}
    assert found >= {("d", EditKind.ADDED), ("b", EditKind.REMOVED)}
    assert ("c", EditKind.MOVED) not in found


def test_a_new_question_raises_its_series_and_the_same_meaning_keeps_it() -> None:
    old, new = of(label={"fr": "Avant ?"}, series=2), of(label={"fr": "Après ?"}, series=9)
    assert published(old, new, SAME).by_id["mark"].series == 2
    assert published(old, new, NEW).by_id["mark"].series == 3
    assert published(None, new, {}).by_id["mark"].series == 1


def test_an_author_may_break_a_series_without_an_edit() -> None:
    assert published(of(), of(), NEW).by_id["mark"].series == 2


def test_a_decision_cannot_be_left_out_or_made_up() -> None:
    old, new = of(label={"fr": "Avant ?"}), of(label={"fr": "Après ?"})
    assert refused_paths(old, new, {}) == ["$.decisions.mark"]
    assert refused_paths(old, new, {"mark": "perhaps"}) == ["$.decisions.mark"]
    assert refused_paths(old, new, SAME | {"nope": "same_meaning"}) == ["$.decisions.nope"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (of(), of("effort")),
        (of(), of(options={"scale": "stars-5"})),
        (
            of("single_choice", options=choices("price", "speed")),
            of("single_choice", options=choices("cost", "speed")),
        ),
    ],
    ids=["type", "scale", "renamed choice"],
)
def test_what_cannot_mean_the_same_is_a_new_question(
    old: Questionnaire, new: Questionnaire
) -> None:
    assert set(refused_paths(old, new, SAME)) == {"$.decisions.mark"}
    assert published(old, new, NEW).by_id["mark"].series == 2


def test_the_id_of_a_choice_is_never_given_to_another_one() -> None:
    first = of("single_choice", options=choices("price", "speed"))
    second = published(first, of("single_choice", options=choices("speed")), NEW)
    assert second.retired == ("mark.price",)
    assert questionnaire_of(document_of(second)) == second
    back = of("single_choice", options=choices("price", "speed", price="Prestige"))
    assert refused_paths(second, back, NEW) == ["$.questions[0]"]


def test_the_id_of_a_question_is_never_given_to_another_one() -> None:
    old = questionnaire(question("mark", "yes_no"), question("why", "comment"))
    second = published(old, of("yes_no"), {})
    assert second.retired == ("why",)
    assert refused_paths(second, old, {}) == ["$.questions[1]"]


def test_other_may_be_offered_again() -> None:
    plain = of("single_choice", options=choices("price"))
    with_other = of("single_choice", options=choices("price") | {"other": True})
    without = published(with_other, plain, SAME)
    assert without.retired == ()
    assert published(without, with_other, SAME).by_id["mark"].options["other"] is True


def test_summaries_name_the_question_in_both_languages() -> None:
    (edit,) = edits(of(), of(label={"fr": "Autrement ?"}))
    assert edit.summary.en == "'mark': reworded"
    assert edit.summary.fr == "«\xa0mark\xa0»\xa0: reformulée"
    assert [one.value for one in Meaning] == ["same_meaning", "new_question"]
