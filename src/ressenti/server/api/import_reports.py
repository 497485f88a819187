"""Import reports: what an import did, or would do, and every line that it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ressenti.language import Language
from ressenti.sources.rejects import Reject

MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How many records were taken in, were there before, and what is refused."""

    accepted: int
    unchanged: int
    rejects: Sequence[Reject]

    @property
    def refused(self) -> int:
        """How many records are refused, however much is wrong with one."""
        return len({reject.line for reject in self.rejects})


class RejectRead(BaseModel):
    """A value, or a whole record, that is refused."""

    line: int
    column: str | None
    value: str
    reason: str


class ImportRead(BaseModel):
    """What an import did, or would do; the first thousand refusals are listed."""

    kind: str
    dry_run: bool
    accepted: int
    unchanged: int
    refused: int
    rejects: list[RejectRead]


def report_document(
    report: ImportReport, *, kind: str, dry_run: bool, language: Language
) -> dict[str, Any]:
    """Return a report as a program reads it."""
    ordered = sorted(report.rejects, key=lambda reject: reject.line)
    return {
        "kind": kind,
        "dry_run": dry_run,
        "accepted": report.accepted,
        "unchanged": report.unchanged,
        "refused": report.refused,
        "rejects": [
            {
                "line": reject.line,
                "column": reject.column,
                "value": reject.value,
                "reason": reject.reason.to(language),
            }
            for reject in ordered[:MOST_TOLD]
        ],
    }
