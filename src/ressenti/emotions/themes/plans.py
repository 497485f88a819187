"""Theme plans: what customers speak of in a trade or a sector, in words that anybody can edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from ressenti.emotions.themes.expressions import Expression
from ressenti.emotions.themes.yaml_fields import Faults, Fields, document
from ressenti.errors import InvalidArgument, Place, UnreadableSource, unknown_name
from ressenti.language import LANGUAGES, Language, Text

TRADES: Final = (
    "shop_visit", "delivery", "web_and_app", "payment", "product", "customer_service", "sales",
    "training", "csr",
)  # fmt: skip
SECTORS: Final = (
    "insurance", "bank", "energy", "telecom", "health_insurance", "events", "public_service",
    "retail",
)  # fmt: skip


class PlanKind(StrEnum):
    """What a plan is about: something that companies do, or what they are."""

    TRADE = "trade"
    SECTOR = "sector"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Theme:
    """Something that customers speak of.

    Attributes
    ----------
    key : str
        Stable: figures are kept by it.
    name, definition : Text
        For people; the definition is one sentence.
    cues : mapping of language to tuple of Expression
        Any of them in a text makes the theme present.
    exclusions : mapping of language to tuple of Expression
        Where one of them overlaps a cue, that cue does not count.
    """

    key: str
    name: Text
    definition: Text
    cues: Mapping[Language, tuple[Expression, ...]]
    exclusions: Mapping[Language, tuple[Expression, ...]]


@dataclass(frozen=True, slots=True)
class ThemePlan:
    """The themes of a trade, of a sector or of a company."""

    key: str
    kind: PlanKind
    name: Text
    themes: tuple[Theme, ...]

    def theme(self, key: str) -> Theme:
        """Return a theme.

        Raises
        ------
        UnknownName
            R100, when the plan has none of that key.
        """
        by_key = {theme.key: theme for theme in self.themes}
        if key not in by_key:
            raise unknown_name(Text(en="theme", fr="thème"), key, by_key)
        return by_key[key]


def theme_plan(plan: str | Path) -> ThemePlan:
    """Return a plan that Ressenti brings, by its name, or the plan of a file.

    Parameters
    ----------
    plan : str or Path
        One of ``TRADES`` or ``SECTORS``, or where a YAML file is.

    Raises
    ------
    UnknownName
        R100, for a name that no plan bears.
    UnreadableSource
        R200, when the file cannot be read.
    InvalidPlan
        R104, with all that is wrong in the file, each with line and column.

    Examples
    --------
    >>> theme_plan("delivery").theme("delay").name.fr
    'Délai'
    """
    if isinstance(plan, Path) or plan.endswith((".yaml", ".yml")):
        return theme_plan_in(_content(Path(plan)), file=str(plan))
    _require_shipped(plan)
    return _shipped(plan)


def theme_plan_in(text: str, *, file: str = "themes.yaml") -> ThemePlan:
    r"""Return the plan that a YAML text describes.

    Parameters
    ----------
    file : str
        What errors call the text.

    Raises
    ------
    InvalidPlan
        R104, with all that is wrong, each with line and column.

    Examples
    --------
    >>> theme_plan_in("key: mine\nname: {en: Mine, fr: Le mien}\ntheems: []")
    Traceback (most recent call last):
    ...
    ressenti.errors.InvalidPlan: [R104] themes.yaml: 2 things are wrong.
      line 1, column 1: 'themes' is missing.
      line 3, column 9: 'theems' is not known here. Did you mean: themes?
    """
    faults = Faults(file)
    root = document(text, faults)
    root.refuse_keys_outside(("key", "kind", "name", "themes"))
    plan = ThemePlan(
        key=root.text("key"),
        kind=_kind(root),
        name=root.words("name"),
        themes=tuple(_theme(fields) for fields in root.sections("themes")),
    )
    _refuse_keys_used_twice(root, faults)
    faults.raise_any()
    return plan


def joined_plan(plans: Iterable[ThemePlan], *, key: str, name: Text) -> ThemePlan:
    """Return one plan with the themes of several, such as a sector's and those of its trades.

    A theme that two plans have under one key is taken from the first.

    Raises
    ------
    InvalidArgument
        R102, when there is no plan.
    """
    themes: dict[str, Theme] = {}
    for plan in plans:
        for theme in plan.themes:
            themes.setdefault(theme.key, theme)
    if not themes:
        raise InvalidArgument(
            Text(en="no plan was given to join.", fr="aucun plan à réunir n'a été donné.")
        )
    return ThemePlan(key, PlanKind.OWN, name, tuple(themes.values()))


def shipped_text(plan: str) -> str:
    """Return the YAML of a plan that Ressenti brings, to copy and edit.

    Raises
    ------
    UnknownName
        R100, for a name that no plan bears.
    """
    _require_shipped(plan)
    folder = files("ressenti.emotions.themes") / "plans"
    return (folder / f"{plan}.yaml").read_text("utf-8")


@cache
def _shipped(plan: str) -> ThemePlan:
    return theme_plan_in(shipped_text(plan), file=f"{plan}.yaml")


def _require_shipped(plan: str) -> None:
    if plan not in (*TRADES, *SECTORS):
        raise unknown_name(Text(en="theme plan", fr="plan de thèmes"), plan, (*TRADES, *SECTORS))


def _theme(fields: Fields) -> Theme:
    fields.refuse_keys_outside(("key", "name", "definition", "cues", "patterns", "except"))
    fields.required("cues")
    return Theme(
        key=fields.text("key"),
        name=fields.words("name"),
        definition=fields.words("definition"),
        cues={
            language: fields.expressions("cues", language)
            + fields.expressions("patterns", language)
            for language in LANGUAGES
        },
        exclusions={language: fields.expressions("except", language) for language in LANGUAGES},
    )


def _kind(root: Fields) -> PlanKind:
    if not root.has("kind"):
        return PlanKind.OWN
    written = root.text("kind")
    if written in tuple(PlanKind):
        return PlanKind(written)
    known = ", ".join(PlanKind)
    root.faults.add(
        root.nodes["kind"],
        Text(
            en=f"'{written}' is no kind of plan. Known: {known}.",
            fr=f"« {written} » n'est pas une sorte de plan. Connues : {known}.",
        ),
    )
    return PlanKind.OWN


def _refuse_keys_used_twice(root: Fields, faults: Faults) -> None:
    seen: set[str] = set()
    for node in root.elements("themes"):
        fields = Fields(node, Faults(faults.file))
        key = fields.nodes.get("key")
        if key is None:
            continue
        if str(key.value) in seen:
            faults.add(
                key,
                Text(
                    en=f"another theme is called '{key.value}'.",
                    fr=f"un autre thème s'appelle « {key.value} ».",
                ),
            )
        seen.add(str(key.value))


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(
            Text(
                en=f"the theme plan cannot be read: {error}.",
                fr=f"le plan de thèmes est illisible : {error}.",
            ),
            place=Place(file=str(file)),
        ) from None
