"""The mathematics of uncertainty: arrays in, numbers out; knows nothing of columns or surveys."""

from __future__ import annotations
