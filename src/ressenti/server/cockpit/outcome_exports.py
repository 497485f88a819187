"""Outcomes as files: how often each is got, period by period, and what was said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.language import Text
from ressenti.reports.exports.columns import score_columns, score_values
from ressenti.reports.exports.definition import Circumstances, Line, definition_lines
from ressenti.reports.outcomes import ADMISSIONS, EXPECTED_BY, TESTS
from ressenti.scores.score import Score
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.deliveries import Export, delivered
from ressenti.server.cockpit.export_pages import in_moderation, known_kind
from ressenti.server.cockpit.figure_exports import filters_told, told_of
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.outcome_figures import OUTCOME, figures_of_outcomes
from ressenti.server.cockpit.outcomes_page import planned_outcome
from ressenti.server.cockpit.pages import Look, filtered
from ressenti.server.models import OutcomeDeclaration, Role

HEADINGS = {OUTCOME: Text(en="outcome", fr="résultat attendu")}


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def outcomes_file(look: Look, kind: str) -> HttpResponseBase:
    """Give how often each outcome is got, period by period."""
    declared = list(OutcomeDeclaration.objects.filter(organisation=look.viewer.organisation))
    figures = figures_of_outcomes(look, declared)
    scores = _scores(look, declared, figures)
    circumstances = Circumstances(told=told_of(look), filters=filters_told(look))
    export = Export(
        name=f"{look.viewer.organisation.name} {_('Outcomes')}",
        subject="outcomes",
        columns=score_columns(HEADINGS),
        rows=[score_values(score, tuple(HEADINGS), look.language) for score in scores],
        definition=[
            *definition_lines(scores, circumstances, look.language),
            *(line for one in declared for line in _said(look, one)),
        ],
        language=look.language,
    )
    return delivered(look.viewer, export, known_kind(kind))


def _scores(
    look: Look, declared: Sequence[OutcomeDeclaration], figures: Mapping[str, Figure]
) -> list[Score]:
    """Return every period of every outcome that is followed, under the customers' words."""
    return [
        replace(score, segment={OUTCOME: one.words_in(look.language)})
        for one in declared
        if one.key in figures
        for score in figures[one.key].trend or (figures[one.key].score,)
    ]


def _said(look: Look, one: OutcomeDeclaration) -> Iterator[Line]:
    """Give what was declared of an outcome, with the answers to its two tests."""
    planned, language = planned_outcome(one), look.language
    words = one.words_in(language)
    yield words, ADMISSIONS[planned.admission].to(language)
    yield words, EXPECTED_BY[planned.expectation_source].to(language)
    for test, answer in planned.answers().items():
        verdict = _("Yes") if answer.passed else _("No")
        told = ", ".join(filter(None, (answer.by, answer.on.isoformat(), answer.evidence)))
        yield f"{words} – {TESTS[test].to(language)}", f"{verdict} ({told})"
