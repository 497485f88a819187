"""The interview of ``ressenti init``: what each column is, suggested and never assumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ressenti.cli.questions import NO_WORDS, YES_WORDS, Questions, with_hint
from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Weekday, zone_called
from ressenti.facts.plan import Code, DateOrder, Organisation
from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import SCALES, Scale
from ressenti.indicators import indicator_called, variant_called
from ressenti.language import Text
from ressenti.library.initiation import Chosen, ChosenMeasure, Suggestion, suggestions
from ressenti.library.portraits import Portrait, values_off
from ressenti.scores.definitions import Answers

ORDERS = {
    "dmy": DateOrder.DAY_FIRST,
    "mdy": DateOrder.MONTH_FIRST,
    "ymd": DateOrder.YEAR_FIRST,
}
TIME_ZONE = Text(
    en="Time zone, such as Europe/Paris", fr="Fuseau horaire, par exemple Europe/Paris"
)
WEEK = Text(en="First day of the week", fr="Premier jour de la semaine")
WEIGHT = Text(en="Which column holds weights?", fr="Quelle colonne contient des poids ?")
DIMENSIONS = Text(
    en="Split scores by which columns?", fr="Selon quelles colonnes détailler les scores ?"
)
RECORD = Text(
    en="Which column identifies a filled-in survey?",
    fr="Quelle colonne identifie un questionnaire rempli ?",
)
CUSTOMER = Text(
    en="Which column says who the customer is?", fr="Quelle colonne dit qui est le client ?"
)
MOST_CODES = 10
MOST_SHOWN = 3


def asked_organisation(
    questions: Questions, name: str | None, time_zone: str | None, *, takes_none: bool = False
) -> Organisation:
    """Return whose plan it is, asking for what the call has not said.

    ``takes_none`` leaves the week as most countries have it, without asking.
    """
    if time_zone is not None:
        zone_called(time_zone)
    days = [day.name.casefold() for day in Weekday]
    return Organisation(
        name=name or questions.text(Text(en="Organisation", fr="Organisation")),
        time_zone=time_zone or questions.text(TIME_ZONE, check=zone_called),
        week_starts_on=Weekday.MONDAY
        if takes_none
        else Weekday[questions.choice(WEEK, days, default="monday").upper()],
        language=questions.language,
    )


def asked_columns(
    questions: Questions, columns: Sequence[Portrait], organisation: Organisation
) -> Chosen:
    """Return what a person says of the columns of a file."""
    names = [column.name for column in columns]
    dated_by = _asked_date(questions, columns)
    order = _asked_order(questions, dated_by)
    measures = {
        column.name: measure
        for column in columns
        if (measure := _asked_measure(questions, column)) is not None
    }
    free = [column for column in columns if column.name not in measures]

    def likely(is_likely: Callable[[Portrait], bool]) -> list[str]:
        return [column.name for column in free if is_likely(column)]

    weights, groups = likely(lambda own: own.is_weight), likely(lambda own: own.is_group)
    weight = questions.column(WEIGHT, names, weights) if weights else None
    dimensions = questions.columns(DIMENSIONS, names, groups) if groups else ()
    records = likely(lambda own: own.is_identifier and not own.is_date)
    identified_by = questions.column(RECORD, names, records) if records else None
    return Chosen(
        organisation=organisation,
        dated_by=None if dated_by is None else dated_by.name,
        date_order=order,
        measures=measures,
        weight=weight,
        dimensions=dimensions,
        identified_by=identified_by,
        customer=questions.column(CUSTOMER, names, likely(lambda own: own.is_customer)),
    )


def _asked_date(questions: Questions, columns: Sequence[Portrait]) -> Portrait | None:
    likely = [column.name for column in columns if column.is_date]
    if not likely:
        return None
    named = questions.column(
        Text(en="Which column dates a row?", fr="Quelle colonne date une ligne ?"),
        likely,
        likely,
    )
    return next((column for column in columns if column.name == named), None)


def _asked_order(questions: Questions, dated_by: Portrait | None) -> DateOrder | None:
    """Return the order of day and month where no value tells it."""
    if dated_by is None or not dated_by.is_ambiguous:
        return None
    example = next(iter(dated_by.counts))
    order = questions.choice(
        Text(
            en=f"'{example}' can be read in two ways: in which order are day, month and year?",
            fr=f"« {example} » se lit de deux façons : dans quel ordre sont jour, mois et année ?",
        ),
        list(ORDERS),
    )
    return ORDERS[order]


def _asked_measure(questions: Questions, column: Portrait) -> ChosenMeasure | None:
    offered = suggestions(column)
    if not offered:
        return None
    shown = list(dict.fromkeys(one.indicator for one in offered))[:MOST_SHOWN]
    first = indicator_called(offered[0].indicator.partition("/")[0])
    question = Text(
        en="{column}: {portrait}. It could feed: {shown}. Is it {first}?",
        fr="{column} : {portrait}. Elle pourrait alimenter : {shown}. Est-ce {first} ?",
    ).format(
        column=column.name,
        portrait=column.text(),
        shown=", ".join(shown),
        first=first.name,
    )
    hint = Text(en="y/N/other indicator", fr="o/N/autre indicateur")
    name = questions.ask(
        with_hint(question, hint), lambda given: _indicator_said(given, offered[0].indicator)
    )
    if name is None:
        return None
    scale = _asked_scale(questions, name, offered)
    missing = tuple(_asked_codes(questions, column, scale))
    return ChosenMeasure(indicator=name, scale=scale.key, missing=missing)


def _indicator_said(given: str, suggested: str) -> str | None:
    word = given.casefold()
    if word in NO_WORDS:
        return None
    name = suggested if word in YES_WORDS else given
    _, variant = variant_called(name)
    if not isinstance(variant.reads, Answers) or variant.form is None:
        raise InvalidArgument(
            Text(
                en=f"'{name}' is not read from a column of answers.",
                fr=f"« {name} » ne se lit pas dans une colonne de réponses.",
            )
        )
    return name


def _asked_scale(questions: Questions, name: str, offered: Sequence[Suggestion]) -> Scale:
    """Return the scale that was answered on: those of the indicator, the fitting one first."""
    _, variant = variant_called(name)
    assert isinstance(variant.reads, Answers)  # noqa: S101 - _indicator_said made sure
    own = [scale.key for scale in variant.reads.scales]
    fitting = [one.scale for one in offered if one.scale in own]
    among = list(SCALES) if variant.reads.any_scale else own
    key = questions.choice(
        Text(en="On which scale?", fr="Sur quelle échelle ?"),
        [scale for scale in among if isinstance(SCALES[scale], Scale)],
        default=fitting[0] if fitting else "",
    )
    scale = SCALES[key]
    assert isinstance(scale, Scale)  # noqa: S101 - only those were offered
    return scale


def _asked_codes(questions: Questions, column: Portrait, scale: Scale) -> list[Code]:
    """Return the values off the scale that a person says mean "no answer"."""
    codes: list[Code] = []
    for value, count in values_off(column, scale)[:MOST_CODES]:
        question = Text(
            en=f"'{value}' ({count} times) is not on {scale.key}. Does it mean 'no answer'?",
            fr=f"« {value} » ({count} fois) n'est pas sur {scale.key}. Veut-il dire « sans "
            "réponse » ?",
        )
        if questions.is_yes(question):
            number = number_in(value)
            is_whole = number is not None and number.is_integer()
            codes.append(int(number) if number is not None and is_whole else value)
    return codes
