"""The outcome library says what the catalogue, the journey and the theme plans can follow."""

from __future__ import annotations

from collections import Counter

import pytest

from ressenti.emotions.themes.plans import theme_plan
from ressenti.errors import UnknownName
from ressenti.facts.company_results import company_result_in
from ressenti.facts.plan_outcomes import OutcomeKind
from ressenti.indicators import indicator_called, variant_called
from ressenti.studies.objectives import STEPS
from ressenti.studies.outcome_library import (
    OutcomeFamily,
    OutcomePair,
    OutcomeTemplate,
    PairStatus,
    kinds_of_outcome,
    outcome_pairs,
    outcome_template,
    outcome_templates,
    templates_of_theme,
)

of_templates = pytest.mark.parametrize(
    "template", outcome_templates().values(), ids=lambda template: template.key
)
of_pairs = pytest.mark.parametrize("pair", outcome_pairs(), ids=lambda pair: str(pair.number))


def test_every_kind_of_outcome_is_described_and_has_templates() -> None:
    kinds = kinds_of_outcome()
    assert set(kinds) == set(OutcomeKind)
    assert {kind.family for kind in kinds.values()} == set(OutcomeFamily)
    assert {template.kind for template in outcome_templates().values()} == set(OutcomeKind)
    for kind in kinds.values():
        assert kind.source
        assert kind.name.en != kind.meaning.en
        assert kind.meaning.en != kind.meaning.fr


@of_templates
def test_a_template_names_what_exists(template: OutcomeTemplate) -> None:
    assert template.step in STEPS
    assert template.moves
    for indicator in template.moves:
        assert indicator_called(indicator).key == indicator
    for theme in template.themes:
        plan, _, key = theme.partition(":")
        assert theme_plan(plan).theme(key).key == key
    assert template.increment > 0


@of_templates
def test_a_template_speaks_as_customers_do_in_both_languages(template: OutcomeTemplate) -> None:
    for text in (template.words, template.question, template.actual):
        assert text.en
        assert text.fr
        assert text.en != text.fr
    assert company_result_in(template.key, template.words.en, template.words.fr) is None
    assert template.question.en.endswith("?")
    assert template.question.to("fr").endswith("\N{NO-BREAK SPACE}?")


def test_the_twenty_two_pairs_are_stated_by_a_source_or_said_to_be_proposed() -> None:
    statuses = Counter(pair.status for pair in outcome_pairs())
    assert statuses == {
        PairStatus.STATED: 12,
        PairStatus.OUTCOME_STATED: 2,
        PairStatus.PROPOSED: 8,
    }
    for pair in outcome_pairs():
        assert (pair.source is None) == (pair.status is PairStatus.PROPOSED)


@of_pairs
def test_a_pair_names_what_exists(pair: OutcomePair) -> None:
    assert pair.step in STEPS
    for kpi in pair.kpis:
        assert indicator_called(kpi).key == kpi
    indicator, variant = variant_called(pair.computed_by)
    assert f"{indicator.key}/{variant.key}" == pair.computed_by
    if pair.template is not None:
        assert outcome_template(pair.template).key == pair.template
    assert pair.outcome.en != pair.outcome.fr


def test_a_template_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="nothing_broken"):
        outcome_template("nothing_brokn")


def test_a_theme_leads_to_templates_with_or_without_its_plan() -> None:
    assert [one.key for one in templates_of_theme("delivery:condition")] == ["nothing_broken"]
    assert [one.key for one in templates_of_theme("resolution")] == ["solved_at_once"]
    assert templates_of_theme("weather") == ()
