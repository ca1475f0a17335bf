"""Load-point, feeder and system indices from failure rates and outage times.

Words and formulas: R. Billinton and R. N. Allan, Reliability Evaluation of Power Systems, 2nd ed.
1996, chapters 7 and 8; IEEE Std 1366 for SAIFI, SAIDI, CAIDI and ASAI. A year has 8760 hours.
Nothing here knows a grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sim.units import YEAR_H

__all__ = [
    "Assessment",
    "Component",
    "Estimate",
    "Indices",
    "LoadPoint",
    "SimulatedYears",
    "indices_of",
]


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """Hold the indices of one distribution transformer; `feeder` is its breaker, '' for none."""

    id: str
    district: str
    feeder: str
    customers: int
    load_mw: float
    interruptions_per_year: float
    unavailable_h_per_year: float

    @property
    def outage_h(self) -> float:
        """Return the mean length of an interruption, r = U / λ; 0 where there is none."""
        rate = self.interruptions_per_year
        return self.unavailable_h_per_year / rate if rate else 0.0

    @property
    def ens_mwh(self) -> float:
        """Return the energy not supplied in a year: average load times hours."""
        return self.load_mw * self.unavailable_h_per_year


@dataclass(frozen=True, slots=True)
class Indices:
    """Hold the indices of a feeder or of the system; None where a ratio has no denominator."""

    load_points: int
    customers: int
    load_mw: float
    saifi: float | None
    """Interruptions a customer and year."""
    saidi_h: float | None
    """Hours without supply a customer and year."""
    caidi_h: float | None
    """Hours an interruption of a customer."""
    asai: float | None
    """Share of customer-hours with supply."""
    asui: float | None
    """Share of customer-hours without."""
    ens_mwh: float
    """Energy not supplied a year, MWh."""
    aens_kwh: float | None
    """Energy not supplied a customer and year, kWh."""


@dataclass(frozen=True, slots=True)
class Component:
    """Say how often a component fails, and what all its failures of a year do."""

    id: str
    kind: str
    """overhead, cable, transformer, substation_transformer, breaker, switch or busbar."""
    device: str
    """What opens: a breaker, a fuse of a section, or the transformer itself (its own fuse)."""
    failures_per_year: float
    repair_h: float
    customers_tripped: int
    """Customers interrupted by one failure, momentarily or longer."""
    interruptions_per_year: float
    """Sustained customer interruptions a year."""
    customer_h_per_year: float
    ens_mwh: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """Hold everything the enumeration found; components in descending order of customer-hours."""

    system: Indices
    feeders: Mapping[str, Indices]
    load_points: tuple[LoadPoint, ...]
    components: tuple[Component, ...]

    def worst(self, n: int = 10) -> tuple[Component, ...]:
        """Return the components that cost most customer-hours, then most energy."""
        return self.components[:n]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold the mean of yearly values; its standard error and their spread, None for one year."""

    mean: float
    error: float | None
    spread: float | None


@dataclass(frozen=True, slots=True)
class SimulatedYears:
    """Hold what simulated years brought: system values, and the load points as `Assessment`'s."""

    years: int
    faults: int
    overlapping: int
    """Faults that stood beside another one in their area."""
    saifi: Estimate
    saidi_h: Estimate
    ens_mwh: Estimate
    load_points: tuple[LoadPoint, ...]

    def plain(self) -> dict[str, Any]:
        """Return the system values as plain data."""
        names = ("saifi", "saidi_h", "ens_mwh")
        counts = {name: getattr(self, name) for name in ("years", "faults", "overlapping")}
        return counts | {name: asdict(getattr(self, name)) for name in names}


def indices_of(points: Iterable[LoadPoint]) -> Indices:
    """Return the indices of some load points together."""
    points = tuple(points)
    customers = sum(each.customers for each in points)
    interruptions = sum(each.customers * each.interruptions_per_year for each in points)
    customer_h = sum(each.customers * each.unavailable_h_per_year for each in points)
    ens_mwh = sum(each.ens_mwh for each in points)
    saidi_h = _ratio(customer_h, customers)
    return Indices(
        load_points=len(points),
        customers=customers,
        load_mw=sum(each.load_mw for each in points),
        saifi=_ratio(interruptions, customers),
        saidi_h=saidi_h,
        caidi_h=_ratio(customer_h, interruptions),
        asai=None if saidi_h is None else 1.0 - saidi_h / YEAR_H,
        asui=None if saidi_h is None else saidi_h / YEAR_H,
        ens_mwh=ens_mwh,
        aens_kwh=_ratio(1000.0 * ens_mwh, customers),
    )


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None
