"""The whole company: its seven fact tables, and the truth they were drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.simulation.answer_facts import answer_tables
from ressenti.simulation.answers import (
    Responses,
    customer_responses,
    spoilt_rows,
    thinned_rows,
)
from ressenti.simulation.contacts import Contacts, contact_table, drawn_contacts
from ressenti.simulation.experiences import lived_experiences, monthly_shocks
from ressenti.simulation.invitations import invitation_table
from ressenti.simulation.loyalty import (
    Orders,
    Subscriptions,
    drawn_orders,
    drawn_subscriptions,
    order_table,
    subscription_table,
)
from ressenti.simulation.outcomes import outcome_table
from ressenti.simulation.people import People, drawn_customers, hired_employees
from ressenti.simulation.planting import planted_truth
from ressenti.simulation.rows import chosen, stacked
from ressenti.simulation.staff import employee_responses
from ressenti.simulation.truth import Truth
from ressenti.simulation.world import World, built_world

FEWEST_ANSWERS: Final = 5_000
MOST_YEARS: Final = 10

_ORDERS_PER_CUSTOMER = 3.0
_ROWS_PER_ORDER = 1.36
_SPARE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Company:
    """A simulated company: the facts that a real one would hand over, and the truth behind."""

    facts: Mapping[str, pa.Table]
    truth: Truth


def simulate_company(
    *,
    seed: int = 7,
    n_answers: int = 200_000,
    start: date = date(2024, 1, 1),
    years: int = 2,
    missing_share: float = 0.02,
    invalid_share: float = 0.0,
) -> Company:
    """Return a company of forty shops in three countries whose every effect is known.

    The same arguments give the same tables, byte for byte.

    Parameters
    ----------
    seed : int
        0 or more.
    n_answers : int
        Rows of the ``answers`` table, exactly; 5 000 or more. The other tables follow.
    start : date
        First day, in UTC.
    years : int
        1..10.
    missing_share, invalid_share : float
        The parts of all marks that are withheld (null) and that are off their scale, 0..1.

    Raises
    ------
    InvalidArgument
        R102: a number is out of its range.

    Examples
    --------
    >>> company = simulate_company(n_answers=5_000)
    >>> company.facts["answers"].num_rows
    5000
    >>> company.truth.decoy
    'receipt_at_once'
    """
    _check(seed, n_answers, years, missing_share, invalid_share)
    world = built_world(seed, start=start, years=years)
    history = _drawn_history(world, orders=_orders_needed(n_answers))
    customers, orders, contacts = history.customers, history.orders, history.contacts
    experiences = lived_experiences(world, customers, orders, contacts, history.subscriptions)
    answers, emotions = _heard(
        world,
        customer_responses(world, customers, experiences),
        n_answers=n_answers,
        missing_share=missing_share,
        invalid_share=invalid_share,
    )
    facts = {
        "answers": answers,
        "emotions": emotions,
        "contacts": contact_table(world, customers, contacts),
        "subscriptions": subscription_table(customers, history.subscriptions),
        "orders": order_table(customers, orders),
        "outcomes": outcome_table(world, customers, orders, contacts),
        "invitations": invitation_table(world, customers, experiences),
    }
    truth = planted_truth(
        world,
        customers,
        experiences,
        contacts,
        missing_share=missing_share,
        invalid_share=invalid_share,
    )
    return Company(MappingProxyType(facts), truth)


def write_company(company: Company, folder: Path | str) -> tuple[Path, ...]:
    """Write every fact as Parquet in ``folder`` and return the files, the answers by month.

    ``folder/answers/2024-01.parquet`` and so on hold the answers of a month; every other fact is
    one file, ``folder/orders.parquet``.
    """
    folder = Path(folder)
    (folder / "answers").mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in company.facts.items():
        parts = _by_month(table) if name == "answers" else {name: table}
        for stem, part in parts.items():
            path = folder / ("answers" if name == "answers" else "") / f"{stem}.parquet"
            pq.write_table(part, path, compression="zstd")
            written.append(path)
    return tuple(written)


def _by_month(answers: pa.Table) -> dict[str, pa.Table]:
    """Return the answers of each month by its name; they stand in the order of time."""
    months = answers["answered_at"].to_numpy().astype("datetime64[M]")
    names, starts = np.unique(months, return_index=True)
    bounds = [*starts.tolist(), answers.num_rows]
    return {
        str(name): answers.slice(first, last - first)
        for name, first, last in zip(names, bounds[:-1], bounds[1:], strict=True)
    }


@dataclass(frozen=True, slots=True)
class _History:
    customers: People
    orders: Orders
    contacts: Contacts
    subscriptions: Subscriptions


def _drawn_history(world: World, *, orders: int) -> _History:
    """Return what customers did until they left, if they left, out of so many possible orders."""
    customers = drawn_customers(world, int(orders / _ORDERS_PER_CUSTOMER))
    placed = drawn_orders(world, customers, orders)
    contacts = drawn_contacts(world, customers, placed)
    shocks = monthly_shocks(world, customers, placed, contacts)
    subscriptions = drawn_subscriptions(world, customers, shocks)
    end = subscriptions.end_of(len(customers))
    placed = chosen(placed, placed.ordered_at < end[placed.customer])
    return _History(
        customers=customers,
        orders=chosen(placed, np.argsort(placed.ordered_at, kind="stable")),
        contacts=chosen(contacts, contacts.offered_at < end[contacts.customer]),
        subscriptions=subscriptions,
    )


def _heard(
    world: World,
    customers: Responses,
    *,
    n_answers: int,
    missing_share: float,
    invalid_share: float,
) -> tuple[pa.Table, pa.Table]:
    """Return the answers of customers and staff, in the order of time, and their emotions."""
    staff = employee_responses(world, hired_employees(world), answers=n_answers)
    responses = stacked([customers, staff])
    responses = chosen(responses, np.argsort(responses.answered_at, kind="stable"))
    rows = thinned_rows(responses, rows=n_answers, seed=world.seed)
    rows = spoilt_rows(
        rows, missing_share=missing_share, invalid_share=invalid_share, seed=world.seed
    )
    return answer_tables(responses, rows, seed=world.seed)


def _orders_needed(n_answers: int) -> int:
    """Return how many orders bring a little more than ``n_answers`` answered questions."""
    # Small companies vary more: eight standard deviations of a count of that size are spare too.
    spare = 1.0 + _SPARE_SHARE + 8.0 / n_answers**0.5
    return int(spare * n_answers / _ROWS_PER_ORDER)


def _check(
    seed: int, n_answers: int, years: int, missing_share: float, invalid_share: float
) -> None:
    requirements = (
        ("seed", seed, seed >= 0, Text(en="0 or more", fr="0 ou plus")),
        (
            "n_answers",
            n_answers,
            n_answers >= FEWEST_ANSWERS,
            Text(en=f"{FEWEST_ANSWERS} or more", fr=f"{FEWEST_ANSWERS} ou plus"),
        ),
        (
            "years",
            years,
            1 <= years <= MOST_YEARS,
            Text(en=f"from 1 to {MOST_YEARS}", fr=f"de 1 à {MOST_YEARS}"),
        ),
        *(
            (name, share, 0.0 <= share < 0.5, Text(en="from 0 to 0.5", fr="de 0 à 0,5"))
            for name, share in (("missing_share", missing_share), ("invalid_share", invalid_share))
        ),
    )
    for name, value, holds, range_text in requirements:
        if not holds:
            raise InvalidArgument(
                Text(
                    en="the simulation cannot have {name} = {value}.",
                    fr="la simulation ne peut pas avoir {name} = {value}.",
                ).format(name=name, value=value),
                hint=Text(en="Give a number {range}.", fr="Donnez un nombre : {range}.").format(
                    range=range_text
                ),
            )
