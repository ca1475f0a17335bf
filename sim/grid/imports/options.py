"""What an import assumes where the source is silent; each with a stated default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FORMATS", "LENGTH_UNITS_KM", "XY_UNITS", "Format", "Options"]

Format = Literal["auto", "opendss", "pandapower", "simbench", "tables"]
FORMATS: tuple[Format, ...] = ("auto", "opendss", "pandapower", "simbench", "tables")

LENGTH_UNITS_KM = {
    "km": 1.0,
    "m": 1e-3,
    "cm": 1e-5,
    "mm": 1e-6,
    "mi": 1.609344,
    "kft": 0.3048,
    "ft": 0.3048e-3,
    "in": 0.0254e-3,
}
"""Kilometres of each unit of length (international mile, foot and inch: exact)."""

XY_UNITS = ("auto", "degrees", *LENGTH_UNITS_KM)


@dataclass(frozen=True, slots=True)
class Options:
    """Hold the assumptions of one import."""

    name: str = ""
    """Name of the result; default: as the source names itself."""
    kw_per_customer: float = 2.5
    """Load of a customer where a load has no customer count, in kW; assumption (after-diversity
    peak of dwellings, usually 1 to 5 kW)."""
    collapse_below_kv: float = 1.0
    """What lies below this voltage is collapsed into the transformer that feeds it, in kV; 1 kV is
    the bound of low voltage of IEC 60038."""
    head_breaker: Literal["add", "none"] = "add"
    """Whether a breaker is assumed where a feeder has none at its head."""
    length_unit: str = "kft"
    """Unit of OpenDSS lengths for which neither line nor line code names one; its own default
    impedances are per 1,000 ft."""
    xy_unit: str = "auto"
    """Unit of the coordinates: degrees, a unit of length, or auto."""
    station: tuple[float, float] | None = None
    """Latitude and longitude the station is placed at; default: the source's own degrees, else
    0, 0."""
    construction: Literal["overhead", "cable"] = "overhead"
    """Construction of lines whose source does not tell; assumption."""
    max_i_ka: float = 0.4
    """Rating of lines and switches whose source has none, in kA; assumption (OpenDSS's own
    default is 400 A)."""
    substation_mva: float = 20.0
    """Rating of substation transformers whose source has none, in MVA; assumption."""
    backup: Literal["generators", "none"] = "generators"
    """Whether generators and storage behind a transformer can back that transformer up."""
    columns: tuple[tuple[str, str], ...] = ()
    """Columns of plain tables by their headings there: (column, heading)."""
