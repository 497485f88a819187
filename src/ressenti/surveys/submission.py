"""A submission checked by the server: what is kept, what is refused, and what was never asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ressenti.language import Language, Text
from ressenti.surveys.logic import shown_questions
from ressenti.surveys.question import AnswerValue, Fault, answer_value
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.questions import question_types
from ressenti.surveys.readings import is_blank, refusal
from ressenti.surveys.words import shortened

# Enough to mend a client by; a flood of keys is not answered by a flood of messages.
MOST_UNKNOWN_KEYS = 20
UNKNOWN_FIELD = Text(
    en="'{name}' is no field of this questionnaire.",
    fr="« {name} » n'est pas un champ de ce questionnaire.",
)
REQUIRED = Text(en="please answer.", fr="merci de répondre.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a submission.

    Parameters
    ----------
    answers : tuple of AnswerValue
        What may be kept: readable, and of a question that is shown. Of a final submission, also a
        missing value for each field that was shown and left empty.
    faults : tuple of Fault
        What the respondent must change; empty when the submission is accepted.
    shown : tuple of str
        The questions shown, in the order asked.
    ignored : tuple of str
        The fields that were given though their question is hidden.
    """

    answers: tuple[AnswerValue, ...]
    faults: tuple[Fault, ...]
    shown: tuple[str, ...]
    ignored: tuple[str, ...]


def checked(
    questionnaire: Questionnaire,
    given: Mapping[str, object],
    *,
    language: Language,
    is_final: bool,
) -> Checked:
    """Return what a submission is worth; nothing a page checks is believed.

    Parameters
    ----------
    given : mapping of field name to what a form or a JSON object holds
        Forms give texts, and lists of texts where several choices may be taken.
    language : str
        The language in which the respondent was asked.
    is_final : bool
        Required questions are missed only then; a partial submission may still lack them.
    """
    types = question_types()
    readings = {
        question.id: types[question.type].read(question, given)
        for question in questionnaire.questions
    }
    read = [value for reading in readings.values() for value in reading.values]
    shown = shown_questions(questionnaire, read)
    answered = {name for name, raw in given.items() if not is_blank(raw)}
    answers: list[AnswerValue] = []
    faults = [*_unknown_language(questionnaire, language), *_unknown_fields(questionnaire, given)]
    for name in shown:
        question, reading = questionnaire.by_id[name], readings[name]
        answers.extend(reading.values)
        faults.extend(reading.faults)
        if is_final:
            for field in question.fields:
                if field.name not in answered and not field.is_optional:
                    answers.append(answer_value(question, field, is_missing=True))
                    if question.required:
                        faults.append(refusal(question, field, REQUIRED))
    ignored = tuple(
        field.name
        for question in questionnaire.questions
        if question.id not in shown
        for field in question.fields
        if field.name in answered
    )
    return Checked(tuple(answers), tuple(faults), shown, ignored)


def _unknown_fields(questionnaire: Questionnaire, given: Mapping[str, object]) -> Iterator[Fault]:
    unknown = (name for name in given if name not in questionnaire.field_names)
    for name in islice(unknown, MOST_UNKNOWN_KEYS):
        quoted = shortened(str(name))
        yield Fault(quoted, UNKNOWN_FIELD.format(name=quoted))


def _unknown_language(questionnaire: Questionnaire, language: Language) -> Iterator[Fault]:
    if language not in questionnaire.languages:
        message = Text(
            en="this questionnaire is not asked in '{language}'.",
            fr="ce questionnaire n'existe pas en « {language} ».",
        )
        yield Fault("language", message.format(language=shortened(str(language))))
