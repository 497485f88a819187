"""Drivers: what moves an indicator, from the columns of any source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.driver_documents import driver_row, study_document
from ressenti.library.driver_facts import ANSWERS, driver_table
from ressenti.library.driver_requests import DriverRequest, driver_question
from ressenti.library.lakes import Lake, is_lake, opened_lake
from ressenti.library.linked_facts import DAYS
from ressenti.library.measuring import opened
from ressenti.library.planned_sources import PlanSources
from ressenti.scores.score import CONFIDENCE
from ressenti.sources.options import options_of
from ressenti.studies.driver_findings import Assessing, DriverStudy, Model, Rows
from ressenti.studies.drivers import drivers_of_question
from ressenti.warehouse.relations import Relation
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
    source: Any = None,
    target: str = "",
    of: Sequence[str] | str = (),
    *,
    config: str | None = None,
    facts: str | None = None,
    days: int = DAYS,
    same: str | None = None,
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
        One row a response. Or a folder of facts, or a plan (``config``): target and drivers are
        then measures, outcomes that came before, columns of the answers or conditions on them.
    target : str
        A column of numbers, or ``"INDICATOR[/VARIANT]=COLUMN[:SCALE]"``: each answer then counts
        for what it adds to the indicator, as 100, 0 or -100 for ``"nps=recommend"``.
    of : sequence of str
        Drivers, at most 25: ``"COLUMN[:SCALE]"`` or a condition such as ``"channel = 'web'"``.
    config : path
        A measurement plan (``ressenti.toml``).
    facts : ``"answers"``
        Read the source as facts, one answered question a row.
    days : int
        Of a folder or plan: how long before a customer's answer an outcome still counts.
    same : str
        Of a folder or plan: what an answer and the outcome before it must share, such as
        ``touchpoint``.
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
    if not target:
        raise _nothing_to_explain()
    relation = _opened(source, config, facts, reading)
    if not isinstance(relation, Relation):
        relation, asked = driver_table(relation, asked, days=days, same=same)
    question = driver_question(relation, asked)
    assessing = Assessing(
        confidence=confidence, replicates=replicates, seed=seed, period_size=period_size
    )
    study = drivers_of_question(question, assessing)
    return Drivers(study=study, source=relation.name, dialect=relation.warehouse.dialect)


def _opened(
    source: Any, config: str | None, facts: str | None, reading: dict[str, Any]
) -> Relation | Lake | PlanSources:
    """Return a table, or the facts or the plan that one is to be made of.

    Raises
    ------
    InvalidArgument
        R102, for facts that hold no answers.
    """
    if facts not in (None, ANSWERS):
        raise InvalidArgument(
            Text(
                en=f"drivers are sought among '{ANSWERS}', not among '{facts}'.",
                fr=f"les leviers se cherchent dans les faits « {ANSWERS} », pas « {facts} ».",
            )
        )
    if facts is not None and config is None and is_lake(source):
        return opened_lake(source)
    found, _ = opened(source, (), {"config": config, **asdict(options_of(reading))})
    if facts is None or not isinstance(found, Relation):
        return found
    return Lake(name=found.name, warehouse=found.warehouse, relations={ANSWERS: found})


def _nothing_to_explain() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="say what is to be explained: --target COLUMN or INDICATOR=COLUMN.",
            fr="dites ce qu'il faut expliquer : --target COLONNE ou INDICATEUR=COLONNE.",
        )
    )
