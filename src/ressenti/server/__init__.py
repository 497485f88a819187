"""The server: surveys in, scores on screen; the only package that knows Django."""

from __future__ import annotations
