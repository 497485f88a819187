"""Signals are read with a precision that an alert can hang on, and never from denials."""

from __future__ import annotations

import csv
import itertools
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.emotions.signals.reading import signals_of
from ressenti.emotions.signals.rules import Signal, rules_in, rules_of
from ressenti.errors import InvalidPlan
from ressenti.language import LANGUAGES, Language

HERE = Path(__file__).parent
PRECISION_FLOOR = 0.9
# What the rules reached when they were written; an alert that misses one in five is of no use.
RECALL_FLOOR = 0.8
CASES = list(itertools.product(LANGUAGES, Signal))


def labelled(language: Language) -> list[dict[str, str]]:
    with (HERE / f"labelled.{language}.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def outcomes(language: Language, signal: Signal, half: str) -> Counter[tuple[bool, bool]]:
    """Return how many texts of a half have the signal (first) and were found to (second)."""
    rows = [
        row for row in labelled(language) if row["signal"] == signal.value and row["half"] == half
    ]
    found = signals_of([row["text"] for row in rows], [language] * len(rows))
    return Counter(
        (row["present"] == "yes", any(one.signal is signal for one in own))
        for row, own in zip(rows, found, strict=True)
    )


@pytest.mark.parametrize(("language", "signal"), CASES)
def test_each_half_has_as_many_texts_with_the_signal_as_deceptive_ones(
    language: Language, signal: Signal
) -> None:
    for half in ("development", "held_out"):
        counted = Counter(
            row["present"]
            for row in labelled(language)
            if row["signal"] == signal.value and row["half"] == half
        )
        assert counted == {"yes": 30, "no": 30}


def test_no_text_of_the_held_out_half_was_seen_while_the_rules_were_written() -> None:
    for language in LANGUAGES:
        halves = {
            half: {row["text"].casefold() for row in labelled(language) if row["half"] == half}
            for half in ("development", "held_out")
        }
        assert not halves["development"] & halves["held_out"]


@pytest.mark.parametrize(("language", "signal"), CASES)
def test_precision_and_recall_on_the_held_out_half_keep_their_floors(
    language: Language, signal: Signal
) -> None:
    counted = outcomes(language, signal, "held_out")
    right = counted[True, True]
    assert right / (right + counted[False, True]) >= PRECISION_FLOOR
    assert right / (right + counted[True, False]) >= RECALL_FLOOR


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I would never leave.", "en"),
        ("Je ne compte pas résilier.", "fr"),
        ("My neighbour has cancelled her contract.", "en"),
        ("Ma voisine a résilié son contrat.", "fr"),
        ("Ich kündige meinen Vertrag.", None),
        ("", "en"),
    ],
)
def test_what_is_denied_or_done_by_others_announces_nothing(
    text: str, language: str | None
) -> None:
    (found,) = signals_of([text], [language])
    assert [one for one in found if one.signal is not Signal.LOYALTY] == []


def test_a_denial_in_one_sentence_does_not_hide_the_next() -> None:
    text = "I have no intention of cancelling the order. But I am cancelling my contract!"
    ((found,),) = signals_of([text], ["en"])
    assert found.signal is Signal.LEAVING
    assert text[found.start : found.end].endswith("am cancelling my contract")


def test_one_text_can_give_several_signals_in_its_order() -> None:
    text = "C'est la troisième fois que j'appelle. Je résilie et je saisis le médiateur."
    ((first, *others),) = signals_of([text], ["fr"])
    assert first.signal is Signal.REPEAT_CONTACT
    assert {one.signal for one in others} == {Signal.LEAVING, Signal.COMPLAINT}


@given(st.text(max_size=200))
def test_the_words_of_a_signal_lie_in_the_text(text: str) -> None:
    for language in LANGUAGES:
        for found in signals_of([text], [language])[0]:
            assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_case_and_accents_change_nothing_outside_proper_names(language: Language) -> None:
    rows = [row["text"] for row in labelled(language) if row["signal"] != "praise_of_person"]
    plain = [text.translate(str.maketrans("éèêàâîôûçù", "eeeaaioucu")) for text in rows]
    for one, two in zip(
        signals_of(rows, [language] * len(rows)),
        signals_of(plain, [language] * len(rows)),
        strict=True,
    ):
        assert [found.signal for found in one] == [found.signal for found in two]


@pytest.mark.parametrize("piece", ["je ne ", "résili", "merci à Julie ", "not ", "\u202e", "a"])
def test_no_text_makes_reading_slow(piece: str) -> None:
    text = (piece * 50_000)[:200_000]
    started = time.process_time()
    signals_of([text] * 2, ["fr", "en"])
    assert time.process_time() - started < 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_signal_has_a_rule_a_name_and_a_definition(language: Language) -> None:
    assert [rule.signal for rule in rules_of(language)] == list(Signal)
    assert all(signal.text.to(language) and signal.definition.to(language) for signal in Signal)


def test_a_rule_that_is_wrong_is_told_with_line_and_column() -> None:
    text = "signals:\n  - key: leavin\n    says: ['(a']\n"
    with pytest.raises(InvalidPlan) as refused:
        rules_in(text, file="mine.yaml")
    told = str(refused.value)
    assert "line 2, column 10: 'leavin' is no signal" in told
    assert "line 3, column 12: in '(a', character 3: a bracket is not closed" in told
