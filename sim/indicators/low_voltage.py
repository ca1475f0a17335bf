"""Indicators of what failed behind the distribution transformers, and of what was spared crews."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from sim.indicators.measured import Measured, count, percentile, ratio
from sim.indicators.reliability import is_behind, is_sustained
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import HOUR_S, MINUTE_S

__all__ = ["LOW_VOLTAGE_ROWS", "low_voltage"]

_COUNT = "count of rows"
_OWN = "own definition"
_AVOIDED = ("agent", "menu", "meter")
_PLACE = re.compile(r".*/(customer\d+|lines)")

LOW_VOLTAGE_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("lv_faults", "count", "Faults of low-voltage lines and service drops.", _COUNT),
    ("lv_own_faults", "count", "Faults of customers' own wiring that look like an outage to them.",
     _COUNT),
    ("lv_never_reported", "count", "Faults of low-voltage lines and service drops that no customer"
     " and no meter had reported by the end of the run.", _OWN),
    ("lv_first_report_p50_min", "min", "Median time from such a fault to its first report, of those"
     " reported.", _OWN),
    ("lv_customer_hours", "customer_h", "Customers x duration of sustained interruptions that began"
     " behind a transformer; part of `customer_hours`.", "IEEE 1366"),
    ("lv_own_hours", "customer_h", "Customers x time without light by faults of their own. Supply"
     " at the meter is whole: in no index of reliability.", _OWN),
    ("lv_trips", "count", "Times a crew was sent to look at a place behind a transformer.", _COUNT),
    ("lv_trips_avoided", "count", "Faults of customers' own wiring that were recognised on the"
     " phone, in the menu or by the meter, so that no crew was sent.", _OWN),
    ("lv_trips_for_own_faults", "count", "Faults of customers' own wiring that a crew was sent to"
     " find.", _OWN),
    ("lv_triage_share", "share", "Trips avoided / (trips avoided + trips for customers' own"
     " faults).", _OWN),
    ("lv_wrong_advice", "count", "Customers told that the fault was their own when it was not.",
     _OWN),
)  # fmt: skip
"""Rows (name, unit, definition, source) of the catalogue."""


def low_voltage(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of a run whose scenario looks behind the transformers."""
    faults = tables["low_voltage"]
    is_own: NDArray[np.bool_] = faults["part"].astype(str) == "customer"
    told_by = faults["told_by"].astype(str)
    after_s = (faults["t_reported_s"] - faults["t_struck_s"])[~is_own]
    avoided = int(np.isin(told_by, _AVOIDED).sum())
    by_crew = int((told_by == "crew").sum())
    gone = tables["interruptions"]
    counted = is_sustained(gone, manifest) & is_behind(tables)
    lost_s = (gone["t_on_s"] - gone["t_off_s"])[counted] * gone["customers"][counted]
    until_s = np.where(np.isnan(faults["t_cleared_s"]), manifest.end_s, faults["t_cleared_s"])
    jobs = tables["jobs"]
    looks = (jobs["task"].astype(str) == "check") & np.array(
        [_PLACE.fullmatch(each) is not None for each in jobs["place"]], dtype=bool
    )
    return {
        "lv_faults": count((~is_own).sum()),
        "lv_own_faults": count(is_own.sum()),
        "lv_never_reported": count(np.isnan(after_s).sum()),
        "lv_first_report_p50_min": percentile(
            after_s[np.isfinite(after_s)] / MINUTE_S, 50.0, "no_such_report"
        ),
        "lv_customer_hours": count(lost_s.sum() / HOUR_S),
        "lv_own_hours": count((until_s - faults["t_struck_s"])[is_own].sum() / HOUR_S),
        "lv_trips": count(looks.sum()),
        "lv_trips_avoided": count(avoided),
        "lv_trips_for_own_faults": count(by_crew),
        "lv_triage_share": ratio(avoided, avoided + by_crew, "no_own_fault_found"),
        "lv_wrong_advice": count(faults["n_wrong"].sum()),
    }
