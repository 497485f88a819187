"""Every statistical method of Ressenti against numbers that other software computed."""

from __future__ import annotations
