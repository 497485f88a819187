"""Question forms: what an author typed into the form of a question, as its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.language import Language
from ressenti.server.asking.drafts import Document, new_id
from ressenti.server.asking.rules import condition_of_form, rule_of
from ressenti.surveys.fields import NOT_CONCERNED, OTHER, Field
from ressenti.surveys.options import Option, OptionKind
from ressenti.surveys.question_types import QuestionType

BLANK_PARTS = 3
MOST_PARTS = 200
LONGEST_TYPED = 5000
CLEARED = "rule-clear"


@dataclass(frozen=True, slots=True)
class PartRow:
    """A line of the form for a choice, a criterion or an item; a new one has no id yet."""

    number: int
    id: str
    label: Mapping[str, str]


def question_of_form(
    form: Mapping[str, str],
    old: Document,
    kind: QuestionType,
    *,
    languages: Sequence[Language],
    fields: Iterable[Field],
    retired: Iterable[str] = (),
) -> Document:
    """Return a question as the form tells it; its id, type and series stay.

    Parameters
    ----------
    fields : iterable of Field
        What is asked before it, which its condition may look at.
    retired : iterable of str
        Ids that were published once and are never given to another part.
    """
    is_cleared = bool(form.get(CLEARED))
    fits_form = rule_of(old["show_if"]) is not None
    kept = None if is_cleared else old["show_if"]
    told = condition_of_form(form, fields) if fits_form and not is_cleared else kept
    words = words_of_form(form, "help", languages)
    return old | {
        "label": words_of_form(form, "label", languages),
        "help": words or None,
        "required": bool(form.get("required")),
        "measure": form.get("measure") or None,
        "show_if": told,
        "options": dict(_options(form, old, kind, languages, frozenset(retired))),
    }


def words_of_form(
    form: Mapping[str, str], name: str, languages: Iterable[Language]
) -> dict[str, str]:
    """Return the words typed in each language, without those left blank."""
    typed = {one: typed_text(form, f"{name}-{one}") for one in languages}
    return {language: text for language, text in typed.items() if text}


def typed_text(form: Mapping[str, str], name: str) -> str:
    """Return a text as it was typed, its line ends as one character each."""
    return form.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()[:LONGEST_TYPED]


def part_rows(question: Document, option: Option) -> list[PartRow]:
    """Return the lines a form shows for the parts of a question, a few of them to be filled."""
    listed = question["options"].get(option.key) or ()
    rows = [PartRow(i, part["id"], part["label"]) for i, part in enumerate(listed, start=1)]
    first = len(rows) + 1
    return [*rows, *(PartRow(i, "", {}) for i in range(first, first + BLANK_PARTS))]


def _options(
    form: Mapping[str, str],
    old: Document,
    kind: QuestionType,
    languages: Sequence[Language],
    retired: frozenset[str],
) -> Iterator[tuple[str, Any]]:
    for option in kind.options:
        if option.kind is OptionKind.PARTS:
            prefix = f"{old['id']}."
            gone = {one.removeprefix(prefix) for one in retired if one.startswith(prefix)}
            parts = _parts(form, option.key, languages, gone)
            if parts:
                yield option.key, parts
        elif (value := _value(form.get(f"option-{option.key}", "").strip(), option)) is not None:
            yield option.key, value


def _value(typed: str, option: Option) -> object:
    """Return the value of an option, None for nothing; what is no number stays as it was typed."""
    if not typed:
        return None
    if option.kind is OptionKind.FLAG:
        return True
    if option.kind is OptionKind.WHOLE and typed.isascii() and typed.isdigit():
        return int(typed[:9])
    if option.kind is OptionKind.NUMBER:
        try:
            return float(typed.replace(",", "."))
        except ValueError:
            return typed[:40]
    return typed[:40]


def _parts(
    form: Mapping[str, str], key: str, languages: Sequence[Language], gone: set[str]
) -> list[Document]:
    rows: list[tuple[float, int, Document]] = []
    taken = gone | {OTHER, NOT_CONCERNED}
    taken |= {form.get(f"part-{key}-{i}-id", "") for i in range(1, MOST_PARTS + 1)}
    for i in range(1, MOST_PARTS + 1):
        name = f"part-{key}-{i}"
        label = words_of_form(form, name, languages)
        identifier = form.get(f"{name}-id", "").strip()
        if form.get(f"{name}-remove") or not (label or identifier):
            continue
        if not identifier:
            identifier = new_id(next(iter(label.values())), taken)
            taken.add(identifier)
        place = form.get(f"{name}-place", "").strip()
        rank = float(place) if place.isascii() and place.isdigit() else float(i)
        rows.append((rank, i, {"id": identifier, "label": label}))
    return [part for _, _, part in sorted(rows, key=lambda row: row[:2])]
