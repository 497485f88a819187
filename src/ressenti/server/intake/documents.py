"""JSON documents from outside: read strictly, within a depth, without numbers that are none."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ressenti.language import Text
from ressenti.server.intake.problems import Problem

DEEPEST = 6
OPENING = (b"{", b"[")


def _refused_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _object_of_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


# Made once: making one costs as much as reading a small document.
DECODER = json.JSONDecoder(parse_constant=_refused_constant, object_pairs_hook=_object_of_pairs)


def document_in(body: bytes) -> Mapping[str, object]:
    """Return the JSON object of a body.

    Raises
    ------
    Problem
        400, when it is no JSON object, holds NaN or Infinity, names a key twice, or is nested
        deeper than any request of ours.

    Examples
    --------
    >>> document_in(b'{"answers": {"recommend": 9}}')
    {'answers': {'recommend': 9}}
    >>> document_in(b'{"a": NaN}')
    Traceback (most recent call last):
    ...
    ressenti.server.intake.problems.Problem: 400 unreadable_json: The body is not the JSON object \
that is expected: NaN is no number of JSON.
    """
    try:
        document = DECODER.decode(body.decode())
    except RecursionError:
        raise _unreadable("it is nested too deeply") from None
    except ValueError as error:
        raise _unreadable(str(error)[:200]) from error
    if not isinstance(document, dict):
        raise _unreadable("it is no object")
    # A shallow body cannot be deep: most requests are never walked.
    if sum(map(body.count, OPENING)) > DEEPEST and _depth(document) > DEEPEST:
        raise _unreadable("it is nested too deeply")
    return document


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [
            part
            for one in level
            if isinstance(one, dict | list)
            for part in (one.values() if isinstance(one, dict) else one)
        ]
    return deepest - 1


def _unreadable(reason: str) -> Problem:
    return Problem(
        400,
        "unreadable_json",
        Text(
            en="The body is not the JSON object that is expected: {reason}.",
            fr="Le corps n'est pas l'objet JSON attendu : {reason}.",
        ).format(reason=reason),
    )
