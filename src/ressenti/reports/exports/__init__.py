"""Exports: figures and comments as files that another program reads, with what defines them."""

from __future__ import annotations
