from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ressenti.scores.score import Direction, Flag, Period, Score, Unit

HOSTILE_LABELS = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "]]></title></svg><svg onload=alert(1)>",
    'class="positive" style="fill:red"',
    "&lt;b&gt; &#x3c; javascript:alert(1)",
    "nul \x00 bell \x07 half \ud800 end",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc " + "long " * 60,
)

MakeScore = Callable[..., Score]


def month(number: int) -> Period:
    """Return a month counted from January 2026, which is 0."""
    starts = [divmod(2026 * 12 + number + step, 12) for step in (0, 1)]
    first, end = (f"{year:04}-{place + 1:02}-01" for year, place in starts)
    return Period(first, end, "month")


@pytest.fixture(scope="session")
def nps() -> MakeScore:
    def made(
        value: float | None,
        margin: float | None = 4.0,
        n: float = 400,
        *,
        number: int | None = None,
        is_small: bool = False,
        **others: object,
    ) -> Score:
        score = Score(
            indicator="nps",
            variant="standard_0_10",
            value=value,
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            n=n,
            low=None if value is None or margin is None else value - margin,
            high=None if value is None or margin is None else value + margin,
            period=None if number is None else month(number),
            flags=(Flag.SMALL_BASE,) if is_small else (),
        )
        return replace(score, **others)

    return made
