"""The selects of the voice: what may have been read in comments, in the words of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ressenti.emotions.signals.rules import Signal
from ressenti.emotions.themes.plans import theme_plan
from ressenti.language import Language
from ressenti.server.cockpit.pages import Option
from ressenti.server.cockpit.voice_questions import EMOTIONS, Read, Tone
from ressenti.server.cockpit.voice_readings import emotion_name, signal_name, tone_word
from ressenti.server.models import Organisation
from ressenti.server.theme_plans import chosen_plans, own_themes, qualified_themes


@dataclass(frozen=True, slots=True)
class Group:
    """Options under one heading; those that need none have an empty one."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class GroupedSelect:
    """One choice of a form; ``chosen`` is what its address asks, if anything."""

    name: str
    label: str
    groups: tuple[Group, ...]

    @property
    def chosen(self) -> tuple[Option, ...]:
        options = (option for group in self.groups for option in group.options)
        return tuple(option for option in options if option.is_chosen)


def read_selects(
    read: Read, organisation: Organisation, language: Language
) -> tuple[GroupedSelect, ...]:
    """Return the choices of tone, emotion, theme and signal."""
    return (
        tone_select(read.tone),
        emotion_select(read.emotion, language),
        theme_select(read.theme, organisation, language),
        signal_select(read.signal, language),
    )


def tone_select(chosen: str) -> GroupedSelect:
    named = [(str(tone), tone_word(tone)) for tone in Tone]
    return GroupedSelect("tone", _("Tone"), (_group("", named, chosen),))


def emotion_select(chosen: str, language: Language) -> GroupedSelect:
    named = [(name, emotion_name(name, language)) for name in EMOTIONS]
    return GroupedSelect("emotion", _("Emotion"), (_group("", named, chosen),))


def signal_select(chosen: str, language: Language) -> GroupedSelect:
    named = [(str(signal), signal_name(signal, language)) for signal in Signal]
    return GroupedSelect("signal", _("Signal"), (_group("", named, chosen),))


def theme_select(chosen: str, organisation: Organisation, language: Language) -> GroupedSelect:
    """Return the choice of a theme, by plan."""
    plans = {
        theme_plan(key).name.to(language): qualified_themes(key)
        for key in chosen_plans(organisation)
    }
    plans[_("Added by us")] = own_themes(organisation)
    groups = (
        _group(label, [(theme.key, theme.name.to(language)) for theme in themes], chosen)
        for label, themes in plans.items()
    )
    return GroupedSelect("theme", _("Theme"), tuple(one for one in groups if one.options))


def _group(label: str, named: Iterable[tuple[str, str]], chosen: str) -> Group:
    return Group(label, tuple(Option(key, name, key == chosen) for key, name in named))
