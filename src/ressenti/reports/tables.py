"""Tables: the figures of a drawing as rows of text, for the table that stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ressenti.facts.scales import Scale
from ressenti.language import MISSING_NUMBER, Language, Text, number_text, percent_text
from ressenti.reports.changes import difference_text
from ressenti.reports.drawings.distribution import level_shares
from ressenti.reports.drawings.level_bars import left_out_words
from ressenti.reports.drawings.mix_rate import steps_of
from ressenti.reports.drawings.timeline import period_name
from ressenti.reports.drawings.wording import segment_words, value_words
from ressenti.reports.terminal import interval_text, remarks_text, score_name
from ressenti.reports.words import EVERYTHING, HEADS, PARTS
from ressenti.scores.score import CONFIDENCE, Reason, Score
from ressenti.studies.comparing import Change, Split
from ressenti.tallies.tally import Tally

SEGMENT = Text(en="segment", fr="segment")
MISSING = Text(en="no answer", fr="sans réponse")
INVALID = Text(en="off the scale", fr="hors échelle")
LEVEL = Text(en="level", fr="niveau")
READING = Text(en="reading", fr="lecture")
SHARE = Text(en="share", fr="part")
ANSWERS = Text(en="answers", fr="réponses")
STEP = Text(en="step", fr="étape")
CHANGE = Text(en="change", fr="évolution")


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; numbers are aligned to the right."""

    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts, each row as long as the headings; the first column names the row."""

    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]


def scores_table(scores: Sequence[Score], language: Language) -> Table:
    """Return scores of one definition as a table: value, interval, base and what was left out."""
    has_periods = any(score.period is not None for score in scores)
    has_segments = any(score.segment for score in scores)
    confidence = scores[0].confidence if scores else CONFIDENCE
    share = percent_text(100 * confidence, language, decimals=0)
    places = [HEADS["period"]] if has_periods or not has_segments else []
    places += [SEGMENT] if has_segments else []
    figures = [HEADS["value"], HEADS["interval"].format(confidence=share), HEADS["n"]]
    figures += [MISSING, INVALID]
    return Table(
        caption=score_name(scores[0], language) if scores else "",
        headings=(
            *(Heading(text.to(language)) for text in places),
            *(Heading(text.to(language), is_number=True) for text in figures),
            Heading(HEADS["remarks"].to(language)),
        ),
        rows=tuple(
            (
                *_place(score, language, has_periods=has_periods, has_segments=has_segments),
                value_words(score.value, score.unit, language),
                interval_text(score, language),
                *_counts(score, language),
                remarks_text(score, language),
            )
            for score in scores
        ),
    )


def distribution_table(tally: Tally, scale: Scale, language: Language) -> Table:
    """Return the levels of a tally, the best first; the caption says what was left out."""
    heads = ((LEVEL, False), (READING, False), (SHARE, True), (ANSWERS, True))
    return Table(
        caption=left_out_words(tally, language),
        headings=tuple(Heading(text.to(language), is_number) for text, is_number in heads),
        rows=tuple(
            (
                one.label,
                PARTS[one.kind].to(language),
                percent_text(one.share, language),
                number_text(one.n, language, decimals=0),
            )
            for one in level_shares(tally, scale, language)
        ),
    )


def split_table(change: Change, split: Split, levels: tuple[str, str], language: Language) -> Table:
    """Return the steps from the value before a change to the value after it; none without both."""
    before, after = change.before, change.after
    steps = () if before.value is None else steps_of(split, before.value, language)
    return Table(
        caption=f"{score_name(before, language)} · {split.dimension}",
        headings=(
            Heading(STEP.to(language)),
            Heading(CHANGE.to(language), is_number=True),
            Heading(HEADS["value"].to(language), is_number=True),
        ),
        rows=(
            (levels[0], "", value_words(before.value, before.unit, language)),
            *(
                (
                    step.label,
                    difference_text(step.amount, before.unit, language),
                    value_words(step.end, before.unit, language),
                )
                for step in steps
            ),
            (levels[1], "", value_words(after.value, after.unit, language)),
        ),
    )


def _counts(score: Score, language: Language) -> tuple[str, ...]:
    """Return the answers of a score and those left out; none of a group that is hidden."""
    counts = (score.n, score.n_missing, score.n_invalid)
    is_hidden = score.reason == Reason.SUPPRESSED
    return tuple(
        MISSING_NUMBER if is_hidden else number_text(count, language, decimals=0)
        for count in counts
    )


def _place(
    score: Score, language: Language, *, has_periods: bool, has_segments: bool
) -> tuple[str, ...]:
    whole = EVERYTHING.to(language)
    period = whole if score.period is None else period_name(score.period, language)
    if not has_segments:
        return (period,)
    segment = segment_words(score, language)
    return (period, segment) if has_periods else (segment,)
