"""The letters of a text file are read as they were written, or a wrong byte is named."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, UnreadableSource
from ressenti.sources.encodings import Inspection

TEXT = "prénom;note;avis\nZoë;9;très bien, « parfait »\nÉric;3;pas à l'écoute – déçu\n"
WORDS = {"prénom": "Zoë", "note": "9", "avis": "très bien, « parfait »"}


@pytest.mark.parametrize(
    "written",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.replace("\n", "\r\n").encode("utf-16"),
        TEXT.replace("\n", "\r").encode("cp1252"),
    ],
    ids=["utf8", "bom", "cp1252", "utf16", "utf16be", "le", "be", "utf32", "crlf16", "cr1252"],
)
def test_the_encoding_is_found(opened, rows, tmp_path: Path, written: bytes):
    file = tmp_path / "avis.csv"
    file.write_bytes(written)
    assert rows(opened(file))[0] == WORDS
    assert len(rows(opened(file))) == 2


def test_letters_that_are_not_ascii_may_come_late(opened, rows, tmp_path: Path):
    file = tmp_path / "late.csv"
    plain = "id,why\n" + "1,fine\n" * 400_000
    file.write_bytes(plain.encode() + "2,déçu\n".encode("cp1252"))
    relation = opened(file)
    assert rows(relation)[-1] == {"id": "2", "why": "déçu"}
    assert "line 400002" in relation.notes[0].en
    assert "cp1252" in relation.notes[0].en


def test_one_wrong_byte_in_utf8_costs_one_letter_and_is_noted(opened, rows, tmp_path: Path):
    file = tmp_path / "damaged.csv"
    file.write_bytes("id,why\n1,déjà réglé\n".encode() + b"2,d\xe9\xe7u\n" + "3,été\n".encode())
    relation = opened(file)
    assert [row["why"] for row in rows(relation)] == ["déjà réglé", "d��u", "été"]
    assert "first on line 3" in relation.notes[0].en


def test_an_encoding_that_is_told_is_held_to(opened, rows, tmp_path: Path):
    file = tmp_path / "korean.csv"
    file.write_bytes("id,why\n1,친절합니다\n".encode("euc_kr"))
    assert rows(opened(file, encoding="euc_kr"))[0]["why"] == "친절합니다"
    with pytest.raises(
        UnreadableSource, match=r"line 2: byte 11 cannot be read as utf-8.*encoding"
    ):
        opened(file, encoding="utf-8")


def test_another_script_is_asked_about_and_not_guessed(opened, tmp_path: Path):
    file = tmp_path / "korean.csv"
    file.write_bytes("id,why\n1,직원분들이 아주 친절합니다\n".encode("euc_kr"))
    with pytest.raises(UnreadableSource, match=r"another alphabet.*euc_kr"):
        opened(file)


def test_a_byte_that_no_western_text_has_is_named(opened, tmp_path: Path):
    file = tmp_path / "odd.csv"
    file.write_bytes(b"id,why\n1,caf\xe9\n2,\x81x\n")
    with pytest.raises(UnreadableSource, match=r"odd\.csv, line 3: byte 16 cannot be read as cp1"):
        opened(file)


def test_a_picture_is_no_text(opened, tmp_path: Path):
    file = tmp_path / "photo.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    with pytest.raises(UnreadableSource, match="no text file"):
        opened(file)


def test_an_encoding_that_does_not_exist_is_refused(opened, tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    for name in ("klingon", "base64"):
        with pytest.raises(InvalidArgument, match=name):
            opened(file, encoding=name)


@given(text=st.text(min_size=1), cut=st.integers(0, 40))
def test_a_letter_cut_between_two_chunks_is_still_utf8(text: str, cut: int):
    written = text.encode("utf-8", errors="ignore")
    inspection = Inspection()
    for chunk in filter(None, (written[:cut], written[cut : cut + 1], written[cut + 1 :])):
        inspection.read(chunk)
    inspection.finish()
    assert inspection.wrong_byte is None


@given(before=st.text(max_size=20), after=st.text(max_size=20), cut=st.integers(0, 60))
def test_the_first_wrong_byte_is_found_where_python_finds_it(before: str, after: str, cut: int):
    written = before.encode(errors="ignore") + b"\xff" + after.encode(errors="ignore")
    inspection = Inspection()
    for chunk in filter(None, (written[:cut], written[cut:])):
        inspection.read(chunk)
    inspection.finish()
    assert inspection.wrong_byte == len(before.encode(errors="ignore"))
    assert inspection.wrong_line == before.count("\n") + 1
