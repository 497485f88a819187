"""Dispositions: what became of each invitation, by the letters of AAPOR.

I answered, P began, R refused, NC was not reached or did not answer, O other; ``bounced`` never
arrived. People deliberately not asked are no invitations.
American Association for Public Opinion Research, Standard Definitions (2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, _options: Mapping[str, Any]) -> exp.Select:
    cases = [
        ("finished_at", "I"),
        ("bounced_at", "bounced"),
        ("opted_out_at", "R"),
        ("started_at", "P"),
    ]
    told = " ".join(
        f"WHEN {column} IS NOT NULL THEN '{letter}'"
        for column, letter in cases
        if column in facts.columns
    )
    asked = "AND not_sent_reason IS NULL" if "not_sent_reason" in facts.columns else ""
    return facts.query(
        f"""
        SELECT sent_at AS at, CASE {told} ELSE 'NC' END AS level, segments_
        FROM facts
        WHERE sent_at IS NOT NULL {asked}
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="invitations",
    needs=("sent_at", "finished_at"),
    dated_by="sent_at",
    levels=("I", "P", "R", "NC", "O", "UH", "UO", "bounced"),
    rows=rows,
)
