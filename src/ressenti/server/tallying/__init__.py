"""The tallier: from the journal to the record and the tallies, exactly once."""

from __future__ import annotations
