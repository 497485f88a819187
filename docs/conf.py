"""How the documentation is built: Sphinx reads Markdown, Furo draws it, a warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path

from ressenti import __version__

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "Ressenti"
author = "The Ressenti founders"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "generated_pages",
    "emotion_pages",
]
exclude_patterns = [
    "_build",
    "_extensions",
    "reference/generated/commands.md",
    "reference/generated/emotions.*.md",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = False  # Types of other packages have no pages here to link to.

autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_google_docstring = False

html_theme = "furo"
html_title = f"Ressenti {release}"
html_copy_source = False
