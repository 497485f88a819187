"""Terminal: scores as a table with intervals drawn in characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from ressenti.facts.plan import Target
from ressenti.indicators import indicator_called
from ressenti.language import MISSING_NUMBER, Language, colon, number_text, percent_text, semicolon
from ressenti.reports.goals import target_remarks
from ressenti.reports.plain_tables import WIDTH_WITHOUT_TERMINAL, plain_text
from ressenti.reports.words import DIRECTIONS, EVERYTHING, FLAGS, HEADS, NOT_TOLD, PARTS, REASONS
from ressenti.scores.score import DECIMALS, Score, Unit, value_text

BAR_WIDTH = 24


def score_table_text(
    scores: Sequence[Score],
    language: Language,
    *,
    width: int | None = None,
    names: Sequence[str] = (),
    targets: Sequence[Sequence[Target]] = (),
) -> str:
    """Return a table of scores as plain text, as wide as asked or as needed."""
    return plain_text(score_table(scores, language, names=names, targets=targets), width=width)


def console() -> Console:
    """Return the console of standard output, wide enough when it is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH_WITHOUT_TERMINAL)


def score_table(
    scores: Sequence[Score],
    language: Language,
    *,
    names: Sequence[str] = (),
    targets: Sequence[Sequence[Target]] = (),
) -> Table:
    """Return a table of scores: value, interval in figures and as a bar, base and remarks.

    Parameters
    ----------
    names : sequence of str, one a score or none
        What is measured, where indicators alone would not tell two scores apart.
    targets : sequence of sequences of Target, one a score or none
    """
    segments = list(dict.fromkeys(name for score in scores for name in score.segment))
    has_periods = any(score.period is not None for score in scores)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    if names:
        table.add_column(HEADS["measure"].to(language))
    table.add_column(HEADS["indicator"].to(language))
    if has_periods:
        table.add_column(HEADS["period"].to(language))
    for name in segments:
        table.add_column(name)
    confidence = scores[0].confidence if scores else 0.95
    share = percent_text(100 * confidence, language, decimals=0)
    table.add_column(HEADS["value"].to(language), justify="right")
    table.add_column(
        HEADS["interval"].format(confidence=share).to(language), justify="right", no_wrap=True
    )
    table.add_column("", no_wrap=True)
    table.add_column(HEADS["n"].to(language), justify="right")
    table.add_column(HEADS["left_out"].to(language), justify="right")
    table.add_column(HEADS["remarks"].to(language))
    bounds = _axes(scores)
    notes = _source_numbers(scores)
    for row, score in enumerate(scores):
        cells = _cells(score, segments, bounds, notes, language, has_periods=has_periods)
        goals = target_remarks(score, targets[row], language) if targets else ""
        remarks = f"{semicolon(language)} ".join(filter(None, [str(cells[-1]), goals]))
        table.add_row(*names[row : row + 1], *cells[:-1], remarks)
    if notes:
        table.caption = "\n".join(f"({number}) {source}" for source, number in notes.items())
        table.caption_justify = "left"
    return table


def _source_numbers(scores: Sequence[Score]) -> dict[str, int]:
    """Return the sources of the bands that are shown, numbered in order of appearance."""
    sources = [score.level.source for score in scores if score.level is not None]
    return {source: number for number, source in enumerate(dict.fromkeys(sources), start=1)}


def score_name(score: Score, language: Language) -> str:
    """Return how a score is called: its indicator's abbreviation and, unless default, variant."""
    indicator = indicator_called(score.indicator)
    name = indicator.abbreviation.to(language)
    if score.variant == indicator.default.key:
        return name
    return f"{name} · {indicator.variant(score.variant).name.to(language)}"


def period_text(score: Score, language: Language) -> str:
    """Return the period of a score: ``2026-03`` for a month, the first day otherwise."""
    if score.period is None:
        return EVERYTHING.to(language)
    start = score.period.start
    lengths = {"month": 7, "year": 4}
    if score.period.grain == "quarter":
        quarter = (int(start[5:7]) + 2) // 3
        return f"{start[:4]}-{'T' if language == 'fr' else 'Q'}{quarter}"
    return start[: lengths.get(score.period.grain, 10)]


def interval_text(score: Score, language: Language) -> str:
    """Return ``[26.4, 35.4]``, with the decimals that the width of the interval deserves."""
    if score.low is None and score.high is None:
        return MISSING_NUMBER
    decimals = DECIMALS.get(score.unit, 2) + _finer(score)
    low = number_text(score.low, language, decimals=decimals)
    high = number_text(score.high, language, decimals=decimals)
    return f"[{low} ; {high}]" if language == "fr" else f"[{low}, {high}]"


def remarks_text(
    score: Score, language: Language, *, source_numbers: Mapping[str, int] | None = None
) -> str:
    """Return why there is no value, the published band with its source, and the flags."""
    remarks = []
    if score.reason is not None:
        remarks.append(REASONS[score.reason].to(language) if score.reason in REASONS else "")
    if score.level is not None:
        source = (source_numbers or {}).get(score.level.source, score.level.source)
        remarks.append(f"{score.level.label.to(language)} ({source})")
    remarks += [FLAGS[flag].to(language) for flag in score.flags if flag in FLAGS]
    direction = indicator_called(score.indicator).variant(score.variant).direction
    if direction != "high":
        remarks.append(DIRECTIONS[direction].to(language))
    return f"{semicolon(language)} ".join(remarks)


def _cells(
    score: Score,
    segments: Sequence[str],
    bounds: Mapping[str, tuple[float, float]],
    notes: Mapping[str, int],
    language: Language,
    *,
    has_periods: bool,
) -> list[str | Styled]:
    left_out = score.n_missing + score.n_invalid
    cells: list[str | Styled] = [score_name(score, language)]
    if has_periods:
        cells.append(period_text(score, language))
    for name in segments:
        if name not in score.segment:
            cells.append(EVERYTHING.to(language))
        else:
            cells.append(score.segment[name] or NOT_TOLD.to(language))
    return [
        *cells,
        Styled(
            value_text(score.value, score.unit, language, finer=_finer(score)),
            style="dim" if score.is_indicative else "bold",
        ),
        interval_text(score, language),
        interval_bar(score, bounds.get(_axis(score))),
        number_text(score.n, language, decimals=0),
        number_text(left_out, language, decimals=0) if left_out else "",
        remarks_text(score, language, source_numbers=notes),
    ]


def interval_bar(score: Score, bounds: tuple[float, float] | None, width: int = BAR_WIDTH) -> str:
    """Return the interval drawn as ``   ├──●──┤  `` on an axis shared by comparable scores."""
    if bounds is None or score.value is None or score.low is None or score.high is None:
        return ""
    low, high = bounds
    span = (high - low) or 1.0

    def place(value: float) -> int:
        return min(width - 1, max(0, round((value - low) / span * (width - 1))))

    marks = [" "] * width
    left, right = place(score.low), place(score.high)
    for column in range(left, right + 1):
        marks[column] = "─"
    marks[left], marks[right] = "├", "┤"
    marks[place(score.value)] = "●"
    return "".join(marks)


def _axis(score: Score) -> str:
    return f"{score.indicator}/{score.variant}"


def _axes(scores: Sequence[Score]) -> dict[str, tuple[float, float]]:
    """Return the range of each axis: one a definition, since two are never compared."""
    axes: dict[str, tuple[float, float]] = {}
    for score in scores:
        if score.low is None or score.high is None:
            continue
        low, high = axes.get(_axis(score), (score.low, score.high))
        axes[_axis(score)] = (min(low, score.low), max(high, score.high))
    return axes


def _finer(score: Score) -> int:
    return 1 if score.unit is Unit.POINTS else 0


def example_text(score: Score, language: Language) -> str:
    """Return one score in a few lines: its value and interval, its parts, its remarks."""
    name = score_name(score, language)
    value = value_text(score.value, score.unit, language, finer=_finer(score))
    lines = [f"{name}  {value}  {interval_text(score, language)}".rstrip(f" {MISSING_NUMBER}")]
    lines += [f"  {part_text(part, figure, language)}" for part, figure in score.parts.items()]
    remarks = remarks_text(score, language)
    if remarks:
        lines.append(f"  {remarks}")
    return "\n".join(lines)


def part_text(part: str, figure: object, language: Language) -> str:
    """Return one companion figure of a score, with its name where it has one in words."""
    name = PARTS[part].to(language) if part in PARTS else part
    is_number = isinstance(figure, int | float) and not isinstance(figure, bool)
    decimals = 0 if isinstance(figure, int) else 3
    shown = number_text(figure, language, decimals=decimals) if is_number else figure  # type: ignore[arg-type]  # is_number says so
    return f"{name}{colon(language)} {shown}"
