"""Small tables with everything that makes engines differ, and the truth they were made from.

What is loaded and what is expected come from the same plain lists: the truth never passes through
an engine or through Ressenti.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

SHOP = 'shop "O\'Brien"; -- '
SATISFACTION = "Q7 satisfaction "
HOSTILE_NAME = "odd 'name\"; DROP TABLE survey; --"
SHOPS = ["Zoé", "O'Brien", 'the "old" one', "back\\slash", "東京", "FR ", "", None]
MARKS_WRITTEN = ("{}", " {} ", "{},0", "{}.0", "+{}")
MISSING_MARKS = (None, "", " n/a ", "NaN", "-")
INVALID_MARKS = ("11", "6,5", "١٠", "dix", "9\n9")


def survey() -> tuple[pa.Table, pd.DataFrame]:
    """Return 600 answers as a source holds them, and what they say."""
    random = np.random.default_rng(20240331)
    marks, written = _marks(random, 600)
    satisfaction = [None if x == 0 else int(x) for x in random.integers(0, 6, 600)]
    # Every 97 minutes from 22 March to 1 May: over the change to summer time in Paris.
    first = datetime(2024, 3, 22, 21, 10, tzinfo=UTC)
    instants = [first + timedelta(minutes=97 * k) for k in range(600)]
    waits = [round(float(x), 2) for x in random.lognormal(4, 1.2, 600)]
    waits[::50] = [0.0] * 12
    weights = [float(x) for x in random.choice([0.0, 0.25, 0.5, 1.0, 3.75], 600)]
    shops = [SHOPS[int(k)] for k in random.integers(0, len(SHOPS), 600)]
    truth = pd.DataFrame(
        {
            "mark": marks,
            "satisfaction": pd.array(satisfaction, dtype="Int64"),
            "answered_at": instants,
            "wait": [None if k % 41 == 7 else wait for k, wait in enumerate(waits)],
            "weight": [None if k % 59 == 3 else weight for k, weight in enumerate(weights)],
            "shop": pd.Series(shops, dtype=object),
            "is_late": [k % 3 == 0 for k in range(600)],
        }
    )
    wait_texts = [
        None if pd.isna(wait) else f"{wait:.2f}".replace(".", ",") for wait in truth["wait"]
    ]
    table = pa.table(
        {
            "mark": pa.array(written),
            SATISFACTION: pa.array(satisfaction, type=pa.int32()),
            SHOP: pa.array(shops),
            "answered_at": pa.array(instants, type=pa.timestamp("us", tz="UTC")),
            "wall_clock": pa.array(
                [at.replace(tzinfo=None) for at in instants], type=pa.timestamp("us")
            ),
            "day": pa.array([at.date() for at in instants], type=pa.date32()),
            "day as text": pa.array(
                [None if k % 77 == 3 else f"{at:%d/%m/%Y %H:%M}" for k, at in enumerate(instants)]
            ),
            "wait": pa.array(
                [None if pd.isna(wait) else Decimal(f"{wait:.2f}") for wait in truth["wait"]],
                type=pa.decimal128(9, 2),
            ),
            "wait as text": pa.array(wait_texts),
            "weight": pa.array([None if pd.isna(w) else w for w in truth["weight"]], pa.float64()),
            "is_late": pa.array(truth["is_late"].tolist()),
        }
    )
    return table, truth


def _marks(random: np.random.Generator, n: int) -> tuple[list[Any], list[str | None]]:
    """Return marks from 0 to 10, "missing" and "invalid", and how the source writes them."""
    marks: list[Any] = []
    written: list[str | None] = []
    for k in range(n):
        mark = int(random.integers(0, 11))
        if k % 13 == 5:
            marks.append("missing")
            written.append(MISSING_MARKS[k // 13 % len(MISSING_MARKS)])
        elif k % 29 == 11:
            marks.append("invalid")
            written.append(INVALID_MARKS[k // 29 % len(INVALID_MARKS)])
        else:
            marks.append(mark)
            written.append(MARKS_WRITTEN[k % len(MARKS_WRITTEN)].format(mark))
    return marks, written


def long_answers() -> pa.Table:
    """Return the survey as one answered question a row, its values as text."""
    table, _ = survey()
    marks = table["mark"].to_pylist()
    satisfaction = [None if x is None else str(x) for x in table[SATISFACTION].to_pylist()]
    instants = table["answered_at"].to_pylist()
    return pa.table(
        {
            "measure": ["recommend"] * 600 + ["csat"] * 600 + ["d'autre"] * 3,
            "value": [*marks, *satisfaction, "1", "2", "3"],
            "answered_at": pa.array(
                [*instants, *instants, *instants[:3]], type=pa.timestamp("us", tz="UTC")
            ),
        }
    )


def at(text: str | None, *, zone: Any = None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=zone)


def table_of(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, zoned: Sequence[str] = ()
) -> pa.Table:
    """Return a table of rows whose columns ending in ``_at`` are times, as ISO texts or None."""
    made: dict[str, Any] = {}
    for place, name in enumerate(columns):
        values = [row[place] for row in rows]
        if not name.endswith("_at"):
            made[name] = pa.array(values)
        elif name in zoned:
            instants = [at(value, zone=UTC) for value in values]
            made[name] = pa.array(instants, type=pa.timestamp("us", tz="UTC"))
        else:
            made[name] = pa.array([at(value) for value in values], type=pa.timestamp("us"))
    return pa.table(made)


def visits() -> pa.Table:
    """Return the contacts of the vector fcr-04, dated by days, in no order."""
    rows = [
        ("E", "login", "2024-03-20"),
        ("A", "billing", "2024-03-05"),
        ("A", "billing", "2024-03-01"),
        ("B", "billing", "2024-03-02"),
        ("B", "delivery", "2024-03-04"),
        ("C", "delivery", "2024-03-12"),
        ("C", "delivery", "2024-03-03"),
        ("D", "billing", "2024-03-29"),
        ("E", "login", "2024-03-06"),
        ("E", "login", "2024-03-07"),
        (None, "login", "2024-03-07"),
        ("F", "login", None),
    ]
    days = [None if day is None else date.fromisoformat(day) for _, _, day in rows]
    return pa.table(
        {
            "customer_id": [customer for customer, _, _ in rows],
            "reason": [reason for _, reason, _ in rows],
            "offered_at": pa.array(days, type=pa.date32()),
        }
    )


def calls() -> pa.Table:
    """Return ten calls around a target of 20 s and a short limit of 5 s, to the microsecond."""
    day = "2024-03-31T00:59:"
    rows = [
        # offered, answered, abandoned, talking, hold, wrap-up
        (day + "00", day + "19.999999", None, "60,5", None, 10),
        (day + "00.25", day + "20.25", None, "100", 20.25, 0),
        (day + "00.75", day + "20.750001", None, "30.5", 1.0, None),
        (day + "01", None, day + "06", None, None, None),
        (day + "01", None, day + "06.5", None, None, None),
        (day + "01", None, day + "31", None, None, None),
        (day + "02", None, None, None, 5.0, 5),
        (day + "10", day + "09", None, "n/a", None, None),
        (day + "11", day + "11", None, "0", None, None),
        (day + "40", day + "50", None, "7", 0.125, 1),
    ]
    names = ("offered_at", "answered_at", "abandoned_at", "talk", "hold_s", "wrap_s")
    return table_of(names, rows, zoned=("offered_at", "answered_at"))


def tickets() -> pa.Table:
    """Return ten tickets with replies, resolutions and re-openings, by wall clocks."""
    rows = [
        ("2024-05-06T09:00", "2024-05-06T09:30:00.5", "2024-05-06T10:00", None, 1, True),
        ("2024-05-06T09:00", "2024-05-06T10:00", "2024-05-06T21:00", None, 3, False),
        ("2024-05-06T10:00", "2024-05-06T11:00:00.000001", "2024-05-07T10:00", None, 1, False),
        ("2024-05-06T11:00", None, None, None, 0, True),
        ("2024-05-06T12:00", "2024-05-06T12:00", "2024-05-06T12:01", "2024-05-08T09:00", 1, False),
        ("2024-05-07T08:00", "2024-05-07T08:10", None, None, 1, None),
        ("2024-05-07T09:00", "2024-05-07T09:20", "2024-05-09T09:00", None, 2, False),
        ("2024-05-07T23:59:59.75", None, "2024-05-08T00:00:00.25", None, 1, True),
        ("2024-05-08T10:00", "2024-05-08T10:45", "2024-05-08T16:00", None, 1, False),
        ("2024-05-08T12:00", None, None, None, 0, False),
    ]
    names = ("offered_at", "first_reply_at", "resolved_at", "reopened_at", "replies", "complaint")
    return table_of(names, rows)


def orders() -> pa.Table:
    rows = [
        ("A", "2024-01-05T10:00", "paid", "web"),
        ("A", "2024-01-05T18:00", "paid", "web"),
        ("A", "2024-02-04T09:59", "paid", "shop"),
        ("B", "2024-01-10T10:00", "paid", "shop"),
        ("B", "2024-01-20T10:00", "Annulé", "shop"),
        ("C", "2024-01-31T23:59:59", "paid", "web"),
        ("C", "2024-03-02T00:00:00", "paid", "web"),
        ("D", "2024-02-15T12:00", "paid", "web"),
        ("E", "2024-02-29T12:00", "RETURNED", "web"),
        ("F", "2024-02-01T00:00", None, "shop"),
    ]
    return table_of(("customer_id", "ordered_at", "status", "channel"), rows)


def subscriptions() -> pa.Table:
    rows = [
        ("A", "2024-01-01", None),
        ("B", "2024-01-15", "2024-02-20"),
        ("C", "2024-01-31", "2024-02-10"),
        ("C", "2024-02-12", None),
        ("D", "2024-02-01", None),
        ("E", "2024-02-05", "2024-02-25"),
        ("F", "2023-12-31", "2024-02-01"),
        ("G", "2023-11-01", "2024-01-31T23:59:59"),
    ]
    return table_of(("customer_id", "started_at", "ended_at"), rows, zoned=("started_at",))


def outcomes() -> pa.Table:
    rows = [
        ("delivery d'ici 3 j", "2024-04-01", "2,5", 3.0, "A"),
        ("delivery d'ici 3 j", "2024-04-02", "3", 3.0, "A"),
        ("delivery d'ici 3 j", "2024-04-03", "3.0000001", 3.0, "B"),
        ("delivery d'ici 3 j", "2024-04-04", None, 3.0, "C"),
        ("delivery d'ici 3 j", "2024-04-05", "9", None, "C"),
        ("price", "2024-04-05", "1", 3.0, "A"),
    ]
    return table_of(("outcome", "occurred_at", "actual", "expected", "customer_id"), rows)


def customer_answers() -> pa.Table:
    """Return the answers of 240 customers, their time zone told, and one who is not known."""
    rows: list[tuple[Any, ...]] = []
    for k in range(240):
        late = k % 3 == 0
        shared = (f"r{k}", f"c{k}", f"2024-04-{10 + k % 15:02d}T09:30", f"l'{k % 8}", 1 + k % 2)
        mark = (3 if late else 9) - (k // 3) % 3
        rows.append((*shared, "nps", float(mark)))
        rows.append((*shared, "wait", float(1 + (k * 7 + late) % 5)))
    rows.append(("r-", None, "2024-04-12T10:00", "l'1", 1, "nps", 0.0))
    rows.append(("r-", None, "2024-04-12T10:00", "l'1", 1, "wait", 5.0))
    names = ("response_id", "respondent_id", "answered_at", "shop", "weight", "measure", "value")
    return table_of(names, rows, zoned=("answered_at",))


def customer_outcomes() -> pa.Table:
    """Return what came to these customers before their answers, long before them, and after."""
    rows: list[tuple[Any, ...]] = []
    for k in range(240):
        late = k % 3 == 0
        for day, actual in ((f"2024-04-0{1 + k % 8}", 4.0 if late else 2.0), ("2024-01-02", 9.0)):
            rows.append(("in time", f"{day}T00:00", actual, 3.0, f"c{k}", f"l'{k % 8}"))
        rows.append(("in time", "2024-06-01T00:00", 9.0, 3.0, f"c{k}", f"l'{k % 8}"))
    names = ("outcome", "occurred_at", "actual", "expected", "customer_id", "shop")
    return table_of(names, rows, zoned=("occurred_at",))


def invitations() -> pa.Table:
    sent = "2024-04-01T08:00"
    rows = [
        (sent, sent, sent, None, None, None),
        (sent, sent, None, None, None, None),
        (sent, sent, sent, None, sent, None),
        (sent, None, sent, None, None, None),
        (sent, None, None, None, sent, None),
        (sent, None, None, sent, None, None),
        (sent, None, None, None, None, None),
        (sent, None, None, None, None, None),
        (sent, None, None, None, None, "quarantaine"),
        (None, None, None, None, None, "contact pressure"),
    ]
    names = ("sent_at", "finished_at", "started_at", "bounced_at", "opted_out_at")
    return table_of((*names, "not_sent_reason"), rows)


def emotions() -> pa.Table:
    written = "2024-04-01T08:00"
    rows = [
        ("t1", "joy", Decimal("1.00"), 0.75, written),
        ("t1", "surprise", Decimal("0.00"), 0.9, written),
        ("t2", "anger", Decimal("-1.00"), 0.5, written),
        ("t2", "sadness", Decimal("-0.50"), 0.75, written),
        ("t3", "joy", Decimal("0.30"), 0.25, written),
        ("t3", "anger", Decimal("-0.30"), 0.125, written),
        ("t4", "neutral", None, None, written),
        (None, "joy", Decimal("1.00"), 1.0, written),
    ]
    return table_of(("text_id", "emotion", "valence", "intensity", "written_at"), rows)


def bad_quantities() -> pa.Table:
    """Return durations that a double can hold and nobody waited."""
    odd = [float("nan"), float("inf"), -float("inf"), -1.0, None, 0.0]
    return pa.table({"wait_s": [60.0] * 39 + odd})


def awkward_names() -> pa.Table:
    """Return contacts whose segments bear the names that derivations use themselves."""
    rows = [(f"2024-05-0{day}", day * 10, *["y" if day == 4 else "x"] * 4) for day in (1, 3, 4)]
    names = ("offered_at", "talk_s", "level", "at", "customer_id", "derived")
    return table_of(names, rows)


def all_tables() -> Mapping[str, pa.Table]:
    """Return every table by its name; one name would like to be a statement."""
    return {
        "survey": survey()[0],
        "answers": long_answers(),
        "visits": visits(),
        "calls": calls(),
        "tickets": tickets(),
        "orders": orders(),
        "subscriptions": subscriptions(),
        "outcomes": outcomes(),
        "customer answers": customer_answers(),
        "customer outcomes": customer_outcomes(),
        "invitations": invitations(),
        "emotions": emotions(),
        "awkward_names": awkward_names(),
        HOSTILE_NAME: awkward_names(),
        "bad_quantities": bad_quantities(),
    }
