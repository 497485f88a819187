"""JSON opens as text, key by key, and its bad lines are told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ressenti.errors import EmptySource, UnreadableSource
from ressenti.sources.rejects import rejects
from ressenti.warehouse.relations import Kind


def test_every_value_is_the_text_that_was_written(opened, rows, tmp_path: Path):
    file = tmp_path / "answers.jsonl"
    file.write_text(
        '{"mark": 9, "why": "très bien", "tags": ["a"]}\n{"mark": "9 "}\n{"mark": true}\n'
        '{"mark": 1e309}\n{"mark": 6.5, "late": null}\n',
        encoding="utf-8",
    )
    relation = opened(file)
    assert set(relation.columns.values()) == {Kind.TEXT}
    assert list(relation.columns) == ["mark", "why", "tags", "late"]
    assert [row["mark"] for row in rows(relation)] == ["9", "9 ", "true", "1e309", "6.5"]
    assert rows(relation)[0]["tags"] == '["a"]'
    assert rows(relation)[1]["why"] is None


def test_a_key_that_comes_only_once_is_a_column(opened, rows, tmp_path: Path):
    file = tmp_path / "late.ndjson"
    file.write_text('{"a": 1}\n' * 50_000 + '{"a": 2, "z": 3}\n')
    relation = opened(file)
    assert list(relation.columns) == ["a", "z"]
    assert rows(relation)[-1] == {"a": "2", "z": "3"}


def test_bad_lines_are_rejected_with_their_number(opened, rows, tmp_path: Path):
    file = tmp_path / "bad.jsonl"
    file.write_text('{"a": 1}\n{"a": \n\n[1]\n{"a": \'x\'}\n{"a": 2} {"a": 3}\n{"a": 4}')
    relation = opened(file)
    assert [row["a"] for row in rows(relation)] == ["1", "4"]
    report = rejects(relation)
    assert [(row.line, row.value) for row in report.rows] == [
        (2, '{"a": '),
        (4, "[1]"),
        (5, "{\"a\": 'x'}"),
        (6, '{"a": 2} {"a": 3}'),
    ]
    assert report.count == 4
    assert report.rows[0].reason.en == "not a JSON object"


def test_a_number_that_is_none_is_left_to_the_scale(opened, rows, tmp_path: Path):
    file = tmp_path / "nan.jsonl"
    file.write_text('{"a": NaN}\n{"a": -Infinity}\n')
    assert [row["a"] for row in rows(opened(file))] == ["NaN", "-Infinity"]


def test_a_list_of_objects_is_read(opened, rows, tmp_path: Path):
    file = tmp_path / "list.json"
    file.write_text('\n[\n {"a": 1,\n  "b": "x"},\n {"a": 2}, 7\n]')
    relation = opened(file)
    assert rows(relation) == [{"a": "1", "b": "x"}, {"a": "2", "b": None}]
    assert [row.line for row in rejects(relation).rows] == [3]


def test_a_list_cut_short_is_refused(opened, tmp_path: Path):
    file = tmp_path / "cut.json"
    file.write_text('[{"a": 1}, {"a": ')
    with pytest.raises(UnreadableSource, match=r"cut\.json"):
        opened(file)


def test_other_encodings_and_gzip_are_read(opened, rows, tmp_path: Path):
    file = tmp_path / "avis.jsonl.gz"
    file.write_bytes(gzip.compress('{"avis": "déçu"}\r\n'.encode("utf-16")))
    assert rows(opened(file)) == [{"avis": "déçu"}]


@pytest.mark.parametrize("content", ["", "[]", "{}\n{}\n", "\n\n"])
def test_a_file_without_a_key_is_empty(opened, tmp_path: Path, content: str):
    file = tmp_path / "empty.json"
    file.write_text(content)
    with pytest.raises(EmptySource):
        opened(file)


def test_a_file_without_an_object_is_refused(opened, tmp_path: Path):
    file = tmp_path / "words.jsonl"
    file.write_text("hello\nworld\n")
    with pytest.raises(UnreadableSource, match=r"line 1: no line is a JSON object"):
        opened(file)


def test_odd_keys_are_only_names(opened, rows, tmp_path: Path):
    keys = ["a.b", "$", "x/y~z", "", "it's", 'q"', "MARK", "mark"]
    file = tmp_path / "keys.jsonl"
    file.write_text(json.dumps(dict.fromkeys(keys, 1)))
    (row,) = rows(opened(file))
    assert list(row) == ["a.b", "$", "x/y~z", "column_4", "it's", 'q"', "MARK", "mark_2"]
    assert set(row.values()) == {"1"}


def test_deep_nesting_is_a_bad_line_and_not_a_crash(opened, rows, tmp_path: Path):
    file = tmp_path / "deep.jsonl"
    file.write_text('{"a": 1}\n{"a": ' + "[" * 200_000 + "]" * 200_000 + "}\n" + "[" * 99 + "\n")
    relation = opened(file)
    assert rows(relation)[0] == {"a": "1"}
    assert rejects(relation).rows[-1].line == 3
