"""Reading comments of 60 and of 350 characters: whole readings, beside VADER's one number."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from importlib.util import find_spec
from multiprocessing import get_context

from benchmarks.rounds import Claim, Result, medians, python_case

TEXTS = {"short": 40_000, "long": 10_000}
CHARACTERS = {"short": 60, "long": 350}
GOALS = {"short": 40_000, "long": 10_000}
CORES = 2
SEED = 5


def comments(kind: str, count: int) -> list[str]:
    """Return comments of about as many characters, half French, half English, no two alike."""
    chance = random.Random(SEED)
    written = {language: sentences(language) for language in ("fr", "en")}
    made = []
    for number in range(count):
        text = ""
        while len(text) < CHARACTERS[kind] - 10:
            text += chance.choice(written["fr" if number % 2 else "en"]) + " "
        made.append(f"{text[: CHARACTERS[kind]]} {number}")
    return made


def sentences(language: str) -> list[str]:
    path = files("ressenti.simulation").joinpath("sentences", f"{language}.txt")
    rows = csv.DictReader(path.read_text("utf-8").splitlines(), delimiter="|")
    return [row["sentence"].replace("[", "").replace("]", "") for row in rows]


def ours(kind: str, count: str) -> Callable[[], object]:
    from ressenti.emotions import read_texts

    texts = comments(kind, int(count))
    read_texts(texts[:100])
    return lambda: read_texts(texts)


def vader(kind: str, count: str) -> Callable[[], object]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    texts = comments(kind, int(count))
    analyser = SentimentIntensityAnalyzer()
    return lambda: [analyser.polarity_scores(text) for text in texts]


CASES = {"ours": ours, "vader": vader}


def polarities(texts: list[str]) -> list[float | None]:
    from ressenti.emotions import read_texts

    return [reading.polarity for reading in read_texts(texts)]


def texts_a_second(kind: str, count: int) -> float:
    """Return the texts read in a second of wall time by as many processes as there are cores."""
    texts = comments(kind, count)
    parts = [texts[start :: 4 * CORES] for start in range(4 * CORES)]
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(polarities, [texts[:50]] * 2 * CORES))
        start = time.perf_counter()
        list(pool.map(polarities, parts))
        return count / (time.perf_counter() - start)


def result(*, rows: int | None, quick: bool) -> Result:
    share = 0.1 if quick else 1.0
    counts = {kind: rows or int(count * share) for kind, count in TEXTS.items()}
    peers = ["ours", *(["vader"] if find_spec("vaderSentiment") else [])]
    commands = {
        f"{peer}, {counts[kind]:,} of {CHARACTERS[kind]} characters": python_case(
            "emotions", peer, kind, counts[kind]
        )
        for kind in TEXTS
        for peer in peers
    }
    claims = [
        Claim(
            f"comments of {CHARACTERS[kind]} characters read in a second, two processes",
            texts_a_second(kind, counts[kind]),
            GOALS[kind],
            unit="/s",
            is_at_least=True,
        )
        for kind in TEXTS
    ]
    return Result("Emotions read in comments", medians(commands, rounds=3), claims)
