"""Importing: files of customers, answers and events, tried without consequence, then taken in."""

from __future__ import annotations
