"""Placeholders in the words of a question: an earlier answer, or what is known of the contact.

They are ``{{answer:recommend}}`` and ``{{contact:first_name|fallback}}``; anything else between
braces is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ressenti.errors import DocumentFault
from ressenti.surveys.question import Page, Question
from ressenti.surveys.references import NOT_EARLIER, asked_order

PLACEHOLDER: Final = re.compile(
    r"\{\{(answer|contact):([a-z0-9_]{1,40}(?:\.[a-z0-9_]{1,40}){0,2})(?:\|([^{}|]{0,200}))?\}\}"
)


def placeholder_faults(
    pages: Sequence[Page], questions: Sequence[Question]
) -> Iterator[DocumentFault]:
    """Yield the placeholders for an answer that is not given before its question is asked."""
    order = asked_order(pages)
    for i, question in enumerate(questions):
        rank = order.get(question.id, 0)
        for key, words in (("label", question.label), ("help", question.help or {})):
            for language, text in words.items():
                for match in PLACEHOLDER.finditer(text):
                    asked = match[2].partition(".")[0]
                    if match[1] == "answer" and order.get(asked, rank) >= rank:
                        path = f"$.questions[{i}].{key}.{language}"
                        yield DocumentFault(path, NOT_EARLIER.format(name=match[2]))
