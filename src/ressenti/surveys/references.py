"""What the parts of a questionnaire say of each other: ids, pages and conditions that agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ressenti.errors import DocumentFault
from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.surveys.conditions import OF_PRESENCE, Comparison, Condition, Operator, comparisons
from ressenti.surveys.fields import OTHER, Field, Kind
from ressenti.surveys.question import Page, Question
from ressenti.surveys.readings import day_in
from ressenti.surveys.words import shortened

ORDER = frozenset({Operator.AT_LEAST, Operator.AT_MOST})
EQUALITY = frozenset({Operator.EQUALS, Operator.NOT_EQUALS})
ADMITTED: Mapping[Kind, frozenset[Operator]] = {
    Kind.LEVELS: OF_PRESENCE | ORDER | EQUALITY,
    Kind.NUMBER: OF_PRESENCE | ORDER | EQUALITY,
    Kind.DATE: OF_PRESENCE | ORDER | EQUALITY,
    Kind.CHOICES: OF_PRESENCE | EQUALITY | {Operator.INCLUDES},
    Kind.TEXT: OF_PRESENCE,
}
NOT_EARLIER = Text(
    en="'{name}' is no question asked before this one.",
    fr="« {name} » n'est pas une question posée avant celle-ci.",
)


def asked_order(pages: Sequence[Page]) -> dict[str, int]:
    """Return the rank of each question among those asked."""
    order: dict[str, int] = {}
    for page in pages:
        for name in page.questions:
            order.setdefault(name, len(order))
    return order


def reference_faults(
    pages: Sequence[Page], questions: Sequence[Question], *, retired: Sequence[str] = ()
) -> Iterator[DocumentFault]:
    """Yield what does not agree: ids given twice, pages without a question, rules on what is later.

    Parameters
    ----------
    retired : sequence of str
        Ids that were published once and removed.
    """
    yield from _doubled([page.id for page in pages], "$.pages")
    yield from _doubled([question.id for question in questions], "$.questions")
    yield from _page_faults(pages, {question.id for question in questions})
    yield from _asked_on_one_page(pages, questions)
    yield from _retired_faults(questions, frozenset(retired))
    yield from condition_faults(pages, questions)


def _doubled(ids: Sequence[str], path: str) -> Iterator[DocumentFault]:
    for i, identifier in enumerate(ids):
        if identifier in ids[:i]:
            message = Text(
                en="the id '{id}' is there twice.", fr="l'identifiant « {id} » est en double."
            )
            yield DocumentFault(f"{path}[{i}].id", message.format(id=identifier))


def _page_faults(pages: Sequence[Page], known: set[str]) -> Iterator[DocumentFault]:
    for i, page in enumerate(pages):
        for j, name in enumerate(page.questions):
            if name not in known:
                message = Text(
                    en="no question has the id '{name}'.",
                    fr="aucune question n'a l'identifiant « {name} ».",
                )
                path = f"$.pages[{i}].questions[{j}]"
                yield DocumentFault(path, message.format(name=shortened(name)))


def _asked_on_one_page(
    pages: Sequence[Page], questions: Sequence[Question]
) -> Iterator[DocumentFault]:
    asked = Counter(name for page in pages for name in page.questions)
    for i, question in enumerate(questions):
        if asked[question.id] != 1:
            message = Text(
                en="'{id}' stands on {count} pages; a question stands on one.",
                fr="« {id} » figure sur {count} pages ; une question figure sur une seule.",
            )
            text = message.format(id=question.id, count=asked[question.id])
            yield DocumentFault(f"$.questions[{i}].id", text)


def _retired_faults(
    questions: Sequence[Question], retired: frozenset[str]
) -> Iterator[DocumentFault]:
    for i, question in enumerate(questions):
        for name in names_of(question):
            if name in retired:
                message = Text(
                    en="'{name}' was removed once; give another id to what is new.",
                    fr="« {name} » a été supprimé ; donnez un autre identifiant au nouveau.",
                )
                yield DocumentFault(f"$.questions[{i}]", message.format(name=name))


def names_of(question: Question) -> tuple[str, ...]:
    """Return every name that a question gives out: its id, then its parts and choices.

    "Other" is not among them: it always means the same.
    """
    names = [question.id]
    for field in question.fields:
        own = [choice.id for choice in field.choices if choice.id != OTHER]
        names += [f"{question.id}.{name}" for name in own]
        names += [] if field.is_optional else [field.name]
    return tuple(dict.fromkeys(names))


def condition_faults(
    pages: Sequence[Page], questions: Sequence[Question]
) -> Iterator[DocumentFault]:
    """Yield the conditions on a question that is not asked before, or on a value it cannot have."""
    order = asked_order(pages)
    by_id = {question.id: question for question in questions}
    for i, page in enumerate(pages):
        # A page is decided before its first question is asked; an empty one never matters.
        rank = order.get(page.questions[0], 0) if page.questions else 0
        before = {name: by_id[name] for name in by_id if order.get(name, rank) < rank}
        yield from _faults_of(page.show_if, before, f"$.pages[{i}].show_if")
    for i, question in enumerate(questions):
        rank = order.get(question.id, 0)
        before = {name: by_id[name] for name in by_id if order.get(name, rank) < rank}
        yield from _faults_of(question.show_if, before, f"$.questions[{i}].show_if")


def _faults_of(
    condition: Condition | None, before: Mapping[str, Question], path: str
) -> Iterator[DocumentFault]:
    if condition is None:
        return
    for comparison in comparisons(condition):
        message = comparison_fault(comparison, before)
        if message is not None:
            yield DocumentFault(path, message)


def comparison_fault(comparison: Comparison, before: Mapping[str, Question]) -> Text | None:
    """Return why a comparison can never be answered by the questions asked before it."""
    question = before.get(comparison.field.partition(".")[0])
    if question is None:
        return NOT_EARLIER.format(name=shortened(comparison.field))
    own = {field.name: field for field in question.fields if not field.is_optional}
    if comparison.field not in own:
        is_whole = comparison.field == question.id
        if is_whole and comparison.operator in OF_PRESENCE:
            return None
        return Text(
            en="name one line of '{question}': {names}.",
            fr="nommez une ligne de « {question} » : {names}.",
        ).format(question=question.id, names=shortened(", ".join(own), 300))
    return _mismatch(comparison, own[comparison.field])


def _mismatch(comparison: Comparison, field: Field) -> Text | None:
    if comparison.operator not in ADMITTED[field.kind]:
        return Text(
            en="'{operator}' does not apply to '{name}'.",
            fr="« {operator} » ne s'applique pas à « {name} ».",
        ).format(operator=comparison.operator.value, name=field.name)
    if comparison.operator in OF_PRESENCE or _may_have(field, comparison):
        return None
    return Text(
        en="'{name}' can never be '{value}'.", fr="« {name} » ne peut jamais valoir « {value} »."
    ).format(name=field.name, value=shortened(str(comparison.value)))


def _may_have(field: Field, comparison: Comparison) -> bool:
    value = comparison.value
    if field.kind is Kind.CHOICES:
        return value in {choice.id for choice in field.choices}
    if field.kind is Kind.DATE:
        return day_in(value) is not None
    if isinstance(value, str) or number_in(value) is None:
        return False
    is_on_scale = value in {level.value for level in field.levels}
    return is_on_scale or field.kind is Kind.NUMBER or comparison.operator in ORDER
