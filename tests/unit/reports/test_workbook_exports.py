from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import python_calamine

from ressenti.errors import InvalidArgument
from ressenti.language import LANGUAGES, Language, Text
from ressenti.reports.exports import workbook as workbooks
from ressenti.reports.exports.columns import Column, Value, score_columns, score_values
from ressenti.reports.exports.definition import Circumstances, definition_lines
from ressenti.reports.exports.plain_texts import plain_text
from ressenti.reports.exports.receipts import Receipt
from ressenti.reports.exports.workbook import write_workbook
from ressenti.sources import open_source
from ressenti.sources.options import SourceOptions
from tests.unit.reports.conftest import MakeScore
from tests.unit.reports.test_csv_exports import COMMENT, HOSTILE_CELLS


def sheets(path: Path) -> dict[str, list[list[object]]]:
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def written(
    path: Path,
    rows: Sequence[Sequence[Value]],
    columns: Sequence[Column] = COMMENT,
    language: Language = "en",
    **others: str,
) -> Receipt:
    return write_workbook(path, columns, rows, (("Filter", "=none"),), language, **others)


def test_texts_are_texts_in_every_sheet_and_no_cell_is_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "comments.xlsx"
    texts = (*HOSTILE_CELLS, "http://example.test/", "mailto:a@example.test", "12")
    written(path, list(enumerate(texts)))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not any("<f>" in part or "hyperlink" in part for part in parts.values())
    assert not any("externalLink" in name for name in parts)
    assert 'quotePrefix="1"' in parts["xl/styles.xml"]


def test_our_own_sources_give_every_original_text_back(tmp_path: Path) -> None:
    path = tmp_path / "comments.xlsx"
    written(path, list(enumerate(HOSTILE_CELLS)))
    relation = open_source(path, options=SourceOptions(sheet="Figures"))
    read = relation.warehouse.fetch(relation.select("*")).to_pylist()
    relation.warehouse.close()
    assert [row["text"] for row in read] == [plain_text(one) for one in HOSTILE_CELLS]


@pytest.mark.parametrize(
    ("language", "names", "heading"),
    [
        ("en", ["NPS shops", "Definition"], "indicator"),
        ("fr", ["NPS shops", "Définition"], "indicateur"),
    ],
    ids=LANGUAGES,
)
def test_figures_travel_with_their_definition(
    tmp_path: Path, nps: MakeScore, language: Language, names: list[str], heading: str
) -> None:
    path = tmp_path / "scores.xlsx"
    shop = {"shop": Text(en="shop", fr="magasin")}
    scores = [nps(31.25, segment={"shop": "=Lyon"}), nps(None, n=0, reason="no_data")]
    rows = [score_values(score, tuple(shop), language) for score in scores]
    lines = definition_lines(scores, Circumstances(filters={"shop": "+x"}), language)
    write_workbook(path, score_columns(shop), rows, lines, language, title="=NPS: shops")
    book = sheets(path)
    assert list(book) == names
    figures = book[names[0]]
    assert figures[0][0] == heading
    assert figures[1][5:9] == ["=Lyon", 31.25, 27.25, 35.25]
    assert figures[2][5:9] == ["", "", "", ""]
    told = dict(book[names[1]])
    assert told["Definition" if language == "en" else "Définition"]
    assert {"+x", "nps/standard_0_10"} & {str(value) for value in told.values()} == {"+x"}
    assert told["Rows" if language == "en" else "Lignes"] == 2


def test_the_receipt_is_of_the_file_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    receipt = written(path, [(1, "a"), (2, "b")])
    assert (receipt.rows, receipt.size, receipt.cut_texts) == (2, path.stat().st_size, 0)
    assert receipt.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_text_that_excel_cannot_hold_is_cut_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    receipt = written(path, [(1, "é" * 40_000), (2, "😀" * 20_000), (3, "x" * 32_767)])
    cells = [str(row[1]) for row in sheets(path)["Figures"][1:]]
    assert receipt.cut_texts == 2
    assert [len(cell) for cell in cells] == [32_767, (32_767 - 4) // 2 + 4, 32_767]
    assert cells[0].endswith(" […]")
    assert ["Texts cut at 32,767 characters", 2.0] in sheets(path)["Definition"]


def test_what_has_no_value_is_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    written(path, [(1, None), (float("nan"), "x"), (float("inf"), "y"), (True, "z")])
    assert sheets(path)["Figures"][1:] == [[1.0, ""], ["", "x"], ["", "y"], [True, "z"]]


def test_a_sheet_named_as_the_definition_does_not_take_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    written(path, [], title="definition")
    assert list(sheets(path)) == ["definition", "Definition 2"]


def test_more_rows_than_a_sheet_holds_are_refused_and_leave_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    path = tmp_path / "a.xlsx"
    with pytest.raises(InvalidArgument, match="CSV"):
        written(path, [(k, "x") for k in range(4)])
    assert not path.exists()
