"""Definitions as a person reads them: the catalogue, and one indicator whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from ressenti.language import Language, Text, number_text
from ressenti.reports.words import DIRECTIONS
from ressenti.scores.definitions import Answers, Events, Indicator, Variant, Worked
from ressenti.scores.score import Band

FAMILIES = {
    "survey": Text(en="survey", fr="enquête"),
    "text": Text(en="text", fr="texte"),
    "employee": Text(en="employees", fr="collaborateurs"),
    "loyalty": Text(en="loyalty and value", fr="fidélité et valeur"),
    "operations": Text(en="service operations", fr="service client"),
    "external": Text(en="seen from outside", fr="regard extérieur"),
    "outcome": Text(en="customer outcomes", fr="résultats pour le client"),
}
HEADINGS = {
    "question": Text(en="Question", fr="Question"),
    "variants": Text(en="Variants", fr="Variantes"),
    "bands": Text(en="Published readings", fr="Repères publiés"),
    "use_when": Text(en="Use it when", fr="Quand l'utiliser"),
    "pitfalls": Text(en="Pitfalls", fr="Pièges"),
    "sources": Text(en="Sources", fr="Sources"),
}


def catalogue_table(indicators: Sequence[Indicator], language: Language) -> Table:
    """Return the catalogue, one line an indicator."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in (
        Text(en="id", fr="id"),
        Text(en="name", fr="nom"),
        Text(en="family", fr="famille"),
        Text(en="default variant", fr="variante par défaut"),
        Text(en="variants", fr="variantes"),
        Text(en="reads", fr="lit"),
    ):
        # What is typed again is never cut short.
        is_key = head.en in ("id", "default variant")
        table.add_column(head.to(language), no_wrap=is_key, min_width=4)
    for one in indicators:
        name = one.name.to(language)
        short = one.abbreviation.to(language)
        table.add_row(
            one.key,
            name if short in ("", name) else f"{name} ({short})",
            FAMILIES[one.family].to(language),
            one.default.key,
            str(len(one.variants)),
            reading_text(one.default, language),
        )
    return table


def definition_text(indicator: Indicator, language: Language) -> RenderableType:
    """Return one indicator whole: what it is, how it is asked, computed, read and misread."""
    parts: list[RenderableType] = [
        Styled(f"{indicator.name.to(language)} — {indicator.abbreviation.to(language)}", "bold"),
        Padding(Styled(indicator.definition.to(language)), (0, 0, 1, 2)),
    ]
    if indicator.question is not None:
        asked = [indicator.question.to(language)]
        if indicator.follow_up is not None:
            asked.append(indicator.follow_up.to(language))
        parts += _section("question", asked, language)
    parts.append(Styled(HEADINGS["variants"].to(language), "bold"))
    parts.append(Padding(variants_table(indicator, language), (0, 0, 0, 2)))
    if indicator.bands:
        bands = [band_text(band, language) for band in indicator.bands]
        parts += _section("bands", bands, language)
    parts += _section("use_when", [indicator.use_when.to(language)], language)
    parts += _section("pitfalls", [text.to(language) for text in indicator.pitfalls], language)
    parts += _section("sources", indicator.sources, language)
    if indicator.mark is not None:
        parts.append(Styled(indicator.mark.to(language), "dim"))
    return Group(*parts)


def variants_table(indicator: Indicator, language: Language) -> Table:
    """Return the variants of an indicator with their formulas and directions."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for variant in indicator.variants:
        formula = variant.formula.to(language)
        note = "" if variant.note is None else f"\n{variant.note.to(language)}"
        about = f"{DIRECTIONS[variant.direction].to(language)}; {reading_text(variant, language)}"
        table.add_row(Styled(variant.key, "cyan"), Styled(f"{formula}{note}"), Styled(about, "dim"))
    return table


def reading_text(variant: Variant, language: Language) -> str:
    """Return what a variant is computed from."""
    reads = variant.reads
    if isinstance(reads, Answers):
        scales = ", ".join(scale.key for scale in reads.scales)
        return (
            Text(en="answers on {scales}", fr="réponses sur {scales}")
            .format(scales=scales)
            .to(language)
        )
    if isinstance(reads, Events):
        return Text(en="facts: {fact}", fr="faits : {fact}").format(fact=reads.fact).to(language)
    if isinstance(reads, Worked):
        return Text(en="named inputs", fr="données nommées").to(language)
    return reads.quantity.name.to(language)


def band_text(band: Band, language: Language) -> str:
    """Return a published reading with its bounds and its source."""
    low = None if band.low is None else number_text(band.low, language, decimals=0)
    high = None if band.high is None else number_text(band.high, language, decimals=0)
    bounds = {
        (True, True): f"{low} – {high}",
        (True, False): f"≥ {low}",
        (False, True): f"< {high}",
        (False, False): "",
    }[low is not None, high is not None]
    return f"{bounds}  {band.label.to(language)}  [{band.source}]"


def definition_document(indicator: Indicator, language: Language) -> dict[str, Any]:
    """Return an indicator as one JSON object."""
    return {
        "id": indicator.key,
        "name": indicator.name.to(language),
        "abbreviation": indicator.abbreviation.to(language),
        "family": str(indicator.family),
        "definition": indicator.definition.to(language),
        "question": None if indicator.question is None else indicator.question.to(language),
        "follow_up": None if indicator.follow_up is None else indicator.follow_up.to(language),
        "dated_by": indicator.dated_by.to(language),
        "variants": [_variant_document(variant, language) for variant in indicator.variants],
        "bands": [
            {
                "label": band.label.to(language),
                "low": band.low,
                "high": band.high,
                "source": band.source,
                "variants": list(band.variants or (indicator.default.key,)),
            }
            for band in indicator.bands
        ],
        "use_when": indicator.use_when.to(language),
        "pitfalls": [text.to(language) for text in indicator.pitfalls],
        "sources": list(indicator.sources),
        "objectives": list(indicator.objectives),
        "steps": list(indicator.steps),
    }


def _variant_document(variant: Variant, language: Language) -> dict[str, Any]:
    return {
        "id": variant.key,
        "name": variant.name.to(language),
        "formula": variant.formula.to(language),
        "unit": str(variant.unit),
        "direction": str(variant.direction),
        "low": variant.low,
        "high": variant.high,
        "reads": reading_text(variant, language),
        "note": None if variant.note is None else variant.note.to(language),
    }


def _section(key: str, lines: Sequence[str], language: Language) -> list[RenderableType]:
    if not lines:
        return []
    bullets = [
        Padding(Styled(f"{'• ' if len(lines) > 1 else ''}{line}"), (0, 0, 0, 2)) for line in lines
    ]
    return [Styled(HEADINGS[key].to(language), "bold"), *bullets, Styled("")]
