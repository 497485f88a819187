"""Net Emotion Score: how much more positive than negative emotion customers put into words."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

from ressenti.facts.scales import NUMBER, POLARITY_OF_TEXT, Level, Polarity, Quantity
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, net
from ressenti.scores.definitions import (
    Amounts,
    Answers,
    Events,
    Family,
    Indicator,
    Outcome,
    Variant,
    Worked,
)
from ressenti.scores.emotions import (
    POLARITY,
    mixed_verbatims,
    polarities,
    tones,
    tones_by_intensity,
)
from ressenti.scores.forms import always, net_share
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import QuantityMean
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import NO_DATA, base_flags, outcome_of
from ressenti.tallies.tally import Tally

POSITIVE: tuple[Level, ...] = (1.0,)
NEGATIVE: tuple[Level, ...] = (-1.0,)
POLARISED = Contrast(
    coefficients=net(plus=POSITIVE, minus=NEGATIVE),
    classes={"positive": POSITIVE, "negative": NEGATIVE},
)
RATE = Quantity(
    key="sentiment-rate",
    name=Text(en="sentiment rate, 0 to 100", fr="taux de sentiment, de 0 à 100"),
    minimum=0.0,
    maximum=100.0,
    polarity=Polarity.HIGHER_IS_BETTER,
)

EMOTIONS = Events(
    fact="emotions",
    derivation="verbatims",
    needs=("text_id", "valence", "intensity"),
    amount=POLARITY,
)
TONE = Answers(scales=(POLARITY_OF_TEXT,))


def counted_tones(inputs: Inputs) -> Tally | Outcome:
    return NO_DATA if inputs.has_null("positive", "negative", "neutral") else tones(inputs)


def count_difference(inputs: Inputs) -> Outcome:
    """Return the number of positive minus the number of negative ones, neutral left out."""
    tally = counted_tones(inputs)
    if isinstance(tally, Outcome) or not tally.levels or tally.n == 0:
        return NO_DATA
    positive, neutral, negative = (
        sum(cell.w for level, cell in tally.levels.items() if level == tone)
        for tone in (1.0, 0.0, -1.0)
    )
    return Outcome(
        value=positive - negative,
        n=tally.n,
        n_missing=tally.missing,
        n_invalid=tally.invalid,
        parts={"positive": positive, "neutral": neutral, "negative": negative},
        flags=base_flags(tally.n),
    )


def rating_difference(inputs: Inputs) -> Outcome:
    """Return the mean rating of positive emotions minus that of negative ones."""
    given = [inputs.numbers(f"{tone}_emotion_ratings") for tone in ("positive", "negative")]
    positive, negative = ([mark for mark in marks if mark is not None] for marks in given)
    missing = sum(marks.count(None) for marks in given)
    if not positive or not negative:
        return replace(NO_DATA, n_missing=missing)
    means = {"positive": fmean(positive), "negative": fmean(negative)}
    return Outcome(
        value=means["positive"] - means["negative"],
        n=len(positive) + len(negative),
        n_missing=missing,
        parts=means,
    )


def dominant_classes(inputs: Inputs) -> Outcome:
    """Return how many verbatims lean each way; as much of both is mixed, none is neutral."""
    outcome = outcome_of(tones(inputs), net_share(POLARITY_OF_TEXT), inputs)
    if outcome.value is None:
        return outcome
    counts, mixed = outcome.parts, mixed_verbatims(inputs)
    parts = {
        "positive": counts["positive"],
        "negative": counts["negative"],
        "neutral_or_mixed": counts["neutral"],
        "neutral": counts["neutral"] - mixed,
        "mixed": mixed,
        "net_share_all": outcome.value,
    }
    return replace(outcome, parts=parts)


def sentiment_rates(inputs: Inputs) -> Tally:
    return Tally.of_values(inputs.rows("rates"), RATE)


def strongest_arousals(inputs: Inputs) -> Tally:
    """Return the tally of the highest arousal among the words of each verbatim."""
    verbatims = [
        Inputs({"words": words or []}).numbers("words")
        for words in inputs.rows("verbatims_word_arousal")
    ]
    known = [[word for word in words if word is not None] for words in verbatims]
    return Tally.of_values((max(words, default=None) for words in known), NUMBER)


def _net(
    key: str, name: Text, formula: Text, form: Contrast | None, note: Text | None = None
) -> Variant:
    return Variant(
        key=key,
        name=name,
        formula=formula,
        unit=Unit.POINTS,
        direction=Direction.HIGH,
        low=-100,
        high=100,
        reads=TONE,
        form=net_share if form is None else always(form),
        example=counted_tones,
        note=note,
    )


BLACK_BOX = "https://help.blackboxintelligence.com/hc/en-us/articles/360003715274"
CALL_CENTRE_HELPER = "https://www.callcentrehelper.com/how-to-measure-customer-emotion-118800.htm"
OPINION_8 = (
    "https://medium.com/opinion8/"
    "why-we-should-all-be-monitoring-net-emotional-value-nev-3de7caf826b3"
)
FEEDIER = (
    "https://feedier.atlassian.net/wiki/pages/diffpages.action"
    "?originalId=2562752596&pageId=2614362168"
)
VOCAZA = (
    "https://www.vocaza.com/resources/nps-indicateurs-satisfaction/"
    "webinar-5-kpis-mesure-experience-client/"
)
Q_EMOTION = "https://help.cxinsights.io/portal/kb/articles/l-intensit%C3%A9-%C3%A9motionnelle"

INDICATOR = Indicator(
    key="nes",
    name=Text(en="Net Emotion Score", fr="Score net d'émotion"),
    abbreviation=Text(en="NES", fr="NES"),
    family=Family.TEXT,
    definition=Text(
        en="How intense the positive emotions in customers' words are, minus the negative ones. "
        "It is the Net Emotion Score; the Net Easy Score, also written NES, is a variant of the "
        "effort score: ces/net_easy_score_bt.",
        fr="L'intensité des émotions positives dans les mots des clients, moins celle des "
        "négatives. C'est le score net d'émotion ; le Net Easy Score, qui s'écrit aussi NES, est "
        "une variante du score d'effort : ces/net_easy_score_bt.",
    ),
    question=Text(
        en="How did this go? What did you feel?",
        fr="Comment cela s'est-il passé ? Qu'avez-vous ressenti ?",
    ),
    follow_up=Text(
        en="In one word, how would you describe this exchange?",
        fr="En un mot, comment décririez-vous cet échange ?",
    ),
    dated_by=Text(en="when the text was written", fr="moment où le texte a été écrit"),
    variants=(
        Variant(
            key="mean_polarity",
            name=Text(en="Mean polarity of the verbatims", fr="Polarité moyenne des verbatims"),
            formula=Text(
                en="100 · mean of (positive − negative intensity) of each verbatim, neutral ones "
                "included",
                fr="100 · moyenne de (intensité positive − négative) de chaque verbatim, neutres "
                "compris",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=EMOTIONS,
            form=always(QuantityMean(multiplier=100.0)),
            example=polarities,
            note=Text(
                en="Each verbatim counts once, however long; what cannot be read is missing, "
                "never 0.",
                fr="Chaque verbatim compte une fois, si long soit-il ; ce qui ne peut être lu est "
                "manquant, jamais 0.",
            ),
        ),
        Variant(
            key="intensity_weighted",
            name=Text(en="Weighted by intensity", fr="Pondéré par l'intensité"),
            formula=Text(
                en="100 · Σ valence · intensity / Σ intensity, over emotions that are not neutral",
                fr="100 · Σ valence · intensité / Σ intensité, sur les émotions non neutres",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=TONE,
            form=always(POLARISED),
            example=tones_by_intensity,
            note=Text(
                en="On a file, the weight is the intensity. Emotions count one by one, so a long "
                "verbatim weighs more and the interval takes them for independent.",
                fr="Sur un fichier, le poids est l'intensité. Les émotions comptent une à une : "
                "un long verbatim pèse donc plus, et l'intervalle les croit indépendantes.",
            ),
        ),
        _net(
            "net_share_all",
            Text(en="Net share of all", fr="Part nette de tous"),
            Text(
                en="100 · (positive − negative) / (positive + negative + neutral)",
                fr="100 · (positifs − négatifs) / (positifs + négatifs + neutres)",
            ),
            None,
            Text(
                en="The Net Sentiment Score of other tools.",
                fr="Le Net Sentiment Score d'autres outils.",
            ),
        ),
        _net(
            "net_share_polarised_only",
            Text(en="Net share without the neutral", fr="Part nette sans les neutres"),
            Text(
                en="100 · (positive − negative) / (positive + negative)",
                fr="100 · (positifs − négatifs) / (positifs + négatifs)",
            ),
            POLARISED,
        ),
        Variant(
            key="nev_count_difference",
            name=Text(en="Net Emotional Value, counts", fr="Net Emotional Value, effectifs"),
            formula=Text(en="positive − negative", fr="positifs − négatifs"),
            unit=Unit.COUNT,
            direction=Direction.HIGH,
            reads=Worked(needs=("positive", "negative", "neutral")),
            example=count_difference,
            note=Text(
                en="It grows with the number of texts: compare like samples only.",
                fr="Il croît avec le nombre de textes : ne comparez que des échantillons "
                "semblables.",
            ),
        ),
        Variant(
            key="nev_rating_difference",
            name=Text(en="Net Emotional Value, ratings", fr="Net Emotional Value, notes"),
            formula=Text(
                en="mean rating of positive emotions − mean rating of negative ones",
                fr="note moyenne des émotions positives − note moyenne des négatives",
            ),
            unit=Unit.SCALE,
            direction=Direction.HIGH,
            reads=Worked(needs=("positive_emotion_ratings", "negative_emotion_ratings")),
            example=rating_difference,
        ),
        Variant(
            key="verbatim_dominant_class",
            name=Text(en="Dominant class of the verbatims", fr="Classe dominante des verbatims"),
            formula=Text(
                en="class = sign of (positive − negative intensity); then the net share of all",
                fr="classe = signe de (intensité positive − négative) ; puis la part nette de tous",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            reads=Worked(needs=("verbatims",)),
            example=dominant_classes,
            compound=True,
        ),
        Variant(
            key="mean_sentiment_rate_0_100",
            name=Text(en="Mean sentiment rate", fr="Taux de sentiment moyen"),
            formula=Text(
                en="Σ rate / verbatims, from 0 negative by 50 neutral to 100 positive",
                fr="Σ taux / verbatims, de 0 négatif à 100 positif en passant par 50 neutre",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Amounts(quantity=RATE),
            form=always(QuantityMean()),
            example=sentiment_rates,
        ),
        Variant(
            key="mean_max_arousal",
            name=Text(en="Mean intensity", fr="Intensité moyenne"),
            formula=Text(
                en="mean of the highest arousal among the words of each verbatim",
                fr="moyenne de la plus forte activation parmi les mots de chaque verbatim",
            ),
            unit=Unit.SCALE,
            direction=Direction.CONTEXT,
            reads=Amounts(quantity=NUMBER),
            form=always(QuantityMean()),
            example=strongest_arousals,
            note=Text(
                en="Intensity without sign: read it beside a net score.",
                fr="Une intensité sans signe : à lire à côté d'un score net.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is to understand feelings and reasons, at any step that yields text: "
        "open answers, reviews, complaints, chats. It explains a mark; ask the open question "
        "before the closed ones.",
        fr="L'objectif est de comprendre les ressentis et leurs raisons, à toute étape qui donne "
        "du texte : réponses ouvertes, avis, réclamations, conversations. Il explique une note ; "
        "posez la question ouverte avant les fermées.",
    ),
    pitfalls=(
        Text(
            en="NES has two meanings: this is the Net Emotion Score. The Net Easy Score measures "
            "ease and is ces/net_easy_score_bt: never put the two on one chart.",
            fr="NES a deux sens : ceci est le score net d'émotion. Le Net Easy Score mesure la "
            "facilité, c'est ces/net_easy_score_bt : ne mettez jamais les deux sur un même "
            "graphique.",
        ),
        Text(
            en="The formula is ours, inspired by published relatives: two engines never give "
            "comparable levels. Have a sample marked by people, and prefer changes to levels.",
            fr="La formule est la nôtre, inspirée de cousines publiées : deux moteurs ne donnent "
            "jamais des niveaux comparables. Faites annoter un échantillon par des personnes, et "
            "préférez les évolutions aux niveaux.",
        ),
        Text(
            en="A net score hides volume and mixed feelings: show the number of verbatims, the "
            "share of neutral and mixed ones and the mean intensity beside it.",
            fr="Un score net cache le volume et les sentiments mêlés : montrez à côté le nombre "
            "de verbatims, la part de neutres et de mixtes et l'intensité moyenne.",
        ),
        Text(
            en="A change in the mix of themes moves the score though every theme is stable.",
            fr="Un changement dans la répartition des thèmes déplace le score alors que chaque "
            "thème est stable.",
        ),
        Text(
            en="Only those who write are read; irony and facts that imply a feeling escape, and "
            "support mail carries little emotion.",
            fr="On ne lit que ceux qui écrivent ; l'ironie et les faits qui sous-entendent un "
            "sentiment échappent, et les courriels de support portent peu d'émotion.",
        ),
    ),
    sources=(
        VOCAZA,
        "Shaw, C. (2007). The DNA of Customer Experience. Palgrave Macmillan.",
        CALL_CENTRE_HELPER,
        OPINION_8,
        BLACK_BOX,
        FEEDIER,
        Q_EMOTION,
    ),
    objectives=("feelings", "overall_satisfaction", "touchpoint_satisfaction", "reputation"),
    steps=("use", "support", "leave"),
)
