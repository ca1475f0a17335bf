"""SimBench's low-voltage grids behind the loads of its medium-voltage grids."""

from __future__ import annotations

__all__ = ["LOW_VOLTAGE_CUSTOMERS", "customers_behind"]

LOW_VOLTAGE_CUSTOMERS = {
    "lv_rural1": 13,
    "lv_rural2": 99,
    "lv_rural3": 118,
    "lv_semiurb4": 41,
    "lv_semiurb5": 104,
    "lv_urban6": 111,
}
"""Load points of each low-voltage grid that a load of this profile stands for: counted in the
grids of the package simbench 1.6.3 (ODbL 1.0, "SimBench, www.simbench.net")."""


def customers_behind(profile: str) -> int | None:
    """Return the customers of a load by its profile: a whole low-voltage grid, or one customer.

    Any other profile of SimBench (`H0-A`, `G3-A`, `L2-A`, `BL-H`, `mv_…`) is that of one customer.
    """
    return LOW_VOLTAGE_CUSTOMERS.get(profile.lower(), 1) if profile else None
