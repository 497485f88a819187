"""Questionnaires as data: read strictly from a JSON document, written back the same.

A document is refused whole, with everything that is wrong told at once, each by its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ressenti.errors import DocumentFault, InvalidQuestionnaire
from ressenti.language import LANGUAGES, Language, Text
from ressenti.surveys.conditions import condition_document, condition_in
from ressenti.surveys.document_reading import DocumentReader
from ressenti.surveys.measures import measure_fault
from ressenti.surveys.placeholders import placeholder_faults
from ressenti.surveys.question import Page, Question
from ressenti.surveys.questions import question_types
from ressenti.surveys.references import reference_faults
from ressenti.surveys.words import Words

__all__ = [
    "Page",
    "Question",
    "Questionnaire",
    "Words",
    "document_of",
    "questionnaire_of",
]

FORMAT = "ressenti.questionnaire/1"
MOST_QUESTIONS = 200
MOST_FIELDS = 2000
LONGEST_TITLE = 200
LONGEST_PASSAGE = 5000
HIGHEST_SERIES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What a survey asks, in which words and in which order.

    Parameters
    ----------
    languages : tuple of str
        The first is the default: where a translation is missing, its words are shown.
    retired : tuple of str
        Ids of questions, and ``question.choice`` of choices, that were published once and removed;
        they are never given to something else.
    """

    title: Words
    languages: tuple[Language, ...]
    pages: tuple[Page, ...]
    questions: tuple[Question, ...]
    introduction: Words | None = None
    thanks: Words | None = None
    retired: tuple[str, ...] = ()
    by_id: Mapping[str, Question] = field(init=False, compare=False, repr=False)
    field_names: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Looked up at each submission, several thousand times a second.
        object.__setattr__(self, "by_id", {question.id: question for question in self.questions})
        names = frozenset(one.name for question in self.questions for one in question.fields)
        object.__setattr__(self, "field_names", names)

    @property
    def default_language(self) -> Language:
        return self.languages[0]

    def in_order(self) -> Iterator[tuple[Page, Question]]:
        """Yield the questions in the order they are asked, each with its page."""
        for page in self.pages:
            for identifier in page.questions:
                yield page, self.by_id[identifier]


def questionnaire_of(document: object) -> Questionnaire:
    """Return the questionnaire of a JSON document.

    Raises
    ------
    InvalidQuestionnaire
        R105, with everything that is wrong, each at its path.

    Examples
    --------
    >>> questionnaire_of({"format": "ressenti.questionnaire/1", "languages": ["fr"],
    ...     "title": {"fr": "Avis"}, "pages": [{"id": "p1", "questions": ["why"]}],
    ...     "questions": [{"id": "why", "type": "comment", "required": 1, "label": {"fr": "?"}}]})
    Traceback (most recent call last):
    ...
    ressenti.errors.InvalidQuestionnaire: [R105] 1 thing is wrong with the questionnaire.
      $.questions[0].required: it must be true or false, not 1.
    """
    faults: list[DocumentFault] = []
    if not isinstance(document, Mapping):
        no_object = Text(en="this is no JSON object.", fr="ce n'est pas un objet JSON.")
        raise InvalidQuestionnaire((DocumentFault("$", no_object),))
    root = DocumentReader(document, "$", faults)
    root.name("format", [FORMAT])
    languages = _languages(root)
    questionnaire = Questionnaire(
        title=root.required_words("title", languages, longest=LONGEST_TITLE),
        languages=languages,
        introduction=root.words("introduction", languages, longest=LONGEST_PASSAGE),
        thanks=root.words("thanks", languages, longest=LONGEST_PASSAGE),
        pages=tuple(map(_page, root.objects("pages", fewest=1, most=MOST_QUESTIONS))),
        questions=tuple(
            _question(reader, languages)
            for reader in root.objects("questions", fewest=1, most=MOST_QUESTIONS)
        ),
        retired=root.texts("retired"),
    )
    root.refuse_other_keys()
    if faults:
        raise InvalidQuestionnaire(tuple(faults))
    complete = replace(questionnaire, questions=tuple(map(_with_fields, questionnaire.questions)))
    if later := tuple(_faults_between_parts(complete)):
        raise InvalidQuestionnaire(later)
    return complete


def document_of(questionnaire: Questionnaire) -> dict[str, object]:
    """Return the JSON document of a questionnaire, every key written out."""
    document: dict[str, object] = {
        "format": FORMAT,
        "title": dict(questionnaire.title),
        "languages": list(questionnaire.languages),
        "introduction": _words_document(questionnaire.introduction),
        "thanks": _words_document(questionnaire.thanks),
        "pages": [_page_document(page) for page in questionnaire.pages],
        "questions": [question_document(question) for question in questionnaire.questions],
    }
    return (
        document | {"retired": list(questionnaire.retired)} if questionnaire.retired else document
    )


def question_document(question: Question) -> dict[str, object]:
    """Return the JSON document of one question."""
    return {
        "id": question.id,
        "type": question.type,
        "series": question.series,
        "required": question.required,
        "label": dict(question.label),
        "help": _words_document(question.help),
        "measure": question.measure,
        "show_if": condition_document(question.show_if),
        "options": dict(question.options),
    }


def _page_document(page: Page) -> dict[str, object]:
    return {
        "id": page.id,
        "questions": list(page.questions),
        "show_if": condition_document(page.show_if),
    }


def _words_document(words: Words | None) -> dict[str, str] | None:
    return None if words is None else dict(words)  # type: ignore[arg-type]  # languages are texts


def _languages(root: DocumentReader) -> tuple[Language, ...]:
    told = root.texts("languages")
    languages = tuple(language for language in LANGUAGES if language in told)
    if not told or len(languages) != len(told):
        message = Text(
            en="it must list at least one of {known}, each once.",
            fr="il faut au moins une langue parmi {known}, chacune une fois.",
        )
        root.fault("languages", message.format(known=", ".join(LANGUAGES)))
        return LANGUAGES
    return tuple(sorted(languages, key=told.index))


def _page(reader: DocumentReader) -> Page:
    page = Page(
        id=reader.identifier("id"),
        questions=reader.texts("questions"),
        show_if=condition_in(reader, "show_if"),
    )
    reader.refuse_other_keys()
    return page


def _question(reader: DocumentReader, languages: tuple[Language, ...]) -> Question:
    types = question_types()
    measure = reader.text("measure") if reader.value("measure") is not None else None
    question = Question(
        id=reader.identifier("id"),
        type=reader.name("type", types),
        series=reader.whole("series", 1, HIGHEST_SERIES, 1),
        required=reader.flag("required"),
        label=reader.required_words("label", languages),
        help=reader.words("help", languages),
        measure=measure,
        show_if=condition_in(reader, "show_if"),
        options=reader.object("options").values,
    )
    reader.refuse_other_keys()
    if question.type in types:
        path = reader.path_of("options")
        own = types[question.type].option_faults(question, languages=languages, path=path)
        reader.faults.extend(own)
    return question


def _with_fields(question: Question) -> Question:
    return replace(question, fields=question_types()[question.type].fields(question))


def _faults_between_parts(questionnaire: Questionnaire) -> Iterator[DocumentFault]:
    pages, questions = questionnaire.pages, questionnaire.questions
    yield from reference_faults(pages, questions, retired=questionnaire.retired)
    yield from placeholder_faults(pages, questions)
    yield from _measure_faults(questionnaire)
    yield from _size_faults(questionnaire)


def _measure_faults(questionnaire: Questionnaire) -> Iterator[DocumentFault]:
    for i, question in enumerate(questionnaire.questions):
        fault = measure_fault(question, question_types()[question.type])
        if fault is not None:
            yield DocumentFault(f"$.questions[{i}].measure", fault)


def _size_faults(questionnaire: Questionnaire) -> Iterator[DocumentFault]:
    total = sum(len(question.fields) for question in questionnaire.questions)
    if total > MOST_FIELDS:
        message = Text(
            en="{total} fields are too many; {most} are allowed.",
            fr="{total} champs, c'est trop ; la limite est de {most}.",
        )
        yield DocumentFault("$.questions", message.format(total=total, most=MOST_FIELDS))
