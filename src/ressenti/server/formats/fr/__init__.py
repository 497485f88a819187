"""Dates in French."""

from __future__ import annotations
