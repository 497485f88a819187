"""Questions put to a person, or to whatever is piped in: asked again until an answer makes sense.

They go to standard error, so that standard output keeps results only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import click

from ressenti.errors import InvalidArgument, RessentiError, unknown_name
from ressenti.language import Language, Text

Answer = TypeVar("Answer")

YES_WORDS = frozenset({"y", "yes", "o", "oui"})
NO_WORDS = frozenset({"", "n", "no", "non", "skip", "passer"})
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Questions:
    """Who is asked: in which language, and whether answers come from a pipe."""

    language: Language
    is_piped: bool

    def say(self, text: Text) -> None:
        click.echo(text.to(self.language), err=True)

    def ask(self, question: Text, read: Callable[[str], Answer], *, default: str = "") -> Answer:
        """Return what an answer reads as; an answer that makes no sense is asked for again.

        Raises
        ------
        InvalidArgument
            R102, when the answers that are piped in end too early.
        """
        shown = question.to(self.language)
        while True:
            try:
                given = click.prompt(shown, default=default, show_default=bool(default), err=True)
            except click.Abort:
                if self.is_piped:
                    raise _no_more_answers(question) from None
                raise
            try:
                return read(str(given).strip())
            except RessentiError as error:
                click.echo(error.to(self.language), err=True)

    def text(self, question: Text, *, check: Callable[[str], object] = str) -> str:
        """Return a text that is not blank and passes a check."""

        def read(given: str) -> str:
            if not given:
                raise InvalidArgument(
                    Text(en="an answer is needed.", fr="une réponse est nécessaire.")
                )
            check(given)
            return given

        return self.ask(question, read)

    def choice(self, question: Text, among: Sequence[str], *, default: str = "") -> str:
        """Return one of some words."""
        listed = Text(
            en=f"{question.en} ({', '.join(among)})", fr=f"{question.fr} ({', '.join(among)})"
        )
        return self.ask(listed, lambda given: _one_of(among, given), default=default)

    def is_yes(self, question: Text) -> bool:
        """Tell whether the answer is yes; an empty one is no."""

        def read(given: str) -> bool:
            word = given.casefold()
            if word in YES_WORDS or word in NO_WORDS:
                return word in YES_WORDS
            raise InvalidArgument(
                Text(en=f"'{given}' is neither y nor n.", fr=f"« {given} » n'est ni o ni n.")
            )

        return self.ask(with_hint(question, Text(en="y/N", fr="o/N")), read)

    def column(self, question: Text, columns: Iterable[str], likely: Sequence[str]) -> str | None:
        """Return a column, None for an empty answer; likely ones are named, none is taken."""
        known = list(columns)
        hint = Text(en="Enter = none", fr="Entrée = aucune")
        if likely:
            listed = ", ".join(likely)
            hint = Text(en=f"{listed}? Enter = none", fr=f"{listed} ? Entrée = aucune")
        return self.ask(
            with_hint(question, hint), lambda given: _one_of(known, given) if given else None
        )

    def columns(self, question: Text, columns: Iterable[str], likely: Sequence[str]) -> list[str]:
        """Return some columns: separated by commas, or all the likely ones for ``*``."""
        known = list(columns)

        def read(given: str) -> list[str]:
            if given == EVERYTHING:
                return list(likely)
            return [_one_of(known, part.strip()) for part in given.split(",") if part.strip()]

        listed = ", ".join(likely)
        hint = Text(
            en=f"{listed}? * = all of these, Enter = none",
            fr=f"{listed} ? * = toutes celles-ci, Entrée = aucune",
        )
        return self.ask(with_hint(question, hint), read)


def with_hint(question: Text, hint: Text) -> Text:
    return Text(en=f"{question.en} [{hint.en}]", fr=f"{question.fr} [{hint.fr}]")


def _one_of(known: Sequence[str], given: str) -> str:
    if given not in known:
        raise unknown_name(Text(en="choice", fr="choix"), given, known)
    return given


def _no_more_answers(question: Text) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en=f"the answers ended before this question: {question.en}",
            fr=f"il n'y a plus de réponse pour cette question : {question.fr}",
        ),
        hint=Text(
            en="Run it in a terminal, pipe one answer a line, or say --yes-to none.",
            fr="Lancez la commande dans un terminal, envoyez une réponse par ligne, ou dites "
            "--yes-to none.",
        ),
    )
