"""Verbatims: the polarity of each text, positive minus negative intensity, in [−1, 1].

Neutral texts count as 0; each text counts once, however many emotions it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, _options: Mapping[str, Any]) -> exp.Select:
    grouped = "".join(f", {name}" for name in facts.carried)
    return facts.query(
        f"""
        SELECT
          MIN(written_at) AS at,
          GREATEST(
            -1.0, LEAST(1.0, SUM(CASE WHEN valence > 0 THEN intensity WHEN valence < 0
            THEN -intensity ELSE 0.0 END))
          ) AS amount,
          segments_
        FROM facts
        WHERE text_id IS NOT NULL
        GROUP BY text_id{grouped}
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="emotions",
    needs=("text_id", "valence", "intensity", "written_at"),
    dated_by="written_at",
    rows=rows,
)
