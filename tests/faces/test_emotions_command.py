from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ressenti as rs
from ressenti.cli import main
from ressenti.emotions import read_texts
from ressenti.errors import InvalidArgument
from tests.commands import answer_of, refusal_of
from tests.faces.conftest import Call, plain_environment

COMMENTS = (
    "Livraison rapide mais personnel odieux",
    "Great service, thank you",
    "RAS",
    "",
    "Muy bueno todo, muchas gracias por la amabilidad",
    "Je suis très déçue, personne ne répond",
    "=Awful, never again",
    "Parfait, merci beaucoup",
)
WRITERS = ("ana", "bob", "cyd", "dan", "eve", "ana", "bob", "")


@pytest.fixture
def comments(tmp_path: Path) -> Path:
    """Return a file of eight comments, two people writing twice, one without a name."""
    path = tmp_path / "comments.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["key", "said", "who", "on"])
        for place, (said, who) in enumerate(zip(COMMENTS, WRITERS, strict=True)):
            rows.writerow([f"k{place}", said, who, f"2026-03-0{1 + place}"])
    return path


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a file of twenty thousand comments: several batches."""
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["said", "who", "on"])
        for place in range(20_000):
            said = COMMENTS[place % len(COMMENTS)]
            rows.writerow([said and f"{said} {place}", place % 700, f"2026-03-{1 + place % 28:02}"])
    return path


def audit_of(path: Path, **marks: object) -> str:
    lines = [f"{name},{mark}" for name, mark in marks.items()]
    audit = path.with_name("audit.csv")
    audit.write_text("\n".join(["id,mark", *lines]) + "\n", encoding="utf-8")
    return str(audit)


def test_csv_is_one_row_a_text_in_the_order_of_the_file(
    capsys: pytest.CaptureFixture[str], comments: Path
) -> None:
    main(["emotions", str(comments), "--text", "said", "--format", "csv"])
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "language,emotion,valence,intensity,mixed,words"
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["language"] for row in rows] == ["fr", "en", "fr", "", "other", "fr", "en", "fr"]
    polarities = [reading.polarity for reading in read_texts(COMMENTS)]
    assert [float(row["valence"]) if row["valence"] else None for row in rows] == polarities
    assert rows[0]["mixed"] == "true"
    assert rows[2]["emotion"] == "neutral"
    assert set(rows[3].values()) == {""}


def test_json_holds_every_text_then_the_score_with_what_stands_beside_it(
    capsys: pytest.CaptureFixture[str], comments: Path
) -> None:
    found = answer_of(capsys, "emotions", str(comments), "--text", "said")
    polarities = [reading.polarity for reading in read_texts(COMMENTS)]
    assert [text["valence"] for text in found["texts"]] == polarities
    read = [polarity for polarity in polarities if polarity is not None]
    nes = found["nes"]
    assert nes["value"] == pytest.approx(100 * sum(read) / len(read))
    assert nes["low"] < nes["value"] < nes["high"]
    assert (nes["n"], nes["n_missing"]) == (6, 2)
    assert "uncorrected" in nes["flags"]
    assert nes["parts"]["engine"].startswith("embedded/")
    assert sum(nes["contributions"].values()) == pytest.approx(nes["value"])
    for text, said in zip(found["texts"], COMMENTS, strict=True):
        for emotion in text["emotions"]:
            for word in emotion["words"]:
                assert said[word["start"] : word["end"]] in text["words"]


def test_a_person_who_writes_twice_counts_once(
    capsys: pytest.CaptureFixture[str], comments: Path
) -> None:
    asked = ("emotions", str(comments), "--text", "said", "--respondent", "who")
    nes = answer_of(capsys, *asked)["nes"]
    rows = pd.DataFrame(
        {"who": ["ana", "bob", "cyd", "dan", "eve", "ana", "bob", "nameless"]}
        | {"s": [reading.polarity for reading in read_texts(COMMENTS)]}
    )
    assert nes["value"] == pytest.approx(100 * rows.groupby("who")["s"].mean().mean())
    assert (nes["n"], nes["n_effective"]) == (6, 4)
    assert "clustered" in nes["flags"]


def test_the_summary_is_told_in_both_languages(call: Call, comments: Path) -> None:
    english = call("emotions", comments, "--text", "said")
    assert "6 texts read, of 6 respondents; 2 not read" in english.out
    french = call("emotions", comments, "--text", "said", "--lang", "fr")
    assert "6 textes lus, de 6 répondants\N{NO-BREAK SPACE}; 2 non lus" in french.out
    assert "non corrigé" in french.out


def test_an_audit_corrects_the_score(capsys: pytest.CaptureFixture[str], comments: Path) -> None:
    audit = audit_of(comments, k0="mixed", k1="positif", k5=-0.5, k9=1, k2="")
    asked = ("emotions", str(comments), "--text", "said", "--id", "key", "--audit", audit)
    found = answer_of(capsys, *asked)
    s = [reading.polarity for reading in read_texts(COMMENTS)]
    shifts = [mark - (s[place] or 0.0) for place, mark in ((0, 0.0), (1, 1.0), (5, -0.5))]
    nes = found["nes"]
    assert nes["corrected"]["value"] == pytest.approx(nes["value"] + 100 * sum(shifts) / 3)
    assert nes["corrected"]["low"] < nes["corrected"]["value"] < nes["corrected"]["high"]
    assert (nes["corrected"]["n_audited"], "uncorrected" in nes["flags"]) == (3, False)
    assert any("k9" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("marks", "said"),
    [({"k0": "superb"}, "'superb' of the text 'k0'"), ({"k0": 3}, "'3' of the text 'k0'")],
)
def test_a_mark_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], comments: Path, marks: dict[str, object], said: str
) -> None:
    audit = audit_of(comments, **marks)
    asked = ("emotions", str(comments), "--text", "said", "--id", "key", "--audit", audit)
    status, message = refusal_of(capsys, *asked)
    assert (status, said in message) == (2, True), message


def test_a_marked_text_must_be_told_from_the_others(
    capsys: pytest.CaptureFixture[str], comments: Path
) -> None:
    asked = ("emotions", str(comments), "--text", "said", "--id", "who")
    status, message = refusal_of(capsys, *asked, "--audit", audit_of(comments, ana=1))
    assert (status, "two texts are called 'ana'" in message) == (2, True), message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--text", "sayd"), "no column 'sayd'"),
        (("--text", "said", "--respondent", "whom"), "no column 'whom'"),
        (("--text", "said", "--engine", "oracle"), "'oracle'"),
        (("--text", "said", "--facts", "lake"), "--at COL"),
        (("--text", "said", "--language", "es"), "es"),
        ((), "--text"),
    ],
)
def test_a_wrong_call_is_refused(call: Call, comments: Path, options: Any, said: str) -> None:
    done = call("emotions", comments, *options)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".jsonl"])
def test_other_files_say_the_same(tmp_path: Path, suffix: str) -> None:
    # A workbook takes a text that starts with a sign for a formula.
    rows = pd.DataFrame({"said": [said.lstrip("=") for said in COMMENTS], "who": WRITERS})
    path = tmp_path / f"comments{suffix}"
    if suffix == ".xlsx":
        rows.to_excel(path, index=False)
    elif suffix == ".parquet":
        rows.to_parquet(path)
    else:
        rows.to_json(path, orient="records", lines=True, force_ascii=False)
    read = rs.read_emotions(path, text="said", respondent="who").net.to_dict()
    assert read == rs.read_emotions(rows, text="said", respondent="who").net.to_dict()


def test_an_output_is_not_written_over(comments: Path, tmp_path: Path) -> None:
    output = tmp_path / "rows.csv"
    rs.read_emotions(comments, text="said", output=output)
    first = output.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    with pytest.raises(InvalidArgument, match="already there"):
        rs.read_emotions(comments, text="said", output=output)
    assert output.read_bytes() == first


def test_an_output_that_cannot_be_written_is_told(call: Call, comments: Path) -> None:
    done = call("emotions", comments, "--text", "said", "--output", comments / "rows.csv")
    assert (done.status, done.out) == (2, "")
    assert "rows.csv" in done.err


def test_a_file_without_a_text_has_no_score(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "none.csv"
    path.write_text("said,who\n,ana\n,bob\n", encoding="utf-8")
    found = answer_of(capsys, "emotions", str(path), "--text", "said")
    assert (found["nes"]["value"], found["nes"]["reason"]) == (None, "no_data")
    assert found["nes"]["n_missing"] == len(found["texts"]) == 2


def test_a_reader_who_has_seen_enough_is_told_of_no_error(many: Path) -> None:
    command = [sys.executable, "-m", "ressenti", "emotions", str(many), "--text", "said"]
    with subprocess.Popen(
        [*command, "--format", "csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_facts_give_the_score_of_the_texts(tmp_path: Path, comments: Path) -> None:
    lake = tmp_path / "lake"
    net = rs.read_emotions(comments, text="said", id="key", at="on", facts=lake).net
    (score,) = rs.score(lake, measures=["nes"], facts="emotions")
    assert score.value == pytest.approx(net.score.value)
    assert score.n == net.score.n


def test_the_themes_of_facts_share_the_score_of_their_texts(tmp_path: Path, comments: Path) -> None:
    lake = tmp_path / "lake"
    told: dict[str, Any] = {"text": "said", "id": "key", "at": "on"}
    net = rs.read_emotions(comments, facts=lake, themes="delivery", **told).net
    facts = pd.read_parquet(lake / "emotions")
    first = facts[(facts["text_id"] == "k0") & facts["theme"].notna()]
    assert "delay" in set(first["theme"])
    signs = facts["valence"].map(lambda valence: (valence > 0) - (valence < 0))
    polarities = (signs * facts["intensity"]).groupby(facts["text_id"]).sum()
    assert 100 * polarities.mean() == pytest.approx(net.score.value)
    assert facts["source_id"].is_unique


def test_records_that_cannot_be_laid_out_are_told(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_text('id,said\n1,good\n2,"bad",x,y,z\n3,ok\n', encoding="utf-8")
    done = call("emotions", path, "--text", "said", "--format", "csv")
    assert len(done.out.splitlines()) == 3
    assert "Unread records, without a row: 1" in done.err


def test_facts_without_a_date_are_left_out_and_told(tmp_path: Path) -> None:
    rows = pd.DataFrame({"said": ["Great", "Awful"], "on": [pd.Timestamp("2026-03-01"), pd.NaT]})
    report = rs.read_emotions(rows, text="said", at="on", facts=tmp_path / "lake")
    assert any("Texts without a date, that gave no fact: 1" in note.en for note in report.notes)
    assert set(pd.read_parquet(tmp_path / "lake" / "emotions")["text_id"]) == {"1"}


def killed_while_reading(arguments: list[str], journal: Path) -> int:
    """Start a reading, kill it once something is written for good, and return how many texts."""
    command = [sys.executable, "-m", "ressenti", "emotions", *arguments]
    with subprocess.Popen(
        command, env=plain_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not (journal / "state.json").exists():
            assert process.poll() is None
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
    rows: int = json.loads((journal / "state.json").read_text())["done"]["rows"]
    return rows


def test_a_killed_reading_goes_on_where_it_stopped(tmp_path: Path, many: Path) -> None:
    whole, cut, lake = (tmp_path / name for name in ("whole.csv", "cut.csv", "lake"))
    told: dict[str, Any] = {"text": "said", "respondent": "who", "at": "on"}
    expected = rs.read_emotions(many, output=whole, facts=tmp_path / "other", **told).net
    named = [part for name, column in told.items() for part in (f"--{name}", column)]
    asked = [str(many), *named, "--output", str(cut), "--facts", str(lake)]
    before = killed_while_reading(asked, tmp_path / ".cut.csv.reading")
    assert 0 < before < 20_000
    with cut.open("a", encoding="utf-8") as stream:
        stream.write("fr,joy,0.9")
    seen: list[int] = []
    report = rs.read_emotions(
        many, output=cut, facts=lake, on_batch=lambda batch, _: seen.append(batch.first), **told
    )
    assert seen[0] == before
    assert cut.read_bytes() == whole.read_bytes()
    assert report.net.to_dict() == expected.to_dict()
    columns = ["text_id", "source_id", "intensity"]
    facts = [
        pd.read_parquet(path / "emotions")[columns].sort_values(columns, ignore_index=True)
        for path in (lake, tmp_path / "other")
    ]
    pd.testing.assert_frame_equal(*facts)


def test_a_stopped_reading_is_not_continued_as_another(tmp_path: Path, many: Path) -> None:
    output = tmp_path / "rows.csv"

    def stop(_batch: object, _readings: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rs.read_emotions(many, text="said", output=output, on_batch=stop)
    with pytest.raises(InvalidArgument, match="what changed: respondent"):
        rs.read_emotions(many, text="said", respondent="who", output=output)
    output.write_text("language\n", encoding="utf-8")
    with pytest.raises(InvalidArgument, match="somebody else changed it"):
        rs.read_emotions(many, text="said", output=output)


def test_texts_are_handed_over_a_batch_at_a_time(many: Path) -> None:
    held: list[int] = []
    rs.read_emotions(many, text="said", on_batch=lambda batch, _: held.append(len(batch.texts)))
    assert sum(held) == 20_000
    assert max(held) <= 4096


def test_several_processes_find_what_one_does(tmp_path: Path, many: Path) -> None:
    rows = pd.concat([pd.read_csv(many)] * 2, ignore_index=True).assign(
        key=lambda frame: frame.index
    )
    told: dict[str, Any] = {"text": "said", "respondent": "who", "at": "on", "id": "key"}
    audit = pd.DataFrame({"id": ["1", "39990"], "mark": [1, -1]})
    seen: list[int] = []
    reports = {
        processes: rs.read_emotions(
            rows,
            output=tmp_path / f"{processes}.csv",
            facts=tmp_path / str(processes),
            themes="delivery",
            audit=audit,
            processes=processes,
            on_progress=seen.append,
            **told,
        )
        for processes in (1, 2)
    }
    assert reports[1].net.to_dict() == reports[2].net.to_dict()
    assert seen == [*sorted(set(seen))] * 2
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    one, two = (pd.read_parquet(tmp_path / name / "emotions") for name in ("1", "2"))
    pd.testing.assert_frame_equal(one, two)
