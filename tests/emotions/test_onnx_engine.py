"""Reading with a transformers model in a folder: expected chances are worked out by hand."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.emotions.label_meanings import meaning_of
from ressenti.emotions.reading import Reading, Unread
from ressenti.errors import InvalidArgument
from ressenti.library.emotion_engines import emotion_engine
from tests.commands import answer_of
from tests.emotions.onnx_files import bag_of_words, model_folder

MULTIPLE = {"problem_type": "multi_label_classification"}
WEIGHTS = {"rapide": [1.0, 0.0], "odieux": [0.0, 2.0], "personnel": [0.0, 0.5]}
TEXTS = ["Livraison rapide mais personnel odieux", "odieux", "RAS", None, "le personnel " * 9]


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def reading_by(folder: Path, text: str | None, **asked: Any) -> Reading:
    (reading,) = emotion_engine(f"onnx:{folder}").read([text], **asked)
    return reading


@pytest.fixture
def two_emotions(tmp_path: Path) -> Path:
    return model_folder(tmp_path / "two", WEIGHTS, ["joy", "colère"])


def test_clauses_are_read_one_by_one_and_averaged(two_emotions: Path) -> None:
    reading = reading_by(two_emotions, TEXTS[0])
    # softmax(1, 0) of « Livraison rapide », softmax(0, 2.5) of « mais personnel odieux ».
    first, second = sigmoid(1), sigmoid(2.5)
    assert reading.positive == pytest.approx((first + 1 - second) / 2)
    assert reading.negative == pytest.approx((1 - first + second) / 2)
    assert reading.intensity == pytest.approx(second)
    assert (reading.language, reading.is_mixed, reading.is_neutral) == ("fr", True, False)
    assert [(e.name, e.clause, e.span_start, e.span_end) for e in reading.emotions] == [
        ("joy", 0, 0, 16),
        ("anger", 1, 17, 38),
    ]


def test_labels_that_exclude_no_other_have_a_chance_each(tmp_path: Path) -> None:
    labels = ["joy", "admiration", "anger", "neutral"]
    weights = {"super": [1.0, 2.0, -3.0, -1.0]}
    folder = model_folder(tmp_path / "many", weights, labels, config=MULTIPLE)
    reading = reading_by(folder, "super", language="fr")
    # Joy and admiration are both pleased: the likelier counts, not their sum.
    assert reading.positive == pytest.approx(sigmoid(2))
    assert reading.negative == pytest.approx(sigmoid(-3))
    assert [e.name for e in reading.emotions] == ["appreciation", "joy"]
    assert [e.intensity for e in reading.emotions] == pytest.approx([sigmoid(2), sigmoid(1)])


def test_labels_that_exclude_each_other_add_up_by_what_they_mean(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "three", {"bof": [1.0, 1.0, 1.5]}, ["joy", "love", "anger"])
    reading = reading_by(folder, "bof", language="fr")
    joyful = 2 * math.e / (2 * math.e + math.exp(1.5))
    assert reading.positive == pytest.approx(joyful)
    # Anger is the likeliest label, and joy by two names the likeliest emotion.
    assert [(e.name, e.intensity) for e in reading.emotions] == [("joy", pytest.approx(joyful))]


@pytest.mark.parametrize(
    ("labels", "positive", "negative", "emotions"),
    [
        (["NEGATIVE", "POSITIVE"], sigmoid(-2), sigmoid(2), []),
        (["1 star", "5 stars"], sigmoid(-2), sigmoid(2), []),
        (["mixed", "neutral"], sigmoid(2), sigmoid(2), []),
        (["neutral", "joy"], sigmoid(-2), 0.0, []),
        (["curiosity", "joy"], sigmoid(-2), 0.0, []),
        (["surprise", "joy"], sigmoid(-2), 0.0, ["surprise"]),
        (["tristesse", "joie"], sigmoid(-2), sigmoid(2), ["disappointment"]),
    ],
)
def test_a_label_counts_for_what_it_means(
    tmp_path: Path, labels: list[str], positive: float, negative: float, emotions: list[str]
) -> None:
    folder = model_folder(tmp_path / "labels", {"colis": [2.0, 0.0]}, labels)
    reading = reading_by(folder, "colis", language="fr")
    assert reading.positive == pytest.approx(positive)
    assert reading.negative == pytest.approx(negative)
    assert [e.name for e in reading.emotions] == emotions


def test_every_name_of_goemotions_is_known(shared: Path) -> None:
    folder = shared / "data" / "emotions"
    names = json.loads((folder / "goemotions_labels.json").read_text("utf-8"))
    signs = json.loads((folder / "goemotions_sentiment_mapping.json").read_text("utf-8"))
    assert len(names) == 28
    for name in names:
        meaning = meaning_of(name)
        assert meaning is not None
        assert meaning.is_positive == (name in signs["positive"])
        assert meaning.is_negative == (name in signs["negative"])


def test_a_name_that_we_do_not_know_is_refused_with_what_to_write(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "unnamed", WEIGHTS, ["LABEL_0", "joy"])
    with pytest.raises(InvalidArgument) as refused:
        emotion_engine(f"onnx:{folder}")
    assert '{"labels": {"LABEL_0": "annoyance"}}' in refused.value.to("en")
    assert '{"labels": {"LABEL_0": "agacement"}}' in refused.value.to("fr")
    assert str(folder / "ressenti.json") in refused.value.to("fr")


def test_what_a_label_means_may_be_written_beside_the_model(tmp_path: Path) -> None:
    own = {"labels": {"LABEL_0": "agacement", "LABEL_1": "positif"}}
    folder = model_folder(tmp_path / "named", WEIGHTS, ["LABEL_0", "LABEL_1"], own=own)
    reading = reading_by(folder, "rapide", language="fr")
    assert [e.name for e in reading.emotions] == ["annoyance"]
    assert reading.negative == pytest.approx(sigmoid(1))
    assert reading.positive == pytest.approx(sigmoid(-1))


def test_the_chance_from_which_an_emotion_is_shown_may_be_lowered(tmp_path: Path) -> None:
    asked = {"config": MULTIPLE, "own": {"threshold": 0.3}}
    folder = model_folder(tmp_path / "low", {"bof": [-0.5, -1.5]}, ["joy", "anger"], **asked)
    # sigmoid(-.5) = .38 and sigmoid(-1.5) = .18.
    assert [e.name for e in reading_by(folder, "bof", language="fr").emotions] == ["joy"]


def test_a_model_reads_the_languages_that_it_knows_only(tmp_path: Path) -> None:
    own = {"languages": ["en"]}
    folder = model_folder(tmp_path / "english", WEIGHTS, ["joy", "anger"], own=own)
    reading = reading_by(folder, "Livraison rapide, personnel très aimable")
    assert (reading.reason, reading.language) == (Unread.LANGUAGE, "fr")
    assert not reading_by(folder, "Quick delivery, very kind staff").is_unread


def test_words_are_told_by_what_their_absence_does(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "words", WEIGHTS, ["joy", "anger"], own={"words": True})
    text = "Oui, le personnel est odieux"
    reading = reading_by(folder, text)
    (anger,) = reading.emotions
    whole, without = sigmoid(2.5), (sigmoid(0.5), sigmoid(2))
    drops = [whole - chance for chance in without]
    # « personnel » brings less than four tenths of what « odieux » does: it is not told.
    assert drops[1] < 0.4 * drops[0]
    assert [text[word.start : word.end] for word in anger.words] == ["odieux"]
    assert anger.words[0].share == pytest.approx(drops[0] / sum(drops))


def test_no_words_are_told_unless_they_are_asked_for(two_emotions: Path) -> None:
    assert [e.words for e in reading_by(two_emotions, "odieux").emotions] == [()]


@pytest.mark.parametrize("is_quantised", [False, True])
def test_a_text_reads_the_same_whatever_stands_beside_it(
    tmp_path: Path, is_quantised: bool
) -> None:
    rng = np.random.default_rng(3)
    words = [f"mot{number}" for number in range(40)]
    weights = {word: rng.normal(size=2).tolist() for word in words}
    folder = model_folder(tmp_path / "beside", weights, ["joy", "anger"], is_quantised=is_quantised)
    texts = [" ".join(rng.choice(words, size=rng.integers(1, 30))) for _ in range(50)]
    engine = emotion_engine(f"onnx:{folder}")
    together = engine.read(texts, language="fr")
    order = rng.permutation(len(texts))
    shuffled = engine.read([texts[place] for place in order], language="fr")
    assert [together[place] for place in order] == shuffled
    assert [engine.read([text], language="fr")[0] for text in texts] == together


def test_a_quantised_model_reads_a_text_by_its_own_scale(tmp_path: Path) -> None:
    weights = {"peu": [0.25, 0.0], "enorme": [100.0, 0.0]}
    folder = model_folder(tmp_path / "scale", weights, ["joy", "anger"], is_quantised=True)
    engine = emotion_engine(f"onnx:{folder}")
    small, _ = engine.read(["peu", "enorme"], language="fr")
    # On one scale with 100, in 255 steps, 0.25 would be 0.39 or nothing.
    assert small.positive == pytest.approx(sigmoid(0.25))


def test_texts_that_no_model_is_asked_about_are_those_of_the_embedded_engine(
    two_emotions: Path,
) -> None:
    texts = ["RAS", "ok", None, "  ", "Das ist sehr gut und schnell gewesen"]
    readings = emotion_engine(f"onnx:{two_emotions}").read(texts)
    assert [each.is_neutral for each in readings] == [True, True, False, False, False]
    assert [each.reason for each in readings] == [
        None, None, Unread.EMPTY, Unread.EMPTY, Unread.LANGUAGE,
    ]  # fmt: skip


def test_what_is_too_long_is_counted(tmp_path: Path) -> None:
    config = {"max_position_embeddings": 7}
    folder = model_folder(tmp_path / "short", WEIGHTS, ["joy", "anger"], config=config)
    long = "le personnel ici vraiment toujours odieux odieux"
    rows = pa.table({"said": [long, long, "odieux"], "mark": [-1, -1, -1]})
    report = rs.read_emotions(rows, text="said", engine=f"onnx:{folder}", language="fr")
    (remark,) = report.notes
    # Two places are kept for what families of models put there: five tokens are left.
    assert "2 clauses" in remark.en
    assert "5 premiers jetons" in remark.fr
    compared = rs.compare_emotion_engines(
        rows, text="said", label="mark", engines=["embedded", f"onnx:{folder}"], language="fr"
    )
    assert remark in compared.notes
    whole = reading_by(folder, "le personnel ici vraiment toujours", language="fr")
    assert reading_by(folder, long, language="fr").negative == whole.negative


def test_a_version_changes_with_any_file_that_is_read(two_emotions: Path) -> None:
    first = emotion_engine(f"onnx:{two_emotions}").version
    assert re.fullmatch(r"onnx/two/[0-9a-f]{8}-[0-9a-f]{8}", first)
    (two_emotions / "README.md").write_text("not read")
    assert emotion_engine(f"onnx:{two_emotions}").version == first
    (two_emotions / "ressenti.json").write_text('{"threshold": 0.2}')
    second = emotion_engine(f"onnx:{two_emotions}").version
    (two_emotions / "model.onnx").write_bytes(bag_of_words([[0.0, 1.0]] * 5))
    assert len({first, second, emotion_engine(f"onnx:{two_emotions}").version}) == 3


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_folder_that_lacks_a_file_is_refused(two_emotions: Path, name: str) -> None:
    (two_emotions / name).unlink()
    with pytest.raises(InvalidArgument) as refused:
        emotion_engine(f"onnx:{two_emotions}")
    assert f"lacks {name}" in refused.value.to("en")
    assert f"il manque {name}" in refused.value.to("fr")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("model.onnx", "nothing", "cannot be loaded"),
        ("model.onnx", "", "cannot be loaded"),
        ("tokenizer.json", "{}", "cannot be loaded"),
        ("config.json", "[]", "not a JSON object"),
        ("config.json", "{", "not a JSON object"),
        ("config.json", "{}", "does not number its labels"),
        ("config.json", '{"id2label": {"1": "joy"}}', "does not number its labels"),
        ("config.json", '{"id2label": {"0": "joy"}}', "which has 1"),
        (
            "config.json",
            '{"id2label": {"0": "joy", "1": "anger"}, "problem_type": "regression"}',
            "problem_type 'regression'",
        ),
        ("ressenti.json", '{"label": {}}', "label = {}"),
        ("ressenti.json", '{"labels": {"joy": "bliss"}}', '"bliss"'),
        ("ressenti.json", '{"labels": {"jpy": "joie"}}', "does not have: jpy"),
        ("ressenti.json", '{"threshold": 1.5}', "threshold = 1.5"),
        ("ressenti.json", '{"threshold": true}', "threshold = true"),
        ("ressenti.json", '{"languages": ["es"]}', '["es"]'),
        ("ressenti.json", '{"languages": [["es"]]}', '[["es"]]'),
        ("ressenti.json", '{"words": 1}', "words = 1"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(
    two_emotions: Path, name: str, content: str, told: str
) -> None:
    (two_emotions / name).write_text(content)
    with pytest.raises(InvalidArgument) as refused:
        emotion_engine(f"onnx:{two_emotions}")
    assert told in refused.value.to("en")
    assert name in refused.value.to("fr")


def test_a_model_that_asks_for_more_than_tokens_is_refused(tmp_path: Path) -> None:
    inputs = ("input_ids", "pixel_values")
    folder = model_folder(tmp_path / "pixels", WEIGHTS, ["joy", "anger"], inputs=inputs)
    with pytest.raises(InvalidArgument, match="pixel_values"):
        emotion_engine(f"onnx:{folder}")


def test_a_model_that_stops_on_a_text_is_told(two_emotions: Path) -> None:
    # Its tokenizer knows five words more than its two rows of weights.
    (two_emotions / "model.onnx").write_bytes(bag_of_words([[0.0, 0.0], [0.0, 0.0]]))
    with pytest.raises(InvalidArgument, match="stopped on a text"):
        reading_by(two_emotions, "odieux")


def test_a_folder_that_is_not_there_is_told_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument) as refused:
        emotion_engine(f"onnx:{tmp_path / 'none'}")
    assert "there is no folder" in refused.value.to("en")
    assert "il n'y a pas de dossier" in refused.value.to("fr")


def test_the_command_reads_with_a_folder(
    two_emotions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "said.csv"
    source.write_text("said\nLivraison rapide mais personnel odieux\n", encoding="utf-8")
    asked = ["emotions", str(source), "--text", "said", "--engine", f"onnx:{two_emotions}"]
    told = answer_of(capsys, *asked)
    assert [each["emotion"] for each in told["texts"][0]["emotions"]] == ["joy", "anger"]
