"""Rules of the signals: what they are read by, in editable files, one a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ressenti.emotions.themes.expressions import Expression
from ressenti.emotions.themes.known_words import Names
from ressenti.emotions.themes.yaml_fields import Faults, Fields, document
from ressenti.language import Language, Text


class Signal(StrEnum):
    """What a customer's words announce, apart from what they feel."""

    LEAVING = "leaving"
    COMPLAINT = "complaint"
    REPEAT_CONTACT = "repeat_contact"
    NON_PAYMENT = "non_payment"
    HARM = "harm"
    PRAISE_OF_PERSON = "praise_of_person"
    RECOMMENDATION = "recommendation"
    LOYALTY = "loyalty"

    @property
    def text(self) -> Text:
        return NAMES[self]

    @property
    def definition(self) -> Text:
        return DEFINITIONS[self]


NAMES: Mapping[Signal, Text] = {
    Signal.LEAVING: Text(en="leaving", fr="départ"),
    Signal.COMPLAINT: Text(en="complaint or legal threat", fr="réclamation ou menace juridique"),
    Signal.REPEAT_CONTACT: Text(en="repeat contact", fr="contacts répétés"),
    Signal.NON_PAYMENT: Text(en="non-payment", fr="refus ou incapacité de payer"),
    Signal.HARM: Text(en="harm", fr="danger ou préjudice corporel"),
    Signal.PRAISE_OF_PERSON: Text(en="praise of a person", fr="éloge d'une personne"),
    Signal.RECOMMENDATION: Text(en="recommendation", fr="recommandation"),
    Signal.LOYALTY: Text(en="loyalty", fr="fidélité"),
}
DEFINITIONS: Mapping[Signal, Text] = {
    Signal.LEAVING: Text(
        en="The writer leaves, has left, means or threatens to leave, asks how to, or will not "
        "come back.",
        fr="L'auteur part, est parti, entend ou menace de partir, demande comment faire, ou ne "
        "reviendra pas.",
    ),
    Signal.COMPLAINT: Text(
        en="The writer makes or announces a formal complaint, an appeal to an ombudsman, an "
        "authority, a lawyer, a court or the press.",
        fr="L'auteur dépose ou annonce une réclamation en forme, ou le recours à un médiateur, à "
        "une autorité, à un avocat, à un tribunal ou à la presse.",
    ),
    Signal.REPEAT_CONTACT: Text(
        en="The writer had to make contact more than once about one matter.",
        fr="L'auteur a dû s'y reprendre à plusieurs fois pour une même affaire.",
    ),
    Signal.NON_PAYMENT: Text(
        en="The writer refuses, stops, disputes or cannot make a payment.",
        fr="L'auteur refuse, arrête, conteste ou ne peut effectuer un paiement.",
    ),
    Signal.HARM: Text(
        en="Somebody was hurt, made ill, put in danger, assaulted, harassed or humiliated, or "
        "thinks of harming themselves.",
        fr="Quelqu'un a été blessé, rendu malade, mis en danger, agressé, harcelé ou humilié, ou "
        "pense à se faire du mal.",
    ),
    Signal.PRAISE_OF_PERSON: Text(
        en="The writer praises or thanks somebody who served them, by name or by trade.",
        fr="L'auteur loue ou remercie une personne qui l'a servi, par son nom ou son métier.",
    ),
    Signal.RECOMMENDATION: Text(
        en="The writer recommends to others, has done so or would.",
        fr="L'auteur recommande à d'autres, l'a fait ou le ferait.",
    ),
    Signal.LOYALTY: Text(
        en="The writer stays, renews, comes back or will, or has long been a contented customer.",
        fr="L'auteur reste, renouvelle, revient ou reviendra, ou est de longue date un client "
        "content.",
    ),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What one signal is read by in one language.

    Attributes
    ----------
    says : tuple of Expression
        Any of them is the signal.
    but_not : tuple of Expression
        Where one overlaps what was found, that does not count.
    unless : tuple of Expression
        Where one stands in the same sentence, nothing counts.
    """

    signal: Signal
    says: tuple[Expression, ...]
    but_not: tuple[Expression, ...]
    unless: tuple[Expression, ...]


@cache
def rules_of(language: Language) -> tuple[Rule, ...]:
    """Return the rules of a language, one a signal."""
    name = f"rules.{language}.yaml"
    return rules_in((files("ressenti.emotions.signals") / name).read_text("utf-8"), file=name)


@cache
def names() -> Names:
    """Return what is known of proper names."""
    return Names(first=_forms("first_names.txt"), never=_forms("never_names.txt"))


def rules_in(text: str, *, file: str = "rules.yaml") -> tuple[Rule, ...]:
    """Return the rules that a YAML text describes.

    Raises
    ------
    InvalidPlan
        R104, with all that is wrong, each with line and column.
    """
    faults = Faults(file)
    root = document(text, faults)
    root.refuse_keys_outside(("sets", "signals"))
    named = root.section("sets")
    sets = {name: named.texts(name) for name in named.nodes}
    rules = tuple(_rule(fields, sets) for fields in root.sections("signals"))
    faults.raise_any()
    return rules


def _rule(fields: Fields, sets: Mapping[str, tuple[str, ...]]) -> Rule:
    fields.refuse_keys_outside(("key", "says", "but_not", "unless"))
    key = fields.text("key")
    if key and key not in tuple(Signal):
        known = ", ".join(Signal)
        fields.faults.add(
            fields.nodes["key"],
            Text(
                en=f"'{key}' is no signal. Known: {known}.",
                fr=f"« {key} » n'est pas un signal. Connus : {known}.",
            ),
        )
    return Rule(
        Signal(key) if key in tuple(Signal) else Signal.LEAVING,
        *(tuple(fields.listed_expressions(part, sets)) for part in ("says", "but_not", "unless")),
    )


def _forms(file: str) -> frozenset[str]:
    return frozenset((files("ressenti.emotions.signals") / file).read_text("utf-8").split())
