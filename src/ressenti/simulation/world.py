"""The simulated company: its regions and shops, its journey, its calendar and its incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from ressenti.simulation.rows import DAY, SECOND, Flags, Floats, Instants, Integers, chance

COMPANY_NAME: Final = "Maison Alba"

TOUCHPOINTS: Final = ("discover", "buy", "deliver", "start", "use", "support", "renew")
DISCOVER, BUY, DELIVER, START, USE, SUPPORT, RENEW = range(7)

CHANNELS: Final = ("e-mail", "sms", "web", "widget", "kiosk", "phone", "chat", "shop")
E_MAIL, SMS, WEB, WIDGET, KIOSK, PHONE, CHAT, SHOP = range(8)

LANGUAGE_CODES: Final = ("fr", "en")
FRENCH, ENGLISH = range(2)


@dataclass(frozen=True, slots=True)
class Country:
    """A country: its code, currency, hours from UTC and the tone in which it marks (latent)."""

    code: str
    currency: str
    hours_from_utc: int
    tone: float
    promised_days: float
    willingness: float


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its country, the share of its customers who speak French, its shops."""

    name: str
    country: int
    french_share: float
    shops: tuple[str, ...]


COUNTRIES: Final = (
    Country("FR", "EUR", 1, -0.04, 3.0, 1.0),
    Country("BE", "EUR", 1, 0.02, 3.0, 1.15),
    Country("CA", "CAD", -5, 0.12, 5.0, 0.8),
)
REGIONS: Final = (
    Region(
        "Île-de-France",
        0,
        0.96,
        (
            "Paris Rivoli",
            "Paris Bastille",
            "Boulogne",
            "Versailles",
            "Saint-Denis",
            "Créteil",
            "Vélizy",
        ),
    ),
    Region(
        "Auvergne-Rhône-Alpes",
        0,
        0.97,
        (
            "Lyon Bellecour",
            "Lyon Part-Dieu",
            "Villeurbanne",
            "Grenoble",
            "Annecy",
            "Saint-Étienne",
            "Clermont-Ferrand",
            "Valence",
        ),
    ),
    Region("Occitanie", 0, 0.97, ("Toulouse", "Montpellier", "Nîmes", "Perpignan")),
    Region("Bretagne", 0, 0.98, ("Rennes", "Brest", "Lorient")),
    Region("Hauts-de-France", 0, 0.96, ("Lille", "Amiens", "Roubaix", "Arras")),
    Region("Bruxelles-Capitale", 1, 0.75, ("Ixelles", "Bruxelles Louise", "Woluwe")),
    Region("Wallonie", 1, 0.95, ("Liège", "Namur", "Charleroi", "Mons")),
    Region("Québec", 2, 0.85, ("Montréal", "Laval", "Québec", "Gatineau")),
    Region("Ontario", 2, 0.06, ("Ottawa", "Toronto", "Mississauga")),
)
INCIDENT_REGION: Final = 1

SHOP_NAMES: Final = tuple(shop for region in REGIONS for shop in region.shops)
REGION_OF_SHOP: Final[Integers] = np.repeat(
    np.arange(len(REGIONS)), [len(region.shops) for region in REGIONS]
)
COUNTRY_OF_SHOP: Final[Integers] = np.array([region.country for region in REGIONS])[REGION_OF_SHOP]

SHOP_SPREAD: Final = 0.2
"""Standard deviation of the shops' true levels, on the latent scale."""
MOOD_SPREAD: Final = 0.3
"""Standard deviation of a shop team's monthly mood."""
MOOD_EFFECT: Final = 0.5
"""What one unit of a team's mood adds to its customers' latent satisfaction …"""
MOOD_LAG_MONTHS: Final = 1
"""… this many months later."""
DRIFT_A_YEAR: Final = 0.06
"""What the company gains everywhere in a year, on the latent scale."""
RUSH_EFFECT: Final = -0.08
"""What the December rush costs."""

_WEEKDAY_TRADE = (0.9, 0.9, 1.0, 1.0, 1.2, 1.4, 0.6)
_MONTH_TRADE = (0.9, 0.85, 0.95, 0.95, 1.0, 1.0, 0.9, 0.75, 1.0, 1.05, 1.25, 1.5)
_DECEMBER = 11


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of time, in microseconds since 1970 UTC."""

    start: int
    end: int

    def holds(self, instants: Instants) -> Flags:
        return (instants >= self.start) & (instants < self.end)


@dataclass(frozen=True, slots=True)
class World:
    """What is true of the company before anybody buys or answers.

    ``shop_level`` has one latent level a shop; ``mood`` is shops by months; ``trade`` is the share
    of all trade done by the end of each day.
    """

    seed: int
    period: Window
    months: int
    shop_level: Floats
    shop_size: Floats
    mood: Floats
    trade: Floats
    incident: Window
    shortage: Window

    def month_of(self, instants: Instants) -> Integers:
        """Return the number of calendar months since the first one, from 0."""
        first = np.datetime64(self.period.start, "us").astype("datetime64[M]")
        months = instants.astype("datetime64[us]").astype("datetime64[M]")
        return np.asarray(months - first, dtype=np.int64)

    def first_of_months(self) -> Instants:
        """Return the instant at which each calendar month begins, the one after the last too."""
        first = np.datetime64(self.period.start, "us").astype("datetime64[M]")
        starts = first + np.arange(self.months + 1)
        return np.asarray(starts.astype("datetime64[us]"), dtype=np.int64)

    def elapsed(self, instants: Instants) -> Floats:
        """Return the part of the whole period gone by at each instant, 0..1."""
        return (instants - self.period.start) / (self.period.end - self.period.start)

    def trading_instants(self, generator: np.random.Generator, shop: Integers) -> Instants:
        """Return one instant in shop hours for each shop given, busier days more often."""
        days = np.searchsorted(self.trade, generator.random(shop.size), side="right")
        local_hours = 9.0 + 10.0 * generator.beta(2.0, 1.8, shop.size)
        offsets = np.array([country.hours_from_utc for country in COUNTRIES])
        hours = local_hours - offsets[COUNTRY_OF_SHOP[shop]]
        seconds = (hours * 3600).astype(np.int64)
        return np.asarray(self.period.start + days * DAY + seconds * SECOND, dtype=np.int64)

    def team_level(self, shop: Integers, instants: Instants) -> Floats:
        """Return what the shop and the mood of its team give to an experience with them."""
        earlier = self.month_of(instants) - MOOD_LAG_MONTHS
        mood = np.where(earlier >= 0, self.mood[shop, np.maximum(earlier, 0)], 0.0)
        return np.asarray(self.shop_level[shop] + MOOD_EFFECT * mood, dtype=np.float64)

    def common_level(self, shop: Integers, instants: Instants) -> Floats:
        """Return what country, season and the company's progress give to any experience."""
        tone = np.array([country.tone for country in COUNTRIES])[COUNTRY_OF_SHOP[shop]]
        years = (instants - self.period.start) / (365.25 * DAY)
        rush = RUSH_EFFECT * (_calendar_month(instants) == _DECEMBER)
        return np.asarray(tone + DRIFT_A_YEAR * years + rush, dtype=np.float64)


def built_world(seed: int, *, start: date, years: int) -> World:
    """Return the company that a seed makes, over whole years from ``start``."""
    period = _period(start, years)
    generator = chance(seed, "world")
    shops = len(SHOP_NAMES)
    last = np.datetime64(period.end - 1, "us").astype("datetime64[M]")
    months = int((last - np.datetime64(period.start, "us").astype("datetime64[M]")).astype(int)) + 1
    level = generator.normal(0.0, SHOP_SPREAD, shops)
    return World(
        seed=seed,
        period=period,
        months=months,
        shop_level=level - level.mean(),
        shop_size=generator.gamma(8.0, 1 / 8.0, shops),
        mood=generator.normal(0.0, MOOD_SPREAD, (shops, months)),
        trade=_trade(period),
        incident=_weeks(period, after=0.58, weeks=10),
        shortage=_weeks(period, after=0.34, weeks=12),
    )


def _period(start: date, years: int) -> Window:
    first = np.datetime64(start, "D")
    month = first.astype("datetime64[M]")
    day_of_month = first - month.astype("datetime64[D]")
    last = (month + 12 * years).astype("datetime64[D]") + day_of_month
    bounds = np.array([first, last]).astype("datetime64[us]").astype(np.int64)
    return Window(int(bounds[0]), int(bounds[1]))


def _weeks(period: Window, *, after: float, weeks: int) -> Window:
    """Return whole weeks from the first Monday after a part of the period."""
    day = period.start // DAY + int(after * (period.end - period.start) / DAY)
    # 1970-01-01 was a Thursday: days since then are Mondays when they are 4 modulo 7.
    monday = day + (4 - day) % 7
    return Window(monday * DAY, (monday + 7 * weeks) * DAY)


def _calendar_month(instants: Instants) -> Integers:
    return instants.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64) % 12


def _trade(period: Window) -> Floats:
    days = np.arange(period.start, period.end, DAY)
    weekday = (days // DAY + 3) % 7
    weight = np.array(_WEEKDAY_TRADE)[weekday] * np.array(_MONTH_TRADE)[_calendar_month(days)]
    cumulative: Floats = np.cumsum(weight) / weight.sum()
    return cumulative
