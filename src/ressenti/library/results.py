"""Results: small tables of scores that print well, draw themselves and convert."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from ressenti.errors import unknown_name
from ressenti.facts.plan import Target
from ressenti.language import Language, Text, language_of_environment
from ressenti.scores.score import Score
from ressenti.studies.targets import attainment, targets_of
from ressenti.tallies.counting import OffScale
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores(Sequence[Score]):
    """The scores of one call, in order, with what was left out and the SQL that counted.

    Parameters
    ----------
    scores : tuple of Score
    measures : tuple of str
        What each score is of: a measure of the plan, or what the call asked.
    targets : mapping of measure to targets
        What the plan says each measure should reach.
    source : str
        What was scored, as a person calls it.
    off_scale : mapping of measure to OffScale
        Raw values that were on no level, with their counts.
    sql : tuple of str
        The exact queries, in the engine's dialect.
    tables : mapping of measure to TallyTable
        The tallies behind the scores: the distribution that stands beside each of them.
    notes : tuple of Text
        What reading the source taught, such as a renamed duplicate header.
    """

    scores: tuple[Score, ...]
    measures: tuple[str, ...] = ()
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    source: str = ""
    off_scale: Mapping[str, OffScale] = field(default_factory=dict)
    sql: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    tables: Mapping[str, TallyTable] = field(default_factory=dict, repr=False)

    @overload
    def __getitem__(self, index: int) -> Score: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Score, ...]: ...
    def __getitem__(self, index: int | slice) -> Score | tuple[Score, ...]:
        return self.scores[index]

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Score]:
        return iter(self.scores)

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the scores as the JSON contract writes them, unrounded."""
        return [score.to_dict(language) for score in self.scores]

    def to_json(self, language: Language = "en") -> str:
        """Return ``{"scores": [...]}`` as one JSON document, with ``targets`` if it has any."""
        document: dict[str, Any] = {"scores": self.to_dicts(language)}
        if self.targets:
            document["targets"] = self.attainments()
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def attainments(self) -> list[dict[str, Any]]:
        """Return what each score says of each of its targets.

        ``score`` is a position in the scores; ``attainment`` is ``reached``, ``not_reached`` or
        ``undecided`` as the interval allows, None where there is nothing to judge.
        """
        return [
            {
                "score": place,
                "measure": name,
                "value": target.value,
                "by": None if target.by is None else target.by.isoformat(),
                "attainment": attainment(score, target),
            }
            for place, (score, name) in enumerate(zip(self.scores, self.measures, strict=False))
            for target in targets_of(score, self.targets.get(name, ()))
        ]

    def labels(self) -> dict[str, Any]:
        """Return what a table shows beside the scores: names that tell them apart, and targets."""
        definitions = {(score.indicator, score.variant) for score in self.scores}
        is_ambiguous = len(set(self.measures)) > len(definitions)
        return {
            "names": self.measures if is_ambiguous else (),
            "targets": [self.targets.get(name, ()) for name in self.measures]
            if self.targets
            else (),
        }

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a score: segments become columns, the period its two bounds."""
        return [_row(score) for score in self.scores]

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table``."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_rows())

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def text(self, language: Language | None = None, *, width: int | None = None) -> str:
        """Return the scores as a table for a terminal, each with its interval and base."""
        from ressenti.reports.terminal import score_table_text

        chosen = language or language_of_environment()
        return score_table_text(self.scores, chosen, width=width, **self.labels())

    def chart(self, language: Language | None = None) -> Any:
        """Return an Altair chart: points with intervals, or a trend with its band.

        Raises
        ------
        MissingExtra
            R208, when Altair is not installed.
        """
        from ressenti.reports.charts import altair_chart

        return altair_chart(self.scores, language or language_of_environment())

    def distribution_chart(
        self, measure: str | None = None, language: Language | None = None
    ) -> Any:
        """Return an Altair chart of how often each level was met, over all periods and segments.

        Parameters
        ----------
        measure : str or None
            A key of ``tables``; the first measure for None.

        Raises
        ------
        UnknownName
            R100, for a measure that was not scored.
        MissingExtra
            R208, when Altair is not installed.
        """
        from ressenti.reports.charts import altair_of, distribution_specification

        chosen = measure or next(iter(self.tables), "")
        if chosen not in self.tables:
            raise unknown_name(Text(en="measure", fr="mesure"), chosen, self.tables)
        whole = self.tables[chosen].merged(lambda _key: "all").tally("all")
        spoken = language or language_of_environment()
        return altair_of(distribution_specification(whole, spoken, title=chosen))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        from ressenti.reports.charts import vega_lite_specification

        language = language_of_environment()
        specification = vega_lite_specification(self.scores, language)
        bundle: dict[str, Any] = {"text/plain": self.text(language)}
        if specification is not None:
            bundle["application/vnd.vegalite.v5+json"] = specification
        return bundle


def _row(score: Score) -> dict[str, Any]:
    period = score.period
    return {
        "indicator": score.indicator,
        "variant": score.variant,
        "period_start": None if period is None else period.start,
        "period_end": None if period is None else period.end,
        **score.segment,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "confidence": score.confidence,
        "unit": str(score.unit),
        "direction": str(score.direction),
        "n": score.n,
        "n_effective": score.n_effective,
        "n_missing": score.n_missing,
        "n_invalid": score.n_invalid,
        "method": score.method,
        "reason": score.reason,
        "flags": ", ".join(score.flags),
    }
