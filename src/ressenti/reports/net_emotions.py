"""Net emotions for a terminal: the NES, what stands beside it, and what each emotion brings."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ressenti.emotions.labels import LABELS
from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.plain_tables import plain_text
from ressenti.studies.emotion_parts import FAINT
from ressenti.studies.net_emotions import NetEmotion

NES = Text(
    en="NES {value} [{low}, {high}] at {confidence}{uncorrected}",
    fr="NES {value} [{low} ; {high}] à {confidence}{uncorrected}",
)
NO_NES = Text(
    en="No NES: none of {unread} texts could be read.",
    fr="Pas de NES : aucun des {unread} textes n'a pu être lu.",
)
UNCORRECTED = Text(
    en=", uncorrected: no person has marked a sample",
    fr=", non corrigé : personne n'a annoté d'échantillon",
)
CORRECTED = Text(
    en="corrected NES {value} [{low}, {high}], from {n} texts marked by a person",
    fr="NES corrigé {value} [{low} ; {high}], d'après {n} textes annotés par une personne",
)
COUNTS = Text(
    en="{n} texts read, of {respondents} respondents; {unread} not read",
    fr="{n} textes lus, de {respondents} répondants ; {unread} non lus",
)
SHARES = Text(
    en="positive {positive}, negative {negative}, neutral {neutral}, mixed {mixed}; "
    "positive − negative {net}; mean intensity {intensity}",
    fr="positifs {positive}, négatifs {negative}, neutres {neutral}, mixtes {mixed} ; "
    "positifs − négatifs {net} ; intensité moyenne {intensity}",
)
ENGINE = Text(
    en="read by {engine}: levels of two engines do not compare",
    fr="lu par {engine} : les niveaux de deux moteurs ne se comparent pas",
)
EMOTION = Text(en="emotion", fr="émotion")
POINTS = Text(en="points", fr="points")
TOO_FAINT = Text(en="too faint to name", fr="trop faible pour être nommée")


def net_emotion_text(found: NetEmotion, language: Language) -> str:
    """Return a NES as lines and the table of its emotions, which add up to it."""
    score, parts = found.score, found.score.parts
    if score.value is None:
        return NO_NES.format(unread=_count(parts["unread"], language)).to(language)
    is_uncorrected = found.corrected is None or found.corrected.estimate is None
    lines = [
        NES.format(
            value=_points(score.value, language),
            low=_points(score.low, language),
            high=_points(score.high, language),
            confidence=percent_text(100 * score.confidence, language, decimals=0),
            uncorrected=UNCORRECTED if is_uncorrected else "",
        )
    ]
    if found.corrected is not None and not is_uncorrected:
        lines.append(
            CORRECTED.format(
                value=_points(found.corrected.estimate, language),
                low=_points(found.corrected.low, language),
                high=_points(found.corrected.high, language),
                n=_count(found.n_audited, language),
            )
        )
    counted = {name: _count(parts[name], language) for name in ("respondents", "unread")}
    shares = ("positive", "negative", "neutral", "mixed")
    lines += [
        COUNTS.format(n=_count(score.n, language), **counted),
        SHARES.format(
            **{name: percent_text(parts[name], language) for name in shares},
            net=_points(parts["net_share"], language),
            intensity=number_text(parts["mean_intensity"], language, decimals=2),
        ),
        ENGINE.format(engine=parts["engine"]),
    ]
    told = [line.to(language) for line in lines]
    return "\n".join([*told, plain_text(contribution_table(found, language))])


def contribution_table(found: NetEmotion, language: Language) -> Table:
    """Return the points that each emotion brings, the greatest first."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(EMOTION.to(language))
    table.add_column(POINTS.to(language), justify="right")
    brought = {name: points for name, points in found.contributions.items() if points}
    for name in sorted(brought, key=lambda each: -brought[each]):
        label = TOO_FAINT if name == FAINT else LABELS[name].text
        table.add_row(label.to(language), _points(brought[name], language))
    return table


def _points(value: float | None, language: Language) -> str:
    return number_text(value, language, decimals=1, signed=True)


def _count(value: float, language: Language) -> str:
    return number_text(value, language, decimals=0)
