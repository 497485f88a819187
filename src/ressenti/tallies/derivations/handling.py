"""Handling: the seconds spent on an answered contact, talking, holding and wrapping up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, _options: Mapping[str, Any]) -> exp.Select:
    parts = [name for name in ("talk_s", "hold_s", "wrap_s") if name in facts.columns]
    total = " + ".join(f"COALESCE({name}, 0)" for name in parts)
    return facts.query(
        f"""
        SELECT
          offered_at AS at,
          CASE WHEN talk_s IS NULL THEN NULL ELSE {total} END AS amount,
          segments_
        FROM facts
        WHERE offered_at IS NOT NULL
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts", needs=("offered_at", "talk_s"), dated_by="offered_at", rows=rows
)
