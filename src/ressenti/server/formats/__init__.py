"""Dates as every page writes them, those of the cockpit too."""

from __future__ import annotations
