"""Asking: surveys, the people asked, and the ways to reach them."""

from __future__ import annotations
