"""The Python face: what ``import ressenti as rs`` offers, and what the command line calls."""

from __future__ import annotations
