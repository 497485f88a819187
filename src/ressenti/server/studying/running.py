"""Running: one study worked out from the record, and its answer put where its page finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from ressenti.errors import RessentiError, UndefinedResult
from ressenti.language import Language, Text
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

if TYPE_CHECKING:
    from ressenti.library.drivers import Drivers
    from ressenti.library.link_results import Links
    from ressenti.reports.tables import Table

LANGUAGES: tuple[Language, ...] = ("fr", "en")
LAGS = 3
NARROW = 356.0
MOST_KPIS = 6
STUDY = """
SELECT study.kind, study.organisation_id, study.question, unit.path
FROM ressenti_study AS study LEFT JOIN ressenti_unit AS unit ON unit.id = study.unit_id
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
APART = Text(
    en="left out, since too few people have it together with the rest: {names}.",
    fr="laissés de côté, car trop peu de personnes les ont avec le reste : {names}.",
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
    """

    window: Window
    target: str
    marks: Mapping[str, str]
    indicators: Mapping[str, str]
    named: Mapping[Language, Named]


def run_study(url: str, study: int) -> None:
    """Work one study out, unless somebody did: its answer or the reason why there is none."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(STUDY, [study]).fetchone()
        if found is None:
            return
        kind, organisation, told, path = found
        result: dict[str, Any] | None = None
        failure: dict[str, str] | None = None
        try:
            question = _question(connection, organisation, told, path)
            result = STUDIES[kind](connection, question)
        except RessentiError as error:
            failure = {language: _said(error, language) for language in LANGUAGES}
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
    connection: Connection[Any], organisation: Any, told: Mapping[str, Any], path: str | None
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


def driver_answer(
    found: Drivers, target: str, left_out: Sequence[str], language: Language
) -> dict[str, Any]:
    """Return what a page shows of a study of drivers, in one language.

    Parameters
    ----------
    left_out : sequence of str
        What too few people have together with the rest.
    """
    from ressenti.reports.drawings.driver_map import driver_map_svg
    from ressenti.reports.driver_words import improvement_words
    from ressenti.reports.drivers import drivers_table, study_title

    study = replace(found.study, outcome=replace(found.study.outcome, name=target))
    remarks = [remark.to(language) for remark in study.remarks]
    if left_out:
        remarks.append(APART.format(names=", ".join(left_out)).to(language))
    table = drivers_table(study, language)
    return {
        "target": target,
        "title": study_title(study, language),
        "n": study.n,
        "r2": study.r2.estimate,
        "wide_map": driver_map_svg(study, language),
        "narrow_map": driver_map_svg(study, language, width=NARROW),
        "table": _table_document(table),
        "improve": [improvement_words(driver, study, language) for driver in study.improvements],
        "remarks": remarks,
        "document": found.to_dict(language),
    }


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
            parts["customers"] = _links_or_reason(seek, language)
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
            parts["periods"] = _links_or_reason(seek, language)
        answers[language] = parts
    return answers


def _links_or_reason(seek: Callable[[], Links], language: Language) -> dict[str, Any]:
    """Return links as a page shows them, or why none can be sought at their level."""
    from ressenti.library.link_traps import UNDATED
    from ressenti.reports.drawings.link_matrix import link_matrix_svg

    try:
        sought = seek()
    except RessentiError as error:
        return {"reason": _said(error, language)}
    # A mark is called by its own name, without the formula that it is read by.
    links = [replace(one, indicator=one.indicator.rpartition("=")[2]) for one in sought.study.links]
    found = replace(sought, study=replace(sought.study, links=tuple(links)))
    return {
        "wide_matrix": found.matrix(language),
        "narrow_matrix": link_matrix_svg(found.study, language, width=NARROW),
        "tried": found.study.tried,
        "links": [
            {
                "outcome": one.outcome,
                "indicator": one.indicator,
                "wording": str(one.wording),
                "is_claimed": one.is_claimed,
                "is_established": one.is_established,
                "finding": finding,
                "n": one.n,
            }
            for one, finding in zip(found.links, found.findings(language), strict=True)
        ],
        # Outcomes of these frames lie before the answers they are held against.
        "notes": [note.to(language) for note in found.notes if note != UNDATED],
        "document": found.to_dict(language),
    }


def _known(named: Named, *, themes: Sequence[str] = (), outcomes: Sequence[str] = ()) -> Named:
    """Return the names with those of what nobody named: its key in plain words."""

    def told(names: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
        return {key: names.get(key) or key.replace("_", " ") for key in keys}

    return Named(
        marks=named.marks,
        themes=told(named.themes, themes),
        outcomes=told(named.outcomes, outcomes),
    )


def _table_document(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "headings": [[heading.text, heading.is_number] for heading in table.headings],
        "rows": [list(row) for row in table.rows],
    }


def _said(error: RessentiError, language: Language) -> str:
    hint = "" if error.hint is None else f" {error.hint.to(language)}"
    return f"{error.message.to(language)}{hint}"


STUDIES = {"drivers": driver_result, "links": link_result, "candidates": candidate_result}
