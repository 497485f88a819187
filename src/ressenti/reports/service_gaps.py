"""Service gaps for a terminal: dimensions with their items, worst gap told apart from luck."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text as Styled

from ressenti.language import MISSING_NUMBER, Language, Text, number_text
from ressenti.reports.plain_tables import plain_text
from ressenti.statistics.intervals import Interval
from ressenti.studies.service_gaps import Gap, ServiceQuality

HEADS = (
    Text(en="dimension, item", fr="dimension, item"),
    Text(en="gap", fr="écart"),
    Text(en="interval", fr="intervalle"),
    Text(en="perception alone", fr="perception seule"),
    Text(en="n", fr="n"),
    Text(en="alpha of gaps", fr="alpha des écarts"),
    Text(en="alpha of perceptions", fr="alpha des perceptions"),
)
UNWEIGHTED = Text(en="unweighted", fr="non pondéré")
WEIGHTED = Text(en="weighted by points: {gap}", fr="pondéré par les points : {gap}")


def service_quality_text(found: ServiceQuality, language: Language) -> str:
    """Return the gaps of a questionnaire as a table, and the weighted gap where there is one."""
    lines = [plain_text(service_quality_table(found, language))]
    if found.weighted is not None:
        gap = f"{_figure(found.weighted, language)} {_limits(found.weighted, language)}"
        lines.append(WEIGHTED.format(gap=gap).to(language))
    return "\n".join(lines)


def service_quality_table(found: ServiceQuality, language: Language) -> Table:
    """Return the gaps: each dimension, its items under it, and the mean of the dimensions."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(HEADS):
        table.add_column(head.to(language), justify="right" if place else "left")
    for dimension in found.dimensions:
        table.add_row(*_cells(dimension, dimension.name, language, style="bold"))
        for item in found.items[dimension.name]:
            table.add_row(*_cells(item, f"  {item.name}", language))
    table.add_row(*_cells(found.unweighted, UNWEIGHTED.to(language), language, style="bold"))
    return table


def _cells(gap: Gap, name: str, language: Language, *, style: str = "") -> list[str | Styled]:
    return [
        Styled(name, style=style),
        Styled(_figure(gap.gap, language), style=style),
        _limits(gap.gap, language),
        _figure(gap.perception, language),
        number_text(gap.n, language, decimals=0),
        *(
            _figure(gap.alphas[which], language) if which in gap.alphas else ""
            for which in ("gaps", "perceptions")
        ),
    ]


def _figure(interval: Interval, language: Language) -> str:
    return number_text(interval.estimate, language, decimals=2)


def _limits(interval: Interval, language: Language) -> str:
    if interval.low is None or interval.high is None:
        return MISSING_NUMBER
    low, high = (
        number_text(limit, language, decimals=2) for limit in (interval.low, interval.high)
    )
    return f"[{low} ; {high}]" if language == "fr" else f"[{low}, {high}]"
