"""Calls: answered or abandoned, and how soon, against a target and a short-abandon limit.

A call whose answer precedes its offer has a broken clock: it is told apart as ``impossible``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts, seconds_between, whole_number


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    target = whole_number(options, "target_s")
    short = whole_number(options, "short_s")
    waited = seconds_between("offered_at", "answered_at")
    held = seconds_between("offered_at", "abandoned_at")
    return facts.query(
        f"""
        SELECT
          offered_at AS at,
          CASE
            WHEN answered_at < offered_at OR abandoned_at < offered_at THEN 'impossible'
            WHEN answered_at IS NOT NULL AND {waited} <= {target} THEN 'answered_within'
            WHEN answered_at IS NOT NULL THEN 'answered_late'
            WHEN abandoned_at IS NULL THEN 'in_progress'
            WHEN {held} <= {short} THEN 'abandoned_short'
            WHEN {held} <= {target} THEN 'abandoned_within'
            ELSE 'abandoned_late'
          END AS level,
          segments_
        FROM facts
        WHERE offered_at IS NOT NULL
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts",
    needs=("offered_at", "answered_at", "abandoned_at"),
    dated_by="offered_at",
    levels=(
        "answered_within",
        "answered_late",
        "abandoned_short",
        "abandoned_within",
        "abandoned_late",
        "in_progress",
    ),
    options={"target_s": 20, "short_s": 5},
    rows=rows,
)
