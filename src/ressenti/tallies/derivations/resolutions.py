"""Resolutions: the seconds from a request to its resolution; NULL while it is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.business_time import HOURS, seconds_counted
from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    taken = seconds_counted("offered_at", "resolved_at", options)
    return facts.query(
        f"""
        SELECT offered_at AS at, {taken} AS amount, segments_
        FROM facts
        WHERE offered_at IS NOT NULL
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts",
    needs=("offered_at", "resolved_at"),
    dated_by="offered_at",
    options=HOURS,
    rows=rows,
)
