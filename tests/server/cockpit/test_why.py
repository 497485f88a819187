"""The page of a change says what moved, where and when, and nothing that hides a small group."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import time_machine

import ressenti as rs
from tests.server.cockpit.conftest import NOVEMBER, NOW, OCTOBER, Record
from tests.server.cockpit.writing import SignedIn

if TYPE_CHECKING:
    from ressenti.server.models import Measure

BEFORE = {"lyon": [10.0] * 60 + [3.0] * 20, "nice": [10.0] * 60 + [3.0] * 20}
AFTER = {"lyon": [10.0] * 20 + [3.0] * 60, "nice": [10.0] * 58 + [3.0] * 22}
SEPTEMBER = date(2026, 9, 16)
PERIODS = {"a": "2026-10-01", "b": "2026-11-01"}


def fallen(record: Record) -> Measure:
    for day, marks in ((OCTOBER, BEFORE), (NOVEMBER, AFTER)):
        for unit, own in marks.items():
            record.answer(own, unit=unit, day=day)
    return record.follow()


def page(
    signed_in: SignedIn, record: Record, measure: Measure, ending: str = "", **query: str
) -> Any:
    address = f"/o/{record.tenant.organisation.key}/indicators/{measure.pk}/why/{ending}"
    client = signed_in(record.tenant.owner)
    with time_machine.travel(NOW, tick=False):
        return client.get(address, PERIODS | query)


def words_of(answer: Any) -> str:
    """Return what a page says, without its marks and its pictures."""
    text = re.sub(r"<svg.*?</svg>|<[^>]*>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(text))


def rows_of(answer: Any, caption: str) -> list[list[str]]:
    """Return the rows of the table that a caption names."""
    tables = re.findall(r"<caption>([^<]*)</caption>.*?<tbody>(.*?)</tbody>",
                        answer.content.decode(), flags=re.DOTALL)  # fmt: skip
    body = [own for name, own in tables if html.unescape(name) == caption][-1]
    return [
        [
            re.sub(r"\s+", " ", html.unescape(cell))
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t", row)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)
    ]


def test_the_shop_that_fell_is_named_with_its_own_change(
    record: Record, signed_in: SignedIn
) -> None:
    answer = page(signed_in, record, fallen(record))
    said = words_of(answer)
    lyon, nice = rows_of(answer, "Unité")
    assert (lyon[0], nice[0]) == ("Lyon", "Nice")
    assert lyon[1].startswith("−100,0 pts")
    assert lyon[3] == "−50,0 pts"
    assert "Tous n'ont pas évolué de même" in said
    assert "Le hasard seul" not in said
    classes = rows_of(answer, "Quelles réponses ont changé")
    assert [row[0] for row in classes] == ["promoteurs", "passifs", "détracteurs"]
    assert classes[0][1:] == ["75,0 %", "48,8 %", "−26,2 pts"]


def test_the_figures_are_those_of_the_library(record: Record, signed_in: SignedIn) -> None:
    answer = page(signed_in, record, fallen(record), "export.csv")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".csv") and "défin" not in
                    one and "defin" not in one)  # fmt: skip
        text = archive.read(name).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    marks = [
        (mark, unit, wave)
        for wave, table in (("a", BEFORE), ("b", AFTER))
        for unit, own in table.items()
        for mark in own
    ]
    columns = list(zip(*marks, strict=True))
    source = pa.table({"mark": columns[0], "unit": columns[1], "wave": columns[2]})
    found = rs.explain(source, "nps=mark", change="wave=a,b", by=["unit"]).to_rows()
    brought = {row[1]: float(row[3].replace(",", ".")) for row in rows[1:] if row[1] in SHOPS}
    assert brought == {
        SHOPS_OF[str(row["segment"])]: pytest.approx(row["rate"], abs=1e-6) for row in found
    }


SHOPS_OF = {"lyon": "Lyon", "nice": "Nice"}
SHOPS = set(SHOPS_OF.values())


def test_a_change_that_may_be_chance_is_called_so(record: Record, signed_in: SignedIn) -> None:
    record.answer(BEFORE["lyon"], unit="lyon", day=OCTOBER)
    record.answer([*BEFORE["lyon"][1:], 3.0], unit="lyon", day=NOVEMBER)
    answer = page(signed_in, record, record.follow())
    assert "Le hasard seul a pu produire cet écart" in words_of(answer)


def test_a_hidden_period_is_not_explained(record: Record, signed_in: SignedIn) -> None:
    record.answer(BEFORE["lyon"], unit="lyon", day=OCTOBER)
    record.answer([10.0, 3.0], unit="lyon", day=NOVEMBER)
    answer = page(signed_in, record, record.follow())
    said = words_of(answer)
    assert "trop peu de personnes ont répondu" in said
    assert "Quelles réponses ont changé" not in said


def test_a_small_shop_keeps_its_dimension_untold(record: Record, signed_in: SignedIn) -> None:
    measure = fallen(record)
    record.answer([10.0, 3.0], unit="lille", day=NOVEMBER)
    said = words_of(page(signed_in, record, measure))
    assert "Non dit" in said
    assert "Lyon :" not in said
    assert "Tous n'ont pas évolué" not in said


def test_a_period_that_is_not_shown_is_refused(record: Record, signed_in: SignedIn) -> None:
    answer = page(signed_in, record, fallen(record), a="1999-01-01")
    assert answer.status_code == 400


def test_an_untold_pair_is_that_of_the_last_two_complete_periods(
    record: Record, signed_in: SignedIn
) -> None:
    record.answer(BEFORE["lyon"], unit="lyon", day=SEPTEMBER)
    record.answer(BEFORE["nice"], unit="nice", day=SEPTEMBER)
    said = words_of(page(signed_in, record, fallen(record), a="", b=""))
    assert "septembre 2026 → octobre 2026" in said
