"""Date reading: how the dates of a text column are written, proven by its values or asked.

Dates written year first say their own order. Day and month between slashes say it only when one
of them is over twelve; when none is, the person is asked. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlglot import exp

from ressenti.errors import AmbiguousDates, InvalidArgument, Place
from ressenti.facts.raw_values import is_missing
from ressenti.language import Text
from ressenti.warehouse.relations import Kind

Order = Literal["ymd", "dmy", "mdy"]

WRITTEN_DATE = re.compile(
    r"""\s* (?P<first>\d{1,4}) (?P<mark>[-/.]) (?P<second>\d{1,2}) (?P=mark) (?P<third>\d{1,4})
    (?: (?P<join>T|\s) \d{1,2}:\d{2} (?::\d{2} (?:\.\d{1,6})? )?
        (?P<half>\s?[AaPp][Mm])? (?P<zone>\s?(?:Z|[+-]\d{2}(?::?\d{2})?))? )? \s*""",
    re.VERBOSE | re.ASCII,
)
COMPACT_DATE = re.compile(r"\s*(?:19|20)\d{6}\s*", re.ASCII)
HOURS_OF_ZONE = re.compile(r"[+-]\d{2}$", re.ASCII)
COMPACT = "%Y%m%d"
SLASHED = {
    "ymd": ("%y{0}%m{0}%d",),
    # A year of two digits comes first: as one of four it would be read as the first century.
    "dmy": ("%d{0}%m{0}%y", "%d{0}%m{0}%Y"),
    "mdy": ("%m{0}%d{0}%y", "%m{0}%d{0}%Y"),
}
YEAR_FIRST = "%Y{0}%m{0}%d"
TELL_ORDER = Text(
    en="Say which: --dates dmy, --dates mdy or --dates ymd (dates= in Python).",
    fr="Indiquez l'ordre : --dates dmy, --dates mdy ou --dates ymd (dates= en Python).",
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How the dates of a text column are read.

    Parameters
    ----------
    formats : tuple of str
        In ``strptime``'s letters, tried in turn.
    has_zone : bool
        Whether every value says its zone; otherwise the person declares it.
    """

    formats: tuple[str, ...]
    has_zone: bool = False


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """One value of the column that looks like a date, and where it stands."""

    text: str
    line: int | None
    parts: re.Match[str] | None

    def __getitem__(self, part: str) -> str:
        return (self.parts and self.parts[part]) or ""

    @property
    def is_year_first(self) -> bool:
        return self.parts is None or len(self["first"]) == 4

    @property
    def proven_order(self) -> Order | None:
        if self.is_year_first:
            return None
        first, second = int(self["first"]), int(self["second"])
        if first > 12 >= second:
            return "dmy"
        return "mdy" if second > 12 >= first else None

    def shown(self) -> Text:
        if self.line is None:
            return Text(en=f"'{self.text}'", fr=f"« {self.text} »")
        return Text(
            en=f"'{self.text}' (line {self.line})", fr=f"« {self.text} » (ligne {self.line})"
        )


def date_reading(
    values: Iterable[object],
    *,
    column: str,
    order: Order | None = None,
    lines: Iterable[int] | None = None,
) -> DateReading:
    """Return how the dates of a text column are read, from a sample of its values.

    Parameters
    ----------
    values : iterable
        The more the better: one day over twelve settles the order. Blanks are set aside, and
        values that are no dates too, unless they are the majority.
    column : str
        For the errors.
    order : {"ymd", "dmy", "mdy"} or None
        What the person said; values that contradict it are then no dates.
    lines : iterable of int or None
        Where the values stand, for the errors.

    Raises
    ------
    AmbiguousDates
        R203, when the order of day and month is not proven, when values prove two orders, or
        when some values say their zone and others do not.
    InvalidArgument
        R102, when the column holds no dates.

    Examples
    --------
    >>> date_reading(["2024-05-01", "2024-05-02"], column="day").formats[0]
    '%Y-%m-%d'
    >>> date_reading(["13/2/2024 10:30"], column="day").formats[:2]
    ('%d/%m/%y %H:%M', '%d/%m/%Y %H:%M')
    """
    texts = ["" if value is None else str(value) for value in values]
    places = [None] * len(texts) if lines is None else list(lines)
    given = [pair for pair in zip(texts, places, strict=True) if not is_missing(pair[0])]
    dates = list(written_dates(given))
    if 2 * len(dates) <= len(given) and given:
        raise no_dates(column, next(text for text, _ in given if not is_written_date(text)))
    if not dates:
        return DateReading((YEAR_FIRST.format("-"),))
    known = order_of(dates, column, order)
    zoned = [date for date in dates if date["zone"]]
    if zoned and len(zoned) < len(dates):
        raise mixed_zones(column, zoned[0], next(date for date in dates if not date["zone"]))
    return DateReading(tuple(formats_of(dates, known)), has_zone=bool(zoned))


def is_written_date(text: str) -> bool:
    return bool(WRITTEN_DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text))


def written_dates(values: Iterable[tuple[str, int | None]]) -> Iterator[WrittenDate]:
    for text, line in values:
        if is_written_date(text):
            yield WrittenDate(text.strip(), line, WRITTEN_DATE.fullmatch(text))


def order_of(dates: Sequence[WrittenDate], column: str, order: Order | None) -> Order:
    """Return the order of day and month, as told or as proven."""
    if order is not None or all(date.is_year_first for date in dates):
        return order or "ymd"
    proofs: dict[Order, WrittenDate] = {}
    for date in dates:
        if date.proven_order is not None:
            proofs.setdefault(date.proven_order, date)
    if len(proofs) == 2:
        raise mixed_orders(column, proofs["dmy"], proofs["mdy"])
    if not proofs:
        raise ambiguous_order(column, [date for date in dates if not date.is_year_first])
    return next(iter(proofs))


def formats_of(dates: Sequence[WrittenDate], order: Order) -> Iterator[str]:
    """Yield the formats seen, then those of like dates that the sample may have missed."""
    days = list(dict.fromkeys(day for date in dates for day in day_formats(date, order)))
    times = list(dict.fromkeys(time for date in dates for time in time_formats(date)))
    seen = {bool(date["join"]) for date in dates}
    without_time = [] if any(date["zone"] for date in dates) else [""]
    if seen == {False}:
        times = ["", " %H:%M:%S", " %H:%M"]
    else:
        times = [*without_time, *times] if False in seen else [*times, *without_time]
    for time in times:
        for day in days:
            yield day + time


def day_formats(date: WrittenDate, order: Order) -> tuple[str, ...]:
    if date.parts is None:
        return (COMPACT,)
    shapes = (YEAR_FIRST,) if date.is_year_first else SLASHED[order]
    return tuple(shape.format(date["mark"]) for shape in shapes)


def time_formats(date: WrittenDate) -> tuple[str, ...]:
    if not date["join"]:
        return ()
    blank = " " if date["half"].startswith(" ") else ""
    half = f"{blank}%p" if date["half"] else ""
    hour = "%I" if date["half"] else "%H"
    # The engine's %z knows +02:00 and not Z.
    blank = " " if date["zone"].startswith(" ") else ""
    zones = (f"{blank}%z", f"{blank}Z") if date["zone"] else ("",)
    clocks = (f"{hour}:%M", f"{hour}:%M:%S", f"{hour}:%M:%S.%f")
    seen = date.text.count(":", 0, date.text.find(date["zone"]) if date["zone"] else None)
    first = clocks[2 if "." in date.text[10:] else min(seen, 2) - 1]
    ordered = (first, *(clock for clock in clocks if clock != first))
    return tuple(date["join"] + clock + half + zone for clock in ordered for zone in zones)


def instant_in(text: str, reading: DateReading) -> datetime | None:
    """Return the instant a text spells, in UTC when it says its zone and as written otherwise.

    Examples
    --------
    >>> instant_in("2024-01-05T10:00+02:00", DateReading(("%Y-%m-%dT%H:%M%z",), has_zone=True))
    datetime.datetime(2024, 1, 5, 8, 0)
    """
    # Python's %z wants the minutes that +02 leaves out.
    spelt = HOURS_OF_ZONE.sub(r"\g<0>00", text.strip()) if reading.has_zone else text.strip()
    for form in reading.formats:
        with suppress(ValueError):
            instant = datetime.strptime(spelt, form)  # noqa: DTZ007 - a wall time has no zone
            return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    return None


def instant_expression(column: exp.Expr, kind: Kind, reading: DateReading | None) -> exp.Expr:
    """Return the DuckDB expression of a column's dates as a TIMESTAMP.

    Instants and texts that say their zone come out in UTC, others as written. A text that is no
    date is NULL.

    Parameters
    ----------
    column : sqlglot expression
    kind : Kind
        TEXT, DATE, WALL_TIME or INSTANT.
    reading : DateReading or None
        Needed for TEXT only.

    Raises
    ------
    InvalidArgument
        R102, for a column that can hold no dates.
    """
    if kind is Kind.INSTANT:
        return exp.AtTimeZone(this=column, zone=exp.Literal.string("UTC"))
    if kind in (Kind.DATE, Kind.WALL_TIME):
        return exp.cast(column, exp.DataType.Type.TIMESTAMP)
    if kind is not Kind.TEXT or reading is None:
        raise InvalidArgument(
            Text(
                en=f"a column that holds a {kind.value} holds no dates.",
                fr=f"une colonne de type {kind.value} ne contient pas de dates.",
            )
        )
    formats = exp.Array(expressions=[exp.Literal.string(form) for form in reading.formats])
    text = exp.Trim(this=column)
    read = exp.Anonymous(this="TRY_STRPTIME", expressions=[text, formats])
    # The engine takes the words infinity and epoch for instants, whatever the format.
    starts_with_digit = exp.Between(
        this=text.copy(), low=exp.Literal.string("0"), high=exp.Literal.string(":")
    )
    return exp.cast(exp.Case().when(starts_with_digit, read), exp.DataType.Type.TIMESTAMP)


def no_dates(column: str, example: str) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en=f"the column holds no dates: '{example}'.",
            fr=f"la colonne ne contient pas de dates : « {example} ».",
        ),
        place=Place(column=column),
    )


def ambiguous_order(column: str, dates: Sequence[WrittenDate]) -> AmbiguousDates:
    examples = list({date.text: date for date in dates}.values())[:2]
    shown = [date.shown() for date in examples]
    return AmbiguousDates(
        Text(
            en="day or month first? No value tells: " + ", ".join(text.en for text in shown) + ".",
            fr="jour ou mois d'abord ? Aucune valeur ne le dit : "
            + ", ".join(text.fr for text in shown)
            + ".",
        ),
        hint=TELL_ORDER,
        place=Place(column=column),
    )


def mixed_orders(column: str, day: WrittenDate, month: WrittenDate) -> AmbiguousDates:
    return AmbiguousDates(
        Text(
            en="two orders are mixed: {day} has its day first, {month} its month.",
            fr="deux ordres sont mêlés : {day} commence par le jour, {month} par le mois.",
        ).format(day=day.shown(), month=month.shown()),
        hint=TELL_ORDER,
        place=Place(column=column),
    )


def mixed_zones(column: str, zoned: WrittenDate, other: WrittenDate) -> AmbiguousDates:
    return AmbiguousDates(
        Text(
            en="some values say their time zone, as {zoned}, and others do not, as {other}.",
            fr="certaines valeurs indiquent leur fuseau, comme {zoned}, d'autres non, comme "
            "{other}.",
        ).format(zoned=zoned.shown(), other=other.shown()),
        hint=Text(
            en="Write them all alike, or split the column in two.",
            fr="Écrivez-les toutes de la même façon, ou séparez la colonne en deux.",
        ),
        place=Place(column=column),
    )
