"""Connecting: a source or an engine, opened once and asked several times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ressenti.sources import TABLE_MARK, open_source
from ressenti.sources.options import options_of
from ressenti.warehouse.engines import connect as engine_of
from ressenti.warehouse.engines import is_spark_session, table_relation
from ressenti.warehouse.relations import Relation, Warehouse

if TYPE_CHECKING:
    from ressenti.library.comparison import Comparisons
    from ressenti.library.drivers import Drivers
    from ressenti.library.explaining import Explanations
    from ressenti.library.link_results import Links
    from ressenti.library.outcomes import OutcomeScores
    from ressenti.library.ranking import Leagues
    from ressenti.library.results import Scores
    from ressenti.library.rollout_results import Rollouts
    from ressenti.library.series import Series

URL_MARK = "://"


@dataclass(frozen=True, slots=True)
class Connection(Relation):
    """A source that is open, with what can be asked of it; each answer imports what it needs.

    Examples
    --------
    >>> import pyarrow as pa
    >>> answers = connect(pa.table({"mark": [10, 9, 3, 8], "shop": ["a", "a", "b", "b"]}))
    >>> answers.score("nps=mark")[0].value
    25.0
    """

    def score(self, measures: Sequence[str] | str = (), **request: Any) -> Scores:
        """Return the scores of the source, as :func:`ressenti.score` does."""
        from ressenti.library.measuring import score

        return score(self, measures, **request)

    def compare(
        self, measures: Sequence[str] | str = (), *, between: str, **request: Any
    ) -> Comparisons:
        """Return how each measure changed, as :func:`ressenti.compare` does.

        Examples
        --------
        >>> import pyarrow as pa
        >>> answers = connect(pa.table({"mark": [10, 9, 3, 8], "shop": ["a", "a", "b", "b"]}))
        >>> answers.compare("nps=mark", between="shop=a,b").to_dicts()[0]["difference"]
        -150.0
        """
        from ressenti.library.comparison import compare

        return compare(self, measures, between=between, **request)

    def rank(
        self, measures: Sequence[str] | str = (), *, by: Sequence[str], **request: Any
    ) -> Leagues:
        """Return the league table of segments, as :func:`ressenti.rank` does."""
        from ressenti.library.ranking import rank

        return rank(self, measures, by=by, **request)

    def explain(
        self, measures: Sequence[str] | str = (), *, change: str, **request: Any
    ) -> Explanations:
        """Return why each measure moved, as :func:`ressenti.explain` does.

        Examples
        --------
        >>> import pyarrow as pa
        >>> marks, shops = [10] * 80 + [3] * 120, (["Lyon"] * 80 + ["Nice"] * 20) * 2
        >>> waves = ["a"] * 100 + ["b"] * 100
        >>> visits = connect(pa.table({"mark": marks, "shop": shops, "wave": waves}))
        >>> found = visits.explain("nps=mark", change="wave=a,b", by=["shop"]).explanations[0]
        >>> round(found.dimensions[0].split.decomposition.rate.value)
        -160
        """
        from ressenti.library.explaining import explain

        return explain(self, measures, change=change, **request)

    def series(self, measures: Sequence[str] | str = (), **request: Any) -> Series:
        """Return what each measure did over time, as :func:`ressenti.series` does.

        Examples
        --------
        >>> import pyarrow as pa
        >>> months = [f"2025-{month:02d}-10" for month in range(1, 13)]
        >>> marks = pa.table({"mark": [9, 3] * 12, "at": months * 2})
        >>> (study,) = connect(marks).series("nps=mark", per="month", at="at").studies
        >>> len(study.scores)
        12
        """
        from ressenti.library.series import series

        return series(self, measures, **request)

    def drivers(self, target: str, of: Sequence[str], **request: Any) -> Drivers:
        """Return what goes with an outcome, as :func:`ressenti.drivers` does.

        Examples
        --------
        >>> import pyarrow as pa
        >>> marks = pa.table({"y": [1, 2, 4, 5, 6], "a": [1, 2, 3, 4, 5], "b": [2, 1, 2, 1, 2]})
        >>> round(connect(marks).drivers("y", ["a", "b"]).study.r2.estimate, 4)
        0.9845
        """
        from ressenti.library.drivers import drivers

        return drivers(self, target, of, **request)

    def link(
        self, *, outcome: Sequence[str] | str, kpi: Sequence[str] | str, **request: Any
    ) -> Links:
        """Return the link of outcomes with indicators, as :func:`ressenti.link` does.

        Examples
        --------
        >>> import pyarrow as pa
        >>> marks = [10, 9, 8] * 20 + [9, 5, 2] * 20
        >>> facts = connect(pa.table({"on_time": [1] * 60 + [0] * 60, "mark": marks}))
        >>> str(facts.link(outcome="on_time", kpi="nps=mark").links[0].wording)
        'moves_with'
        """
        from ressenti.library.linking import link

        return link(self, outcome=outcome, kpi=kpi, **request)

    def effect(
        self, *, kpi: Sequence[str] | str, treated: str, within: str, **request: Any
    ) -> Rollouts:
        """Return what a change did, unit against unit, as :func:`ressenti.effect` does.

        Examples
        --------
        >>> import pyarrow as pa
        >>> shops = [f"s{shop}" for shop in range(12) for _ in range(4)]
        >>> new = [int(shop[1:]) % 2 for shop in shops]
        >>> marks = [7 + 2 * one + row % 2 for row, one in enumerate(new)]
        >>> facts = connect(pa.table({"shop": shops, "new": new, "mark": marks}))
        >>> asked = {"treated": "new", "within": "shop", "randomised": True}
        >>> round(facts.effect(kpi="mark", **asked).to_dicts()[0]["value"], 6)
        2.0
        """
        from ressenti.library.rollouts import effect

        return effect(self, kpi=kpi, treated=treated, within=within, **request)

    def outcomes(self, **request: Any) -> OutcomeScores:
        """Return whether customers got what they wanted, as :func:`ressenti.outcomes` does.

        Examples
        --------
        >>> import pyarrow as pa
        >>> waits = pa.table({
        ...     "outcome": ["answered_soon"] * 3,
        ...     "occurred_at": ["2026-03-01", "2026-03-02", "2026-03-03"],
        ...     "actual": [40, 20, 200],
        ...     "expected": [60, 60, 60],
        ... })
        >>> round(connect(waits).outcomes().attainments[0].value, 1)
        66.7
        """
        from ressenti.library.outcomes import outcomes

        return outcomes(self, **request)


def connect(source: Any, table: str | None = None, **reading: Any) -> Connection | Warehouse:
    """Return what can be asked again and again: a table, a file, a frame; or an engine.

    Parameters
    ----------
    source : path, data frame, ``"engine-url::table"``, ``"engine-url"`` or a Spark session
    table : str or None
        A table, view or Parquet path of the engine; without it, an engine is returned as it is.
    reading
        How a file is to be read, as for :func:`ressenti.score`.

    Raises
    ------
    EngineUnavailable
        R207, when the engine cannot be reached, with what to install or start.
    UnreadableSource
        R200, when nothing is there or no format reads it.

    Examples
    --------
    >>> import pyarrow as pa
    >>> answers = connect(pa.table({"mark": [10, 3]}))
    >>> list(answers.columns), answers.score("nps=mark")[0].value
    (['mark'], 0.0)
    """
    is_url = isinstance(source, str) and URL_MARK in source and TABLE_MARK not in source
    if is_url or (table is not None and not isinstance(source, str)):
        warehouse = engine_of(source)
        return warehouse if table is None else _connection(table_relation(warehouse, table))
    if is_spark_session(source):
        return engine_of(source)
    return _connection(open_source(source, options=options_of(reading)))


def _connection(relation: Relation) -> Connection:
    return Connection(**{one.name: getattr(relation, one.name) for one in fields(Relation)})
