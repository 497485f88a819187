"""Outcome figures: how often each declared outcome is got, and what each figure rests on."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ressenti.language import number_text, percent_text
from ressenti.reports.changes import test_text
from ressenti.reports.evidence import Evidence
from ressenti.reports.exports.definition import FORMULA, MISSING
from ressenti.reports.tables import scores_table
from ressenti.reports.terminal import interval_text
from ressenti.server.cockpit.figure_exports import SEEN_FROM, filters_told
from ressenti.server.cockpit.figures import Figure, State, figures_of
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.wording import period_words
from ressenti.server.models import Measure, OutcomeDeclaration

OUTCOME = "outcome"


def figures_of_outcomes(look: Look, declared: Iterable[OutcomeDeclaration]) -> dict[str, Figure]:
    """Return by outcome how often it is got, for those that are followed."""
    keys = {one.key for one in declared}
    measures = Measure.objects.filter(
        organisation=look.viewer.organisation, options__has_key=OUTCOME
    )
    followed = [one for one in measures if one.options[OUTCOME] in keys]
    return {figure.measure.options[OUTCOME]: figure for figure in figures_of(look.scope, followed)}


def outcome_evidence(look: Look, figure: Figure) -> Evidence | None:
    """Return what the figure of an outcome rests on; None where there is none."""
    score, language = figure.score, look.language
    if figure.state is not State.LIVE:
        return None
    share = percent_text(100 * score.confidence, language, decimals=0)
    facts = [
        (_("Period"), period_words(score, language, is_running=figure.is_running)),
        *filters_told(look).items(),
        ("n", number_text(score.n, language, decimals=0)),
        (MISSING.to(language), number_text(score.n_missing, language, decimals=0)),
        (
            _("Interval"),
            " · ".join(filter(None, (interval_text(score, language), share, score.method))),
        ),
        (FORMULA.to(language), studied(figure.measure).variant.formula.to(language)),
        (_("Adjusted for"), _("nothing: each outcome is held against its own expectation")),
    ]
    if look.scope.limit is not None:
        facts.insert(1, (SEEN_FROM.to(language), look.scope.limit.name))
    if figure.change is not None:
        facts.append((_("Change since the period before"), test_text(figure.change, language)))
    return Evidence(facts=facts, tables=(scores_table(tuple(reversed(figure.trend)), language),))
