"""Benchmarks: each claim on speed and memory, measured side by side with what it is compared to."""

from __future__ import annotations
