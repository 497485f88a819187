"""Tickets: how a contact ended, and with how many replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, _options: Mapping[str, Any]) -> exp.Select:
    reopened = (
        "reopened_at IS NOT NULL AND reopened_at >= resolved_at"
        if "reopened_at" in facts.columns
        else "1 = 0"
    )
    was_reopened = "reopened_at IS NOT NULL" if "reopened_at" in facts.columns else "1 = 0"
    one_touch = "replies = 1" if "replies" in facts.columns else "1 = 0"
    return facts.query(
        f"""
        SELECT
          offered_at AS at,
          CASE
            WHEN resolved_at IS NULL THEN 'open'
            WHEN {reopened} THEN 'reopened'
            WHEN {was_reopened} THEN 'several_touches'
            WHEN {one_touch} THEN 'one_touch'
            ELSE 'several_touches'
          END AS level,
          segments_
        FROM facts
        WHERE offered_at IS NOT NULL
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts",
    needs=("offered_at", "resolved_at"),
    dated_by="offered_at",
    levels=("one_touch", "several_touches", "reopened", "open"),
    rows=rows,
)
