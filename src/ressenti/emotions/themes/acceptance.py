"""Acceptance: a topic becomes a theme of a plan once a person has named it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import yaml

from ressenti.emotions.themes.plans import theme_plan_in
from ressenti.emotions.themes.yaml_fields import Faults, document
from ressenti.errors import InvalidPlan, Place
from ressenti.language import LANGUAGES, Language, Text


def proposed_theme(
    key: str, name: Text, definition: Text, cues: Mapping[Language, Sequence[str]]
) -> str:
    """Return the YAML of a theme, to be read and corrected before it is accepted.

    Parameters
    ----------
    key : str
        What figures will be kept by.
    cues : mapping of language to sequence of str
        For instance ``{"fr": topic.words}``.

    Examples
    --------
    >>> print(proposed_theme("parking", Text(en="Car park", fr="Parking"),
    ...                      Text(en="Where to park.", fr="Où se garer."), {"fr": ["parking"]}))
    - key: parking
      name:
        en: "Car park"
        fr: "Parking"
      definition:
        en: "Where to park."
        fr: "Où se garer."
      cues:
        fr: ["parking"]
    <BLANKLINE>
    """
    lines = [f"- key: {key}"]
    for part, text in (("name", name), ("definition", definition)):
        lines.append(f"  {part}:")
        lines += [f"    {language}: {_quoted(text.to(language))}" for language in LANGUAGES]
    lines.append("  cues:")
    for language, words in cues.items():
        lines.append(f"    {language}: [{', '.join(map(_quoted, words))}]")
    return "\n".join(lines) + "\n"


def plan_with(plan: str, theme: str, *, file: str = "themes.yaml") -> str:
    r"""Return the text of a plan with one more theme; comments and layout stay as they are.

    Parameters
    ----------
    plan : str
        The YAML of the plan.
    theme : str
        The YAML of the theme, as `proposed_theme` writes it.

    Raises
    ------
    InvalidPlan
        R104, when the plan, the theme or both together are wrong.

    Examples
    --------
    >>> cues = "definition: {en: P., fr: P.}, cues: {en: [a]}"
    >>> plan = "key: a\nname: {en: A, fr: A}\nthemes:\n"
    >>> plan += "  - {key: one, name: {en: O, fr: O}, " + cues + "}  # ours\n"
    >>> print(plan_with(plan, "- {key: two, name: {en: T, fr: T}, " + cues + "}"))
    key: a
    name: {en: A, fr: A}
    themes:
      - {key: one, name: {en: O, fr: O}, definition: {en: P., fr: P.}, cues: {en: [a]}}  # ours
      - {key: two, name: {en: T, fr: T}, definition: {en: P., fr: P.}, cues: {en: [a]}}
    <BLANKLINE>
    """
    theme_plan_in(plan, file=file)
    themes = document(plan, Faults(file)).nodes["themes"]
    if not isinstance(themes, yaml.SequenceNode) or themes.flow_style or not themes.value:
        raise InvalidPlan(
            Text(
                en="themes must stand one below the other, each after a dash, to add one.",
                fr="pour en ajouter un, les thèmes doivent se suivre, un tiret devant chacun.",
            ),
            place=Place(file, themes.start_mark.line + 1),
        )
    last = _last_line(themes)
    indent = " " * themes.start_mark.column
    added = "".join(f"{indent}{line}\n" for line in theme.strip("\n").split("\n"))
    lines = plan.splitlines(keepends=True)
    before = "".join(lines[: last + 1])
    joined = before + ("" if before.endswith("\n") else "\n") + added + "".join(lines[last + 1 :])
    theme_plan_in(joined, file=file)
    return joined


def _last_line(node: yaml.Node) -> int:
    """Return the line that the last word of a node stands on, from 0."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False) or not node.value:
        mark = node.end_mark
        return int(mark.line if mark.column else mark.line - 1)
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)


def _quoted(text: str) -> str:
    # A JSON text is a YAML text, whatever it holds.
    return json.dumps(text, ensure_ascii=False)
