"""First responses: the seconds from a request to the first human reply; NULL while waiting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts, seconds_between


def rows(facts: Facts, _options: Mapping[str, Any]) -> exp.Select:
    waited = seconds_between("offered_at", "first_reply_at")
    return facts.query(
        f"""
        SELECT offered_at AS at, {waited} AS amount, segments_
        FROM facts
        WHERE offered_at IS NOT NULL
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts", needs=("offered_at", "first_reply_at"), dated_by="offered_at", rows=rows
)
