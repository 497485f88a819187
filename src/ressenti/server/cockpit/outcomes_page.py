"""Outcomes: what customers want, whether they get it, and whether it is theirs to want."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.facts.plan_outcomes import (
    CpiAnswer,
    CpiTest,
    ExpectationSource,
    OutcomeDirection,
    OutcomeKind,
    PlannedOutcome,
)
from ressenti.indicators import cpi
from ressenti.language import Language, Text
from ressenti.reports.evidence import Evidence
from ressenti.reports.outcomes import ADMISSIONS, EXPECTED_BY, PAIR_STATUSES, TESTS
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.cockpit.candidates import templates_of
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.fragments import figure_fragment
from ressenti.server.cockpit.journey_steps import step_label
from ressenti.server.cockpit.outcome_figures import figures_of_outcomes, outcome_evidence
from ressenti.server.cockpit.outcome_forms import (
    GivenOutcome,
    outcome_of_candidate,
    outcome_of_form,
)
from ressenti.server.cockpit.pages import Look, Option, filtered, page_context
from ressenti.server.models import Measure, Organisation, OutcomeDeclaration, Recount, Role
from ressenti.server.studying.asking import names_of, numbered_measures
from ressenti.server.theme_plans import theme_names
from ressenti.studies.objectives import STEPS
from ressenti.studies.outcome_library import kinds_of_outcome, outcome_pairs, outcome_templates

FACT = "outcomes"
UNPROCESSABLE = 422
LONGEST_EVIDENCE, LONGEST_NAME = 200, 80
FOUND = """
SELECT outcome, count(*) FROM ressenti_fact_outcomes
WHERE organisation_id = %s GROUP BY 1 ORDER BY 2 DESC LIMIT 100
"""
"""The outcomes that facts speak of, the commonest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTest:
    """One of the two tests, and the answer that counts."""

    key: str
    question: str
    answer: CpiAnswer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOutcome:
    """One declared outcome as the page shows it."""

    key: str
    words: str
    kind: str
    step: str
    expectation: str
    moves: tuple[str, ...]
    admission: str
    verdict: str
    tests: tuple[ShownTest, ...]
    fragment: SafeString | None = None
    measure: int | None = None
    evidence: Evidence | None = None


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def outcomes_page(look: Look) -> HttpResponse:
    """Show what customers want, with how often they get it."""
    return outcomes_shown(look, accepted_candidate(look))


@require_POST
@seen_by(Role.EXPERT)
@filtered
def declare_outcome(look: Look) -> HttpResponse:
    """Declare an outcome, or say what is wrong with it."""
    organisation = look.viewer.organisation
    given = outcome_of_form(
        look.request.POST,
        look.request.POST.getlist("moves"),
        measures=numbered_measures(organisation),
        steps=STEPS,
        taken=set(organisation.outcomes.values_list("key", flat=True)),
        themes=theme_names(organisation),
        language=look.language,
    )
    if given.faults:
        page = outcomes_shown(look, given)
        page.status_code = UNPROCESSABLE
        return page
    with transaction.atomic():
        declared = OutcomeDeclaration.objects.create(
            organisation=organisation,
            key=given.key,
            words=dict(given.words),
            kind=given.kind,
            step=given.step,
            unit=given.unit,
            increment=given.increment,
            is_higher_better=given.is_higher_better,
            expectation_source=given.expectation_source,
            moves=list(given.moves),
            theme=given.theme,
        )
        follow_outcome(declared)
        recorded(
            look.viewer,
            "outcome.declared",
            subject_kind="outcome",
            subject=given.key,
            detail={"theme": given.theme} if given.theme else {},
        )
    messages.success(look.request, _("The outcome is declared: now answer its two tests."))
    return redirect("outcomes", organisation=organisation.key)


@require_POST
@seen_by(Role.EXPERT)
def answer_test(request: HttpRequest, viewer: Viewer, outcome: str) -> HttpResponse:
    """Keep an answer to one of the two tests; earlier answers stay."""
    with transaction.atomic():
        own = viewer.own(OutcomeDeclaration.objects.select_for_update(), key=outcome)
        test, passed = request.POST.get("test", ""), request.POST.get("passed", "")
        if test in set(CpiTest) and passed in ("yes", "no"):
            answer = {
                "test": test,
                "passed": passed == "yes",
                "by": viewer.actor[:LONGEST_NAME],
                "on": timezone.localdate().isoformat(),
                "evidence": request.POST.get("evidence", "").strip()[:LONGEST_EVIDENCE] or None,
            }
            own.tests = [*own.tests, answer]
            own.save(update_fields=["tests"])
            recorded(
                viewer,
                "outcome.tested",
                subject_kind="outcome",
                subject=own.key,
                detail={"test": test, "passed": answer["passed"]},
            )
    return redirect("outcomes", organisation=viewer.organisation.key)


def accepted_candidate(look: Look) -> GivenOutcome | None:
    """Return what the form says of a candidate that somebody accepts; None where none is."""
    theme, start = (look.request.GET.get(name, "") for name in ("candidate", "start"))
    name = theme_names(look.viewer.organisation).get(theme)
    if name is None or not look.viewer.may_act_as(Role.EXPERT):
        return None
    templates = {template.key: template for template in templates_of(theme)}
    return outcome_of_candidate(theme, name, templates.get(start))


def follow_outcome(declared: OutcomeDeclaration) -> Measure:
    """Return the measure of how often an outcome is got, made and counted where it is new."""
    variant = cpi.INDICATOR.default
    tally = f"{cpi.INDICATOR.key}/{variant.key}#{declared.key}"
    higher = [declared.key] if declared.is_higher_better else []
    measure, is_new = Measure.objects.get_or_create(
        organisation=declared.organisation,
        indicator=cpi.INDICATOR.key,
        variant=variant.key,
        scale="",
        tally=tally,
        defaults={
            "label": declared.words,
            "options": {"outcome": declared.key, "higher": higher},
            "is_shown": False,
            "place": Measure.objects.filter(organisation=declared.organisation).count(),
        },
    )
    if is_new:
        Recount.objects.get_or_create(
            organisation_id=declared.organisation.pk,
            fact=FACT,
            defaults={"asked_at": timezone.now()},
        )
    return measure


def outcomes_shown(look: Look, given: GivenOutcome | None = None) -> HttpResponse:
    """Return the page, with what was given wrongly where there is something."""
    organisation = look.viewer.organisation
    declared = list(OutcomeDeclaration.objects.filter(organisation=organisation))
    figures = figures_of_outcomes(look, declared)
    names = names_of(organisation, numbered_measures(organisation), look.language)["marks"]
    context = page_context(
        look,
        "scorecard",
        outcomes=[
            _with_figure(_shown(one, names, look.language), figures.get(one.key), look)
            for one in declared
        ],
        undeclared=_undeclared(organisation, {one.key for one in declared}),
        may_declare=look.viewer.may_act_as(Role.EXPERT),
        pairs=[
            {
                "kpi": pair.kpi.to(look.language),
                "outcome": pair.outcome.to(look.language),
                "status": PAIR_STATUSES[pair.status].to(look.language),
                "source": pair.source or "",
            }
            for pair in outcome_pairs()
        ],
        form=_form(given, names, look.language),
    )
    return render(look.request, "ressenti/cockpit/outcomes.html", context)


def _shown(one: OutcomeDeclaration, names: Mapping[str, str], language: Language) -> ShownOutcome:
    planned = planned_outcome(one)
    answers = planned.answers()
    kinds = kinds_of_outcome()
    return ShownOutcome(
        key=one.key,
        words=one.words_in(language),
        kind=kinds[OutcomeKind(one.kind)].name.to(language) if one.kind else "",
        step=step_label(one.step, language) if one.step else "",
        expectation=EXPECTED_BY[planned.expectation_source].to(language),
        moves=tuple(names.get(tally, tally) for tally in one.moves),
        admission=planned.admission.value,
        verdict=ADMISSIONS[planned.admission].to(language),
        tests=tuple(
            ShownTest(key=test.value, question=text.to(language), answer=answers.get(test))
            for test, text in TESTS.items()
        ),
    )


def _with_figure(shown: ShownOutcome, figure: Figure | None, look: Look) -> ShownOutcome:
    """Return an outcome with how often it is got, where that is followed."""
    if figure is None:
        return shown
    return replace(
        shown,
        fragment=figure_fragment(figure, look.language, look.scope),
        measure=figure.measure.pk,
        evidence=outcome_evidence(look, figure),
    )


def planned_outcome(one: OutcomeDeclaration) -> PlannedOutcome:
    """Return a declared outcome as a measurement plan holds it."""
    return PlannedOutcome(
        words=Text(en=one.words_in("en"), fr=one.words_in("fr")),
        actual="actual",
        expected="expected",
        unit=one.unit,
        increment=one.increment,
        direction=OutcomeDirection.HIGH if one.is_higher_better else OutcomeDirection.LOW,
        expectation_source=ExpectationSource(one.expectation_source),
        kind=OutcomeKind(one.kind) if one.kind else None,
        fact=FACT,
        step=one.step or None,
        moves=tuple(one.moves),
        tests=tuple(
            CpiAnswer(
                test=CpiTest(told["test"]),
                passed=told["passed"],
                by=told["by"],
                on=date.fromisoformat(told["on"]),
                evidence=told.get("evidence"),
            )
            for told in one.tests
        ),
    )


def _undeclared(organisation: Organisation, declared: set[str]) -> list[tuple[str, int]]:
    """Return the outcomes that facts speak of and nobody declared, with how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [organisation.pk])
        return [(key, n) for key, n in cursor.fetchall() if key not in declared]


def _form(
    given: GivenOutcome | None, names: Mapping[str, str], language: Language
) -> dict[str, Any]:
    sources = set(ExpectationSource) - {ExpectationSource.LEARNT}
    chosen = given.expectation_source if given else ""
    return {
        "given": given,
        "kinds": [
            Option(kind.value, one.name.to(language), bool(given and given.kind == kind.value))
            for kind, one in kinds_of_outcome().items()
        ],
        "steps": [
            Option(step, name.to(language), bool(given and given.step == step))
            for step, name in STEPS.items()
        ],
        "sources": [
            Option(one.value, EXPECTED_BY[one].to(language), one.value == chosen)
            for one in ExpectationSource
            if one in sources
        ],
        "measures": [
            Option(tally, name, bool(given and tally in given.moves))
            for tally, name in names.items()
        ],
        "templates": [
            (one.words.to(language), one.question.to(language))
            for one in outcome_templates().values()
        ],
    }
