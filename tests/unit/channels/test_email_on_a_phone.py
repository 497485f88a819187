from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from ressenti.channels.email_layout import html_body
from tests.unit.channels.test_email_message import INVITATION

CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.parametrize(("width", "rows"), [(320, 2), (390, 2), (700, 1)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scale_wraps_and_every_level_can_be_touched(width: int, rows: int, scheme: str) -> None:
    if not CHROMIUM.exists():
        pytest.skip("not here: Chromium")
    with sync_playwright() as engine:
        browser = engine.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.set_content(html_body(INVITATION, "fr"))
        cells = [cell.bounding_box() for cell in page.locator("td.level").all()]
        overflow = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert overflow <= width
    assert len(cells) == 11
    assert len({round(cell["y"]) for cell in cells if cell}) == rows
    assert all(cell and cell["width"] >= 44 and cell["height"] >= 44 for cell in cells)
