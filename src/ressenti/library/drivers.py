"""Drivers: what moves an indicator, from the columns of any source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.language import Language, language_of_environment
from ressenti.library.driver_documents import driver_row, study_document
from ressenti.library.driver_requests import DriverRequest, driver_question
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import options_of
from ressenti.studies.driver_findings import Assessing, DriverStudy, Model, Rows
from ressenti.studies.drivers import drivers_of_question
from ressenti.warehouse.rendering import rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """The drivers of one call; prints in words and figures, draws its map, converts."""

    study: DriverStudy
    source: str
    dialect: str

    @property
    def sql(self) -> tuple[str, ...]:
        """The exact queries, in the engine's dialect."""
        return tuple(rendered(query, self.dialect, pretty=True) for query in self.study.queries)

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the figures as JSON publishes them, unrounded."""
        return study_document(self.study, language)

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return one flat row a driver."""
        return [driver_row(driver, language) for driver in self.study.drivers]

    def to_json(self, language: Language = "en") -> str:
        """Return the figures as one JSON document."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table``, one row a driver."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_dicts())

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``, one row a driver."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts())

    def to_svg(self, language: Language | None = None) -> str:
        """Return the importance-performance map as a picture that stands alone."""
        from ressenti.reports.drawings.driver_map import driver_map_svg
        from ressenti.reports.drawings.standalone import standalone

        return standalone(driver_map_svg(self.study, language or language_of_environment()))

    def text(self, language: Language | None = None) -> str:
        """Return the drivers, what to improve first and what to beware of, for a terminal."""
        from ressenti.reports.drivers import drivers_text

        return drivers_text(self.study, language or language_of_environment())

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str:
        return self.to_svg()


def drivers(
    source: Any,
    target: str,
    of: Sequence[str],
    *,
    scale: str | None = None,
    rows: Rows = "complete",
    model: Model = "linear",
    lower_is_better: bool = False,
    weight: str | None = None,
    cluster: str | None = None,
    unit: str | None = None,
    changes: Mapping[str, float] | None = None,
    period_size: int | None = None,
    where: str | None = None,
    missing: Sequence[object] = (),
    confidence: float = CONFIDENCE,
    replicates: int = 1000,
    seed: int = 0,
    **reading: Any,
) -> Drivers:
    """Return which drivers go with an outcome, how much, and how sure that is.

    Importance is the part of R² that each driver accounts for: the parts add up to R². Everything
    is computed from sums made by the engine, so that the rows stay where they are.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    target : str
        A column of numbers, or ``"INDICATOR[/VARIANT]=COLUMN[:SCALE]"``: each answer then counts
        for what it adds to the indicator, as 100, 0 or -100 for ``"nps=recommend"``.
    of : sequence of str
        Drivers, at most 25: ``"COLUMN[:SCALE]"`` or a condition such as ``"channel = 'web'"``.
    scale : str
        Key of the scale of the drivers that name none; values off it are no answer.
    rows : ``"complete"`` or ``"pairwise"``
        Count the rows that have everything, or each correlation on the rows that have both, for
        drivers that not everybody was asked about.
    model : ``"linear"``, ``"ordinal"`` or ``"logistic"``
        Least squares, right for ranking drivers; or proportional odds, for a few ordered levels or
        a yes or no: importance is then the part of the latent scale's R².
    lower_is_better : bool
        Whether a lower outcome is better; an indicator knows by itself.
    weight : str
        Column of weights.
    cluster : str
        What rows share, such as a customer or a shop: intervals allow for it.
    unit : str
        Units, such as shops: scenarios then lead where the best quarter of them already are.
    changes : mapping of driver to share or mean
        Scenarios to judge instead, such as ``{"wait": 0.15}``; needs ``unit``.
    period_size : int
        Answers of the coming period whose outcome is predicted.
    replicates, seed : int
        Of the bootstrap.
    where, missing, reading
        As for :func:`ressenti.score`.

    Raises
    ------
    UndefinedResult
        R206, when the rows cannot answer: a constant outcome, too few rows, correlations that
        contradict each other.

    References
    ----------
    Lindeman, Merenda and Gold, Introduction to Bivariate and Multivariate Analysis (1980);
    Grömping, The American Statistician 61 (2007) 139; Martilla and James, Journal of Marketing 41
    (1977) 77.

    Examples
    --------
    >>> import pyarrow as pa
    >>> marks = pa.table({"y": [1, 2, 4, 5, 6], "a": [1, 2, 3, 4, 5], "b": [2, 1, 2, 1, 2]})
    >>> found = drivers(marks, "y", ["a", "b"]).study
    >>> [driver.name for driver in found.drivers], round(found.r2.estimate, 4)
    (['a', 'b'], 0.9845)
    """
    relation = open_source(source, options=options_of(reading))
    asked = DriverRequest(
        target=target,
        of=(of,) if isinstance(of, str) else tuple(of),
        scale=scale,
        rows=rows,
        model=model,
        lower_is_better=lower_is_better,
        weight=weight,
        cluster=cluster,
        unit=unit,
        where=where,
        missing=tuple(missing),
        changes=dict(changes or {}),
    )
    question = driver_question(relation, asked)
    assessing = Assessing(
        confidence=confidence, replicates=replicates, seed=seed, period_size=period_size
    )
    study = drivers_of_question(question, assessing)
    return Drivers(study=study, source=relation.name, dialect=relation.warehouse.dialect)
