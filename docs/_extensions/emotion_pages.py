"""Reference pages of themes, signals and calibration, written from plans, rules and figures."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from ressenti.emotions.labels import LABELS
from ressenti.emotions.signals.reading import signals_of
from ressenti.emotions.signals.rules import Signal
from ressenti.emotions.themes.plans import SECTORS, TRADES, theme_plan
from ressenti.language import LANGUAGES, Language, Text, number_text, percent_text
from ressenti.statistics.proportions import wilson_interval

FOLDER = "reference/generated"

SIGNALS = Text(en="Signals", fr="Signaux")
SIGNALS_INTRODUCTION = Text(
    en="Measured on the half of the labelled texts that was held out: for each signal and language "
    "30 texts that have it and 30 written to deceive. In brackets, Wilson's interval at 95 %. The "
    "texts and the rules were written by one hand, so take these figures for a ceiling: on real "
    "comments, mark a sample of your own before an alert depends on a signal.",
    fr="Mesure sur la moitié des textes étiquetés tenue à l'écart : pour chaque signal et chaque "
    "langue, 30 textes qui le portent et 30 écrits pour tromper. Entre parenthèses, l'intervalle "
    "de Wilson à 95 %. Textes et règles sont de la même main : prenez ces chiffres pour un "
    "plafond et, sur de vrais commentaires, étiquetez un échantillon avant d'y suspendre une "
    "alerte.",
)
HEADS = (
    Text(en="signal", fr="signal"),
    Text(en="language", fr="langue"),
    Text(en="precision", fr="précision"),
    Text(en="recall", fr="rappel"),
    Text(en="what it means", fr="ce qu'il veut dire"),
)
PLANS = Text(en="Theme plans", fr="Plans de thèmes")
CHANCES: dict[Language, tuple[str, ...]] = {
    "en": ("under 10%", "10–30%", "30–50%", "50–70%", "70–90%", "90% and over"),
    "fr": (
        "moins de 10\N{NO-BREAK SPACE}%", "10–30\N{NO-BREAK SPACE}%", "30–50\N{NO-BREAK SPACE}%",
        "50–70\N{NO-BREAK SPACE}%", "70–90\N{NO-BREAK SPACE}%", "90\N{NO-BREAK SPACE}% et plus",
    ),
}  # fmt: skip
SAID = Text(en="Said", fr="Annoncé")
CALIBRATION_ERROR = Text(en="Error", fr="Erreur")
RELIABILITIES = {
    "goemotions_dev_en": Text(en="GoEmotions, English", fr="GoEmotions, anglais"),
    "goemotions_dev_fr": Text(
        en="GoEmotions, machine-translated to French",
        fr="GoEmotions, traduit en français par une machine",
    ),
    "verbatims_en": Text(
        en="Development verbatims, English", fr="Verbatims de développement, anglais"
    ),
    "verbatims_fr": Text(
        en="Development verbatims, French", fr="Verbatims de développement, français"
    ),
}
POLARITIES = {
    "positive": Text(en="pleased", fr="content"),
    "negative": Text(en="displeased", fr="mécontent"),
}
LANGUAGE_NAMES: dict[Language, Text] = {
    "en": Text(en="English", fr="anglais"),
    "fr": Text(en="French", fr="français"),
}


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", write_emotion_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_emotion_pages(app: Sphinx) -> None:
    labelled = Path(app.srcdir).parent / "tests" / "emotions" / "signals"
    counts = {
        (language, signal): outcomes(labelled / f"labelled.{language}.tsv", language, signal)
        for language in LANGUAGES
        for signal in Signal
    }
    for language in LANGUAGES:
        folder = Path(app.srcdir) / FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        pages = {"signals.md": signal_page(language, counts), "themes.md": theme_page(language)}
        for name, lines in pages.items():
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        tables = "\n".join(reliability_tables(language)) + "\n"
        (folder.parent / f"emotions.reliability.{language}.md").write_text(tables, encoding="utf-8")


def reliability_tables(language: Language) -> Iterator[str]:
    """Yield, for each class, the share that was true of what was said with about one chance."""
    path = files("ressenti.emotions").joinpath("models", "figures.json")
    figures = json.loads(path.read_text("utf-8"))
    for name, title in RELIABILITIES.items():
        heads = (SAID.to(language), *CHANCES[language], CALIBRATION_ERROR.to(language))
        yield from ("", f"**{title.to(language)}**", "")
        yield f"| {' | '.join(heads)} |"
        yield f"| --- |{' ---: |' * (len(heads) - 1)}"
        for label, found in figures[name]["labels"].items():
            shown = POLARITIES[label] if label in POLARITIES else LABELS[label].text
            error = number_text(found["calibration_error"], language, decimals=3)
            shares = (share_text(each, language) for each in found["bins"])
            yield f"| {' | '.join((shown.to(language), *shares, error))} |"


def share_text(found: Mapping[str, float | None], language: Language) -> str:
    """Return the share that was true, and of how many texts; a dash where there are none."""
    share, count = found["share"], found["n"]
    if share is None or count is None:
        return "–"
    return f"{percent_text(100 * share, language, decimals=0)} ({count:.0f})"


def outcomes(file: Path, language: Language, signal: Signal) -> Counter[tuple[bool, bool]]:
    """Return how many held-out texts have the signal (first) and were found to (second)."""
    with file.open(encoding="utf-8") as lines:
        rows = [
            row
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["signal"] == signal.value and row["half"] == "held_out"
        ]
    found = signals_of([row["text"] for row in rows], [language] * len(rows))
    return Counter(
        (row["present"] == "yes", any(one.signal is signal for one in own))
        for row, own in zip(rows, found, strict=True)
    )


def signal_page(
    language: Language, counts: dict[tuple[Language, Signal], Counter[tuple[bool, bool]]]
) -> Iterator[str]:
    yield from (f"# {SIGNALS.to(language)}", "", SIGNALS_INTRODUCTION.to(language), "")
    yield "| " + " | ".join(head.to(language) for head in HEADS) + " |"
    yield "|---" * len(HEADS) + "|"
    for signal in Signal:
        for spoken in LANGUAGES:
            counted = counts[spoken, signal]
            right = counted[True, True]
            cells = (
                f"{signal.text.to(language)} (`{signal}`)",
                LANGUAGE_NAMES[spoken].to(language),
                rate_text(right, right + counted[False, True], language),
                rate_text(right, right + counted[True, False], language),
                signal.definition.to(language),
            )
            yield "| " + " | ".join(cells) + " |"


def rate_text(right: int, all_: int, language: Language) -> str:
    interval = wilson_interval(right, all_)
    shown = (interval.estimate, interval.low, interval.high)
    rate, low, high = (
        percent_text(None if part is None else 100 * part, language, decimals=0) for part in shown
    )
    return f"{rate} ({low} – {high})"


def theme_page(language: Language) -> Iterator[str]:
    yield from (f"# {PLANS.to(language)}", "")
    for name in (*TRADES, *SECTORS):
        plan = theme_plan(name)
        yield from (f"## {plan.name.to(language)} (`{plan.key}`)", "")
        for theme in plan.themes:
            definition = theme.definition.to(language)
            yield f"- **{theme.name.to(language)}** (`{theme.key}`) – {definition}"
        yield ""
