"""Roll-outs in words: what a change did, and what was checked before saying so."""

from __future__ import annotations

from ressenti.language import MISSING_NUMBER, Language, Text, number_text
from ressenti.reports.evidence import p_text
from ressenti.reports.link_findings import interval_words, quoted
from ressenti.scores.score import Unit, value_text
from ressenti.studies.rollouts import Arm, Claim, Design, Rollout

FINDINGS = {
    (Claim.CAUSED, Design.RANDOMISED): Text(
        en="The change caused a move of {effect} of {indicator}: its units were drawn at random.",
        fr="Le changement a provoqué une évolution de {effect} de {indicator} : ses unités ont été "
        "tirées au sort.",
    ),
    (Claim.CAUSED, Design.BEFORE_AND_AFTER): Text(
        en="The change caused a move of {effect} of {indicator}, if both groups would have gone on "
        "alike, as they did before.",
        fr="Le changement a provoqué une évolution de {effect} de {indicator}, si les deux groupes "
        "avaient continué à évoluer de même, comme auparavant.",
    ),
}
MOVED_WITH = Text(
    en="{indicator} moved by {effect} more where the change was made; that the change is the cause "
    "is not shown.",
    fr="{indicator} a évolué de {effect} de plus là où le changement a été fait ; que le "
    "changement en soit la cause n'est pas montré.",
)
NOT_SHOWN = Text(
    en="No effect of the change on {indicator} is shown: {effect}.",
    fr="Aucun effet du changement sur {indicator} n'est montré : {effect}.",
)
UNDEFINED = Text(
    en="The effect on {indicator} cannot be told: {reason}",
    fr="L'effet sur {indicator} ne peut être dit : {reason}",
)
WITH_IT = Text(en="with the change", fr="avec le changement")
WITHOUT_IT = Text(en="without", fr="sans")
ARM = Text(
    en="{name}: {before} before, {after} after, {n} units",
    fr="{name} : {before} avant, {after} après, {n} unités",
)
ARM_AFTER = Text(en="{name}: {after}, {n} units", fr="{name} : {after}, {n} unités")
DRIFT = Text(
    en="before the change the groups moved apart by {drift} a period",
    fr="avant le changement les groupes s'écartaient de {drift} par période",
)
TEST = Text(en="p = {p}", fr="p = {p}")


def rollout_finding(rollout: Rollout, language: Language) -> str:
    """Return what may be said of a change in one sentence, no more."""
    name = quoted(rollout.indicator, language)
    interval = rollout.effect.effect
    if rollout.claim is Claim.UNDEFINED:
        reason = interval.reason or Text(en=MISSING_NUMBER, fr=MISSING_NUMBER)
        return UNDEFINED.format(indicator=name, reason=reason).to(language)
    text = FINDINGS.get((rollout.claim, rollout.design))
    if text is None:
        text = MOVED_WITH if rollout.claim is Claim.MOVED_WITH else NOT_SHOWN
    effect = interval_words(interval, rollout.unit, language)
    return text.format(indicator=name, effect=effect).to(language)


def rollout_text(rollout: Rollout, language: Language) -> str:
    """Return what a change did, group by group, with its checks."""
    lines = [rollout_finding(rollout, language)]
    for name, arm in ((WITH_IT, rollout.treated), (WITHOUT_IT, rollout.others)):
        lines.append(f"  {_arm_words(name, arm, rollout.unit, language)}")
    if rollout.effect.p_value is not None:
        p_value = p_text(rollout.effect.p_value, language).removeprefix("< ")
        shown = TEST.format(p=p_value).to(language)
        is_least = rollout.effect.p_value < 0.001
        lines.append(f"  {shown.replace('=', '<') if is_least else shown}")
    if rollout.drift is not None and rollout.drift.effect.low is not None:
        drift = interval_words(rollout.drift.effect, rollout.unit, language)
        lines.append(f"  {DRIFT.format(drift=drift).to(language)}")
    return "\n".join([*lines, *(f"  ⚠ {caution.to(language)}" for caution in rollout.cautions)])


def _arm_words(name: Text, arm: Arm, unit: Unit, language: Language) -> str:
    text = ARM_AFTER if arm.before is None else ARM
    return text.format(
        name=name,
        before=value_text(arm.before, unit, language, finer=1),
        after=value_text(arm.after, unit, language, finer=1),
        n=number_text(arm.n, language, decimals=0),
    ).to(language)
