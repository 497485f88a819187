"""Themes: what customers speak of, by editable plans, and what the plans miss."""

from __future__ import annotations
