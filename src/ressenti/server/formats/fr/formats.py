"""Dates in French: the day before the month, twenty-four hours."""

from __future__ import annotations

SHORT_DATE_FORMAT = "j N Y"
SHORT_DATETIME_FORMAT = "j N Y, H:i"
