"""Attainments: whether each customer got the outcome he or she wanted; equality is met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts
from ressenti.tallies.outcome_sql import CHOICE, NEEDS, met, only


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    return facts.query(
        f"""
        SELECT
          occurred_at AS at,
          CASE
            WHEN actual IS NULL OR expected IS NULL THEN NULL
            WHEN {met(options)} THEN 'met'
            ELSE 'missed'
          END AS level,
          segments_
        FROM facts
        WHERE occurred_at IS NOT NULL {only(options)}
        """  # noqa: S608 - what is inserted are checked numbers, quoted texts and names of ours
    )


DERIVATION = Derivation(
    fact="outcomes",
    needs=NEEDS,
    dated_by="occurred_at",
    levels=("met", "missed"),
    options=CHOICE,
    rows=rows,
)
