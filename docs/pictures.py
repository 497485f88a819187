"""Draw the scorecard as the terminal shows it, for the guides: ``python docs/pictures.py``."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from ressenti.language import LANGUAGES, Text
from ressenti.library.demonstration import demonstration
from ressenti.reports.scorecards import scorecard_table

FOLDER = Path(__file__).parent / "images"
WIDTH = 116
TITLE = Text(
    en="{company} (simulated), {month}: no arrow without a real change",
    fr="{company} (simulée), {month} : pas de flèche sans écart réel",
)


def drawn() -> None:
    """Write the scorecard of the simulated company as one SVG a language."""
    shown = demonstration()
    for language in LANGUAGES:
        page = Console(record=True, width=WIDTH, file=StringIO())
        page.print(scorecard_table(shown.cards, language))
        title = TITLE.format(company=shown.company, month=shown.month).to(language)
        svg = page.export_svg(title=title, theme=DEFAULT_TERMINAL_THEME)
        # No picture of ours fetches a font from elsewhere.
        svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
        (FOLDER / f"scorecard.{language}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    drawn()
