"""Running: one study worked out from the record, and its answer put where its page finds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from ressenti.errors import RessentiError, UndefinedResult
from ressenti.language import Language, Text
from ressenti.server.studying.answers import RESULT_FORMAT, driver_answer, links_answer, said
from ressenti.server.studying.candidates import candidate_result
from ressenti.server.studying.frames import Window, lived_outcomes, response_rows
from ressenti.server.studying.tables import (
    AT,
    FEWEST,
    OUTCOME_AT,
    UNIT,
    Candidate,
    Named,
    Part,
    dated_table,
    outcomes_lived,
    outcomes_told,
    response_table,
    themes_told,
    told_together,
)

LANGUAGES: tuple[Language, ...] = ("fr", "en")
LAGS = 3
MOST_KPIS = 6
STUDY = """
SELECT study.kind, study.organisation_id, study.question, unit.path, organisation.smallest_group
FROM ressenti_study AS study
JOIN ressenti_organisation AS organisation ON organisation.id = study.organisation_id
LEFT JOIN ressenti_unit AS unit ON unit.id = study.unit_id
WHERE study.id = %s AND study.done_at IS NULL
"""
UNITS_BELOW = "SELECT key FROM ressenti_unit WHERE organisation_id = %s AND path LIKE %s"
DONE = "UPDATE ressenti_study SET done_at = now(), result = %s, failure = %s WHERE id = %s"
TOO_FEW_RESPONSES = UndefinedResult(
    Text(
        en="fewer than {n} responses have this mark in these days.",
        fr="moins de {n} réponses ont cette note dans ces jours.",
    ).format(n=FEWEST)
)
NO_DRIVER = UndefinedResult(
    Text(
        en="nothing was asked, read or lived beside this mark often enough to explain it.",
        fr="rien n'a été demandé, lu ni vécu à côté de cette note assez souvent pour l'expliquer.",
    )
)
NO_OUTCOME = UndefinedResult(
    Text(
        en="no outcome was both met and missed {n} times in these days: there is no link to seek.",
        fr="aucun résultat attendu n'a été {n} fois obtenu et {n} fois manqué dans ces jours : "
        "il n'y a pas de lien à chercher.",
    ).format(n=FEWEST)
)
UNFORESEEN = Text(
    en="the study stopped for a reason that was not foreseen.",
    fr="l'étude s'est arrêtée pour une raison imprévue.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a study is asked.

    Parameters
    ----------
    target : str
        The tally to explain; empty for links.
    marks : mapping of tally to scale
        Of all measures of customers that are answered on a numbered scale.
    indicators : mapping of tally to ``indicator/variant``
    named : mapping of language to Named
    smallest_group : int
        Answers that a group needs to have a figure of its own.
    """

    window: Window
    target: str
    marks: Mapping[str, str]
    indicators: Mapping[str, str]
    named: Mapping[Language, Named]
    smallest_group: int


def run_study(url: str, study: int) -> None:
    """Work one study out, unless somebody did: its answer or the reason why there is none."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(STUDY, [study]).fetchone()
        if found is None:
            return
        kind, organisation, told, path, smallest_group = found
        result: dict[str, Any] | None = None
        failure: dict[str, str] | None = None
        try:
            question = _question(connection, organisation, told, path, smallest_group)
            result = STUDIES[kind](connection, question) | {"format": RESULT_FORMAT}
        except RessentiError as error:
            failure = {language: said(error, language) for language in LANGUAGES}
        except Exception:
            failure = {language: UNFORESEEN.to(language) for language in LANGUAGES}
            _save(connection, study, None, failure)
            raise
        _save(connection, study, result, failure)


def _save(
    connection: Connection[Any],
    study: int,
    result: Mapping[str, Any] | None,
    failure: Mapping[str, str] | None,
) -> None:
    documents = [None if one is None else Jsonb(one) for one in (result, failure)]
    connection.execute(DONE, [*documents, study])


def _question(
    connection: Connection[Any],
    organisation: Any,
    told: Mapping[str, Any],
    path: str | None,
    smallest_group: int,
) -> Question:
    units = None
    if path is not None:
        below = connection.execute(UNITS_BELOW, [organisation, f"{path}%"]).fetchall()
        units = tuple(key for (key,) in below)
    named = {
        language: Named(
            **{part: told["names"][language][part] for part in ("marks", "themes", "outcomes")}
        )
        for language in LANGUAGES
    }
    return Question(
        window=Window(
            organisation=organisation,
            start=date.fromisoformat(told["start"]),
            end=date.fromisoformat(told["end"]),
            units=units,
            touchpoint=told.get("touchpoint", ""),
        ),
        target=told.get("target", ""),
        marks=told["marks"],
        indicators=told["indicators"],
        named=named,
        smallest_group=smallest_group,
    )


def driver_result(connection: Connection[Any], question: Question) -> dict[str, Any]:
    """Return what explains one mark: other marks, themes spoken of and outcomes met."""
    from ressenti.library.drivers import drivers

    rows = [
        row
        for row in response_rows(connection, question.window, list(question.marks))
        if question.target in row.marks
    ]
    if len(rows) < FEWEST:
        raise TOO_FEW_RESPONSES
    others = [
        tally
        for tally in question.marks
        if tally != question.target and sum(tally in row.marks for row in rows) >= FEWEST
    ]
    themes, outcomes = themes_told(rows), outcomes_told(rows)
    told, left_out, together = told_together(rows, others, themes, outcomes)
    if not told:
        raise NO_DRIVER
    answers: dict[str, Any] = {}
    for language in LANGUAGES:
        named = _known(question.named[language], themes=themes, outcomes=outcomes)
        target = named.column(named.marks[question.target])
        found = drivers(
            response_table(together, named, themes=themes, outcomes=outcomes),
            f"{question.indicators[question.target]}={target}",
            [_driver_text(one, named, question) for one in told],
            unit=UNIT,
        )
        names = [_driver_name(one, named) for one in left_out]
        answers[language] = driver_answer(found, target, names, language)
    return answers


def _driver_text(one: Candidate, named: Named, question: Question) -> str:
    name = _driver_name(one, named)
    return f"{name}:{question.marks[one.key]}" if one.part is Part.MARK else name


def _driver_name(one: Candidate, named: Named) -> str:
    names = {Part.MARK: named.marks, Part.THEME: named.themes, Part.OUTCOME: named.outcomes}
    return named.column(names[one.part][one.key])


def link_result(connection: Connection[Any], question: Question) -> dict[str, Any]:
    """Return the links of outcomes with indicators, of customers and of months by shop."""
    from ressenti.library.linking import link

    rows = response_rows(connection, question.window, list(question.marks))
    lived = lived_outcomes(connection, question.window)
    told, dated = outcomes_told(rows), outcomes_lived(lived)
    if not told and not dated:
        raise NO_OUTCOME
    counts = {tally: sum(tally in row.marks for row in rows) for tally in question.marks}
    asked = sorted(
        (tally for tally, n in counts.items() if n >= FEWEST), key=lambda tally: -counts[tally]
    )[:MOST_KPIS]
    if not asked:
        raise TOO_FEW_RESPONSES
    answers: dict[str, Any] = {}
    for language in LANGUAGES:
        named = _known(question.named[language], outcomes=[*told, *dated])
        kpis = [
            f"{question.indicators[tally]}={named.column(named.marks[tally])}" for tally in asked
        ]
        parts: dict[str, Any] = {}
        if told:
            seek = partial(
                link,
                response_table(rows, named, themes=(), outcomes=told),
                outcome=[named.column(named.outcomes[one]) for one in told],
                kpi=kpis,
                unit="customer",
                within=UNIT,
            )
            parts["customers"] = links_answer(seek, question.smallest_group, language)
        if dated:
            seek = partial(
                link,
                dated_table(rows, lived, named, outcomes=dated),
                outcome=[named.column(named.outcomes[one]) for one in dated],
                kpi=kpis,
                unit="period",
                per="month",
                at=AT,
                outcome_at=OUTCOME_AT,
                within=UNIT,
                lag=LAGS,
            )
            parts["periods"] = links_answer(seek, question.smallest_group, language)
        answers[language] = parts
    return answers


def _known(named: Named, *, themes: Sequence[str] = (), outcomes: Sequence[str] = ()) -> Named:
    """Return the names with those of what nobody named: its key in plain words."""

    def told(names: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
        return {key: names.get(key) or key.replace("_", " ") for key in keys}

    return Named(
        marks=named.marks,
        themes=told(named.themes, themes),
        outcomes=told(named.outcomes, outcomes),
    )


STUDIES = {"drivers": driver_result, "links": link_result, "candidates": candidate_result}
