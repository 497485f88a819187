"""Ressenti: customer-experience indicators with their uncertainty."""

from __future__ import annotations

__version__ = "0.1.0"
