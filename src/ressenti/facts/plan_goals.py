"""Goals of a plan: targets, and the steps of the customers' journey."""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.facts.plan import JourneyStep, Target
from ressenti.facts.plan_sections import Section
from ressenti.language import Text


def targets_in(root: Section) -> Mapping[str, tuple[Target, ...]]:
    targets = root.section("targets")
    found = {name: _targets_of(targets, name) for name in targets.values}
    targets.refuse_keys_outside(root.section("measures").values)
    return found


def _targets_of(targets: Section, measure: str) -> tuple[Target, ...]:
    found: list[Target] = []
    for section in targets.one_or_many(measure):
        section.require("value")
        target = Target(value=section.number("value") or 0.0, by=section.day("by"))
        if any(target.by == other.by for other in found):
            section.fault(
                None,
                Text(
                    en=f"'{measure}' already has a target for that day.",
                    fr=f"« {measure} » a déjà un objectif à cette date.",
                ),
            )
        found.append(target)
        section.refuse_other_keys()
    return tuple(found)


def journey_in(root: Section) -> tuple[JourneyStep, ...]:
    steps: dict[str, JourneyStep] = {}
    for section in root.one_or_many("journey"):
        section.require("label")
        step = JourneyStep(
            key=section.required_text("step"),
            label=section.words("label") or Text(en="", fr=""),
            touchpoints=section.texts("touchpoints"),
        )
        if step.key in steps:
            section.fault(
                "step",
                Text(
                    en=f"the step '{step.key}' comes a second time.",
                    fr=f"l'étape « {step.key} » revient une seconde fois.",
                ),
            )
        steps[step.key] = step
        section.refuse_other_keys()
    return tuple(steps.values())


def require_table(section: Section, root: Section) -> None:
    """Note a fault where rows come from a database and no table of it is named."""
    sources = root.values.get("sources")
    source = sources.get(section.values.get("source")) if isinstance(sources, dict) else None
    if not isinstance(source, dict) or "url" not in source:
        return
    if "table" not in source and not section.has("table"):
        section.fault(
            "source",
            Text(
                en="a database needs a 'table', here or in its source.",
                fr="une base de données demande une « table », ici ou dans sa source.",
            ),
        )
