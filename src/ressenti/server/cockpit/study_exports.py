"""Studies as files: what drivers and links were found, as tables and as pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.language import Text, number_text, percent_text
from ressenti.reports.exports.columns import Column, Value
from ressenti.reports.exports.definition import Line
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.deliveries import Export, delivered
from ressenti.server.cockpit.export_pages import drawn_file, in_moderation, known_kind
from ressenti.server.cockpit.figure_exports import picture_caption, told_of
from ressenti.server.cockpit.pages import Look, filtered
from ressenti.server.cockpit.pictures import captioned
from ressenti.server.cockpit.study_pages import LEVEL_NAMES, asked_study, studied_facts
from ressenti.server.models import Role, Study, StudyKind
from ressenti.server.studying.asking import answer_of, latest_study

Answer = Mapping[str, Any]

LOW = Text(en="{what}, low limit", fr="{what}, borne basse")
HIGH = Text(en="{what}, high limit", fr="{what}, borne haute")


def _with_limits(
    key: str, heading: Text, limits: tuple[str, str] | None = None
) -> tuple[Column, Column, Column]:
    """Return the columns of an estimate and of its limits."""
    low, high = limits or (f"{key}_low", f"{key}_high")
    return (
        Column(key, heading),
        Column(low, LOW.format(what=heading)),
        Column(high, HIGH.format(what=heading)),
    )


LINK_COLUMNS = (
    Column("level", Text(en="one point is", fr="un point est")),
    Column("outcome", Text(en="outcome", fr="résultat attendu")),
    Column("kpi", Text(en="indicator", fr="indicateur")),
    Column("n", Text(en="n", fr="n")),
    Column("met", Text(en="where met", fr="si obtenu")),
    Column("n_met", Text(en="n where met", fr="n si obtenu")),
    Column("missed", Text(en="where missed", fr="si manqué")),
    Column("n_missed", Text(en="n where missed", fr="n si manqué")),
    *_with_limits("lift", Text(en="difference", fr="écart")),
    *_with_limits("correlation", Text(en="correlation", fr="corrélation")),
    Column("method", Text(en="kind of correlation", fr="sorte de corrélation")),
    Column("lag", Text(en="lag, in months", fr="décalage, en mois")),
    *_with_limits("gain", Text(en="forecast error saved", fr="erreur de prévision épargnée")),
    *_with_limits("within", Text(en="inside units", fr="au sein des unités")),
    *_with_limits("between", Text(en="between units", fr="entre unités")),
    Column("p_value", Text(en="p-value", fr="valeur p")),
    Column("adjusted_p_value", Text(en="p-value, all tests", fr="valeur p, tous tests")),
    Column("wording", Text(en="reading", fr="lecture")),
    Column("finding", Text(en="finding", fr="constat")),
)
DRIVER_COLUMNS = (
    Column("driver", Text(en="driver", fr="levier")),
    Column("n", Text(en="n", fr="n")),
    *_with_limits(
        "importance", Text(en="importance, in R²", fr="importance, en R²"), ("low", "high")
    ),
    *_with_limits("share", Text(en="share of R²", fr="part du R²")),
    Column("best_rank", Text(en="best rank", fr="meilleur rang")),
    Column("worst_rank", Text(en="worst rank", fr="pire rang")),
    *_with_limits("beta", Text(en="net effect (beta)", fr="effet net (bêta)")),
    Column("correlation", Text(en="correlation", fr="corrélation")),
    *_with_limits("performance", Text(en="performance, 0 to 100", fr="performance, de 0 à 100")),
    Column("quadrant", Text(en="place on the map", fr="place sur la carte")),
    Column("class", Text(en="kind", fr="type")),
    Column("vif", Text(en="inflation factor", fr="facteur d'inflation")),
    Column("now", Text(en="scenario, now", fr="scénario, aujourd'hui")),
    Column("then", Text(en="scenario, then", fr="scénario, demain")),
    *_with_limits("change", Text(en="change of the mark", fr="évolution de la note")),
    Column("finding", Text(en="finding", fr="constat")),
)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def links_file(look: Look, kind: str) -> HttpResponseBase:
    """Give every link that was sought, of customers and of months."""
    study, answer = _done(look, StudyKind.LINKS)
    levels = [(key, answer[key]) for key in LEVEL_NAMES if "links" in answer.get(key, {})]
    tried = [
        (LEVEL_NAMES[key](), _("%(n)d tests made, all accounted for") % {"n": found["tried"]})
        for key, found in levels
    ]
    export = Export(
        name=f"{look.viewer.organisation.name} {_('Links')}",
        subject="links",
        columns=LINK_COLUMNS,
        rows=_link_rows(levels),
        definition=_definition(look, study, tried),
        language=look.language,
    )
    return delivered(look.viewer, export, known_kind(kind))


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def drivers_file(look: Look, kind: str) -> HttpResponseBase:
    """Give every driver of a mark, with what would move if it improved."""
    study, answer = _done(look, StudyKind.DRIVERS)
    remarks = [(_("What to beware of"), remark) for remark in answer["remarks"]]
    export = Export(
        name=f"{look.viewer.organisation.name} {_('Drivers')} {answer['target']}",
        subject=f"drivers, {answer['target']}",
        columns=DRIVER_COLUMNS,
        rows=_driver_rows(answer),
        definition=_definition(look, study, [*_explained(look, answer), *remarks]),
        language=look.language,
    )
    return delivered(look.viewer, export, known_kind(kind))


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def links_picture(look: Look, chart: str, kind: str) -> HttpResponse:
    """Give the matrix of the links of one level as a picture."""
    study, answer = _done(look, StudyKind.LINKS)
    found = answer.get(chart, {}) if chart in LEVEL_NAMES else {}
    if "wide_matrix" not in found:
        raise Http404
    name = f"{_('Links')} – {LEVEL_NAMES[chart]()}"
    lines = [("n", _most(found["links"], look)), *_facts(look, study)]
    caption = picture_caption(look, name, _days(look, study), lines)
    svg = captioned(found["wide_matrix"], caption)
    return drawn_file(look, svg, (f"links, {chart}", name), kind)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def drivers_picture(look: Look, kind: str) -> HttpResponse:
    """Give the map of the drivers of a mark as a picture."""
    study, answer = _done(look, StudyKind.DRIVERS)
    name = f"{_('Drivers')} {answer['target']}"
    lines = [*_explained(look, answer), *_facts(look, study)]
    caption = picture_caption(look, name, _days(look, study), lines)
    svg = captioned(answer["wide_map"], caption)
    return drawn_file(look, svg, (f"drivers, {answer['target']}, map", name), kind)


def _done(look: Look, kind: StudyKind) -> tuple[Study, Answer]:
    """Return the study that the page of an address shows, and its answer.

    Raises
    ------
    Http404
        Where it shows none.
    """
    study = latest_study(look.viewer, asked_study(look, kind))
    answer = None if study is None else answer_of(study, look.language)
    if study is None or answer is None:
        raise Http404
    return study, answer


def _days(look: Look, study: Study) -> str:
    return studied_facts(look, study)[0][1]


def _facts(look: Look, study: Study) -> list[tuple[str, str]]:
    """Return what a study was told beyond its days, and when it was worked out."""
    done = "" if study.done_at is None else study.done_at.isoformat(timespec="seconds")
    return [*studied_facts(look, study)[1:], (_("Worked out"), done)]


def _explained(look: Look, answer: Answer) -> list[tuple[str, str]]:
    document, language = answer["document"], look.language
    r2 = number_text(document["r2"], language, decimals=2)
    share = percent_text(100 * document["confidence"], language, decimals=0)
    return [
        ("n", number_text(answer["n"], language, decimals=0)),
        ("R²", r2),
        (_("Confidence of the intervals"), share),
    ]


def _most(links: Sequence[Mapping[str, Any]], look: Look) -> str:
    """Return between which numbers of points the links of a matrix rest on."""
    known = [one["n"] for one in links if one["n"]]
    if not known:
        return "0"
    ends = dict.fromkeys((min(known), max(known)))
    return " – ".join(number_text(n, look.language, decimals=0) for n in ends)


def _definition(look: Look, study: Study, more: Sequence[tuple[str, str]]) -> list[Line]:
    told = [(label.to(look.language), text) for label, text in told_of(look).items()]
    return [*told, *studied_facts(look, study)[:1], *_facts(look, study), *more]


def _link_rows(levels: Sequence[tuple[str, Answer]]) -> Iterator[Sequence[Value]]:
    for key, found in levels:
        for row, link in zip(found["rows"], found["links"], strict=True):
            told = {**row, "level": LEVEL_NAMES[key](), "finding": link["finding"]}
            yield tuple(told.get(column.key) for column in LINK_COLUMNS)


def _driver_rows(answer: Answer) -> Iterator[Sequence[Value]]:
    drivers = answer["document"]["drivers"]
    for driver, found in zip(drivers, answer["findings"], strict=True):
        scenario = driver["what_if"] or {}
        change, performance = scenario.get("change") or {}, driver["performance"]
        told = driver | {
            "correlation": driver["correlation"]["estimate"],
            "performance": performance["estimate"],
            "performance_low": performance["low"],
            "performance_high": performance["high"],
            "class": (driver["asymmetry"] or {}).get("class"),
            "now": scenario.get("now"),
            "then": scenario.get("then"),
            "change": change.get("estimate"),
            "change_low": change.get("low"),
            "change_high": change.get("high"),
            "finding": found["finding"],
        }
        yield tuple(told.get(column.key) for column in DRIVER_COLUMNS)
