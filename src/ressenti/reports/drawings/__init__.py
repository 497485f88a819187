"""Drawings: pure functions from scores to SVG texts, one file a picture.

A drawing carries classes, no style and no script, so that it stands in a page under a strict
content policy and follows the page from light to dark to paper. ``standalone`` gives it its
colours for a file.
"""

from __future__ import annotations
