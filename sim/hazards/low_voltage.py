"""All failures behind the distribution transformers of a run, before it starts.

Each kind of part of a transformer fails as one Poisson stream: parts x rate x factor of its area x
factor of the gust. Times and places are keyed by transformer, kind and number of the failure, so a
transformer more changes no other's fate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, owner_number
from sim.errors import InputError
from sim.grid.assets import Grid
from sim.grid.low_voltage import PARTS, LowVoltageSide, PartKind
from sim.hazards.wind import WindField
from sim.messages import NOTHING, Message, say, standing_at
from sim.scenario.low_voltage import LowVoltage, LowVoltageStorm
from sim.units import HOUR_S, YEAR_H, Calendar

__all__ = ["LowVoltageFailure", "low_voltage_failures", "sides_of", "wrong_events"]

Floats = NDArray[np.float64]
Hazard = Literal["wind", "steady", "given"]

STEP_S = 600.0
"""Step at which the gust is sampled; rates are linear in between."""


@dataclass(frozen=True, slots=True, order=True)
class LowVoltageFailure:
    """One failure of a part behind a transformer."""

    t_s: float
    transformer_ix: int
    part: PartKind
    number: int
    hazard: Hazard


def sides_of(section: LowVoltage, grid: Grid) -> tuple[LowVoltageSide, ...]:
    """Return the low-voltage side of every transformer."""
    per_branch, per_service = section.customers_per_branch, section.customers_per_service
    return tuple(
        LowVoltageSide(each.customers, per_branch, per_service) for each in grid.transformers
    )


def low_voltage_failures(
    section: LowVoltage,
    grid: Grid,
    wind: WindField,
    streams: Streams,
    calendar: Calendar,
    until_s: float,
) -> tuple[LowVoltageFailure, ...]:
    """Return all failures up to a time, in order; raise InputError for a wrong given event."""
    sides = sides_of(section, grid)
    wait, place = streams.trait("hazards.low_voltage_wait"), streams.trait("hazards.low_voltage_at")
    times_s = np.append(np.arange(0.0, until_s, STEP_S), until_s)
    gusts = wind.gusts_ms(times_s, grid.transformer_latitude, grid.transformer_longitude)
    grown = storm_factor(section.storm, np.asarray(gusts))
    calm = np.ones_like(grown)
    failures = list(_given(section, grid, calendar, until_s))
    for part in PARTS:
        rates = _rates_per_year(section, grid, sides, part)
        # expected failures of each transformer up to each time: shape (times, transformers)
        expected = _summed(calm if part == "customer" else grown, times_s) * rates
        owners = np.array(
            [owner_number(f"{each.id}/{part}") for each in grid.transformers], dtype=np.uint64
        )
        level = np.zeros(len(sides))
        alive = np.flatnonzero(rates > 0.0)
        episode = 0
        while alive.size:
            level[alive] -= np.log(wait.of_all(owners[alive], episode))
            alive = alive[level[alive] <= expected[-1, alive]]
            for ix in alive.tolist():
                t_s = float(np.interp(level[ix], expected[:, ix], times_s))
                step = int(np.searchsorted(times_s, t_s, side="right")) - 1
                is_storm = part != "customer" and float(grown[step, ix]) > 1.0
                n_parts = sides[ix].count(part)
                number = int(place.of(int(owners[ix]), episode) * n_parts)
                hazard: Hazard = "wind" if is_storm else "steady"
                failures.append(LowVoltageFailure(t_s, ix, part, number, hazard))
            episode += 1
    return tuple(sorted(failures))


def storm_factor(storm: LowVoltageStorm, gust_ms: Floats) -> Floats:
    """Return the factor on the rates at a gust: 1 up to `above`, then its power."""
    return np.asarray(np.maximum(gust_ms / storm.above, 1.0) ** storm.exponent)


def _rates_per_year(
    section: LowVoltage, grid: Grid, sides: Sequence[LowVoltageSide], part: PartKind
) -> Floats:
    """Return the failures a year of all parts of a kind behind each transformer, calm weather."""
    rate: float = getattr(section.rates, f"{part}_per_year")
    factors = {word: float(getattr(each, part)) for word, each in section.areas.items()}
    return np.array(
        [
            rate * side.count(part) * factors.get(transformer.area or "", 1.0)
            for side, transformer in zip(sides, grid.transformers, strict=True)
        ],
        dtype=float,
    )


def _summed(factor: Floats, times_s: Floats) -> Floats:
    """Return the integral of a factor up to each time, years (trapezoids)."""
    steps_s = np.diff(times_s)[:, None]
    parts = 0.5 * (factor[1:] + factor[:-1]) * steps_s / (YEAR_H * HOUR_S)
    return np.concatenate([np.zeros((1, factor.shape[1])), np.cumsum(parts, axis=0)])


# --- given events


def wrong_events(section: LowVoltage, grid: Grid) -> Iterator[tuple[int, str, Message]]:
    """Yield the number of each given event that fits no part, the key, and what is wrong."""
    sides = sides_of(section, grid)
    for number, event in enumerate(section.events):
        ix = grid.transformer_ix.get(event.transformer)
        if ix is None:
            near = get_close_matches(event.transformer, grid.transformer_ix, n=1)
            hint = say(" Did you mean {near!r}?", near=near[0]) if near else NOTHING
            name = event.transformer
            words = say(
                "no distribution transformer is called {name!r}.{hint}", name=name, hint=hint
            )
            yield number, "transformer", words
        elif event.number >= (there := sides[ix].count(event.part)):
            words = say(
                "{transformer} has {n} of these, counted from 0",
                transformer=event.transformer,
                n=there,
            )
            yield number, "number", words


def _given(
    section: LowVoltage, grid: Grid, calendar: Calendar, until_s: float
) -> Iterator[LowVoltageFailure]:
    for number, key, words in wrong_events(section, grid):
        raise InputError(standing_at(f"low_voltage.events.{number}.{key}", words))
    for number, event in enumerate(section.events):
        t_s = calendar.seconds(event.at) if isinstance(event.at, datetime) else event.at
        if t_s < 0:
            words = say("{moment} is before the start of the run", moment=event.at)
            raise InputError(standing_at(f"low_voltage.events.{number}.at", words))
        if t_s <= until_s:
            ix = grid.transformer_ix[event.transformer]
            yield LowVoltageFailure(t_s, ix, event.part, event.number, "given")
