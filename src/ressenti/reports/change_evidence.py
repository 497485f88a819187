"""Change evidence: what the change of a figure, and of its parts, rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.changes import difference_text, test_text
from ressenti.reports.drawings.wording import figure_words
from ressenti.reports.evidence import INTERVALS, TEST, Evidence, N, p_words
from ressenti.reports.link_findings import interval_words
from ressenti.reports.tables import Heading, Table
from ressenti.reports.words import NOT_TOLD
from ressenti.scores.score import Unit
from ressenti.studies.comparing import Change
from ressenti.studies.explaining import DimensionPart

COUNTS = Text(en="{before} before, {after} after", fr="{before} avant, {after} après")
DIFFERENCE = Text(en="Difference", fr="Écart")
OF_THE_PAGE = Text(
    en="{own}; {adjusted} among the changes looked at together (Benjamini-Hochberg)",
    fr="{own} ; {adjusted} parmi les écarts regardés ensemble (Benjamini-Hochberg)",
)
TWO_SIDED = Text(en="two-sided, {p}", fr="bilatéral, {p}")
NO_TEST = Text(en="none for this kind of figure", fr="aucun pour cette sorte de chiffre")
SHARE = Text(en="{share} confidence, {method}", fr="confiance de {share}, {method}")
ADJUSTED = Text(en="Adjusted for", fr="Ajusté de")
RAW = Text(
    en="nothing: the figures as they are; mix and rate are told apart under Where",
    fr="rien : les chiffres tels quels ; structure et niveau sont distingués sous Où",
)
MIX = Text(en="By more or fewer of some", fr="Par plus ou moins de certains")
RATE = Text(en="Within", fr="À l'intérieur")
ALIKE = Text(
    en="all parts moved alike: {own}; {adjusted} among the dimensions looked at",
    fr="toutes les parties ont évolué de même : {own} ; {adjusted} parmi les dimensions regardées",
)
HELD = Text(
    en="the mix of {dimension}: its part is taken out of what is within",
    fr="la structure selon {dimension} : sa part est ôtée de ce qui est à l'intérieur",
)
OWN = Text(en="own change", fr="écart propre")
BY_SHARE = Text(en="brings by its share", fr="apporté par sa part")
BY_FIGURE = Text(en="brings by its own figure", fr="apporté par son propre chiffre")


def change_evidence(change: Change, tables: Sequence[Table], language: Language) -> Evidence:
    """Return what the change of a figure rests on.

    Parameters
    ----------
    tables : sequence of Table
        The answers behind either figure.
    """
    return Evidence(
        facts=tuple((label.to(language), told) for label, told in _change_facts(change, language)),
        tables=tables,
    )


def dimension_evidence(
    part: DimensionPart,
    change: Change,
    *,
    name: str,
    labels: Mapping[str, str],
    language: Language,
    heads: tuple[str, str],
) -> Evidence:
    """Return what one dimension of an explanation rests on, part by part.

    Parameters
    ----------
    name : str
        What the dimension is called.
    labels : mapping of value to str
    heads : pair of str
        What the two periods are called.
    """
    unit, sure = change.before.unit, change.confidence
    found = part.split.decomposition
    facts = [
        (N, _counts(change, language)),
        (MIX, interval_words(found.mix.interval(confidence=sure), unit, language)),
        (RATE, interval_words(found.rate.interval(confidence=sure), unit, language)),
    ]
    if part.p_value is not None:
        own, adjusted = p_words(part.p_value, language), p_words(part.adjusted_p_value, language)
        facts.append((TEST, ALIKE.format(own=own, adjusted=adjusted).to(language)))
    facts += [
        (ADJUSTED, HELD.format(dimension=name).to(language)),
        (INTERVALS, percent_text(100 * sure, language, decimals=0)),
    ]
    table = _parts_table(part, name, labels, heads, unit, language)
    return Evidence(
        facts=tuple((label.to(language), told) for label, told in facts),
        tables=(table,),
        cautions=tuple(reason.to(language) for reason in part.split.alert.reasons),
    )


def _change_facts(change: Change, language: Language) -> Iterator[tuple[Text, str]]:
    yield N, _counts(change, language)
    yield DIFFERENCE, test_text(change, language)
    yield TEST, _test(change, language)
    yield ADJUSTED, RAW.to(language)
    share = percent_text(100 * change.confidence, language, decimals=0)
    yield INTERVALS, SHARE.format(share=share, method=change.after.method or "").to(language)


def _test(change: Change, language: Language) -> str:
    if change.p_value is None:
        return NO_TEST.to(language)
    own = TWO_SIDED.format(p=p_words(change.p_value, language)).to(language)
    if change.adjusted_p_value is None:
        return own
    adjusted = p_words(change.adjusted_p_value, language)
    return OF_THE_PAGE.format(own=own, adjusted=adjusted).to(language)


def _counts(change: Change, language: Language) -> str:
    before, after = (
        number_text(score.n, language, decimals=0) for score in (change.before, change.after)
    )
    return COUNTS.format(before=before, after=after).to(language)


def _parts_table(
    part: DimensionPart,
    name: str,
    labels: Mapping[str, str],
    heads: tuple[str, str],
    unit: Unit,
    language: Language,
) -> Table:
    columns = (*(text.to(language) for text in (OWN, BY_SHARE, BY_FIGURE)), *heads)
    return Table(
        caption=name,
        headings=(Heading(name), *(Heading(column, is_number=True) for column in columns)),
        rows=tuple(
            (
                labels.get(own.segment, own.segment) if own.segment else NOT_TOLD.to(language),
                test_text(own.change, language),
                difference_text(own.mix, unit, language),
                difference_text(own.rate, unit, language),
                figure_words(own.change.before, language),
                figure_words(own.change.after, language),
            )
            for own in part.parts
        ),
    )
