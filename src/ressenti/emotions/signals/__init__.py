"""Signals of attachment or risk in what customers write, read apart from emotion."""

from __future__ import annotations
