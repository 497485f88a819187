"""Distances: how far each outcome is from its expectation, in whole increments either way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts
from ressenti.tallies.outcome_sql import CHOICE, NEEDS, increments_over, only


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    return facts.query(
        f"""
        SELECT
          at,
          CASE
            WHEN overrun IS NULL THEN NULL
            WHEN overrun < -1 THEN 'better_by_more_than_one'
            WHEN overrun < 0 THEN 'better_by_up_to_one'
            WHEN overrun = 0 THEN 'as_expected'
            WHEN overrun <= 1 THEN 'missed_by_up_to_one'
            WHEN overrun <= 2 THEN 'missed_by_up_to_two'
            ELSE 'missed_by_more_than_two'
          END AS level,
          segments_
        FROM (
          SELECT occurred_at AS at, {increments_over(options)} AS overrun, segments_
          FROM facts
          WHERE occurred_at IS NOT NULL {only(options)}
        ) AS overruns
        """  # noqa: S608 - what is inserted are checked numbers, quoted texts and names of ours
    )


DERIVATION = Derivation(
    fact="outcomes",
    needs=NEEDS,
    dated_by="occurred_at",
    levels=(
        "better_by_more_than_one",
        "better_by_up_to_one",
        "as_expected",
        "missed_by_up_to_one",
        "missed_by_up_to_two",
        "missed_by_more_than_two",
    ),
    options={**CHOICE, "increments": {}},
    rows=rows,
)
