"""Dates in English: the day before the month, twenty-four hours."""

from __future__ import annotations

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
