"""Translations: the words of a questionnaire that are still missing in one of its languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ressenti.language import Language
from ressenti.surveys.options import OptionKind, parts_of
from ressenti.surveys.question import Question
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.questions import question_type_called
from ressenti.surveys.words import Words


@dataclass(frozen=True, slots=True)
class MissingTranslation:
    """Words that exist in one language of the questionnaire and not in this one."""

    language: Language
    path: str


def missing_translations(questionnaire: Questionnaire) -> tuple[MissingTranslation, ...]:
    """Return the words that are not translated, language by language, in document order.

    Words that are blank in every language are left out by choice, not missing.
    """
    found = tuple(_all_words(questionnaire))
    return tuple(
        MissingTranslation(language, path)
        for language in questionnaire.languages
        for path, words in found
        if not words.get(language, "").strip() and any(text.strip() for text in words.values())
    )


def _all_words(questionnaire: Questionnaire) -> Iterator[tuple[str, Words]]:
    yield "$.title", questionnaire.title
    if questionnaire.introduction is not None:
        yield "$.introduction", questionnaire.introduction
    if questionnaire.thanks is not None:
        yield "$.thanks", questionnaire.thanks
    for i, question in enumerate(questionnaire.questions):
        yield from _words_of(question, f"$.questions[{i}]")


def _words_of(question: Question, path: str) -> Iterator[tuple[str, Words]]:
    yield f"{path}.label", question.label
    if question.help is not None:
        yield f"{path}.help", question.help
    for option in question_type_called(question.type).options:
        if option.kind is OptionKind.PARTS:
            for j, part in enumerate(parts_of(question, option.key)):
                yield f"{path}.options.{option.key}[{j}].label", part.label
