"""How people are asked: on which channel, how kindly they mark there, how many answer, how fast."""

from __future__ import annotations

from typing import Final

import numpy as np

from ressenti.simulation.rows import HOUR, SECOND, Floats, Instants, Integers
from ressenti.simulation.world import CHANNELS, COUNTRIES, E_MAIL, KIOSK, SMS, WEB, WIDGET

CHANNEL_LEVELS: Final = {E_MAIL: -0.25, SMS: -0.1, WEB: -0.1, WIDGET: -0.1, KIOSK: 0.45}
"""How people mark on each channel: kindly on the shop's kiosk, severely at home."""

MIX_BEFORE: Final = (
    {WIDGET: 1.0},
    {KIOSK: 0.85, E_MAIL: 0.15},
    {E_MAIL: 0.6, SMS: 0.4},
    {E_MAIL: 0.6, WEB: 0.4},
    {KIOSK: 0.75, E_MAIL: 0.15, WEB: 0.1},
    {E_MAIL: 0.5, SMS: 0.5},
    {E_MAIL: 0.8, WEB: 0.2},
)
MIX_AFTER: Final = (
    {WIDGET: 1.0},
    {KIOSK: 0.2, E_MAIL: 0.8},
    {E_MAIL: 0.6, SMS: 0.4},
    {E_MAIL: 0.6, WEB: 0.4},
    {KIOSK: 0.15, E_MAIL: 0.75, WEB: 0.1},
    {E_MAIL: 0.5, SMS: 0.5},
    {E_MAIL: 0.8, WEB: 0.2},
)
"""The channels through which each journey step is asked, before and after kiosks are removed."""
SHIFT_STARTS: Final = 0.4
SHIFT_ENDS: Final = 0.6
"""The parts of the period between which one mix gives way to the other."""

WILLINGNESS: Final = {E_MAIL: 0.25, SMS: 0.35, WEB: 0.45, WIDGET: 0.4, KIOSK: 0.6}
"""The chance of answering on each channel, before the country's own factor."""
INVITED: Final = (E_MAIL, SMS)
"""The channels on which a person is invited by name; the others lie open to who passes."""
NOT_SENT_SHARE: Final = 0.06

_MEDIAN_DELAYS = {
    E_MAIL: 14 * HOUR,
    SMS: 2 * HOUR,
    WEB: 30 * SECOND,
    WIDGET: 20 * SECOND,
    KIOSK: 15 * SECOND,
}


def channel_level(channel: Integers) -> Floats:
    """Return what each channel adds to the latent satisfaction shown there."""
    return _by_channel(CHANNEL_LEVELS)[channel]


def answer_propensity(channel: Integers, country: Integers) -> Floats:
    """Return the chance that a person asked on the channel, in the country, answers."""
    factor = np.array([country.willingness for country in COUNTRIES])
    willing: Floats = _by_channel(WILLINGNESS)[channel] * factor[country]
    return willing


def _by_channel(values: dict[int, float]) -> Floats:
    return np.array([values.get(code, 0.0) for code in range(len(CHANNELS))])


def drawn_channels(
    generator: np.random.Generator, touchpoint: Integers, elapsed: Floats
) -> Integers:
    """Return the channel of each experience; ``elapsed`` is the part of the period gone by."""
    before, after = (
        np.array([[mix.get(code, 0.0) for code in range(len(CHANNELS))] for mix in mixes])
        for mixes in (MIX_BEFORE, MIX_AFTER)
    )
    shifted = np.clip((elapsed - SHIFT_STARTS) / (SHIFT_ENDS - SHIFT_STARTS), 0.0, 1.0)
    # A person meets the old mix or, with a chance that grows, the new one.
    new = (generator.random(elapsed.size) < shifted).astype(np.int64)
    cumulative = np.cumsum(np.stack([before, after]), axis=2)
    drawn = generator.random(elapsed.size)
    channel = np.zeros(elapsed.size, dtype=np.int64)
    for code in range(len(CHANNELS) - 1):
        channel += drawn >= cumulative[new, touchpoint, code]
    return channel


def answer_delays(generator: np.random.Generator, channel: Integers) -> Instants:
    """Return how long after being asked a person answers, in microseconds."""
    median = _by_channel({code: float(delay) for code, delay in _MEDIAN_DELAYS.items()})
    delays = median[channel] * np.exp(0.9 * generator.standard_normal(channel.size))
    return delays.astype(np.int64)
