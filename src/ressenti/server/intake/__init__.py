"""Intake: answers and facts come in here, and are acknowledged once they are committed."""

from __future__ import annotations
