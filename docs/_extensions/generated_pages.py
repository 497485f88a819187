"""Reference pages written from the code: indicators in each language, commands, errors.

What a person reads about an indicator is written once, in its own file; these pages repeat it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from ressenti import errors
from ressenti.cli.verbs import VERBS
from ressenti.emotions.labels import LABELS
from ressenti.facts.scales import Quantity, Scale
from ressenti.indicators import catalogue
from ressenti.language import LANGUAGES, Language, Text, number_text
from ressenti.scores.definitions import Answers, Events, Indicator, Variant, Worked
from ressenti.scores.score import Direction

FOLDER = "reference/generated"
UNINFORMATIVE = {"object", "Exception", "BaseException"}
ERROR_LINE = re.compile(r"(?P<name>\w+)\s+(?P<code>R\d{3})\s+(?P<meaning>.+)")

INDICATORS = Text(en="Indicators", fr="Indicateurs")
EACH_COMPUTED = Text(
    en="Each page is written from the definition that also computes the indicator.",
    fr="Chaque page est tirée de la définition qui calcule aussi l'indicateur.",
)
QUESTION = Text(en="Question", fr="Question")
FOLLOW_UP = Text(en="Then", fr="Puis")
DATED_BY = Text(en="Dated by", fr="Date retenue")
VARIANTS = Text(en="Variants", fr="Variantes")
DEFAULT = Text(en="default", fr="par défaut")
UNIT = Text(en="Unit", fr="Unité")
BETTER = Text(en="Better", fr="Mieux")
READS = Text(en="Reads", fr="Lit")
BANDS = Text(en="Published readings", fr="Lectures publiées")
FROM = Text(en="from", fr="à partir de")
BELOW = Text(en="below", fr="moins de")
LABEL = Text(en="called", fr="appelé")
ACCORDING_TO = Text(en="according to", fr="selon")
USE_WHEN = Text(en="When to use it", fr="Quand l'employer")
PITFALLS = Text(en="Pitfalls", fr="Pièges")
SOURCES = Text(en="Sources", fr="Sources")
COLON = Text(en=": ", fr="\N{NO-BREAK SPACE}: ")
DIRECTIONS = {
    Direction.HIGH: Text(en="higher", fr="plus haut"),
    Direction.LOW: Text(en="lower", fr="plus bas"),
    Direction.CONTEXT: Text(en="depends on the context", fr="selon le contexte"),
}


EMOTION = Text(en="Emotion", fr="Émotion")
PRECISION = Text(en="Precision", fr="Précision")
RECALL = Text(en="Recall", fr="Rappel")
CORPUS = Text(
    en="Texts the measured model had not learnt",
    fr="Textes que le modèle mesuré n'avait pas appris",
)
MEASURES = Text(en="Figures", fr="Chiffres")
MEASURE = Text(en="Figure", fr="Chiffre")
MEASURE_NAMES = {
    "ekman_macro_f1": Text(en="Ekman macro-F1", fr="macro-F1 d'Ekman"),
    "sentiment_macro_f1": Text(en="sentiment macro-F1", fr="macro-F1 du sentiment"),
    "auc": Text(en="AUC", fr="AUC"),
    "macro_f1": Text(en="macro-F1", fr="macro-F1"),
}
CORPORA = {
    "goemotions_dev_en": Text(
        en="GoEmotions, development split, English",
        fr="GoEmotions, partie de développement, anglais",
    ),
    "goemotions_dev_fr": Text(
        en="GoEmotions, development split, machine-translated to French",
        fr="GoEmotions, partie de développement, traduite en français par une machine",
    ),
    "verbatims_en": Text(
        en="Development verbatims, English, pleased against displeased",
        fr="Verbatims de développement, anglais, contents contre mécontents",
    ),
    "verbatims_fr": Text(
        en="Development verbatims, French, pleased against displeased",
        fr="Verbatims de développement, français, contents contre mécontents",
    ),
    "services-publics_fr_cross_validated": Text(
        en="Services Publics +, positive against negative, cross-validated",
        fr="Services Publics +, positif contre négatif, validation croisée",
    ),
    "nhs_en_cross_validated": Text(
        en="NHS comments, positive against negative, cross-validated",
        fr="Commentaires du NHS, positif contre négatif, validation croisée",
    ),
    "nhs_fr_cross_validated": Text(
        en="The same, machine-translated to French",
        fr="Les mêmes, traduits en français par une machine",
    ),
    "xed_fr_cross_validated": Text(
        en="XED in French, eight emotions, cross-validated",
        fr="XED en français, huit émotions, validation croisée",
    ),
    "xed_fr_learnt_alone": Text(
        en="The same, where both parts of the engine learn XED alone",
        fr="Le même, quand les deux parties du moteur n'apprennent que XED",
    ),
    "xed_en_cross_validated": Text(
        en="XED in English, positive against negative, cross-validated",
        fr="XED en anglais, positif contre négatif, validation croisée",
    ),
}


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_pages(app: Sphinx) -> None:
    folder = Path(app.srcdir) / FOLDER
    for language in LANGUAGES:
        pages = folder / language
        pages.mkdir(parents=True, exist_ok=True)
        for indicator in catalogue().values():
            write(pages / f"{indicator.key}.md", indicator_page(indicator, language))
        write(pages / "index.md", catalogue_page(language))
        write(folder / f"emotions.{language}.md", emotion_figures(language))
        write(folder / f"emotions.precise.{language}.md", engines_compared(language))
    write(folder / "errors.md", error_page())
    write(folder / "commands.md", command_table())


def write(path: Path, lines: Iterator[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def emotion_figures(language: Language) -> Iterator[str]:
    """Yield the tables of the emotion engine's figures, as its training wrote them."""
    figures = trained_figures("figures")
    yield f"| {CORPUS.to(language)} | n | {MEASURES.to(language)} |"
    yield "| --- | ---: | --- |"
    subtitles = "xed_fr_cross_validated"
    rows = {**figures, "xed_fr_learnt_alone": figures[subtitles]["learnt_alone"]}
    for name, found in sorted(rows.items()):
        measures = ", ".join(
            f"{MEASURE_NAMES[key].to(language)} {number_text(found[key], language, decimals=3)}"
            for key in MEASURE_NAMES
            if key in found
        )
        yield f"| {CORPORA[name].to(language)} | {found['n']} | {measures} |"
    for name in ("goemotions_dev_en", "goemotions_dev_fr"):
        yield from ("", f"{CORPORA[name].to(language)}{COLON.to(language)}", "")
        heads = (EMOTION.to(language), "n", PRECISION.to(language), RECALL.to(language), "F1")
        yield f"| {' | '.join(heads)} |"
        yield "| --- | ---: | ---: | ---: | ---: |"
        for label, found in figures[name]["labels"].items():
            cells = " | ".join(
                number_text(found[key], language, decimals=3)
                for key in ("precision", "recall", "f1")
            )
            yield f"| {LABELS[label].text.to(language)} | {found['n']} | {cells} |"


def engines_compared(language: Language) -> Iterator[str]:
    """Yield the table of the embedded engine's figures beside those of the precise one."""
    embedded, precise = trained_figures("figures"), trained_figures("precise")
    yield f"| {CORPUS.to(language)} | {MEASURE.to(language)} | `embedded` | `precise` |"
    yield "| --- | --- | ---: | ---: |"
    # Each training measures what it does on its own day: some texts only one engine was tried on.
    for name in (name for name in CORPORA if name in embedded and name in precise):
        for key in MEASURE_NAMES:
            if key in embedded.get(name, {}) and key in precise.get(name, {}):
                both = " | ".join(
                    number_text(figures[name][key], language, decimals=3)
                    for figures in (embedded, precise)
                )
                measure = MEASURE_NAMES[key].to(language)
                yield f"| {CORPORA[name].to(language)} | {measure} | {both} |"


def trained_figures(name: str) -> dict[str, Any]:
    """Return the figures that a training of emotions wrote."""
    path = files("ressenti.emotions").joinpath("models", f"{name}.json")
    figures: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return figures


def catalogue_page(language: Language) -> Iterator[str]:
    yield from (f"# {INDICATORS.to(language)}", "", EACH_COMPUTED.to(language), "")
    for key, indicator in catalogue().items():
        definition = indicator.definition.to(language)
        yield f"- [{indicator.name.to(language)}]({key}.md) (`{key}`) – {definition}"
    yield from ("", "```{toctree}", ":hidden:", "", *catalogue(), "```")


def indicator_page(indicator: Indicator, language: Language) -> Iterator[str]:
    title, abbreviation = indicator.name.to(language), indicator.abbreviation.to(language)
    yield f"# {title}" + (f" ({abbreviation})" if abbreviation != title else "")
    yield from ("", indicator.definition.to(language), "")
    labelled = ((QUESTION, indicator.question), (FOLLOW_UP, indicator.follow_up))
    for label, text in (*labelled, (DATED_BY, indicator.dated_by)):
        if text is not None:
            yield from (label.to(language), f": {text.to(language)}", "")
    yield from section(USE_WHEN, language, [indicator.use_when.to(language)])
    yield from section(
        PITFALLS, language, [f"- {text.to(language)}" for text in indicator.pitfalls]
    )
    yield from (f"## {VARIANTS.to(language)}", "")
    for variant in indicator.variants:
        yield from variant_lines(indicator, variant, language)
    if indicator.bands:
        yield from section(BANDS, language, list(band_lines(indicator, language)))
    yield from section(SOURCES, language, [f"- {linked(source)}" for source in indicator.sources])
    if indicator.mark:
        yield from ("", f"*{indicator.mark.to(language)}*")


def section(title: Text, language: Language, lines: list[str]) -> Iterator[str]:
    yield from (f"## {title.to(language)}", "", *lines, "")


def variant_lines(indicator: Indicator, variant: Variant, language: Language) -> Iterator[str]:
    default = f", {DEFAULT.to(language)}" if variant is indicator.default else ""
    yield from (f"### {variant.name.to(language)}", "", f"`{indicator.key}/{variant.key}`{default}")
    yield from ("", f"> {variant.formula.to(language)}", "")
    facts = (
        (UNIT, f"`{variant.unit}`"),
        (BETTER, DIRECTIONS[variant.direction].to(language)),
        (READS, reading_text(variant, language)),
    )
    yield from (f"- {label.to(language)}{COLON.to(language)}{fact}" for label, fact in facts)
    if variant.note:
        yield from ("", variant.note.to(language))
    yield ""


def reading_text(variant: Variant, language: Language) -> str:
    match variant.reads:
        case Answers(scales=scales):
            return ", ".join(scale_text(scale, language) for scale in scales)
        case Events(fact=fact, needs=needs):
            return f"`{fact}` ({', '.join(f'`{need}`' for need in needs)})"
        case Worked(needs=needs):
            return ", ".join(f"`{need}`" for need in needs)
        case amounts:
            return scale_text(amounts.quantity, language)


def scale_text(scale: Scale | Quantity, language: Language) -> str:
    return f"{scale.name.to(language)} (`{scale.key}`)"


def band_lines(indicator: Indicator, language: Language) -> Iterator[str]:
    heads = (FROM, BELOW, LABEL, VARIANTS, ACCORDING_TO)
    yield "| " + " | ".join(head.to(language) for head in heads) + " |"
    yield "|---" * len(heads) + "|"
    for band in indicator.bands:
        limits = (number_text(limit, language) for limit in (band.low, band.high))
        variants = " ".join(f"`{key}`" for key in band.variants or (indicator.default.key,))
        cells = (*limits, band.label.to(language), variants, linked(band.source))
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def linked(source: str) -> str:
    return re.sub(r"(https?://\S+)", r"<\1>", source)


def command_table() -> Iterator[str]:
    yield from ("| command | what it does |", "|---|---|")
    for name, (_, purpose) in VERBS.items():
        yield f"| `{name}` | {purpose.to('en')} |"


def error_page() -> Iterator[str]:
    yield from ("# Errors", "", "A code never changes its meaning. The message quotes the value")
    yield from ("that is wrong and says what to do, in English or in French.", "")
    yield from ("| code | class | meaning | exit status | also a |", "|---|---|---|---|---|")
    for line in ERROR_LINE.finditer(errors.__doc__ or ""):
        kind = getattr(errors, line["name"])
        standard = [base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"]
        others = ", ".join(f"`{name}`" for name in standard if name not in UNINFORMATIVE)
        cells = (line["code"], f"`{line['name']}`", line["meaning"], kind.exit_status, others)
        yield "| " + " | ".join(map(str, cells)) + " |"
