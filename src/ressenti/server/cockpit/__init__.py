"""The cockpit: what was felt, on screen."""

from __future__ import annotations
