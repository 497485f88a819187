"""Reports: scores to tables, charts and files."""

from __future__ import annotations
