from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.scales import ZERO_TO_TEN
from ressenti.facts.spreadsheet_cells import original_cell
from ressenti.language import LANGUAGES, Language, Text
from ressenti.reports.exports.columns import Column, Value, score_columns, score_values
from ressenti.reports.exports.csv_table import (
    ENGLISH_SPREADSHEET,
    FRENCH_SPREADSHEET,
    INTERNATIONAL,
    CsvStream,
    CsvStyle,
    cell_text,
)
from ressenti.reports.exports.definition import Circumstances, definition_lines
from ressenti.reports.exports.names import file_name, sheet_name
from ressenti.reports.exports.plain_texts import plain_text
from ressenti.reports.exports.receipts import manifest_of
from ressenti.scores.score import Reason
from ressenti.sources import open_source
from tests.unit.reports.conftest import MakeScore

HOSTILE_CELLS = (
    "=1+1",
    "+33 1 23 45 67 89",
    "-5",
    "@SUM(A1:A9)",
    "＝cmd|'/C calc'!A0",
    "＋1",
    "－1",
    "＠here",
    "﹦1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\N{NO-BREAK SPACE}=1+1",
    "\N{ZERO WIDTH SPACE}=1+1",
    '"=1+1',
    "'=1+1",
    "''=1+1",
    "'quoted'",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://example.test/?x="&A1;"open")',
    '=1+1;=2+2,"x"\n=3',
    'DDE("cmd";"/C calc";"x")',
    'plain, with; separators and "quotes"',
    "two\r\nlines",
)
RISKY_STARTS = tuple("=+-@\t\r\n＝＋－＠")
COMMENT = (Column("id", Text(en="id", fr="id")), Column("text", Text(en="text", fr="texte")))
STYLES = pytest.mark.parametrize(
    "style",
    [INTERNATIONAL, ENGLISH_SPREADSHEET, FRENCH_SPREADSHEET],
    ids=["international", "english", "french"],
)


def written(
    rows: Sequence[Sequence[Value]],
    style: CsvStyle = INTERNATIONAL,
    columns: Sequence[Column] = COMMENT,
    language: Language = "en",
) -> bytes:
    return b"".join(CsvStream(columns, rows, language, style=style))


def parsed(file: bytes, style: CsvStyle = INTERNATIONAL) -> list[list[str]]:
    text = io.StringIO(file.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=style.separator))


@STYLES
def test_no_cell_can_be_run_by_a_spreadsheet(style: CsvStyle) -> None:
    rows = [(k, text) for k, text in enumerate(HOSTILE_CELLS)]
    cells = [row[1] for row in parsed(written(rows, style), style)[1:]]
    assert len(cells) == len(HOSTILE_CELLS)
    for cell in cells:
        assert not cell.lstrip(' \N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"').startswith(RISKY_STARTS)


@STYLES
def test_our_own_sources_give_every_original_text_back(tmp_path: Path, style: CsvStyle) -> None:
    path = tmp_path / "comments.csv"
    path.write_bytes(written(list(enumerate(HOSTILE_CELLS)), style))
    relation = open_source(path)
    read = relation.warehouse.fetch(relation.select("*")).to_pylist()
    relation.warehouse.close()
    assert [original_cell(row["text"]) for row in read] == [
        plain_text(one) for one in HOSTILE_CELLS
    ]
    assert not relation.notes


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives_the_journey(text: str) -> None:
    (_, (_, cell)) = parsed(written([(1, text)]))
    assert original_cell(cell) == plain_text(text)


def test_a_heading_is_a_cell_like_any_other() -> None:
    columns = score_columns({"shop": Text(en="=shop()", fr="=magasin()")})
    assert "'=magasin()" in parsed(written([], columns=columns, language="fr"))[0]


def test_numbers_stay_numbers_even_below_zero() -> None:
    told = [cell_text(value) for value in (-4.25, -3, 0.1 + 0.2, True, float("nan"), float("-inf"))]
    assert told == ["-4.25", "-3", "0.30000000000000004", "true", "", ""]


def test_an_instant_says_its_time_zone() -> None:
    assert cell_text(datetime(2026, 3, 1, 12, tzinfo=UTC)) == "2026-03-01T12:00:00+00:00"


def test_a_mark_tells_spreadsheets_that_the_file_is_utf_8() -> None:
    assert written([], ENGLISH_SPREADSHEET).startswith(b"\xef\xbb\xbf")
    assert not written([], INTERNATIONAL).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("language", "first"), [("en", "indicator"), ("fr", "indicateur")], ids=LANGUAGES
)
def test_columns_come_from_the_request_not_from_the_rows(
    nps: MakeScore, language: Language, first: str
) -> None:
    shop = {"shop": Text(en="shop", fr="magasin")}
    columns = score_columns(shop)
    lone = nps(31.4, segment={"shop": "Lyon", "undeclared": "x"})
    none = nps(None, n=0, reason=Reason.NO_DATA)
    rows = [score_values(score, tuple(shop), language) for score in (lone, none)]
    file = parsed(written(rows, columns=columns, language=language))
    assert file[0][0] == first
    assert {len(row) for row in file} == {len(columns)}
    told = [dict(zip([one.key for one in columns], row, strict=True)) for row in file[1:]]
    assert [row["shop"] for row in told] == ["Lyon", ""]
    assert [row["value"] for row in told] == ["31.4", ""]
    assert [row["reason"] for row in told] == ["", "no_data"]
    empty = parsed(written([], columns=columns, language=language))
    assert empty == file[:1]


def test_a_hidden_group_exports_no_count(nps: MakeScore) -> None:
    columns = [column.key for column in score_columns({})]
    hidden = score_values(nps(None, n=0, reason=Reason.SUPPRESSED), (), "en")
    told = dict(zip(columns, hidden, strict=True))
    counts = ("value", "n", "n_effective", "n_missing", "n_invalid")
    assert [told[key] for key in counts] == [None] * 5
    assert told["reason"] == "suppressed"


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        written([(1, "a", "b")])


def test_the_receipt_counts_rows_and_sums_the_bytes() -> None:
    stream = CsvStream(COMMENT, [(1, "two\nlines"), (2, "b")], "en")
    assert stream.receipt is None
    file = b"".join(stream)
    assert stream.receipt is not None
    assert (stream.receipt.rows, stream.receipt.size) == (2, len(file))
    assert stream.receipt.sha256 == hashlib.sha256(file).hexdigest()


def test_a_file_cut_short_has_no_receipt_and_its_manifest_says_so() -> None:
    stream = CsvStream(COMMENT, ((k, "x" * 100) for k in range(10_000)), "en")
    next(iter(stream))
    manifest = manifest_of("a.csv", COMMENT, stream.receipt, (), "en")
    assert (manifest["is_complete"], manifest["rows"]) == (False, None)


def test_a_long_export_stays_small_in_memory() -> None:
    tracemalloc.start()
    stream = CsvStream(COMMENT, ((k, "x" * 200) for k in range(30_000)), "en")
    size = sum(len(chunk) for chunk in stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 6_000_000
    assert peak < 1_000_000


def test_the_manifest_carries_the_definition(nps: MakeScore) -> None:
    scores = [nps(31.0, number=0), nps(33.0, number=1, n_missing=3, n_invalid=1)]
    circumstances = Circumstances(
        told={Text(en="Time zone", fr="Fuseau horaire"): "Europe/Paris"},
        filters={"shop": "=Lyon"},
        scales={"nps/standard_0_10": ZERO_TO_TEN},
    )
    lines = definition_lines(scores, circumstances, "fr")
    told = dict(lines)
    assert told["Fuseau horaire"] == "Europe/Paris"
    assert told["Filtre\N{NO-BREAK SPACE}: shop"] == "=Lyon"
    assert told["Réponses comptées"] == 800
    assert (told["Écartées, sans réponse"], told["Écartées, hors échelle"]) == (3, 1)
    assert told["Période"] == "2026-01-01 à 2026-03-01 (exclu)"
    assert told["Niveaux positifs"] == "9, 10"
    assert told["Confiance des intervalles"] == "95\N{NARROW NO-BREAK SPACE}%"
    stream = CsvStream(COMMENT, [], "fr")
    list(stream)
    manifest = manifest_of("a.csv", COMMENT, stream.receipt, lines, "fr")
    assert json.loads(json.dumps(manifest))["definition"][0]["value"] == "Europe/Paris"


def test_without_a_filter_the_definition_says_none(nps: MakeScore) -> None:
    assert ("Filter", "none") in definition_lines([nps(3.0)], Circumstances(), "en")


@pytest.mark.parametrize(
    "name",
    ["=cmd|'/C calc'!A0", "../../etc/passwd", "＝1", "a\x00b\r\nc", "con", "", "...", "é" * 300],
)
def test_a_file_name_leads_nowhere_and_runs_nothing(name: str) -> None:
    safe = file_name(name, ".csv")
    assert safe.endswith(".csv")
    assert not safe.startswith((*RISKY_STARTS, ".", "-"))
    assert not set(safe) & set('/\\:*?"<>|\x00\r\n')
    assert len(safe) <= 104
    assert safe != "con.csv"


@pytest.mark.parametrize(
    "name", ["=1+1", "a[b]:c*?/\\", "'quoted'", "History", "", "x" * 80, "＠a"]
)
def test_a_sheet_name_is_one_that_excel_takes(name: str) -> None:
    safe = sheet_name(name, default="Figures")
    assert 0 < len(safe) <= 31
    assert not set(safe) & set("[]:*?/\\")
    assert not safe.startswith((*RISKY_STARTS, "'"))
    assert safe.casefold() != "history"
