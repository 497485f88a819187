"""Pictures: a drawing as an SVG file or as a PNG, with its colours and without the network."""

from __future__ import annotations

from ressenti.errors import MissingExtra
from ressenti.language import Text
from ressenti.reports.drawings.standalone import standalone
from ressenti.reports.palette import LIGHT, Palette

SHARP = 2.0
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def svg_file(svg: str, *, palette: Palette = LIGHT) -> bytes:
    """Return a drawing as a file of its own."""
    return (DECLARATION + standalone(svg, palette=palette) + "\n").encode()


def png_of(svg: str, *, palette: Palette = LIGHT, scale: float = SHARP) -> bytes:
    """Return a drawing as a PNG.

    Parameters
    ----------
    scale : float
        Pixels of the picture for one of the drawing; less than 2 is raised to 2.

    Raises
    ------
    MissingExtra
        R208, when what draws pixels is not installed.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra(
            Text(
                en="pictures as PNG need the server's extra: pip install 'ressenti[server]'.",
                fr="les images PNG demandent l'option du serveur : pip install 'ressenti[server]'.",
            )
        ) from error
    return bytes(vl_convert.svg_to_png(standalone(svg, palette=palette), scale=max(SHARP, scale)))
