"""Scales of a plan's own: levels, labels and what is good, read and checked."""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.facts.plan_sections import Section
from ressenti.facts.raw_values import MISSING_WORDS, folded, number_in
from ressenti.facts.scales import SCALES, Level, Polarity, Scale
from ressenti.language import LANGUAGES, Text


def scale_in(section: Section, key: str) -> Scale:
    """Return the scale of a section, noting what is wrong with it.

    Levels are all numbers or all texts. In ``labels`` a level stands as a TOML key, which is
    always a text: ``1 = "bad"``.
    """
    if key in SCALES:
        section.fault(
            None,
            Text(
                en=f"'{key}' is a scale of Ressenti; call yours by another name.",
                fr=f"« {key} » est une échelle de Ressenti ; donnez un autre nom à la vôtre.",
            ),
        )
    levels = _levels(section)
    positive, negative = (_some(section, part, levels) for part in ("positive", "negative"))
    scale = Scale(
        key=key,
        name=section.words("name") or Text(en=key, fr=key),
        levels=levels,
        polarity=section.choice("polarity", Polarity) or Polarity.HIGHER_IS_BETTER,
        labels=_labels(section, levels),
        positive=positive,
        negative=negative,
        spellings=_spellings(section, levels),
    )
    for level in sorted(positive & negative, key=str):
        section.fault(
            "negative",
            Text(
                en=f"the level {level!r} cannot be both positive and negative.",
                fr=f"le niveau {level!r} ne peut être à la fois positif et négatif.",
            ),
        )
    section.refuse_other_keys()
    return scale


def level_key(level: Level) -> str:
    """Return how a level is written as a key.

    Examples
    --------
    >>> level_key(1.0), level_key(0.5), level_key("ok")
    ('1', '0.5', 'ok')
    """
    if isinstance(level, str):
        return level
    return str(int(level)) if level.is_integer() else repr(level)


def _levels(section: Section) -> tuple[Level, ...]:
    section.require("levels")
    codes = section.codes("levels")
    levels: tuple[Level, ...] = tuple(
        code if isinstance(code, str) else float(code) for code in codes
    )
    if len({type(level) for level in levels}) > 1:
        _refuse_levels(section, "are numbers and texts at once", "mêlent nombres et textes")
    elif 0 < len(levels) < 2:
        _refuse_levels(section, "are fewer than two", "sont moins de deux")
    elif len({_identity(level) for level in levels}) < len(levels):
        _refuse_levels(section, "hold one level twice", "contiennent deux fois le même niveau")
    elif any(isinstance(level, str) and folded(level) in MISSING_WORDS for level in levels):
        _refuse_levels(
            section,
            "hold a word that always means 'no answer'",
            "contiennent un mot qui veut toujours dire « sans réponse »",
        )
    return levels


def _refuse_levels(section: Section, en: str, fr: str) -> None:
    shown = section.values["levels"]
    section.fault(
        "levels",
        Text(en=f"the levels {shown} {en}.", fr=f"les niveaux {shown} {fr}."),
    )


def _identity(level: Level) -> Level:
    return folded(level) if isinstance(level, str) else level


def _some(section: Section, key: str, levels: tuple[Level, ...]) -> frozenset[Level]:
    """Return the levels that a list names."""
    codes = section.codes(key)
    return frozenset(_level(section, key, code, levels) for code in codes)


def _labels(section: Section, levels: tuple[Level, ...]) -> Mapping[Level, Text]:
    own = section.section("labels")
    labels = {}
    for key in own.values:
        labels[_level(own, key, _level_named(key, levels), levels)] = own.words(key) or Text("", "")
    for language in LANGUAGES:
        words = [folded(label.to(language)) for label in labels.values()]
        if len(set(words)) < len(words):
            section.fault(
                "labels",
                Text(en="two levels have the same label.", fr="deux niveaux ont le même libellé."),
            )
            break
    return labels


def _spellings(section: Section, levels: tuple[Level, ...]) -> Mapping[str, Level]:
    own = section.section("spellings")
    spellings: dict[str, Level] = {}
    for word in own.values:
        code = own.code(word)
        if code is not None:
            spellings[folded(word)] = _level(own, word, code, levels)
    return spellings


def _level_named(key: str, levels: tuple[Level, ...]) -> Level:
    number = number_in(key)
    return key if key in levels or number is None else number


def _level(section: Section, key: str, code: str | float, levels: tuple[Level, ...]) -> Level:
    level: Level = code if isinstance(code, str) else float(code)
    if level not in levels:
        shown = ", ".join(map(level_key, levels))
        section.fault(
            key,
            Text(
                en=f"there is no level {level_key(level)!r}.",
                fr=f"il n'y a pas de niveau {level_key(level)!r}.",
            ),
            Text(en=f"Levels: {shown}.", fr=f"Niveaux : {shown}."),
        )
    return level
