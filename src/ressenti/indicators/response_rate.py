"""Response rate: who answered among those asked, as a firm counts it or by AAPOR's definitions."""

from __future__ import annotations

from ressenti.facts.scales import Level, Polarity, Scale
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import CONFIDENCE, Direction, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA, UNDEFINED, base_flags, tally_of_levels
from ressenti.statistics.proportions import wilson_interval
from ressenti.tallies.tally import Tally

COMPLETE, PARTIAL, REFUSAL, NOT_REACHED, OTHER = "I", "P", "R", "NC", "O"
KNOWN: tuple[str, ...] = (COMPLETE, PARTIAL, REFUSAL, NOT_REACHED, OTHER)
UNKNOWN: tuple[str, ...] = ("UH", "UO")
ASKED: tuple[str, ...] = (*KNOWN, *UNKNOWN)
BOUNCED = "bounced"

DISPOSITIONS = Scale(
    key="dispositions",
    name=Text(en="what became of an invitation", fr="issue d'une invitation"),
    levels=(*ASKED, BOUNCED),
    polarity=Polarity.NEUTRAL,
)
INVITATIONS = Events(
    fact="invitations", derivation="dispositions", needs=("sent_at", "finished_at")
)


def rate(*answered: str, among: tuple[str, ...]) -> Contrast:
    """Return the share of some dispositions among others."""
    counts: dict[str, tuple[Level, ...]] = {"answered": answered, "asked": among}
    return Contrast(coefficients=share(of=answered, among=among), classes=counts)


def dispositions(inputs: Inputs) -> Tally | Outcome:
    """Return the tally of a list of ``dispositions``, or of a count per letter of AAPOR."""
    if inputs.has("dispositions"):
        return Tally.of_values(inputs.rows("dispositions"), DISPOSITIONS)
    if inputs.has_null(*ASKED):
        return NO_DATA
    counts: dict[Level, float] = {COMPLETE: inputs.count(COMPLETE)}
    counts |= {letter: inputs.count(letter, 0.0) for letter in (*ASKED[1:], BOUNCED)}
    return tally_of_levels(counts)


def sent_and_completed(inputs: Inputs) -> Tally | Outcome:
    """Return the tally of invitations; a link without a list of people asked has no rate."""
    if not inputs.has("completed"):
        return dispositions(inputs)
    if inputs.get("sent") is None or inputs.has_null("completed"):
        return UNDEFINED
    bounced = 0.0 if inputs.has_null("bounced") else inputs.count("bounced", 0.0)
    completed = inputs.count("completed")
    silent = inputs.count("sent") - bounced - completed
    return tally_of_levels({COMPLETE: completed, NOT_REACHED: silent, BOUNCED: bounced})


def estimated_eligibility(inputs: Inputs) -> Outcome:
    """Return RR3: of the unknown cases only the share ``e`` is thought to be eligible."""
    tally = dispositions(inputs)
    if isinstance(tally, Outcome):
        return tally
    if inputs.has_null("e"):
        return UNDEFINED
    eligible = inputs.count("e")
    if eligible > 1:
        return CONTRADICTION
    known, unknown = _counted(tally, KNOWN), _counted(tally, UNKNOWN)
    base = known + eligible * unknown
    if base == 0:
        return NO_DATA
    completed = _counted(tally, (COMPLETE,))
    share_found = wilson_interval(
        completed, base, confidence=inputs.number("confidence", CONFIDENCE)
    )
    estimate, low, high = share_found.bounds()
    return Outcome(
        value=100 * estimate,
        n=known + unknown,
        n_missing=tally.missing,
        n_invalid=tally.invalid,
        low=100 * low,
        high=100 * high,
        n_effective=base,
        method=share_found.method,
        parts={"answered": completed, "asked": known + unknown, "thought_eligible": base},
        flags=base_flags(base),
    )


def _counted(tally: Tally, letters: tuple[str, ...]) -> float:
    return sum(tally.levels[letter].w for letter in letters if letter in tally.levels)


def _aapor(key: str, name: Text, formula: str, form: Contrast, note: Text | None = None) -> Variant:
    return Variant(
        key=key,
        name=name,
        formula=Text(en=formula, fr=formula),
        unit=Unit.PERCENT,
        direction=Direction.HIGH,
        low=0,
        high=100,
        reads=INVITATIONS,
        form=always(form),
        example=dispositions,
        note=note,
    )


INDICATOR = Indicator(
    key="response_rate",
    name=Text(en="Response rate", fr="Taux de réponse"),
    abbreviation=Text(en="RR", fr="TR"),
    family=Family.SURVEY,
    definition=Text(
        en="The share of the people asked who answered. It qualifies every survey figure; it is "
        "not a result of the experience.",
        fr="La part des personnes interrogées qui ont répondu. Il qualifie tout chiffre "
        "d'enquête ; ce n'est pas un résultat de l'expérience.",
    ),
    dated_by=Text(en="sending of the invitation", fr="envoi de l'invitation"),
    variants=(
        Variant(
            key="operational",
            name=Text(en="Operational", fr="Opérationnel"),
            formula=Text(
                en="100 · completed / (sent − bounced)",
                fr="100 · complétés / (envoyés − non remis)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=INVITATIONS,
            form=always(rate(COMPLETE, among=ASKED)),
            example=sent_and_completed,
            note=Text(
                en="A public link has no list of people asked, so no response rate.",
                fr="Un lien public n'a pas de liste de personnes interrogées, donc pas de taux de "
                "réponse.",
            ),
        ),
        _aapor(
            "aapor_rr1",
            Text(en="AAPOR RR1", fr="AAPOR RR1"),
            "100 · I / (I + P + R + NC + O + UH + UO)",
            rate(COMPLETE, among=ASKED),
            Text(
                en="I complete, P partial, R refusal, NC not reached, O other, UH and UO unknown.",
                fr="I complet, P partiel, R refus, NC non joint, O autre, UH et UO inconnus.",
            ),
        ),
        _aapor(
            "aapor_rr2",
            Text(en="AAPOR RR2, partials count", fr="AAPOR RR2, partiels comptés"),
            "100 · (I + P) / (I + P + R + NC + O + UH + UO)",
            rate(COMPLETE, PARTIAL, among=ASKED),
        ),
        Variant(
            key="aapor_rr3",
            name=Text(en="AAPOR RR3, estimated eligibility", fr="AAPOR RR3, éligibilité estimée"),
            formula=Text(
                en="100 · I / (I + P + R + NC + O + e · (UH + UO))",
                fr="100 · I / (I + P + R + NC + O + e · (UH + UO))",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=(*ASKED, "e")),
            example=estimated_eligibility,
            note=Text(
                en="e is the share of the unknown cases thought to be eligible, 0 to 1.",
                fr="e est la part des cas inconnus jugés éligibles, de 0 à 1.",
            ),
        ),
        _aapor(
            "aapor_coop1",
            Text(en="AAPOR cooperation COOP1", fr="AAPOR, coopération COOP1"),
            "100 · I / (I + P + R + O)",
            rate(COMPLETE, among=(COMPLETE, PARTIAL, REFUSAL, OTHER)),
        ),
        _aapor(
            "aapor_coop3",
            Text(en="AAPOR cooperation COOP3", fr="AAPOR, coopération COOP3"),
            "100 · I / (I + P + R)",
            rate(COMPLETE, among=(COMPLETE, PARTIAL, REFUSAL)),
            Text(
                en="Those unable to take part (O) leave the base that COOP1 keeps.",
                fr="Ceux qui ne pouvaient pas participer (O) quittent la base que garde COOP1.",
            ),
        ),
    ),
    use_when=Text(
        en="Beside every survey indicator, by wave, channel and segment: it tells how far the "
        "answers can stand for those who stayed silent.",
        fr="À côté de tout indicateur d'enquête, par vague, canal et segment : il dit jusqu'où "
        "les réponses peuvent représenter ceux qui se sont tus.",
    ),
    pitfalls=(
        Text(
            en="Chasing the rate with rewards, or by asking only easy customers, biases the score "
            "it was meant to protect.",
            fr="Courir après le taux par des cadeaux, ou en n'interrogeant que les clients "
            "faciles, biaise le score qu'il devait protéger.",
        ),
        Text(
            en="A high rate does not prove that the silent ones feel the same: compare early and "
            "late answers.",
            fr="Un taux élevé ne prouve pas que les silencieux pensent de même : comparez les "
            "réponses précoces et tardives.",
        ),
        Text(
            en="Partial answers need a rule: RR1 leaves them out, RR2 counts them.",
            fr="Les réponses partielles demandent une règle : RR1 les écarte, RR2 les compte.",
        ),
        Text(
            en="Some pages call COOP what AAPOR calls COOP3: name the definition.",
            fr="Certaines pages appellent COOP ce qu'AAPOR appelle COOP3 : nommez la définition.",
        ),
    ),
    sources=(
        "American Association for Public Opinion Research (2023). Standard Definitions.",
        "https://docslib.org/doc/4692587/",
    ),
    objectives=("overall_satisfaction",),
    steps=("whole",),
)
