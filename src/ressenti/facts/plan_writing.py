"""Writing a plan: commented TOML, in either language, that reads back as the same plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from enum import Enum
from itertools import groupby

from ressenti.facts.plan import (
    Code,
    Dimension,
    FactMapping,
    JourneyStep,
    Plan,
    PlannedMeasure,
    PlannedSource,
    Target,
)
from ressenti.facts.plan_outcomes import CpiAnswer, LearntExpectation, PlannedOutcome
from ressenti.facts.plan_scales import level_key
from ressenti.facts.scales import Level, Scale
from ressenti.language import Language, Text

Pairs = Iterable[tuple[str, object]]
Part = (
    PlannedSource
    | PlannedMeasure
    | Dimension
    | Target
    | PlannedOutcome
    | LearntExpectation
    | CpiAnswer
)

HEADING = Text(
    en="What we measure, from which data, towards which targets. SQL expressions stand between "
    "quotes.",
    fr="Ce que nous mesurons, à partir de quelles données, vers quels objectifs. Les expressions "
    "SQL sont entre guillemets.",
)
REMARKS: Mapping[str, Text] = {
    "organisation": Text(
        en="Days and weeks are those of this time zone.",
        fr="Les jours et les semaines sont ceux de ce fuseau horaire.",
    ),
    "sources": Text(
        en="Files and databases. missing: the codes that mean 'no answer'.",
        fr="Fichiers et bases de données. missing : les codes qui veulent dire « sans réponse ».",
    ),
    "facts": Text(
        en="What happened: the columns of each fact, as expressions over its source.",
        fr="Ce qui s'est passé : les colonnes de chaque fait, en expressions sur sa source.",
    ),
    "scales": Text(
        en="Our own scales: levels in order, and which of them are good or bad.",
        fr="Nos propres échelles : les niveaux dans l'ordre, lesquels sont bons ou mauvais.",
    ),
    "measures": Text(
        en="Which question or column feeds which indicator ('ressenti indicators' lists them).",
        fr="Quelle question ou colonne alimente quel indicateur (« ressenti indicators » en donne "
        "la liste).",
    ),
    "dimensions": Text(
        en="What scores are split by.", fr="Ce selon quoi les scores sont détaillés."
    ),
    "targets": Text(
        en="What each measure should reach, and by when.",
        fr="Ce que chaque mesure doit atteindre, et pour quand.",
    ),
    "outcomes": Text(
        en="What customers want, in their words, and the measures it should move.",
        fr="Ce que veulent les clients, dans leurs mots, et les mesures qui doivent en bouger.",
    ),
    "journey": Text(
        en="The steps of the customer's journey, in order.",
        fr="Les étapes du parcours client, dans l'ordre.",
    ),
}
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
NOT_LITERAL = re.compile(r"['\x00-\x1f\x7f]")


def write_plan(plan: Plan, *, language: Language = "en") -> str:
    r"""Return the TOML of a plan, with comments in the language.

    Examples
    --------
    >>> from ressenti.facts.plan import Organisation
    >>> plan = Plan(organisation=Organisation(name="Comptoir", time_zone="Europe/Paris"))
    >>> print(write_plan(plan, language="fr").partition("\n\n")[2].rstrip())
    # Les jours et les semaines sont ceux de ce fuseau horaire.
    [organisation]
    name = "Comptoir"
    time_zone = "Europe/Paris"
    week_starts_on = "monday"
    language = "en"
    """
    blocks = [f"# {HEADING.to(language)}"]
    for section, tables in _sections(plan):
        own = [_table(header, pairs) for header, pairs in tables]
        if own:
            blocks.append(f"# {REMARKS[section].to(language)}\n{own[0]}")
            blocks += own[1:]
    return "\n\n".join(blocks) + "\n"


def _sections(plan: Plan) -> Iterator[tuple[str, list[tuple[str, Pairs]]]]:
    """Yield each section with its tables: their headers and what stands in them."""
    yield "organisation", [("[organisation]", _organisation(plan))]
    yield "sources", [(_header("sources", k), _fields(v)) for k, v in plan.sources.items()]
    yield "facts", list(_facts(plan))
    yield "scales", [(_header("scales", k), _scale(v)) for k, v in plan.scales.items()]
    yield "measures", [(_header("measures", k), _fields(v)) for k, v in plan.measures.items()]
    yield "dimensions", [(_header("dimensions", k), _fields(v)) for k, v in plan.dimensions.items()]
    yield "targets", list(_targets(plan))
    yield "outcomes", list(_outcomes(plan))
    yield "journey", [("[[journey]]", _step(step)) for step in plan.journey]


def _organisation(plan: Plan) -> Pairs:
    organisation = plan.organisation
    yield "name", organisation.name
    yield "time_zone", organisation.time_zone
    yield "week_starts_on", organisation.week_starts_on.name.casefold()
    yield "language", organisation.language


def _facts(plan: Plan) -> Iterator[tuple[str, Pairs]]:
    for fact, group in groupby(plan.facts, key=lambda mapping: mapping.fact):
        mappings = list(group)
        for mapping in mappings:
            yield _header("facts", fact, one_of_many=len(mappings) > 1), _mapping(mapping)


def _mapping(mapping: FactMapping) -> Pairs:
    yield "source", mapping.source
    yield "table", mapping.table
    yield "where", mapping.where
    yield from mapping.columns.items()


def _scale(scale: Scale) -> Pairs:
    yield "name", scale.name
    yield "levels", _ordered(scale.levels, scale)
    yield "polarity", scale.polarity
    yield "positive", _ordered(scale.positive, scale)
    yield "negative", _ordered(scale.negative, scale)
    yield "labels", {level_key(level): label for level, label in scale.labels.items()}
    yield "spellings", {word: _code(level) for word, level in scale.spellings.items()}


def _ordered(levels: Iterable[Level], scale: Scale) -> tuple[Code, ...]:
    """Return some levels of a scale in its order."""
    some = frozenset(levels)
    return tuple(_code(level) for level in scale.levels if level in some)


def _code(level: Level) -> Code:
    """Return a level as people write it: whole numbers without decimals."""
    return int(level) if not isinstance(level, str) and level.is_integer() else level


def _targets(plan: Plan) -> Iterator[tuple[str, Pairs]]:
    for measure, targets in plan.targets.items():
        for target in targets:
            yield _header("targets", measure, one_of_many=len(targets) > 1), _fields(target)


def written_outcome(name: str, outcome: PlannedOutcome) -> str:
    """Return the TOML of one outcome, to be put at the end of a plan."""
    return "\n\n".join(_table(header, pairs) for header, pairs in _outcome(name, outcome))


def written_answer(name: str, answer: CpiAnswer) -> str:
    """Return the TOML of one more answer to a test of an outcome, to be put anywhere after it."""
    return _table(*_answer(name, answer))


def _outcomes(plan: Plan) -> Iterator[tuple[str, Pairs]]:
    for name, outcome in plan.outcomes.items():
        yield from _outcome(name, outcome)


def _outcome(name: str, outcome: PlannedOutcome) -> Iterator[tuple[str, Pairs]]:
    yield _header("outcomes", name), _fields(replace(outcome, tests=()))
    for answer in outcome.tests:
        yield _answer(name, answer)


def _answer(name: str, answer: CpiAnswer) -> tuple[str, Pairs]:
    return f"[[outcomes.{_key(name)}.tests]]", _fields(answer)


def _step(step: JourneyStep) -> Pairs:
    yield "step", step.key
    yield "label", step.label
    yield "touchpoints", step.touchpoints


def _fields(part: Part) -> Pairs:
    """Yield what a part says beyond its defaults, under the names of its fields."""
    for field in fields(part):
        value = getattr(part, field.name)
        if value != field.default:
            yield field.name, value


def _header(section: str, name: str, *, one_of_many: bool = False) -> str:
    path = f"{section}.{_key(name)}"
    return f"[[{path}]]" if one_of_many else f"[{path}]"


def _table(header: str, pairs: Pairs) -> str:
    written = [f"{_key(key)} = {_value(value)}" for key, value in pairs if not _says_nothing(value)]
    return "\n".join([header, *written])


def _says_nothing(value: object) -> bool:
    return value is None or (isinstance(value, tuple | Mapping) and not value)


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _quoted(key)


def _value(value: object) -> str:
    match value:
        case Text():
            same = value.en == value.fr
            return _value(value.en if same else {"en": value.en, "fr": value.fr})
        case LearntExpectation():
            return _value(dict(_fields(value)))
        case bool():
            return "true" if value else "false"
        case Enum():
            return _value(value.value)
        case str():
            return _quoted(value)
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(k)} = {_value(v)}' for k, v in value.items())} }}"
        case date():
            return value.isoformat()
        case _:
            return repr(value)


def _quoted(text: str) -> str:
    """Return a TOML string; a literal one where SQL has double quotes, so that it reads well."""
    if ('"' in text or "\\" in text) and not NOT_LITERAL.search(text):
        return f"'{text}'"
    # What JSON escapes, TOML reads alike; only the delete character is left for us.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
