"""Who may do what: people, roles, units, keys, and the log of what was done."""

from __future__ import annotations
