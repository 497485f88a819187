"""The HTTP interface for programs, under ``/api/v1``."""

from __future__ import annotations
