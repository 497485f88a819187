"""Photograph the live cockpit for the README: ``python docs/screenshots.py ADDRESS``.

``ADDRESS`` is the one that ``ressenti demo`` prints; Debian's Chromium draws the page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import FloatRect, Page, sync_playwright

from ressenti.language import LANGUAGES

FOLDER = Path(__file__).parent / "images"
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
WIDTH, HEIGHT = 1440, 900
# What lies outside is margin.
LEFT, RIGHT = 88, 1352
LARGEST_BYTES = 200_000
STYLED = "Array.from(document.styleSheets).every(sheet => sheet.cssRules.length > 0)"


def photographed(address: str) -> None:
    """Write the scorecard as one picture a language, as a visitor sees it once it is live."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for language in LANGUAGES:
            # What has just changed lights up for a moment, unless one asks for calm.
            page = browser.new_page(
                locale=language,
                reduced_motion="reduce",
                viewport={"width": WIDTH, "height": HEIGHT},
            )
            page.goto(f"{address}?lang={language}")
            page.goto(f"{page.url.partition('?')[0]}?lang={language}")
            page.wait_for_selector("[data-live-state=live]")
            if not page.evaluate(STYLED):
                raise ValueError("a style sheet did not arrive; start the demonstration again")
            picture = FOLDER / f"cockpit.{language}.png"
            page.screenshot(path=picture, clip=_frame(page))
            size = picture.stat().st_size
            if size > LARGEST_BYTES:
                raise ValueError(f"{picture.name} has {size} bytes, more than {LARGEST_BYTES}")
        browser.close()


def _frame(page: Page) -> FloatRect:
    """Return what is shown of a page: down to the last figure that is whole."""
    rows = [row.bounding_box() for row in page.locator(".scorecard .figure").all()]
    ends = [row["y"] + row["height"] for row in rows if row is not None]
    bottom = max(end for end in ends if end <= HEIGHT)
    return {"x": LEFT, "y": 0, "width": RIGHT - LEFT, "height": bottom + 1}


if __name__ == "__main__":
    photographed(sys.argv[1])
