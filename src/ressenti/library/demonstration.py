"""The demonstration: a simulated company, its scorecard, and what was planted in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ressenti.language import Text, number_text
from ressenti.library.comparison import Comparisons, compare
from ressenti.library.lakes import Lake, lake_of_frames
from ressenti.library.questions import questions_of
from ressenti.library.request import Request
from ressenti.simulation import COMPANY_NAME, Company, simulate_company, write_company
from ressenti.studies.scorecard import Card, cards_of_question

SHOWN = (
    "nps",
    "csat",
    "ces",
    "nes",
    "fcr/survey_yes_share",
    "fcr",
    "recontact",
    "answer_rate",
    "service_level",
    "first_response_time",
    "aht",
    "global_resolution",
    "complaint_rate",
    "contact_rate",
    "cpi",
    "churn",
    "response_rate",
    "enps",
    "employee_satisfaction",
)


# Parcels ordered before the incident still arrive in time.
DELIVERY_TIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Something that was planted, what the figures say of it, and the truth in words."""

    title: Text
    found: Comparisons
    truth: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What ``ressenti demo`` shows."""

    company: str
    month: str
    n_answers: int
    cards: Sequence[Card]
    stories: Sequence[Story]


def demonstration(
    *, seed: int = 7, n_answers: int = 200_000, folder: Path | None = None
) -> Demonstration:
    """Return the scorecard of a simulated company and the stories planted in it.

    Parameters
    ----------
    seed : int
        The same seed gives the same company.
    n_answers : int
    folder : Path or None
        Where to write the company's facts as Parquet as well.
    """
    company = simulate_company(seed=seed, n_answers=n_answers)
    if folder is not None:
        write_company(company, folder)
    lake = lake_of_frames(COMPANY_NAME, company.facts)
    cards = scorecard_of_lake(lake)
    return Demonstration(
        company=COMPANY_NAME,
        month=next((c.latest.period.start[:7] for c in cards if c.latest.period), ""),
        n_answers=company.facts["answers"].num_rows,
        cards=cards,
        stories=(_incident(company), _mix(company)),
    )


def scorecard_of_lake(
    lake: Lake, measures: Sequence[str] = SHOWN, *, until: str | None = None
) -> list[Card]:
    """Return the cards of a lake's measures by month, in the order asked for."""
    questions = questions_of(lake, Request(measures=measures, per="month"))
    cards = [card for one in questions for card in cards_of_question(one, until=until)]
    order = {name: place for place, name in enumerate(measures)}

    def place(card: Card) -> int:
        name = f"{card.latest.indicator}/{card.latest.variant}"
        return order.get(name, order.get(card.latest.indicator, len(order)))

    return sorted(cards, key=place)


def _incident(company: Company) -> Story:
    """Compare the region's deliveries with the others' in the weeks of the incident."""
    told = company.truth.incident
    here, elsewhere = told.region, "elsewhere"
    answers = company.facts["answers"]
    is_here = pc.equal(answers["region"].cast(pa.string()), here)
    where_from = answers.append_column("place", pc.if_else(is_here, here, elsewhere))
    first = (told.start + DELIVERY_TIME).date()
    found = compare(
        where_from,
        "nps=value",
        between=f"place={elsewhere},{here}",
        where="measure = 'nps' AND touchpoint = 'deliver' "
        f"AND answered_at >= '{first}' AND answered_at < '{told.end.date()}'",
        weight="weight",
    )
    return Story(
        title=Text(
            en="Late parcels in {region}, {start} to {end}",
            fr="Colis en retard, {region}, du {start} au {end}",
        ).format(region=here, start=told.start.date(), end=told.end.date()),
        found=found,
        truth=Text(en="planted: {en} points", fr="effet introduit : {fr} points").format(
            en=number_text(told.nps_drop, "en"), fr=number_text(told.nps_drop, "fr")
        ),
    )


def _mix(company: Company) -> Story:
    """Compare the two halves of the history, split by channel: Simpson's paradox."""
    told = company.truth.mix
    return Story(
        title=Text(
            en="More answers by e-mail, from {start}",
            fr="Davantage de réponses par courriel, dès le {start}",
        ).format(start=told.split_at.date().isoformat()),
        found=_compared(
            company, "measure = 'nps'", split=told.split_at.date(), by=("channel",), weight="weight"
        ),
        truth=Text(
            en="planted: every channel rises, the total falls",
            fr="effet introduit : chaque canal monte, l'ensemble baisse",
        ),
    )


def _compared(
    company: Company,
    where: str,
    *,
    split: date,
    by: Sequence[str] = (),
    weight: str | None = None,
) -> Comparisons:
    """Compare the answers before a day with those from that day on."""
    answers = company.facts["answers"]
    eve, day = f"≤ {split - timedelta(days=1)}", f"≥ {split}"
    instant = pa.scalar(datetime(split.year, split.month, split.day, tzinfo=UTC))
    is_later = pc.greater_equal(answers["answered_at"], instant)
    halves = answers.append_column("half", pc.if_else(is_later, day, eve))
    return compare(
        halves,
        "nps=value",
        between=f"half={eve},{day}",
        by=by,
        where=where,
        weight=weight,
    )
