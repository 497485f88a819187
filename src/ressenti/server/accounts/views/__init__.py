"""The pages of this part: thin, since the decisions are made beside them."""

from __future__ import annotations
