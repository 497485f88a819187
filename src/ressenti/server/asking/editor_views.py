"""What the editor shows: pages and questions of a draft, with what is wrong or missing at each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ressenti.errors import DocumentFault
from ressenti.language import Language
from ressenti.server.asking import drafts
from ressenti.server.asking.drafts import Document
from ressenti.server.asking.question_drafts import comparable_fields, known_values, label_of
from ressenti.server.asking.rules import Row, Rule, condition_lines, rows_shown, rule_of
from ressenti.server.asking.seals import seal
from ressenti.server.asking.survey_documents import Verdict, measure_name
from ressenti.surveys.questions import question_types


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCard:
    """A question as the editor lists it."""

    id: str
    type: str
    label: Mapping[str, str]
    missing: tuple[Language, ...]
    is_required: bool
    measure: str
    rule: str
    seal: str
    faults: Sequence[DocumentFault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a condition may look at: a field by its name, what a person calls it, its values."""

    name: str
    label: str
    values: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """The rule builder of a question or page; ``rule`` is None when it is too deep for rows."""

    rule: Rule | None
    rows: tuple[Row, ...]
    words: str
    targets: Sequence[Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCard:
    """A page as the editor lists it."""

    id: str
    number: int
    cards: Sequence[QuestionCard]
    rule: RuleForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage of words around the questions."""

    name: str
    words: Mapping[str, str]
    is_long: bool


def page_cards(draft: Document, verdict: Verdict, language: Language) -> list[PageCard]:
    """Return the pages of a draft with their questions."""
    places = {question["id"]: i for i, question in enumerate(draft["questions"])}
    return [
        PageCard(
            id=page["id"],
            number=number,
            cards=[
                question_card(draft, draft["questions"][places[key]], verdict, language)
                for key in page["questions"]
                if key in places
            ],
            rule=rule_form(
                page.get("show_if"), drafts.questions_before_page(draft, page["id"]), language
            ),
        )
        for number, page in enumerate(draft["pages"], start=1)
    ]


def question_card(
    draft: Document, question: Document, verdict: Verdict, language: Language
) -> QuestionCard:
    """Return a question as the editor lists it."""
    kind = question_types().get(question["type"])
    return QuestionCard(
        id=question["id"],
        type=kind.name.to(language) if kind else question["type"],
        label=question["label"],
        missing=tuple(one for one in drafts.languages_of(draft) if not question["label"].get(one)),
        is_required=question["required"],
        measure=measure_name(question["measure"], language),
        rule=condition_lines(question["show_if"]),
        seal=seal(question),
        faults=verdict.faults_of(draft["questions"].index(question)),
    )


def rule_form(
    condition: Document | None, before: Iterable[Document], language: Language
) -> RuleForm:
    """Return the rule builder for a condition on what is asked before."""
    rule = rule_of(condition)
    return RuleForm(
        rule=rule,
        rows=rows_shown(rule) if rule else (),
        words=condition_lines(condition),
        targets=[
            Target(
                name=field.name,
                label=_target_label(question, field.part, language),
                values=known_values(field, language),
            )
            for question, field in comparable_fields(before)
        ],
    )


def _target_label(question: Document, part: str, language: Language) -> str:
    label = label_of(question, language)
    return f"{label} – {part}" if part else label


def passages(draft: Document, names: Iterable[str]) -> list[Passage]:
    """Return the passages of words around the questions."""
    return [
        Passage(name=name, words=draft.get(name) or {}, is_long=name != "title") for name in names
    ]
