"""Scores: a value with its uncertainty, as a pure function of a tally. No SQL, no clock, no I/O."""

from __future__ import annotations
