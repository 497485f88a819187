"""Company results: what measures how customers perform for the company, and is no outcome.

Cornfield, G. (2020), The Most Important Metrics You're Not Tracking (Yet), Harvard Business Review:
a customer performance indicator is an outcome that customers themselves call important; they do not
care about the score of a company.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ressenti.language import Text

ACRONYM = re.compile(r"[A-Z]{2,}")
NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class CompanyResult:
    """A result of the company that people take for an outcome of the customer.

    Attributes
    ----------
    reason : Text
        Why it is none, without final dot.
    instead : Text
        What to declare in its place.
    """

    name: Text
    names: tuple[str, ...]
    indicators: tuple[str, ...]
    reason: Text
    instead: Text

    def bears(self, words: str) -> bool:
        """Tell whether a text names it: as a whole, or inside it where the name is unmistakable."""
        plain = f" {_plain(words)} "
        return any(
            f" {_plain(name)} " in plain
            if " " in name or ACRONYM.fullmatch(name)
            else f" {_plain(name)} " == plain
            for name in self.names
        )

    @property
    def refusal(self) -> Text:
        return Text(
            en="{name} is no outcome of the customer: {reason}.",
            fr="{name} n'est pas un résultat pour le client : {reason}.",
        ).format(name=self.name, reason=self.reason)


def company_result_in(*words: str) -> CompanyResult | None:
    """Return the result of the company that one of some texts names; None when none does.

    Examples
    --------
    >>> company_result_in("Improve our NPS").name.en
    'NPS'
    >>> company_result_in("My parcel on the day I was told") is None
    True
    """
    return next(
        (result for result in company_results() if any(result.bears(text) for text in words)), None
    )


def company_result_of(indicator: str) -> CompanyResult | None:
    """Return the result of the company that an indicator measures; None when it may be an outcome.

    Parameters
    ----------
    indicator : str
        Its key, with or without a variant.
    """
    key = indicator.partition("/")[0]
    return next((result for result in company_results() if key in result.indicators), None)


@cache
def company_results() -> tuple[CompanyResult, ...]:
    """Return every result of the company that Ressenti knows to refuse."""
    text = (files("ressenti.facts") / "company_results.toml").read_text("utf-8")
    return tuple(
        CompanyResult(
            name=Text(**one["name"]),
            names=tuple(one["names"]),
            indicators=tuple(one["indicators"]),
            reason=Text(**one["reason"]),
            instead=Text(**one["instead"]),
        )
        for one in tomllib.loads(text)["results"]
    )


def _plain(words: str) -> str:
    unaccented = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return NOT_A_WORD.sub(" ", unaccented).strip().casefold()
