"""One module a file format, found by scanning; each exports FORMAT."""

from __future__ import annotations
