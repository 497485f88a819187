"""Emotion words: what stands beside a NES, in the words and numbers of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ressenti.facts.periods import DAY
from ressenti.language import Language, number_text, percent_text
from ressenti.scores.score import Score
from ressenti.server.tallying.readings import MIXED, NEGATIVE, NEUTRAL, POSITIVE
from ressenti.studies.net_emotions import FEW_AUDITED


def beside_words(score: Score, language: Language) -> str:
    """Return in one line what a NES alone would hide; empty where nothing stands beside it."""
    parts = score.parts
    if "net_share" not in parts:
        return ""
    told = [f"{share} {name}" for name, share in _shares(parts, language)]
    if parts["unread"]:
        told.append(_unread(parts["unread"], language))
    if (intensity := parts["mean_intensity"]) is not None:
        words = _("mean intensity %(intensity)s")
        told.append(words % {"intensity": number_text(intensity, language, decimals=2)})
    if corrected := parts.get("corrected"):
        told.append(_("corrected: %(figure)s") % {"figure": _interval(corrected, language)})
    return " · ".join(told)


def beside_lines(score: Score, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what stands beside a NES and its tones, each as a label and what it says."""
    parts = score.parts
    if "net_share" not in parts:
        return
    net = number_text(parts["net_share"], language, decimals=1, signed=True)
    yield _("% positive − % negative"), f"{net} {_('points')}"
    yield _("Not read"), number_text(parts["unread"], language, decimals=0)
    if (intensity := parts["mean_intensity"]) is not None:
        yield _("Mean intensity"), number_text(intensity, language, decimals=2)
    yield _("Engine"), parts["engine"]
    yield _("Corrected by people"), _correction(parts.get("corrected"), language)


def _shares(parts: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    names = {
        POSITIVE: _("positive"),
        NEGATIVE: _("negative"),
        NEUTRAL: _("neutral"),
        MIXED: _("mixed"),
    }
    for key, name in names.items():
        yield name, percent_text(parts[key], language, decimals=0)


def _unread(n: int, language: Language) -> str:
    told = ngettext("%(n)s not read", "%(n)s not read", n)
    return told % {"n": number_text(n, language, decimals=0)}


def _correction(corrected: Mapping[str, Any] | None, language: Language) -> str:
    if corrected is None:
        return _("not yet: too few comments of a random sample are marked")
    told = _("%(figure)s, from %(n)s marked comments drawn from %(start)s to %(end)s") % {
        "figure": _interval(corrected, language),
        "n": number_text(corrected["n_audited"], language, decimals=0),
        "start": _day(date.fromisoformat(corrected["start"]), language),
        "end": _day(date.fromisoformat(corrected["end"]) - DAY, language),
    }
    if corrected["n_audited"] >= FEW_AUDITED:
        return told
    unsure = _("the correction itself is unsure below %(few)s")
    return f"{told} ({unsure % {'few': FEW_AUDITED}})"


def _interval(corrected: Mapping[str, Any], language: Language) -> str:
    value, low, high = (
        None
        if corrected[key] is None
        else number_text(corrected[key], language, decimals=1, signed=True)
        for key in ("value", "low", "high")
    )
    if low is None or high is None:
        return str(value)
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}


def _day(day: date, language: Language) -> str:
    return str(format_date(day, format="medium", locale=language))
