"""Ranking: the units of a source as a league table that does not rank luck."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.measuring import opened, queries_of, questions_asked
from ressenti.scores.score import CONFIDENCE, SMALL_BASE
from ressenti.studies.ranking import TOP_SHARE, League, Ranking, Standing, leagues_of_question
from ressenti.tallies.suppression import FLOOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Leagues:
    """The league tables of one call, one a measure."""

    leagues: tuple[League, ...]
    source: str
    sql: tuple[str, ...] = ()

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the league tables as JSON publishes them, unrounded."""
        return [_league_document(league, language) for league in self.leagues]

    def to_json(self, language: Language = "en") -> str:
        """Return ``{"rankings": [...]}`` as one JSON document."""
        document = {"rankings": self.to_dicts(language)}
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a unit."""
        return [
            {"measure": league.measure, **standing.segment, **_figures(standing)}
            for league in self.leagues
            for standing in league.standings
        ]

    def text(self, language: Language | None = None) -> str:
        """Return the league tables for a terminal."""
        from ressenti.reports.leagues import league_text

        chosen = language or language_of_environment()
        return "\n\n".join(league_text(league, chosen) for league in self.leagues)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def rank(
    source: Any = None,
    measures: Sequence[str] | str = (),
    *,
    by: Sequence[str],
    confidence: float = CONFIDENCE,
    indicative_under: float = SMALL_BASE,
    minimum_group: int = FLOOR,
    top_share: float = TOP_SHARE,
    **request: Any,
) -> Leagues:
    """Return the league table of the segments of a source, shrunk towards their mean.

    Parameters
    ----------
    source, measures, request
        As for :func:`ressenti.score`; without periods.
    by : sequence of str
        Columns whose values are the units, such as shops.
    indicative_under : float
        Units worth fewer answers than this get no rank.
    minimum_group : int, at least 5
        Hide smaller units.
    top_share : float
        What counts as the top and the bottom of the table: 0.1 for ten per cent.

    Raises
    ------
    NotComparable
        R205, for a measure that is no net score, share or mean of a scale.

    References
    ----------
    Efron and Morris, JASA 70 (1975) 311; Morris, JASA 78 (1983) 47.

    Examples
    --------
    >>> import pyarrow as pa
    >>> marks = [10] * 30 + [3] * 10 + [10] * 10 + [3] * 30
    >>> shops = pa.table({"mark": marks, "shop": ["a"] * 40 + ["b"] * 40})
    >>> league = rank(shops, "nps=mark", by=["shop"]).leagues[0]
    >>> [round(standing.shrunk, 1) for standing in league.standings]
    [47.5, -47.5]
    """
    units = [by] if isinstance(by, str) else list(by)
    if not units:
        raise InvalidArgument(
            Text(
                en="say which column names the units to rank: --by COLUMN.",
                fr="dites quelle colonne nomme les unités à classer : --by COLONNE.",
            )
        )
    relation, asked = opened(source, measures, request | {"by": units})
    if asked.per is not None or asked.tells_sampling:
        raise InvalidArgument(
            Text(
                en="a ranking takes no periods, clusters, margins or population: choose rows with "
                "--where, weigh them with --weight.",
                fr="un classement n'admet ni périodes, ni grappes, ni marges, ni population : "
                "choisissez les lignes par --where, pondérez-les par --weight.",
            )
        )
    questions = questions_asked(relation, asked)
    ranking = Ranking(
        confidence=confidence,
        indicative_under=indicative_under,
        minimum_group=minimum_group,
        top_share=top_share,
    )
    return Leagues(
        leagues=tuple(one for own in questions for one in leagues_of_question(own, ranking)),
        source=relation.name,
        sql=queries_of(questions),
    )


def _league_document(league: League, language: Language) -> dict[str, Any]:
    return {
        "measure": league.measure,
        "indicator": league.whole.indicator,
        "variant": league.whole.variant,
        "unit": str(league.whole.unit),
        "direction": str(league.whole.direction),
        "confidence": league.confidence,
        "whole": league.whole.to_dict(language),
        "tau2": league.tau2,
        "mean": league.mean,
        "top_share": league.top_share,
        "reason": None if league.reason is None else league.reason.to(language),
        "units": [
            {"segment": dict(standing.segment), **_figures(standing)}
            for standing in league.standings
        ],
    }


def _figures(standing: Standing) -> dict[str, Any]:
    score = standing.score
    best, worst = standing.ranks or (None, None)
    return {
        "n": score.n,
        "n_effective": score.n_effective,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "shrunk": standing.shrunk,
        "shrunk_low": standing.low,
        "shrunk_high": standing.high,
        "chance_best": standing.chance_best,
        "chance_worst": standing.chance_worst,
        "best_rank": best,
        "worst_rank": worst,
        "funnel": standing.funnel,
        "is_indicative": standing.is_indicative,
        "reason": score.reason,
    }
