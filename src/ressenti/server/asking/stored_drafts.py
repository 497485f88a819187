"""Stored drafts: read tolerantly, whatever an import, an older release or a program left there.

What a draft lacks is written out and what nobody can read is left out, so that its author can open
the editor and mend it; what is wrong with the rest is told by ``ressenti.surveys``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ressenti.errors import InvalidQuestionnaire
from ressenti.server.asking.drafts import Document, new_id
from ressenti.surveys.conditions import condition_document, condition_of
from ressenti.surveys.document_reading import IDENTIFIER
from ressenti.surveys.options import OptionKind
from ressenti.surveys.questions import question_types
from ressenti.surveys.words import is_storable

PASSAGES = ("introduction", "thanks")


def draft_of(stored: object) -> Document:
    """Return a stored draft with every key that the editor reads.

    Examples
    --------
    >>> draft = draft_of({"questions": [{"id": "why"}], "pages": [{"questions": ["why", 7]}]})
    >>> [page["questions"] for page in draft["pages"]], draft["questions"][0]["options"]
    ([['why']], {})
    """
    told = dict(_object(stored))
    questions = [_object(one) for one in _list(told.get("questions"))]
    named = list(_with_ids(questions, "item"))
    renamed = {question.get("id"): key for key, question in named if _is_text(question.get("id"))}
    return told | {
        "title": _words(told.get("title")) or {},
        "languages": [one for one in _list(told.get("languages")) if _is_text(one)],
        **{name: _words(told.get(name)) for name in PASSAGES if name in told},
        "pages": list(_pages(told.get("pages"), renamed)),
        "questions": [_question(key, question) for key, question in named],
        **({"retired": _texts(told["retired"])} if "retired" in told else {}),
    }


def _pages(stored: object, renamed: Mapping[object, str]) -> Iterator[Document]:
    """Yield the pages, one at least, with the questions under the ids they now have."""
    for key, page in _with_ids([_object(one) for one in _list(stored)] or [{}], "p1"):
        asked = [renamed.get(one, one) for one in _texts(page.get("questions"))]
        own = {"id": key, "questions": asked, "show_if": _condition(page.get("show_if"))}
        yield dict(page) | own


def _question(key: str, stored: Mapping[str, Any]) -> Document:
    kind, series, measure = stored.get("type"), stored.get("series"), stored.get("measure")
    return dict(stored) | {
        "id": key,
        "type": kind if isinstance(kind, str) else "",
        "series": series if isinstance(series, int) else 1,
        "required": stored.get("required") is True,
        "label": _words(stored.get("label")) or {},
        "help": _words(stored.get("help")),
        "measure": measure if isinstance(measure, str) and measure else None,
        "show_if": _condition(stored.get("show_if")),
        "options": _options(kind, _object(stored.get("options"))),
    }


def _options(kind: object, stored: Mapping[str, Any]) -> Document:
    """Return the options of a question, each of their parts with an id and a label."""
    known = question_types().get(kind) if isinstance(kind, str) else None
    lists = [one.key for one in known.options if one.kind is OptionKind.PARTS] if known else []
    return dict(stored) | {
        name: [
            dict(part) | {"id": key, "label": _words(part.get("label")) or {}}
            for key, part in _with_ids(map(_object, _list(stored[name])), "item")
        ]
        for name in lists
        if name in stored
    }


def _with_ids(
    objects: Iterable[Mapping[str, Any]], otherwise: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each object with its id, or with a new one when nothing can be called by its own."""
    listed = list(objects)
    taken: Collection[str] = {one["id"] for one in listed if _is_text(one.get("id"))}
    for one in listed:
        own = one.get("id")
        if not (isinstance(own, str) and IDENTIFIER.fullmatch(own)):
            own = new_id(own if isinstance(own, str) and own else otherwise, taken)
            taken = {*taken, own}
        yield own, one


def _condition(stored: object) -> Document | None:
    try:
        return condition_document(condition_of(_object(stored))) if stored else None
    except InvalidQuestionnaire:
        return None


def _words(stored: object) -> dict[str, str] | None:
    if not isinstance(stored, Mapping):
        return None
    return {one: text for one, text in stored.items() if _is_text(text)}


def _texts(stored: object) -> list[str]:
    return [one for one in _list(stored) if isinstance(one, str)]


def _list(stored: object) -> list[Any]:
    return list(stored) if isinstance(stored, list | tuple) else []


def _object(stored: object) -> Mapping[str, Any]:
    return stored if isinstance(stored, Mapping) else {}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and is_storable(value)
