"""Reading a plan: ``ressenti.toml`` checked whole, every fault told at once with its line."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ressenti.errors import InvalidPlan, Place, UnreadableSource, known_names_hint
from ressenti.facts.outcome_reading import outcomes_in
from ressenti.facts.periods import Weekday, zone_called
from ressenti.facts.plan import (
    DateOrder,
    Dimension,
    FactMapping,
    FileFormat,
    Organisation,
    Plan,
    PlannedMeasure,
    PlannedSource,
)
from ressenti.facts.plan_goals import journey_in, require_table, targets_in
from ressenti.facts.plan_scales import scale_in
from ressenti.facts.plan_sections import Faults, Section
from ressenti.facts.scales import SCALES
from ressenti.facts.schemas import FACTS, ColumnKind
from ressenti.facts.toml_lines import lines_of_keys
from ressenti.language import LANGUAGES, Language, Text

FILE_NAME = "ressenti.toml"
WEEKDAYS = tuple(day.name.casefold() for day in Weekday)
OWN_KEYS_OF_A_MAPPING = ("source", "table", "where")


def any_indicator(name: str) -> None:
    """Accept every indicator: the catalogue stands above the facts and checks the names itself."""


def read_plan(
    plan: Path | str,
    *,
    check_indicator: Callable[[str], object] = any_indicator,
    file: str = FILE_NAME,
) -> Plan:
    r"""Return the plan of a file or of a text.

    Parameters
    ----------
    plan : Path or str
        The file, or the TOML itself.
    check_indicator : callable
        Raises the error for ``indicator`` or ``indicator/variant`` when there is none; what it
        returns is not used.
    file : str
        What errors call the text.

    Raises
    ------
    InvalidPlan
        R104, with all that is wrong, each with its line.
    UnreadableSource
        R200, when the file cannot be read.

    Examples
    --------
    >>> plan = read_plan('''
    ... [organisation]
    ... name = "Comptoir"
    ... time_zone = "Europe/Paris"
    ... ''')
    >>> plan.organisation.week_starts_on.name
    'MONDAY'
    >>> read_plan('[organisation]\nname = "Comptoir"\ntime_zon = "Europe/Paris"')
    Traceback (most recent call last):
    ...
    ressenti.errors.InvalidPlan: [R104] ressenti.toml, line 1: 2 things are wrong.
      line 1: 'time_zone' is missing in [organisation].
      line 3: [organisation] has no key 'time_zon'. Did you mean: time_zone?
    """
    if isinstance(plan, Path):
        return _plan_of(_content(plan), check_indicator, str(plan))
    return _plan_of(plan, check_indicator, file)


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(
            Text(
                en=f"the plan cannot be read: {error}.",
                fr=f"le plan est illisible : {error}.",
            ),
            hint=Text(
                en="'ressenti init' writes one, in UTF-8.",
                fr="« ressenti init » en écrit un, en UTF-8.",
            ),
            place=Place(file=str(file)),
        ) from None


def _plan_of(text: str, check_indicator: Callable[[str], object], file: str) -> Plan:
    values = _values(text, file)
    faults = Faults(file, lines_of_keys(text))
    root = Section(values, (), faults)
    plan = Plan(
        organisation=_organisation(root),
        sources={name: _source(section) for name, section in root.sections("sources")},
        facts=tuple(_mappings(root)),
        scales={name: scale_in(section, name) for name, section in root.sections("scales")},
        measures=_measures(root, check_indicator),
        dimensions={
            name: _dimension(section, name) for name, section in root.sections("dimensions")
        },
        targets=targets_in(root),
        outcomes=outcomes_in(root),
        journey=journey_in(root),
    )
    root.refuse_other_keys()
    faults.raise_any()
    return plan


def _values(text: str, file: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, file) from None
    except RecursionError:
        raise _syntax_error("too many brackets", text, file) from None


def _syntax_error(detail: str, text: str, file: str) -> InvalidPlan:
    at = re.search(r"at line (\d+)", detail)
    last = text.count("\n") + 1 if "at end of document" in detail else None
    place = Place(file, int(at[1]) if at else last)
    twice = re.match(r"Cannot declare \((.*?),?\) twice", detail)
    if twice:
        name = ".".join(re.findall(r"'([^']*)'", twice[1]))
        message = Text(
            en=f"[{name}] is declared a second time.",
            fr=f"[{name}] est déclaré une seconde fois.",
        )
    elif detail.startswith("Cannot overwrite"):
        message = Text(
            en="a key is given a second time.", fr="une clé est donnée une seconde fois."
        )
    else:
        message = Text(en=f"this is not TOML: {detail}.", fr=f"ceci n'est pas du TOML : {detail}.")
    return InvalidPlan(message, place=place)


def _organisation(root: Section) -> Organisation:
    section = root.section("organisation")
    organisation = Organisation(
        name=section.required_text("name"),
        time_zone=section.required_text("time_zone"),
        week_starts_on=_weekday(section),
        language=_language(section),
    )
    section.check("time_zone", zone_called)
    section.refuse_other_keys()
    return organisation


def _weekday(section: Section) -> Weekday:
    name = section.name("week_starts_on", WEEKDAYS)
    return Weekday(WEEKDAYS.index(name)) if name in WEEKDAYS else Weekday.MONDAY


def _language(section: Section) -> Language:
    return "fr" if section.name("language", LANGUAGES) == "fr" else "en"


def _source(section: Section) -> PlannedSource:
    section.require_one_of("path", "url", at_least=1)
    source = PlannedSource(
        path=section.text("path"),
        url=section.text("url"),
        table=section.text("table"),
        sheet=section.text("sheet"),
        format=section.choice("format", FileFormat),
        encoding=section.text("encoding"),
        separator=section.character("separator"),
        decimal=section.name("decimal", (".", ",")),
        dates=section.choice("dates", DateOrder),
        missing=section.codes("missing"),
    )
    section.check("encoding", _require_encoding)
    if source.separator is not None and source.separator == source.decimal:
        section.fault(
            "decimal",
            Text(
                en=f"'{source.decimal}' cannot separate both columns and decimals.",
                fr=f"« {source.decimal} » ne peut séparer à la fois colonnes et décimales.",
            ),
        )
    section.refuse_other_keys()
    return source


def _require_encoding(name: str) -> None:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        raise InvalidPlan(
            Text(
                en=f"no encoding is called '{name}'.", fr=f"aucun encodage ne s'appelle « {name} »."
            ),
            hint=known_names_hint(name, ("utf-8", "cp1252", "latin-1", "utf-16", "mac-roman")),
        ) from None


def _mappings(root: Section) -> Iterator[FactMapping]:
    facts = root.section("facts")
    dimensions = root.section("dimensions").values
    for key in facts.values:
        for section in facts.one_or_many(key):
            if key in FACTS:
                yield _mapping(section, key, root, tuple(dimensions))
    facts.refuse_keys_outside(FACTS)


def _mapping(
    section: Section, fact: str, root: Section, dimensions: tuple[str, ...]
) -> FactMapping:
    section.require("source")
    own = [column.key for column in FACTS[fact].columns] + list(dimensions)
    columns = {
        key: section.expression(key) or ""
        for key in section.values
        if key in own and key not in OWN_KEYS_OF_A_MAPPING
    }
    mapping = FactMapping(
        fact=fact,
        source=section.name("source", root.section("sources").values) or "",
        table=section.text("table"),
        columns=columns,
        where=section.text("where"),
    )
    require_table(section, root)
    section.refuse_other_keys(own)
    return mapping


def _measures(
    root: Section, check_indicator: Callable[[str], object]
) -> Mapping[str, PlannedMeasure]:
    measures: dict[str, PlannedMeasure] = {}
    for name, section in root.sections("measures"):
        measure = _measure(section, root)
        section.check("indicator", check_indicator)
        twin = next((other for other, same in measures.items() if same == measure), None)
        if twin is not None:
            section.fault(
                None,
                Text(
                    en=f"the measure '{name}' is the measure '{twin}' again.",
                    fr=f"la mesure « {name} » répète la mesure « {twin} ».",
                ),
            )
        measures[name] = measure
    return measures


def _measure(section: Section, root: Section) -> PlannedMeasure:
    question = section.text("question")
    scales = [*root.section("scales").values, *SCALES]
    section.require_one_of("column", "question")
    section.require_one_of("fact", "source", at_least=0 if section.has("question") else 1)
    if section.has("source"):
        section.require("column")
        require_table(section, root)
    measure = PlannedMeasure(
        indicator=section.required_text("indicator"),
        fact=section.name("fact", FACTS) or ("answers" if question else None),
        source=section.name("source", root.section("sources").values),
        column=section.expression("column"),
        question=question,
        scale=section.name("scale", scales),
        missing=section.codes("missing"),
        weight=section.expression("weight"),
        where=section.text("where"),
        at=section.text("at"),
        options=section.options("options"),
    )
    if question and measure.fact != "answers":
        section.fault(
            "fact",
            Text(
                en=f"a question is found among the answers, not among the {measure.fact}.",
                fr=f"une question se trouve dans « answers », pas dans « {measure.fact} ».",
            ),
        )
    section.refuse_other_keys()
    return measure


def _dimension(section: Section, name: str) -> Dimension:
    dimension = Dimension(
        column=section.expression("column") or name,
        label=section.words("label") or Text(en=name, fr=name),
        kind=section.choice("kind", ColumnKind) or ColumnKind.TEXT,
    )
    section.refuse_other_keys()
    return dimension
