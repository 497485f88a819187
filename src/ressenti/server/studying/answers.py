"""Answers: what a page shows of a study that is done, in one language, and the figures behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ressenti.errors import RessentiError
from ressenti.language import Language, Text

if TYPE_CHECKING:
    from ressenti.library.drivers import Drivers
    from ressenti.library.link_results import Links
    from ressenti.studies.links import Link

RESULT_FORMAT = 2
"""Raised with each change of what an answer holds: a page shows no answer of another one."""
NARROW = 356.0
APART = Text(
    en="Not weighed here: {names}. Weighing needs people who answered or lived everything at once, "
    "and too few of those who gave this mark have these as well.",
    fr="Pas pesés ici : {names}. Il faut pour peser des personnes qui ont répondu à tout ou tout "
    "vécu à la fois, et trop peu de celles qui ont donné cette note ont aussi cela.",
)
TOO_SMALL = Text(
    en="Met and missed are not shown apart: one of the two has fewer than {n} answers.",
    fr="Obtenu et manqué ne sont pas montrés séparément : l'un des deux a moins de {n} réponses.",
)


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
    from ressenti.reports.driver_evidence import (
        driver_evidence,
        driver_sentence,
        improvement_evidence,
    )
    from ressenti.reports.driver_words import improvement_words, moved_words
    from ressenti.reports.drivers import drivers_table, study_title
    from ressenti.reports.evidence import evidence_document, table_document

    study = replace(found.study, outcome=replace(found.study.outcome, name=target))
    remarks = [remark.to(language) for remark in study.remarks]
    if left_out:
        remarks.append(APART.format(names=", ".join(left_out)).to(language))
    return {
        "target": target,
        "title": study_title(study, language),
        "n": study.n,
        "r2": study.r2.estimate,
        "wide_map": driver_map_svg(study, language),
        "narrow_map": driver_map_svg(study, language, width=NARROW),
        "table": table_document(drivers_table(study, language)),
        "findings": [
            {
                "driver": driver.name,
                "finding": driver_sentence(driver, study, language),
                "evidence": evidence_document(driver_evidence(driver, study, language)),
            }
            for driver in study.drivers
        ],
        "improve": [
            {
                "driver": driver.name,
                "finding": improvement_words(driver, study, language),
                "evidence": evidence_document(
                    improvement_evidence(driver, driver.improvement, study, language)
                ),
            }
            for driver in study.improvements
            if driver.improvement is not None
        ],
        "levers": {
            driver.name: moved_words(driver, driver.improvement, language)
            for driver in study.drivers
            if driver.improvement is not None and driver.improvement.reach is not None
        },
        "remarks": remarks,
        "document": found.to_dict(language),
    }


def links_answer(
    seek: Callable[[], Links], smallest_group: int, language: Language
) -> dict[str, Any]:
    """Return links as a page shows them, or why none can be sought at their level.

    Parameters
    ----------
    smallest_group : int
        Answers that a group needs to have a figure of its own.
    """
    from ressenti.library.link_traps import UNDATED
    from ressenti.reports.drawings.link_matrix import link_matrix_svg
    from ressenti.reports.evidence import evidence_document
    from ressenti.reports.link_evidence import link_evidence

    try:
        sought = seek()
    except RessentiError as error:
        return {"reason": said(error, language)}
    # A mark is called by its own name, without the formula that it is read by.
    links = [
        replace(_protected(one, smallest_group), indicator=one.indicator.rpartition("=")[2])
        for one in sought.study.links
    ]
    found = replace(sought, study=replace(sought.study, links=tuple(links)))
    return {
        "wide_matrix": found.matrix(language),
        "narrow_matrix": link_matrix_svg(found.study, language, width=NARROW, is_compact=True),
        "tried": found.study.tried,
        "links": [
            {
                "outcome": one.outcome,
                "indicator": one.indicator,
                "wording": str(one.wording),
                "is_claimed": one.is_claimed,
                "is_established": one.is_established,
                "finding": finding,
                "evidence": evidence_document(link_evidence(one, found.study, language)),
                "n": one.n,
            }
            for one, finding in zip(found.links, found.findings(language), strict=True)
        ],
        # Outcomes of these frames lie before the answers they are held against.
        "notes": [note.to(language) for note in found.notes if note != UNDATED],
        "document": found.to_dict(language),
        "rows": found.to_rows(),
    }


def said(error: RessentiError, language: Language) -> str:
    """Return what an error says, with what to do."""
    hint = "" if error.hint is None else f" {error.hint.to(language)}"
    return f"{error.message.to(language)}{hint}"


def _protected(link: Link, smallest_group: int) -> Link:
    """Return a link without the figures of groups that are too small to have one."""
    lift = link.lift
    if lift is None or min(lift.met.n, lift.missed.n) >= smallest_group:
        return link
    caution = TOO_SMALL.format(n=smallest_group)
    return replace(link, lift=None, cautions=(*link.cautions, caution))
