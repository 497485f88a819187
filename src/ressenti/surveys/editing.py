"""Editing a live survey: what changed, and whether each series goes on or breaks.

An edit that may change what answers mean asks its author for a decision: "same meaning", and the
series goes on, or "new question", and it breaks where everybody sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from ressenti.errors import DocumentFault, InvalidQuestionnaire
from ressenti.language import Text
from ressenti.surveys.options import Option, OptionKind, parts_of
from ressenti.surveys.question import Question
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.questions import question_type_called
from ressenti.surveys.references import names_of, reference_faults
from ressenti.surveys.words import Words


class Meaning(StrEnum):
    """What an author decides of an edited question."""

    SAME_MEANING = "same_meaning"
    NEW_QUESTION = "new_question"


class EditKind(StrEnum):
    """What was edited."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    TYPE = "type"
    MEASURE = "measure"
    LABEL = "label"
    HELP = "help"
    REQUIRED = "required"
    CONDITION = "condition"
    OPTION = "option"
    PART_ADDED = "part_added"
    PART_REMOVED = "part_removed"
    PART_LABEL = "part_label"
    SURROUNDINGS = "surroundings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing that differs between two versions.

    Parameters
    ----------
    question : str or None
        None for what stands around the questions: title, languages, pages.
    needs_decision : bool
        The answers may no longer mean the same.
    allows_same_meaning : bool
        False where they certainly do not, such as on another scale.
    """

    question: str | None
    kind: EditKind
    needs_decision: bool
    summary: Text
    allows_same_meaning: bool = True


def edits(old: Questionnaire, new: Questionnaire) -> tuple[Edit, ...]:
    """Return what differs between two versions, question by question in the new order."""
    return tuple(
        chain(
            _surroundings(old, new),
            *(_question_edits(old, new, question) for question in new.questions),
            (
                _edit(question, EditKind.REMOVED, "removed", "supprimée")
                for question in old.questions
                if question.id not in new.by_id
            ),
        )
    )


def published(
    old: Questionnaire | None, new: Questionnaire, decisions: Mapping[str, str]
) -> Questionnaire:
    """Return the new version as it is asked: series raised, and ids that are gone put aside.

    Parameters
    ----------
    old : Questionnaire or None
        The version asked until now; None for the first one.
    decisions : mapping of question id to ``same_meaning`` or ``new_question``

    Raises
    ------
    InvalidQuestionnaire
        R105, when a decision is missing, unknown or not allowed, or an id that was removed once is
        given to something else.
    """
    before = old or replace(new, pages=(), questions=(), retired=())
    faults = list(_decision_faults(new, edits(before, new), decisions))
    gone = {name for question in before.questions for name in names_of(question)}
    kept = {name for question in new.questions for name in names_of(question)}
    retired = tuple(dict.fromkeys((*before.retired, *new.retired, *sorted(gone - kept))))
    faults += reference_faults(new.pages, new.questions, retired=retired)
    if faults:
        raise InvalidQuestionnaire(tuple(faults))
    questions = tuple(
        replace(question, series=_series(before.by_id.get(question.id), decisions))
        for question in new.questions
    )
    return replace(new, questions=questions, retired=retired)


def _series(old: Question | None, decisions: Mapping[str, str]) -> int:
    if old is None:
        return 1
    return old.series + (decisions.get(old.id) == Meaning.NEW_QUESTION)


def _decision_faults(
    new: Questionnaire, found: Sequence[Edit], decisions: Mapping[str, str]
) -> Iterator[DocumentFault]:
    for name, decision in decisions.items():
        if name not in new.by_id or decision not in list(Meaning):
            message = Text(
                en="'{decision}' is no decision on a question of this version.",
                fr="« {decision} » n'est pas une décision sur une question de cette version.",
            )
            yield DocumentFault(f"$.decisions.{name}", message.format(decision=decision))
    for edit in found:
        if not edit.needs_decision or edit.question is None:
            continue
        path, decided = f"$.decisions.{edit.question}", decisions.get(edit.question)
        if decided is None:
            message = Text(
                en="{summary}: say whether it has the same meaning or is a new question.",
                fr="{summary} : dites si le sens est le même ou si c'est une nouvelle question.",
            )
            yield DocumentFault(path, message.format(summary=edit.summary))
        elif decided == Meaning.SAME_MEANING and not edit.allows_same_meaning:
            message = Text(
                en="{summary}: the answers can no longer mean the same.",
                fr="{summary} : les réponses ne peuvent plus avoir le même sens.",
            )
            yield DocumentFault(path, message.format(summary=edit.summary))


def _surroundings(old: Questionnaire, new: Questionnaire) -> Iterator[Edit]:
    parts: Mapping[Text, Callable[[Questionnaire], object]] = {
        Text(en="title", fr="titre"): lambda one: one.title,
        Text(en="introduction", fr="introduction"): lambda one: one.introduction,
        Text(en="thanks", fr="remerciement"): lambda one: one.thanks,
        Text(en="languages", fr="langues"): lambda one: one.languages,
        Text(en="pages", fr="pages"): lambda one: one.pages,
    }
    for name, part in parts.items():
        if part(old) != part(new):
            summary = Text(en="{name} changed", fr="{name} : modifié").format(name=name)
            yield Edit(
                question=None, kind=EditKind.SURROUNDINGS, needs_decision=False, summary=summary
            )


def _question_edits(old: Questionnaire, new: Questionnaire, now: Question) -> Iterator[Edit]:
    was = old.by_id.get(now.id)
    if was is None:
        yield _edit(now, EditKind.ADDED, "added", "ajoutée")
        return
    if was.type != now.type:
        yield _edit(now, EditKind.TYPE, "other type", "autre type", decides=True, same=False)
        return
    yield from _own_edits(was, now)
    yield from _option_edits(was, now)
    if _place(old, now.id, new) != _place(new, now.id, old):
        yield _edit(now, EditKind.MOVED, "moved", "déplacée")


def _own_edits(was: Question, now: Question) -> Iterator[Edit]:
    if was.measure != now.measure:
        is_first = was.measure is None
        yield _edit(
            now, EditKind.MEASURE, "other measure", "autre mesure", decides=True, same=is_first
        )
    if _is_reworded(was.label, now.label):
        yield _edit(now, EditKind.LABEL, "reworded", "reformulée", decides=True)
    if (was.help or {}) != (now.help or {}):
        yield _edit(now, EditKind.HELP, "help changed", "aide modifiée")
    if was.required != now.required:
        yield _edit(now, EditKind.REQUIRED, "required or not", "obligatoire ou non")
    if was.show_if != now.show_if:
        yield _edit(now, EditKind.CONDITION, "shown to others", "posée à d'autres", decides=True)


# Of these options the answers depend; of the others only what may be typed does.
DECISIVE = frozenset({OptionKind.SCALE, OptionKind.FLAG, OptionKind.IDENTIFIER})


def _option_edits(was: Question, now: Question) -> Iterator[Edit]:
    for option in question_type_called(now.type).options:
        if option.kind is OptionKind.PARTS:
            yield from _part_edits(was, now, option.key)
        elif _setting(was, option) != _setting(now, option):
            yield _edit(
                now,
                EditKind.OPTION,
                f"{option.name.en} changed",
                f"{option.name.fr}, modifié",
                decides=option.kind in DECISIVE,
                same=option.kind not in {OptionKind.SCALE, OptionKind.IDENTIFIER},
            )


def _setting(question: Question, option: Option) -> object:
    """Return what an option says, in one way only: the default scale told or not is the same."""
    if option.kind is OptionKind.SCALE:
        return question.fields[0].scale
    value = question.options.get(option.key)
    return bool(value) if option.kind is OptionKind.FLAG else value


def _part_edits(was: Question, now: Question, key: str) -> Iterator[Edit]:
    old = {part.id: part.label for part in parts_of(was, key)}
    new = {part.id: part.label for part in parts_of(now, key)}
    for name in (*old, *(name for name in new if name not in old)):
        if name not in new:
            yield _part_edit(now, EditKind.PART_REMOVED, name, "removed", "supprimé", same=False)
        elif name not in old:
            # The first line of a grid turns one mark into several.
            yield _part_edit(now, EditKind.PART_ADDED, name, "added", "ajouté", same=bool(old))
        elif _is_reworded(old[name], new[name]):
            yield _part_edit(now, EditKind.PART_LABEL, name, "reworded", "reformulé")
    kept = [name for name in old if name in new]
    if kept != [name for name in new if name in old]:
        yield _edit(now, EditKind.OPTION, "other order", "autre ordre")


def _part_edit(
    question: Question, kind: EditKind, name: str, en: str, fr: str, *, same: bool = True
) -> Edit:
    return _edit(question, kind, f"'{name}' {en}", f"« {name} » {fr}", decides=True, same=same)


def _is_reworded(old: Words, new: Words) -> bool:
    """Tell whether words that were asked in some language now read otherwise, or are gone."""
    return any(text.strip() and new.get(language) != text for language, text in old.items())


def _place(questionnaire: Questionnaire, name: str, other: Questionnaire) -> tuple[str, str | None]:
    """Return the page of a question, and which one of both versions is asked just before it."""
    before: str | None = None
    for page, question in questionnaire.in_order():
        if question.id == name:
            return page.id, before
        if question.id in other.by_id:
            before = question.id
    return "", before


def _edit(
    question: Question,
    kind: EditKind,
    en: str,
    fr: str,
    *,
    decides: bool = False,
    same: bool = True,
) -> Edit:
    summary = Text(en="'{id}': {what}", fr="« {id} » : {what}")
    return Edit(
        question=question.id,
        kind=kind,
        needs_decision=decides,
        summary=summary.format(id=question.id, what=Text(en=en, fr=fr)),
        allows_same_meaning=same,
    )
