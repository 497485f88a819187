"""Attacks 8, 9, 23 and 24 on a submission: what a page checks, the server checks again."""

from __future__ import annotations

import math
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ressenti.surveys.submission import Checked, checked
from tests.unit.surveys.documents import OPTIONS, question, questionnaire, rule

NPS = questionnaire(
    question(
        "recommend",
        "recommendation",
        required=True,
        measure="nps",
        series=3,
        label={"fr": "Nous recommander ?", "en": "Recommend us?"},
    )
)
BRANCHING = questionnaire(
    question("mark", "recommendation", required=True),
    question("why", "comment", required=True, show_if=rule("mark", "at_most", 6)),
    question("sure", "yes_no", required=True, show_if=rule("why", "answered")),
)
REASONS = questionnaire(
    question("reason", "single_choice", options={**OPTIONS["single_choice"], "other": True}),
    question("reasons", "multiple_choice", options={**OPTIONS["multiple_choice"], "other": True}),
)
LEVELS = [float(level) for level in range(11)]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def final(asked: Any, given: dict[str, object]) -> Checked:
    return checked(asked, given, language="fr", is_final=True)


def partial(asked: Any, given: dict[str, object]) -> Checked:
    return checked(asked, given, language="fr", is_final=False)


POISON = [
    11,
    -1,
    6.5,
    8.9,
    99,
    "11",
    "6.5",
    "9 ",
    " 9",
    "9.0",
    "09",
    "+9",
    "9e0",
    "neuf",
    "١٠",
    "９",
    "9\x00",
    True,
    False,
    "true",
    float("nan"),
    1e309,
    "NaN",
    "1e309",
    10**400,
    Decimal("NaN"),
    [9],
    ["9"],
    {"value": 9},
    "not_concerned",
]


@pytest.mark.parametrize("raw", POISON, ids=lambda raw: ascii(raw)[:24])
def test_a_poisoned_number_is_refused_by_the_label_of_its_question(raw: object) -> None:
    found = final(NPS, {"recommend": raw})
    (fault,) = found.faults
    assert found.answers == ()
    assert fault.field == "recommend"
    assert fault.message.en.startswith("“Recommend us?”: ")
    assert fault.message.fr.startswith("«\xa0Nous recommander\xa0?\xa0»\xa0: ")


@pytest.mark.parametrize("raw", ["9", 9, 9.0], ids=repr)
def test_what_a_form_and_a_json_object_send_are_the_same_level(raw: object) -> None:
    (value,) = final(NPS, {"recommend": raw}).answers
    assert (value.level, value.measure, value.scale, value.series) == (9.0, "nps", "0-10", 3)


@drawn(ANYTHING)
def test_whatever_is_sent_is_a_level_of_the_scale_or_nothing(raw: object) -> None:
    found = final(NPS, {"recommend": raw})
    levels = [value.level for value in found.answers if not value.is_missing]
    assert all(level in LEVELS for level in levels)
    assert bool(levels) != bool(found.faults)
    if levels:
        assert isinstance(raw, int | float | str)
        assert not isinstance(raw, bool)
        assert float(raw) == levels[0]


@drawn(
    st.dictionaries(
        st.sampled_from(["mark", "why", "sure", "tenant", "created_at", "finished", "mark.other"]),
        ANYTHING,
    ),
    st.booleans(),
)
def test_nothing_is_kept_that_was_not_asked(given: dict[str, object], is_final: bool) -> None:
    found = checked(BRANCHING, given, language="fr", is_final=is_final)
    assert {value.question for value in found.answers} <= set(found.shown)
    assert not set(found.ignored) & set(found.shown)
    unknown = {"tenant", "created_at", "finished", "mark.other"} & given.keys()
    assert unknown == {fault.field for fault in found.faults} - {"mark", "why", "sure"}
    for value in found.answers:
        assert value.level is None or math.isfinite(float(value.level))


@pytest.mark.parametrize("key", ["tenant", "created_at", "finished", "score", "recommend.x", ""])
def test_an_unknown_key_is_refused_and_never_kept(key: str) -> None:
    found = final(NPS, {"recommend": 9, key: "x"})
    assert [fault.field for fault in found.faults] == [key]
    assert [value.question for value in found.answers] == ["recommend"]


def test_a_flood_of_keys_is_answered_briefly() -> None:
    found = final(NPS, {"recommend": 9} | {f"k{i}": "x" for i in range(10_000)})
    assert len(found.faults) == 20


def test_a_required_question_is_missed_only_at_the_end() -> None:
    assert partial(NPS, {}).faults == ()
    (fault,) = final(NPS, {"recommend": "  "}).faults
    assert fault.message.fr == "«\xa0Nous recommander\xa0?\xa0»\xa0: merci de répondre."


def test_an_optional_question_left_empty_counts_as_missing_at_the_end() -> None:
    optional = questionnaire(question("mark", "recommendation", measure="nps"))
    assert partial(optional, {"mark": ""}).answers == ()
    (value,) = final(optional, {"mark": None}).answers
    assert (value.measure, value.level, value.is_missing) == ("nps", None, True)


def test_an_answer_to_a_hidden_question_is_dropped_and_told() -> None:
    found = final(BRANCHING, {"mark": 9, "why": "kept from before", "sure": 1})
    assert found.shown == ("mark",)
    assert found.ignored == ("why", "sure")
    assert [value.question for value in found.answers] == ["mark"]
    assert found.faults == ()


def test_a_hidden_answer_shows_nothing_further() -> None:
    assert final(BRANCHING, {"mark": 10, "why": "because"}).shown == ("mark",)
    assert final(BRANCHING, {"mark": 3, "why": "because", "sure": 0}).shown == (
        "mark",
        "why",
        "sure",
    )


def test_a_hidden_question_is_not_refused_for_what_it_holds() -> None:
    found = final(BRANCHING, {"mark": 9, "sure": "perhaps"})
    assert (found.faults, found.ignored) == ((), ("sure",))


def test_a_required_question_that_logic_shows_is_required() -> None:
    assert [fault.field for fault in final(BRANCHING, {"mark": 2}).faults] == ["why"]


def test_choices_are_taken_by_their_ids_alone() -> None:
    found = final(REASONS, {"reason": "price", "reasons": ["speed", "other"]})
    taken = [(value.question, value.part, value.choice) for value in found.answers]
    assert taken == [
        ("reason", "", "price"),
        ("reasons", "speed", "speed"),
        ("reasons", "other", "other"),
    ]


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("reason", "Prix"),
        ("reason", ["price"]),
        ("reason", 0),
        ("reasons", ["price", "gone"]),
        ("reasons", ["price", "price"]),
        ("reasons", ["price", None]),
        ("reasons", [["price"]]),
        ("reasons", {"price": True}),
    ],
)
def test_a_choice_that_is_not_listed_is_refused(field: str, raw: object) -> None:
    assert [fault.field for fault in final(REASONS, {field: raw}).faults] == [field]


def test_one_ticked_box_of_a_form_is_a_list_of_one() -> None:
    found = final(REASONS, {"reasons": "price"})
    assert [value.choice for value in found.answers if value.choice] == ["price"]


def test_the_text_of_other_goes_with_its_choice() -> None:
    (value, _) = final(REASONS, {"reason": "other", "reason.other": "le ton"}).answers
    assert (value.choice, value.text) == ("other", "le ton")


def test_the_text_of_other_without_its_choice_is_not_lost_in_silence() -> None:
    found = final(REASONS, {"reason": "price", "reason.other": "le ton"})
    assert [fault.field for fault in found.faults] == ["reason.other"]
    assert "Autre" in found.faults[0].message.fr


def test_a_line_break_counts_for_one_character_as_on_the_page() -> None:
    short = questionnaire(question("why", "comment", options={"max_length": 3}))
    (value,) = final(short, {"why": "a\r\nb"}).answers
    assert value.text == "a\nb"
    assert final(short, {"why": "abcd"}).faults


def test_a_comment_of_ten_megabytes_is_refused_at_once() -> None:
    why = questionnaire(question("why", "comment"))
    started = perf_counter()
    (fault,) = final(why, {"why": "é" * 10_000_000}).faults
    assert perf_counter() - started < 0.5
    assert len(fault.message.fr) < 200


@pytest.mark.parametrize("raw", ["a\x00b", "a\ud800b", 3, ["text"], {"text": "x"}], ids=ascii)
def test_a_text_that_cannot_be_kept_is_refused(raw: object) -> None:
    why = questionnaire(question("why", "comment"))
    assert [fault.field for fault in final(why, {"why": raw}).faults] == ["why"]


def test_markup_and_braces_are_words_like_others() -> None:
    why = questionnaire(question("why", "comment", label={"fr": "{0.__class__} <b>%s</b>"}))
    words = "<script>alert(1)</script> {{7*7}} ${x} %s {reason}"
    (value,) = final(why, {"why": words}).answers
    assert value.text == words
    assert "{0.__class__} <b>%s</b>" in final(why, {"why": 3}).faults[0].message.fr


@pytest.mark.parametrize(
    ("raw", "is_read"), [("soulagé", True), ("content ", True), ("très bien", False)]
)
def test_an_emotion_is_one_word(raw: str, is_read: bool) -> None:
    word = questionnaire(question("word", "emotion_word"))
    assert (final(word, {"word": raw}).faults == ()) == is_read


@pytest.mark.parametrize(
    ("raw", "level"),
    [
        ("12.5", 12.5),
        (12.5, 12.5),
        ("-3", -3.0),
        (0, 0.0),
        ("12,5", None),
        ("1e3", None),
        ("12.55", None),
        ("101", None),
        (-11, None),
        (float("inf"), None),
        (True, None),
        ("٣", None),
    ],
    ids=repr,
)
def test_a_number_is_read_between_its_limits(raw: object, level: float | None) -> None:
    options = {"minimum": -10, "maximum": 100, "decimals": 1}
    days = questionnaire(question("days", "number", options=options))
    found = final(days, {"days": raw})
    assert [value.level for value in found.answers] == ([] if level is None else [level])
    assert bool(found.faults) == (level is None)


@pytest.mark.parametrize(
    ("raw", "is_read"),
    [
        ("2026-02-28", True),
        ("2026-02-30", False),
        ("20260228", False),
        ("2026-02-28T10:00", False),
        ("2025-12-31", False),
        ("٢٠٢٦-02-28", False),
        (20260228, False),
    ],
    ids=repr,
)
def test_a_day_exists_and_stands_between_its_limits(raw: object, is_read: bool) -> None:
    day = questionnaire(question("day", "date", options={"earliest": "2026-01-01"}))
    found = final(day, {"day": raw})
    assert [value.level for value in found.answers] == ([raw] if is_read else [])


def test_a_language_in_which_nothing_was_asked_is_refused() -> None:
    only_french = questionnaire(
        question("mark", "yes_no", label={"fr": "Alors ?"}),
        languages=["fr"],
        title={"fr": "Avis"},
        thanks=None,
    )
    found = checked(only_french, {"mark": 1}, language="en", is_final=True)
    assert [fault.field for fault in found.faults] == ["language"]


def test_a_fault_in_one_line_of_a_grid_names_that_line_and_spares_the_others() -> None:
    criteria = [{"id": one, "label": {"fr": f"Critère {one}"}} for one in ("speed", "welcome")]
    grid = questionnaire(question("points", "satisfaction", options={"criteria": criteria}))
    found = partial(grid, {"points.speed": 4, "points.welcome": 6})
    assert [(value.part, value.level) for value in found.answers] == [("speed", 4.0)]
    assert "Libellé points – Critère welcome" in found.faults[0].message.fr
