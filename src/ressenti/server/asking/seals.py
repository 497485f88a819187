"""Seals: what a form showed, so that it never overwrites what somebody else saved meanwhile."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.http import HttpRequest

SEAL_FIELD = "seal"
SEAL_LENGTH = 24


def seal(part: Any) -> str:
    """Return a short digest of the part of a document that a form shows.

    Examples
    --------
    >>> seal({"b": 1, "a": 2}) == seal({"a": 2, "b": 1})
    True
    """
    text = json.dumps(part, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:SEAL_LENGTH]


def is_unchanged(request: HttpRequest, part: Any) -> bool:
    """Tell whether a part still is what the form that was sent had shown."""
    return hmac.compare_digest(request.POST.get(SEAL_FIELD, ""), seal(part))
