"""The palette: colours by what they mean, for light, dark and paper, safe for colour-blind eyes.

Blue stands for good and vermilion for bad (Okabe & Ito's pair, which no common colour blindness
confounds), grey for what says neither. A state is never told by colour alone: a sign, a word, a
place or a shape tells it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Pages up to this many pixels wide show the drawings made for a telephone.
NARROW = 640
NARROW_WIDTH = 358
FONTS = "Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One colour, as ``#rrggbb``, for each role.

    Parameters
    ----------
    surface, raised : str
        The page, and what lies on it.
    ink, muted : str
        Text, and text that may be skipped; both readable on either background.
    grid, axis : str
        Lines that guide the eye without being read.
    accent, second : str
        The series that is looked at, and the one it is compared with.
    positive, neutral, negative : str
        What is good, neither, and bad.
    """

    surface: str
    raised: str
    ink: str
    muted: str
    grid: str
    axis: str
    accent: str
    second: str
    positive: str
    neutral: str
    negative: str

    def roles(self) -> dict[str, str]:
        """Return the colour of each role, in the order of the roles."""
        return {role: getattr(self, role) for role in self.__slots__}


LIGHT = Palette(
    surface="#ffffff",
    raised="#f5f7f9",
    ink="#17212b",
    muted="#54626f",
    grid="#e4e8ec",
    axis="#9aa6b2",
    accent="#0a5c91",
    second="#9c5700",
    positive="#1273b0",
    neutral="#84919e",
    negative="#c9520c",
)
DARK = Palette(
    surface="#11181f",
    raised="#19222b",
    ink="#e8eef4",
    muted="#a3b2c0",
    grid="#26313c",
    axis="#5d6b78",
    accent="#72bcf0",
    second="#e8b04a",
    positive="#4ea6e4",
    neutral="#738290",
    negative="#f0874a",
)

# What each class of a drawing looks like: a property, then a role or a plain value. The style
# sheet and the files that stand alone are both written from here.
MARKS: Mapping[str, Mapping[str, str]] = {
    "ink": {"fill": "ink"},
    "muted": {"fill": "muted"},
    "label": {
        "fill": "muted",
        "stroke": "surface",
        "stroke-width": "3",
        "stroke-linejoin": "round",
        "paint-order": "stroke",
    },
    "grid": {"stroke": "grid"},
    "axis": {"stroke": "axis"},
    "zero": {"stroke": "axis"},
    "line": {"fill": "none", "stroke": "accent"},
    "band": {"fill": "accent", "fill-opacity": "0.17"},
    "whisker": {"stroke": "accent", "stroke-opacity": "0.4"},
    "dot": {"fill": "accent", "stroke": "surface"},
    "hollow": {"fill": "surface", "stroke": "accent"},
    "name": {"fill": "accent"},
    "line-second": {"fill": "none", "stroke": "second"},
    "band-second": {"fill": "second", "fill-opacity": "0.15"},
    "whisker-second": {"stroke": "second", "stroke-opacity": "0.4"},
    "dot-second": {"fill": "second", "stroke": "surface"},
    "hollow-second": {"fill": "surface", "stroke": "second"},
    "name-second": {"fill": "second"},
    "target": {"stroke": "ink"},
    "break": {"stroke": "muted"},
    "event": {"stroke": "axis"},
    "event-mark": {"fill": "muted"},
    "interval": {"stroke": "accent", "stroke-opacity": "0.38"},
    "interval-indicative": {"stroke": "neutral", "stroke-opacity": "0.55"},
    "interval-reached": {"stroke": "positive", "stroke-opacity": "0.5"},
    "interval-missed": {"stroke": "negative", "stroke-opacity": "0.55"},
    "dot-reached": {"fill": "positive", "stroke": "surface"},
    "dot-missed": {"fill": "negative", "stroke": "surface"},
    "hollow-indicative": {"fill": "surface", "stroke": "neutral"},
    "raw": {"stroke": "muted"},
    "whole": {"stroke": "ink"},
    "whole-band": {"fill": "neutral", "fill-opacity": "0.16"},
    "positive": {"fill": "positive"},
    "neutral": {"fill": "neutral"},
    "negative": {"fill": "negative"},
    "bar": {"fill": "accent"},
}


def stylesheet() -> str:
    """Return the custom properties of the palette and the rules of the drawings, as one CSS file.

    Paper is always light.

    Examples
    --------
    >>> ".drawing .line{fill:none;stroke:var(--accent)}" in stylesheet()
    True
    """
    light, dark = _properties(LIGHT), _properties(DARK)
    rules = [
        f":root{{color-scheme:light dark;{light}}}",
        # A page may say that its reader chose; paper is always light.
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}",
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}",
        ":root[data-theme=light]{color-scheme:light}",
        "@media print{:root{color-scheme:light}}",
        (
            ".drawing{display:block;max-width:100%;height:auto;overflow:visible;"
            "font-family:inherit;font-variant-numeric:tabular-nums;"
            "print-color-adjust:exact;-webkit-print-color-adjust:exact}"
        ),
    ]
    # A drawing is made once for a page and once for a telephone; one of them is shown.
    rules += [
        ".on-narrow{display:none}",
        f"@media (max-width:{NARROW}px){{.on-wide{{display:none}}.on-narrow{{display:block}}}}",
    ]
    rules += [f".drawing .{mark}{{{_declarations(looks)}}}" for mark, looks in MARKS.items()]
    return "\n".join(rules) + "\n"


def looks_of(mark: str, palette: Palette) -> dict[str, str]:
    """Return the presentation attributes of a class, with the colours of a palette.

    Examples
    --------
    >>> looks_of("dot", LIGHT)
    {'fill': '#0a5c91', 'stroke': '#ffffff'}
    """
    colours = palette.roles()
    return {name: colours.get(value, value) for name, value in MARKS.get(mark, {}).items()}


def _properties(palette: Palette) -> str:
    return ";".join(f"--{role}:{colour}" for role, colour in palette.roles().items())


def _declarations(looks: Mapping[str, str]) -> str:
    roles = LIGHT.roles()
    return ";".join(
        f"{name}:{f'var(--{value})' if value in roles else value}" for name, value in looks.items()
    )
