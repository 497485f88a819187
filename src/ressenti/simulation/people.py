"""Customers and employees: where they belong, what they speak, how easily they are pleased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ressenti.simulation.rows import Floats, Integers, chance, codes_drawn, label_column
from ressenti.simulation.world import (
    COUNTRIES,
    COUNTRY_OF_SHOP,
    ENGLISH,
    FRENCH,
    LANGUAGE_CODES,
    REGION_OF_SHOP,
    REGIONS,
    SHOP_NAMES,
    World,
)

TASTE_VARIANCE: Final = 0.25
"""The part of the latent noise (variance 1) that stays with the person."""

STAFF_OF_A_SHOP: Final = 12
STAFF_OF_THE_DESK: Final = 60
DESK: Final = -1
"""The shop code of those who work at the customer-service desk: in no shop."""


@dataclass(frozen=True, slots=True)
class People:
    """Persons, one a row: shop (``DESK`` when none), language and taste (latent, mean 0)."""

    shop: Integers
    language: Integers
    taste: Floats

    def __len__(self) -> int:
        return int(self.shop.size)


def drawn_customers(world: World, size: int) -> People:
    """Return customers spread over the shops by the shops' sizes."""
    generator = chance(world.seed, "customers")
    shop = codes_drawn(generator, world.shop_size, size)
    return _people(generator, shop)


def hired_employees(world: World) -> People:
    """Return the staff of every shop and of the desk."""
    shop = np.concatenate(
        [
            np.repeat(np.arange(len(SHOP_NAMES)), STAFF_OF_A_SHOP),
            np.full(STAFF_OF_THE_DESK, DESK),
        ]
    )
    return _people(chance(world.seed, "employees"), shop)


def _people(generator: np.random.Generator, shop: Integers) -> People:
    french = np.array([region.french_share for region in REGIONS])[REGION_OF_SHOP[shop]]
    return People(
        shop=shop,
        language=np.where(generator.random(shop.size) < french, FRENCH, ENGLISH),
        taste=generator.normal(0.0, TASTE_VARIANCE**0.5, shop.size),
    )


def segment_columns(shop: Integers, language: Integers) -> dict[str, Any]:
    """Return the segment columns country, region, shop and language; null for the desk."""
    in_a_shop = shop != DESK
    return {
        "country": label_column(
            np.where(in_a_shop, COUNTRY_OF_SHOP[shop], -1), [country.code for country in COUNTRIES]
        ),
        "region": label_column(
            np.where(in_a_shop, REGION_OF_SHOP[shop], -1), [region.name for region in REGIONS]
        ),
        "shop": label_column(shop, SHOP_NAMES),
        "language": label_column(language, LANGUAGE_CODES),
    }
