from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.surveys.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator
from ressenti.surveys.logic import answer_texts, answers_by_name, holds, piped, shown_questions
from ressenti.surveys.question import AnswerValue
from ressenti.surveys.submission import checked
from tests.unit.surveys.documents import OPTIONS, question, questionnaire, rule

ANSWERED = answers_by_name(
    [
        AnswerValue(question="mark", level=6.0),
        AnswerValue(question="reason", choice="price"),
        AnswerValue(question="several", part="a", choice="a"),
        AnswerValue(question="several", part="b", choice="b"),
        AnswerValue(question="points", part="speed", level=2.0),
        AnswerValue(question="day", level="2026-03-01"),
        AnswerValue(question="skipped", is_missing=True),
    ]
)


@pytest.mark.parametrize(
    ("name", "operator", "value", "is_true"),
    [
        ("mark", Operator.EQUALS, 6, True),
        ("mark", Operator.EQUALS, 7, False),
        ("mark", Operator.NOT_EQUALS, 7, True),
        ("mark", Operator.AT_MOST, 6, True),
        ("mark", Operator.AT_MOST, 5.9, False),
        ("mark", Operator.AT_LEAST, 6, True),
        ("mark", Operator.AT_LEAST, "6", False),
        ("reason", Operator.EQUALS, "price", True),
        ("several", Operator.INCLUDES, "b", True),
        ("several", Operator.INCLUDES, "c", False),
        ("several", Operator.NOT_EQUALS, "b", False),
        ("points.speed", Operator.AT_MOST, 2, True),
        ("points", Operator.ANSWERED, None, True),
        ("day", Operator.AT_LEAST, "2026-02-28", True),
        ("day", Operator.AT_MOST, "2026-02-28", False),
        ("skipped", Operator.ANSWERED, None, False),
        ("skipped", Operator.NOT_ANSWERED, None, True),
        ("skipped", Operator.NOT_EQUALS, 3, False),
        ("skipped", Operator.AT_MOST, 3, False),
        ("never_asked", Operator.NOT_ANSWERED, None, True),
    ],
)
def test_a_comparison_is_of_what_was_answered(
    name: str, operator: Operator, value: float | str | None, is_true: bool
) -> None:
    assert holds(Comparison(name, operator, value), ANSWERED) is is_true


COMPARISONS = st.builds(
    Comparison,
    st.sampled_from(["mark", "reason", "several", "skipped"]),
    st.sampled_from(list(Operator)),
    st.sampled_from([5, 6, 7, "price", "a"]),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@given(CONDITIONS, CONDITIONS)
def test_rules_obey_the_laws_of_logic(one: Condition, other: Condition) -> None:
    def is_so(condition: Condition) -> bool:
        return holds(condition, ANSWERED)

    assert is_so(Not(one)) is not is_so(one)
    assert is_so(Not(AllOf((one, other)))) is is_so(AnyOf((Not(one), Not(other))))
    assert is_so(AllOf((one, other))) is (is_so(one) and is_so(other))
    assert is_so(AnyOf((one, one))) is is_so(one)


CHAIN = questionnaire(
    question("a", "recommendation"),
    question("b", "recommendation", show_if=rule("a", "at_least", 5)),
    question("c", "recommendation", show_if=rule("b", "at_least", 5)),
    question("d", "recommendation", show_if={"not": rule("b", "answered")}),
    question(
        "e", "recommendation", show_if={"any": [rule("c", "equals", 3), rule("d", "answered")]}
    ),
)
MARKS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 10))


@given(MARKS)
def test_what_is_hidden_changes_nothing_further_on(marks: dict[str, int]) -> None:
    found = checked(CHAIN, dict(marks), language="fr", is_final=True)
    seen = {name: mark for name, mark in marks.items() if name in found.shown}
    again = checked(CHAIN, dict(seen), language="fr", is_final=True)
    assert (again.shown, again.answers, again.ignored) == (found.shown, found.answers, ())
    assert set(found.ignored) == marks.keys() - set(found.shown)


@given(MARKS)
def test_each_step_of_a_chain_is_shown_by_the_one_before(marks: dict[str, int]) -> None:
    shown = checked(CHAIN, dict(marks), language="fr", is_final=True).shown
    has_b = marks.get("a", 0) >= 5
    has_c = has_b and marks.get("b", 0) >= 5
    has_d = not (has_b and "b" in marks)
    has_e = (has_c and marks.get("c") == 3) or (has_d and "d" in marks)
    flags = {"a": True, "b": has_b, "c": has_c, "d": has_d, "e": has_e}
    assert shown == tuple(name for name, is_shown in flags.items() if is_shown)


def test_a_hidden_page_hides_its_questions() -> None:
    pages = [
        {"id": "p1", "questions": ["mark"], "show_if": None},
        {"id": "p2", "questions": ["why", "more"], "show_if": rule("mark", "at_most", 6)},
    ]
    asked = questionnaire(
        question("mark", "recommendation"),
        question("why", "comment"),
        question("more", "comment", show_if=rule("why", "answered")),
        pages=pages,
    )
    told = [AnswerValue(question="mark", level=9.0), AnswerValue(question="why", text="x")]
    assert shown_questions(asked, told) == ("mark",)
    told[0] = AnswerValue(question="mark", level=2.0)
    assert shown_questions(asked, told) == ("mark", "why", "more")


@pytest.mark.parametrize(
    "words",
    ["{{7*7}}", "${jndi:ldap://x}", "{0.__class__}", "{{contact:__class__}}", "{{ answer:mark }}"],
)
def test_nothing_in_words_is_ever_evaluated(words: str) -> None:
    filled = piped({"fr": words}, {"mark": "9"}, {}, "fr")
    assert filled in (words, "")


def test_a_name_cannot_split_a_header_nor_ask_for_more() -> None:
    words = {"fr": "Bonjour {{contact:first_name|à vous}}"}
    hostile = {"first_name": "Eve\r\nBcc: all@example.org\u2028{{contact:email}}", "email": "e@x"}
    filled = piped(words, {}, hostile, "fr")
    assert filled == "Bonjour Eve Bcc: all@example.org {{contact:email}}"
    assert len(piped(words, {}, {"first_name": "x" * 10_000}, "fr")) < 250


def test_an_answer_is_piped_as_a_person_reads_it() -> None:
    asked = questionnaire(
        question("level", "satisfaction"),
        question("reason", "multiple_choice", options=OPTIONS["multiple_choice"]),
        question("days", "number"),
        question("why", "comment"),
    )
    given_answers = {"level": 5, "reason": ["price", "staff"], "days": 3, "why": "Trop long"}
    found = checked(asked, given_answers, language="fr", is_final=True)
    texts = answer_texts(asked, found.answers, "fr")
    words = {"fr": "{{answer:level}}, {{answer:reason}}, {{answer:days}}, {{answer:why}}"}
    assert piped(words, texts, {}, "fr") == "très satisfait, price, staff, 3, Trop long"
