"""Assets on a small map, and what a set of hazards does to them."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import numpy as np

from sim.engine.streams import Streams
from sim.hazards.assets import Assets, Failure
from sim.hazards.cells import cell_field
from sim.hazards.failures import failure_schedule
from sim.hazards.wind import WindField, wind_field
from sim.scenario.hazards import Hazards, Steady
from sim.scenario.loads import TemperaturePoint
from sim.units import Calendar

CALENDAR = Calendar(datetime(2018, 7, 9), "Asia/Shanghai")
"""A Monday."""
DAY_S = 86400.0
CALM = Steady(cable_per_km_year=0, overhead_per_km_year=0, transformer_per_year=0)


def lines(n: int, prefix: str = "hills", *, overhead: bool = True, **more: Any) -> Assets:
    """Return n lines of 4 km on a square of some 20 km, with a transformer each."""
    steps = np.arange(n)
    known: dict[str, Any] = {
        "sections": tuple(f"{prefix}/line{k}" for k in steps),
        "lat": 27.5 + 0.1 * np.cos(steps),
        "lon": 119.9 + 0.1 * np.sin(1.7 * steps),
        "length_km": np.full(n, 4.0),
        "is_overhead": np.full(n, overhead),
        "n_spans": np.full(n, 50 if overhead else 0),
        "transformers": tuple(f"{prefix}/dt{k}" for k in steps),
        "section_district": (prefix,) * n,
        "transformer_district": (prefix,) * n,
        "transformer_lat": tuple(27.5 + 0.1 * np.cos(steps)),
        "transformer_lon": tuple(119.9 + 0.1 * np.sin(1.7 * steps)),
    }
    return Assets(**(known | more))


def both(one: Assets, other: Assets) -> Assets:
    """Return the assets of both."""
    parts: dict[str, Any] = {}
    for field in fields(Assets):
        a, b = getattr(one, field.name), getattr(other, field.name)
        parts[field.name] = a + b if isinstance(a, tuple) else np.concatenate([a, b])
    return Assets(**parts)


class Gusts(WindField):
    """A gust that rises and falls over a day, the same everywhere."""

    def __init__(self, peak_ms: float) -> None:
        super().__init__(None)
        self.peak_ms = peak_ms

    @property
    def span_s(self) -> tuple[float, float]:
        return 0.0, DAY_S

    def gusts_ms(self, t_s: Any, lat: Any, lon: Any) -> Any:
        rise = np.sin(np.pi * np.clip(t_s / DAY_S, 0.0, 1.0))
        return np.outer(self.peak_ms * rise, np.ones(len(lat)))


def failures(
    assets: Assets,
    seed: int = 1,
    *,
    wind: WindField | None = None,
    until_s: float = 3 * DAY_S,
    calendar: Calendar = CALENDAR,
    temperature: tuple[TemperaturePoint, ...] = (),
    **sections: Any,
) -> tuple[Failure, ...]:
    """Return the failures of a set of hazards; steady ones only where they are given."""
    hazards = Hazards.model_validate({"steady": CALM, **sections})
    streams = Streams(seed)
    cells = cell_field(hazards.thunderstorms, streams, calendar, until_s)
    return failure_schedule(
        hazards,
        assets=assets,
        wind=wind or wind_field(hazards.typhoon, calendar, cells),
        streams=streams,
        calendar=calendar,
        until_s=until_s,
        temperature=temperature,
    )
