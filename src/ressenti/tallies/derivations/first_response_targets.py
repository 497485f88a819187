"""First responses against a target: met, late, or still waiting, already late or not yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.business_time import HOURS, seconds_counted
from ressenti.tallies.derivations import (
    Derivation,
    Facts,
    instant_literal,
    whole_number,
)


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    target = whole_number(options, "target_s")
    until = options["observed_until"]
    # A window over everything would bring all rows to one machine of a cluster.
    latest = "(SELECT MAX(offered_at) FROM facts)"
    last = latest if until is None else instant_literal(str(until))
    waited = seconds_counted("at", "first_reply_at", options)
    waiting = seconds_counted("at", "observed_until", options)
    return facts.query(
        f"""
        SELECT
          at,
          CASE
            WHEN first_reply_at < at THEN 'impossible'
            WHEN first_reply_at IS NOT NULL AND {waited} <= {target} THEN 'met'
            WHEN first_reply_at IS NOT NULL THEN 'late'
            WHEN {waiting} > {target} THEN 'waiting_late'
            ELSE 'waiting'
          END AS level,
          segments_
        FROM (
          SELECT offered_at AS at, first_reply_at, {last} AS observed_until, segments_
          FROM facts
          WHERE offered_at IS NOT NULL
        ) AS requests
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts",
    needs=("offered_at", "first_reply_at"),
    dated_by="offered_at",
    levels=("met", "late", "waiting_late", "waiting"),
    options={"target_s": 3600, "observed_until": None, **HOURS},
    rows=rows,
)
