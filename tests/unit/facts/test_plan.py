from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidPlan, UnreadableSource, unknown_name
from ressenti.facts.periods import Grain, Weekday
from ressenti.facts.plan import (
    DateOrder,
    Dimension,
    FactMapping,
    FileFormat,
    JourneyStep,
    Organisation,
    Plan,
    PlannedMeasure,
    PlannedSource,
    Target,
)
from ressenti.facts.plan_outcomes import (
    CpiAnswer,
    CpiTest,
    ExpectationSource,
    LearntExpectation,
    OutcomeDirection,
    OutcomeKind,
    PlannedOutcome,
)
from ressenti.facts.plan_reading import read_plan
from ressenti.facts.plan_writing import write_plan
from ressenti.facts.scales import ONE_TO_FIVE, Polarity, Scale
from ressenti.facts.schemas import FACTS, ColumnKind
from ressenti.facts.toml_lines import lines_of_keys
from ressenti.language import LANGUAGES, Text

ORGANISATION = """
[organisation]
name = "Comptoir"
time_zone = "Europe/Paris"
"""
WHOLE = """
[organisation]
name = "Comptoir"
time_zone = "America/Montreal"
week_starts_on = "sunday"
language = "fr"

[sources.survey]
path = "answers.csv"
separator = ";"
decimal = ","
encoding = "cp1252"
dates = "day_first"
missing = [99, "NSP"]

[sources.desk]
url = "postgres://desk"

[facts.answers]
source = "survey"
response_id = "id"
question = "'recommend'"
value = "nullif(Q1, 11)"
answered_at = '"date réponse"'
where = "Q1 IS NOT NULL"

[[facts.contacts]]
source = "desk"
table = "zendesk.tickets"
contact_id = "id"

[[facts.contacts]]
source = "desk"
table = "calls"
offered_at = "started"

[scales.mood]
levels = [1, 2, 3]
name = { en = "mood", fr = "humeur" }
polarity = "lower_is_better"
positive = [1]
negative = [3]
[scales.mood.labels]
1 = { en = "sunny", fr = "ensoleillé" }
3 = { en = "stormy", fr = "orageux" }
[scales.mood.spellings]
"Grand Soleil" = 1

[measures.recommend]
indicator = "nps"
question = "recommend"
weight = "poids"

[measures.mood]
indicator = "csat/positive_share"
source = "survey"
column = '"Q8-1"'
scale = "mood"
missing = [4]
at = "day"

[measures.resolution]
indicator = "fcr"
fact = "contacts"
options = { window_days = 7, strict = true }

[dimensions.region]
column = "upper(region)"
label = { en = "Region", fr = "Région" }

[[targets.recommend]]
value = 40
by = 2026-12-31

[[targets.recommend]]
value = 45.5

[outcomes.in_time]
words = { en = "My parcel when you said", fr = "Mon colis quand vous l'avez dit" }
source = "survey"
actual = "delivered_h"
expected = 48
unit = "h"
direction = "low"
expectation_source = "promise"
importance = 2
step = "receive"
moves = ["recommend"]

[[journey]]
step = "order"
label = "Commander"

[[journey]]
step = "receive"
label = { en = "Receive", fr = "Recevoir" }
touchpoints = ["delivery", "pick-up"]
"""


def faults_of(text: str, **options: Any) -> str:
    with pytest.raises(InvalidPlan) as caught:
        read_plan(text, **options)
    return str(caught.value)


def test_a_whole_plan_is_read_into_what_it_says() -> None:
    plan = read_plan(WHOLE)
    assert plan.organisation.week_starts_on is Weekday.SUNDAY
    assert plan.sources["survey"].missing == (99, "NSP")
    assert plan.sources["survey"].dates is DateOrder.DAY_FIRST
    assert plan.facts[0].columns["answered_at"] == '"date réponse"'
    assert [mapping.table for mapping in plan.mappings_of("contacts")] == [
        "zendesk.tickets",
        "calls",
    ]
    assert plan.measures["recommend"].fact == "answers"
    assert plan.measures["resolution"].options == {"window_days": 7, "strict": True}
    assert plan.targets["recommend"] == (
        Target(value=40.0, by=date(2026, 12, 31)),
        Target(value=45.5),
    )
    assert plan.outcomes["in_time"].expected == "48"
    assert plan.outcomes["in_time"].direction is OutcomeDirection.LOW
    assert [step.key for step in plan.journey] == ["order", "receive"]
    assert plan.journey[0].label == Text(en="Commander", fr="Commander")


def test_a_custom_scale_reads_answers_as_a_built_in_one_does() -> None:
    scale = read_plan(WHOLE).scale_of("mood")
    assert isinstance(scale, Scale)
    assert scale.polarity is Polarity.LOWER_IS_BETTER
    assert scale.read("Ensoleillé") == 1.0
    assert scale.read("grand soleil") == 1.0
    assert scale.read(2) == 2.0
    assert scale.positive == {1.0}


def test_a_measure_may_name_a_built_in_scale_or_none() -> None:
    measures = """
    [measures.a]
    indicator = "csat"
    question = "a"
    scale = "1-5"
    [measures.b]
    indicator = "csat"
    question = "b"
    """
    plan = read_plan(ORGANISATION + measures)
    assert plan.scale_of("a") is ONE_TO_FIVE
    assert plan.scale_of("b") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_written_plan_reads_back_the_same(language: Any) -> None:
    plan = read_plan(WHOLE)
    text = write_plan(plan, language=language)
    assert read_plan(text) == plan
    assert write_plan(read_plan(text), language=language) == text


def test_a_written_plan_is_commented_in_the_language() -> None:
    plan = read_plan(WHOLE)
    assert "# Les étapes du parcours client" in write_plan(plan, language="fr")
    assert "# The steps of the customer's journey" in write_plan(plan, language="en")


def test_every_fault_is_told_at_once_with_its_line() -> None:
    text = """[organisation]
name = "Comptoir"
time_zone = "Europe/Pari"
week_starts_on = "moonday"

[sources.survey]
path = "answers.csv"
encodng = "utf-8"
separator = ";;"

[facts.answer]
source = "survey"

[facts.answers]
source = "survy"
answerd_at = "day"

[measures.recommend]
indicator = "npss"
question = "Q1"
scale = "0-11"
weight = true

[targets.recomend]
value = "forty"
"""

    def check(name: str) -> None:
        if name != "nps":
            raise unknown_name(Text(en="indicator", fr="indicateur"), name, ["nps"])

    with pytest.raises(InvalidPlan) as caught:
        read_plan(text, check_indicator=check)
    told = str(caught.value)
    assert told.startswith("[R104] ressenti.toml, line 3: 12 things are wrong.")
    lines = re.findall(r"^  line (\d+): (.*)$", told, flags=re.MULTILINE)
    expected = [
        (3, "no time zone is called 'Europe/Pari'. Did you mean: Europe/Paris"),
        (4, "'week_starts_on' cannot be 'moonday'. Did you mean: monday"),
        (8, "[sources.survey] has no key 'encodng'. Did you mean: encoding?"),
        (9, "'separator' must be one character, not ';;'."),
        (11, "[facts] has no key 'answer'. Did you mean: answers?"),
        (15, "'source' cannot be 'survy'. Did you mean: survey?"),
        (16, "[facts.answers] has no key 'answerd_at'. Did you mean: answered_at"),
        (19, "no indicator is called 'npss'. Did you mean: nps?"),
        (21, "'scale' cannot be '0-11'. Did you mean: 0-10"),
        (22, "'weight' must be a text that is not blank, not True."),
        (24, "[targets] has no key 'recomend'. Did you mean: recommend?"),
        (25, "'value' must be a finite number, not 'forty'."),
    ]
    assert [int(line) for line, _ in lines] == [line for line, _ in expected]
    for (_, found), (_, start) in zip(lines, expected, strict=True):
        assert found.startswith(start)
    french = caught.value.to("fr").replace("\N{NO-BREAK SPACE}", " ")
    assert "ligne 8 : [sources.survey] n'a pas de clé « encodng »." in french


MEASURE = '[measures.m]\nindicator = "nps"\n'
OUTCOME = """[outcomes.o]
words = "quickly"
fact = "orders"
actual = "a"
expected = "b"
unit = "h"
direction = "low"
expectation_source = "promise"
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[organization]", "has no key 'organization'. Did you mean: organisation"),
        ('measures = "nps"', "'measures' must be a table, not 'nps'."),
        ('[measures]\nm = "nps"', "'m' must be a table, not 'nps'."),
        ('[sources.s]\nencoding = "utf-8"', "[sources.s] needs one of 'path', 'url'."),
        ('[sources.s]\npath = "a"\nurl = "b"', "may have only one of 'path', 'url'."),
        ('[sources.s]\npath = "a"\nencoding = "utf-9"', "no encoding is called 'utf-9'."),
        ('[sources.s]\npath = "a"\ndates = "dmy"', "'dates' cannot be 'dmy'."),
        ('[sources.s]\npath = "a"\nseparator = ","\ndecimal = ","', "cannot separate both"),
        ('[sources.s]\npath = "a"\nmissing = [true]', "must be a list of numbers and texts"),
        ('[sources.s]\npath = "a"\nmissing = [nan]', "must be a list of numbers and texts"),
        ('[sources.s]\nurl = "a"\n[facts.orders]\nsource = "s"', "a database needs a 'table'"),
        ('[facts.orders]\ntable = "t"', "'source' is missing in [facts.orders]."),
        (MEASURE, "[measures.m] needs one of 'fact', 'source'."),
        (MEASURE + 'question = "q"\ncolumn = "c"', "only one of 'column', 'question'."),
        (MEASURE + 'question = "q"\nfact = "orders"', "found among the answers"),
        (MEASURE + 'question = "q"\noptions = { days = [1] }', "'days' must be a text, a number"),
        (MEASURE + "question = 3", "'question' must be a text that is not blank, not 3."),
        (MEASURE + 'question = " "', "'question' must be a text that is not blank"),
        (
            MEASURE + 'question = "q"\n[measures.n]\nindicator = "nps"\nquestion = "q"',
            "the measure 'n' is the measure 'm' again.",
        ),
        ('[measures." "]\nindicator = "nps"\nquestion = "q"', "a name is blank."),
        ("[scales.1-5]\nlevels = [1, 2]", "'1-5' is a scale of Ressenti"),
        ("[scales.s]\nlevels = [1]", "the levels [1] are fewer than two."),
        ("[scales.s]\nlevels = [1, 2, 2]", "the levels [1, 2, 2] hold one level twice."),
        ('[scales.s]\nlevels = ["Oui", "oui"]', "hold one level twice."),
        ('[scales.s]\nlevels = [1, "two"]', "are numbers and texts at once."),
        ('[scales.s]\nlevels = ["yes", "N/A"]', "always means 'no answer'"),
        ("[scales.s]\nlevels = [1, 2]\npositive = [3]", "there is no level '3'. Levels: 1, 2."),
        ("[scales.s]\nlevels = [1, 2]\npositive = [1]\nnegative = [1]", "both positive and"),
        ('[scales.s]\nlevels = [1, 2]\nlabels = { 1 = "a", 2 = "A" }', "have the same label."),
        ('[scales.s]\nlevels = [1, 2]\nlabels = { 1 = { en = "a" } }', "'fr' is missing"),
        ("[scales.s]\nlevels = [1, 2]\nspellings = { ok = 3 }", "there is no level '3'."),
        ("[scales.s]", "'levels' is missing in [scales.s]."),
        ("[targets.m]\nvalue = 1", "[targets] has no key 'm'."),
        ("[dimensions.d]\nkind = 'texte'", "'kind' cannot be 'texte'. Did you mean: text?"),
        (OUTCOME + "importance = 0", "'importance' must be above 0."),
        (OUTCOME + 'moves = ["nps"]', "'moves' cannot be 'nps'."),
        (OUTCOME + 'step = "pay"', "'step' cannot be 'pay'."),
        (OUTCOME.replace("low", "lower"), "'direction' cannot be 'lower'. Did you mean: low?"),
        (OUTCOME.replace('unit = "h"\n', ""), "'unit' is missing in [outcomes.o]."),
        ('[[journey]]\nstep = "a"', "'label' is missing in [journey]."),
        (
            '[[journey]]\nstep = "a"\nlabel = "A"\n[[journey]]\nstep = "a"\nlabel = "B"',
            "the step 'a' comes a second time.",
        ),
    ],
)
def test_one_fault_is_told_alone(text: str, told: str) -> None:
    message = faults_of(f"{text}\n{ORGANISATION}")
    assert told in message
    assert "things are wrong" not in message


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('value = "forty"', "'value' must be a finite number, not 'forty'."),
        ("value = inf", "'value' must be a finite number, not inf."),
        ("by = 2026-01-01", "'value' is missing in [targets.m]."),
        ("value = 1\nby = 2026-01-01T00:00:00", "'by' must be a day such as 2026-12-31"),
        ("value = 1\n[[targets.m]]\nvalue = 2", "'m' already has a target for that day."),
    ],
)
def test_a_target_is_a_number_and_a_day(value: str, told: str) -> None:
    text = f'{ORGANISATION}{MEASURE}question = "q"\n[[targets.m]]\n{value}\n'
    assert told in faults_of(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[organisation", "ressenti.toml, line 1: this is not TOML"),
        ("a = 1\na = 2\nb = 3", "line 2: a key is given a second time."),
        (
            '[measures.m]\nindicator = "nps"\n[measures.m]\nindicator = "csat"',
            "line 3: [measures.m] is declared a second time.",
        ),
        ("a = " + "[" * 2_000 + "]" * 2_000, "this is not TOML: too many brackets"),
        ("", "'name' is missing in [organisation]."),
    ],
)
def test_a_text_that_is_no_plan_is_refused(text: str, told: str) -> None:
    assert told in faults_of(text)


def test_a_plan_is_read_from_a_file_which_errors_name(tmp_path: Path) -> None:
    file = tmp_path / "ressenti.toml"
    file.write_text("\N{ZERO WIDTH NO-BREAK SPACE}" + ORGANISATION, encoding="utf-8")
    assert read_plan(file).organisation.name == "Comptoir"
    file.write_text(ORGANISATION + "x = 1", encoding="utf-8")
    with pytest.raises(InvalidPlan, match=re.escape(f"{file}, line 5")):
        read_plan(file)


def test_a_file_that_is_absent_or_not_utf_8_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        read_plan(tmp_path / "absent.toml")
    (tmp_path / "latin.toml").write_bytes(ORGANISATION.replace("o", "é").encode("latin-1"))
    with pytest.raises(UnreadableSource):
        read_plan(tmp_path / "latin.toml")


# Names and texts of any characters that TOML can hold.
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    str.strip
)
words = st.builds(Text, en=texts, fr=texts)
numbers = st.floats(allow_nan=False, allow_infinity=False)
codes = st.lists(texts | st.integers() | numbers, max_size=3).map(tuple)


def some(strategy: Any) -> Any:
    return st.none() | strategy


@st.composite
def scales(draw: Any, key: str) -> Scale:
    whole = st.integers(-100, 100).map(float)
    levels = draw(
        st.lists(whole | numbers.filter(lambda x: abs(x) > 1e-9), min_size=2, unique=True)
    )
    parted = draw(st.lists(st.sampled_from(levels), unique=True))
    named = draw(st.lists(st.sampled_from(levels), unique=True, max_size=3))
    cut = draw(st.integers(0, len(parted)))
    return Scale(
        key=key,
        name=draw(words),
        levels=tuple(levels),
        polarity=draw(st.sampled_from(Polarity)),
        labels={level: Text(en=f"label {level}", fr=f"libelle {level}") for level in named},
        positive=frozenset(parted[:cut]),
        negative=frozenset(parted[cut:]),
        spellings={f"word {i}": level for i, level in enumerate(named)},
    )


sources = st.builds(
    PlannedSource,
    path=texts,
    table=some(texts),
    sheet=some(texts),
    format=some(st.sampled_from(FileFormat)),
    encoding=some(st.sampled_from(["utf-8", "cp1252"])),
    separator=some(st.sampled_from(";\t|")),
    decimal=some(st.sampled_from(",.")),
    dates=some(st.sampled_from(DateOrder)),
    missing=codes,
)
steps = st.lists(
    st.builds(JourneyStep, key=texts, label=words, touchpoints=st.lists(texts).map(tuple)),
    unique_by=lambda step: step.key,
    max_size=3,
).map(tuple)


@st.composite
def plans(draw: Any) -> Plan:
    own_sources = draw(st.dictionaries(texts, sources, max_size=3))
    own_scales = {key: draw(scales(key)) for key in draw(st.lists(texts, unique=True, max_size=2))}
    names = st.sampled_from([*own_sources]) if own_sources else st.nothing()
    mappings = [
        FactMapping(
            fact=fact,
            source=draw(names),
            table=draw(some(texts)),
            columns=draw(st.dictionaries(st.sampled_from(["touchpoint", "channel"]), texts)),
            where=draw(some(texts)),
        )
        for fact in (sorted(draw(st.lists(st.sampled_from([*FACTS])))) if own_sources else [])
    ]
    measure = st.builds(
        PlannedMeasure,
        indicator=texts,
        fact=st.sampled_from([*FACTS]),
        column=texts,
        scale=some(st.sampled_from([*own_scales, "1-5"])),
        missing=codes,
        weight=some(texts),
        where=some(texts),
        at=some(texts),
        options=st.dictionaries(texts, texts | numbers | st.booleans() | st.integers(), max_size=2),
    )
    pairs = draw(st.lists(st.tuples(texts, measure), max_size=3, unique_by=lambda pair: pair[0]))
    measures: dict[str, PlannedMeasure] = {}
    for name, own in pairs:
        if own not in measures.values():
            measures[name] = own
    journey = draw(steps)
    step_names = [step.key for step in journey]
    dimensions = draw(
        st.dictionaries(
            texts,
            st.builds(Dimension, column=texts, label=words, kind=st.sampled_from(ColumnKind)),
            max_size=2,
        )
    )
    learnt = st.builds(
        LearntExpectation,
        quantile=st.floats(min_value=0.01, max_value=0.99),
        grain=st.sampled_from(Grain),
        over=st.integers(min_value=1, max_value=99),
        at_least=st.integers(min_value=1, max_value=10**6),
        by=st.lists(st.sampled_from([*dimensions])).map(tuple) if dimensions else st.just(()),
    )
    answer = st.builds(
        CpiAnswer,
        test=st.sampled_from(CpiTest),
        passed=st.booleans(),
        by=texts,
        on=st.dates(),
        evidence=some(texts),
    )
    source = draw(st.sampled_from(ExpectationSource))
    outcome = st.builds(
        PlannedOutcome,
        words=words,
        actual=texts,
        expected=texts,
        unit=texts,
        increment=st.floats(min_value=0.01, max_value=1e300),
        direction=st.sampled_from(OutcomeDirection),
        expectation_source=st.just(source),
        learnt=learnt if source is ExpectationSource.LEARNT else st.none(),
        kind=some(st.sampled_from(OutcomeKind)),
        importance=st.floats(min_value=0.01, max_value=1e300),
        fact=st.sampled_from([*FACTS]),
        at=some(texts),
        customer=some(texts),
        where=some(texts),
        waited=some(texts),
        tests=st.lists(answer, max_size=3).map(tuple),
        step=st.sampled_from([None, *step_names]),
        moves=st.lists(st.sampled_from([*measures])).map(tuple) if measures else st.just(()),
    )
    target = st.lists(
        st.builds(Target, value=numbers, by=some(st.dates())),
        unique_by=lambda own: own.by,
        min_size=1,
        max_size=3,
    ).map(tuple)
    return Plan(
        organisation=Organisation(
            name=draw(texts),
            time_zone=draw(st.sampled_from(["UTC", "Europe/Paris"])),
            week_starts_on=draw(st.sampled_from(Weekday)),
            language=draw(st.sampled_from(LANGUAGES)),
        ),
        sources=own_sources,
        facts=tuple(mappings),
        scales=own_scales,
        measures=measures,
        dimensions=dimensions,
        targets={name: draw(target) for name in measures},
        outcomes=draw(st.dictionaries(texts, outcome, max_size=2)),
        journey=journey,
    )


@given(plan=plans(), language=st.sampled_from(LANGUAGES))
def test_any_plan_reads_back_equal_to_what_was_written(plan: Plan, language: Any) -> None:
    assert read_plan(write_plan(plan, language=language)) == plan


def keys_of(values: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    parts = values.items() if isinstance(values, dict) else enumerate(values)
    for key, value in parts:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from keys_of(value, (*path, key))


@given(plan=plans())
def test_every_key_of_a_plan_has_the_line_it_stands_on(plan: Plan) -> None:
    text = write_plan(plan)
    lines = lines_of_keys(text)
    rows = text.split("\n")
    paths = list(keys_of(tomllib.loads(text)))
    assert set(paths) == set(lines)
    for path in paths:
        if isinstance(path[-1], str):
            # Every table header and every pair is written on one line, which is TOML by itself.
            row = tomllib.loads(rows[lines[path] - 1])
            assert path[-1] in {part for found in keys_of(row) for part in found}


@given(text=st.text(max_size=80))
def test_any_text_is_a_plan_or_a_clear_error(text: str) -> None:
    with pytest.raises(InvalidPlan):
        read_plan(text)
