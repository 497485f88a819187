"""Drafts: a questionnaire while it is being edited, as a document that may still have faults.

Every function returns a new document and leaves the one it was given as it was. What is wrong
with a document is told by ``ressenti.surveys``; here it is only changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from ressenti.language import LANGUAGES, Language

Document = dict[str, Any]

FORMAT = "ressenti.questionnaire/1"
LONGEST_ID = 40
UNFIT_FOR_IDS = re.compile(r"[^a-z0-9]+")


def new_draft(title: str, languages: Sequence[Language]) -> Document:
    """Return a questionnaire with one empty page, its title in the first language."""
    return {
        "format": FORMAT,
        "title": {languages[0]: title},
        "languages": list(languages),
        "introduction": {},
        "thanks": {},
        "pages": [{"id": "p1", "questions": [], "show_if": None}],
        "questions": [],
    }


def new_id(wish: str, taken: Collection[str]) -> str:
    """Return an id made of a wish, numbered when it is taken.

    Examples
    --------
    >>> new_id("Délai de livraison", {"delai_de_livraison"})
    'delai_de_livraison_2'
    """
    plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode().lower()
    base = UNFIT_FOR_IDS.sub("_", plain).strip("_")[: LONGEST_ID - 4].strip("_") or "item"
    number, candidate = 1, base
    while candidate in taken:
        number += 1
        candidate = f"{base}_{number}"
    return candidate


def languages_of(document: Mapping[str, Any]) -> tuple[Language, ...]:
    """Return the languages of a draft, the default one first."""
    told = document.get("languages") or []
    return tuple(one for one in told if one in LANGUAGES) or ("fr", "en")


def questions_in_order(document: Mapping[str, Any]) -> Iterator[Document]:
    """Yield the questions in the order in which they are asked."""
    by_id = {question["id"]: question for question in document["questions"]}
    for page in document["pages"]:
        yield from (by_id[key] for key in page["questions"] if key in by_id)


def question_called(document: Mapping[str, Any], key: str) -> Document | None:
    """Return the question of that id, None when there is none."""
    found = (question for question in document["questions"] if question["id"] == key)
    return next(found, None)


def questions_before(document: Mapping[str, Any], key: str) -> list[Document]:
    """Return what is asked before a question, which alone its condition may look at."""
    before: list[Document] = []
    for question in questions_in_order(document):
        if question["id"] == key:
            break
        before.append(question)
    return before


def questions_before_page(document: Mapping[str, Any], key: str) -> list[Document]:
    """Return what is asked before a page."""
    asked: list[str] = []
    for page in document["pages"]:
        if page["id"] == key:
            break
        asked += page["questions"]
    return [question for question in questions_in_order(document) if question["id"] in asked]


def with_words(document: Document, words: Mapping[str, Mapping[str, str]]) -> Document:
    """Return the document with another title, introduction or thanks."""
    return deepcopy(document) | {key: dict(value) for key, value in words.items()}


def with_languages(document: Document, languages: Sequence[Language]) -> Document:
    """Return the document in these languages; words in another one are put away."""
    kept = frozenset(languages)

    def trimmed(value: Any) -> Any:
        if isinstance(value, dict) and value and value.keys() <= frozenset(LANGUAGES):
            return {language: text for language, text in value.items() if language in kept}
        if isinstance(value, dict):
            return {key: trimmed(part) for key, part in value.items()}
        return [trimmed(part) for part in value] if isinstance(value, list) else value

    changed: Document = trimmed(deepcopy(document))
    return changed | {"languages": list(languages)}


def with_new_question(document: Document, kind: str, page: str) -> tuple[Document, str]:
    """Return the document with an empty question at the end of a page, and its id.

    An id that was published once is never given to another question.
    """
    changed = deepcopy(document)
    ids = {question["id"] for question in changed["questions"]}
    key = new_id(kind, ids | set(changed.get("retired", ())))
    changed["questions"].append(
        {
            "id": key,
            "type": kind,
            "series": 1,
            "required": False,
            "label": {},
            "help": None,
            "measure": None,
            "show_if": None,
            "options": {},
        }
    )
    pages = changed["pages"]
    target = next((one for one in pages if one["id"] == page), pages[-1])
    target["questions"].append(key)
    return changed, key


def with_question(document: Document, question: Document) -> Document:
    """Return the document with a question as it now is."""
    changed = deepcopy(document)
    changed["questions"] = [
        deepcopy(question) if one["id"] == question["id"] else one for one in changed["questions"]
    ]
    return changed


def without_question(document: Document, key: str) -> Document:
    """Return the document without a question."""
    changed = deepcopy(document)
    changed["questions"] = [one for one in changed["questions"] if one["id"] != key]
    for page in changed["pages"]:
        page["questions"] = [one for one in page["questions"] if one != key]
    return changed


def with_moved_question(document: Document, key: str, step: int) -> Document:
    """Return the document with a question one place up (-1) or down (1), across pages."""
    changed = deepcopy(document)
    pages = [page["questions"] for page in changed["pages"]]
    place = next((i for i, questions in enumerate(pages) if key in questions), None)
    if place is None:
        return changed
    here = pages[place]
    old = here.index(key)
    if 0 <= old + step < len(here):
        here[old], here[old + step] = here[old + step], here[old]
    elif 0 <= place + step < len(pages):
        here.remove(key)
        there = pages[place + step]
        there.insert(0 if step > 0 else len(there), key)
    return changed


def with_new_page(document: Document) -> Document:
    """Return the document with an empty page at the end."""
    changed = deepcopy(document)
    taken = {page["id"] for page in changed["pages"]}
    number = next(n for n in range(1, len(taken) + 2) if f"p{n}" not in taken)
    changed["pages"].append({"id": f"p{number}", "questions": [], "show_if": None})
    return changed


def with_moved_page(document: Document, key: str, step: int) -> Document:
    """Return the document with a page one place up (-1) or down (1)."""
    changed = deepcopy(document)
    pages = changed["pages"]
    old = next((i for i, page in enumerate(pages) if page["id"] == key), None)
    if old is not None and 0 <= old + step < len(pages):
        pages[old], pages[old + step] = pages[old + step], pages[old]
    return changed


def with_page_condition(document: Document, key: str, condition: Document | None) -> Document:
    """Return the document with another condition on a page."""
    changed = deepcopy(document)
    for page in changed["pages"]:
        if page["id"] == key:
            page["show_if"] = deepcopy(condition)
    return changed


def without_page(document: Document, key: str) -> Document:
    """Return the document without a page; its questions join the page before, or the next one.

    The last page stays.
    """
    changed = deepcopy(document)
    pages = changed["pages"]
    place = next((i for i, page in enumerate(pages) if page["id"] == key), None)
    if place is None or len(pages) == 1:
        return changed
    questions = pages.pop(place)["questions"]
    if place > 0:
        pages[place - 1]["questions"] += questions
    else:
        pages[0]["questions"] = questions + pages[0]["questions"]
    return changed
