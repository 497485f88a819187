"""Training of the embedded emotion engine: from labelled texts to the tables that are shipped."""

from __future__ import annotations
