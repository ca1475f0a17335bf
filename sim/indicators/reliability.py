"""Reliability indices of the true interruptions (IEEE 1366, DL/T 836)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.measured import Measured, count, ratio
from sim.indicators.series import customers_out
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import HOUR_S, MINUTE_S

__all__ = ["affected_transformers", "is_behind", "is_sustained", "reliability"]


def is_sustained(interruptions: Columns, manifest: Manifest) -> NDArray[np.bool_]:
    """Return which interruptions lasted longer than the momentary threshold.

    An interruption open at the end of the run lasts until then.
    """
    length_s = interruptions["t_on_s"] - interruptions["t_off_s"]
    return np.asarray(length_s > manifest.measures.momentary_threshold_s)


def affected_transformers(tables: RunTables, manifest: Manifest) -> NDArray[np.int64]:
    """Return the rows of the transformers that had at least one sustained interruption."""
    interruptions = tables["interruptions"]
    counted = is_sustained(interruptions, manifest) & ~is_behind(tables)
    return np.unique(interruptions["transformer_ix"][counted])


def is_behind(tables: RunTables) -> NDArray[np.bool_]:
    """Return which interruptions began behind a transformer that had supply."""
    cause = tables["interruptions"]["cause"]
    if not len(tables["low_voltage"]["fault"]):
        return np.zeros(len(cause), dtype=bool)
    kind = tables["facts"]["kind"].astype(str)
    return np.asarray((cause >= 0) & (kind[cause] == "CustomersLost"))


def _customers_affected(tables: RunTables, sustained: NDArray[np.bool_]) -> float:
    """Return the customers with a sustained interruption, each counted once.

    Those behind one transformer are told apart by number only: two outages of parts of it count
    as customers of their own, up to all of it.
    """
    gone, served = tables["interruptions"], tables["transformers"]["customers"]
    behind = gone["transformer_ix"][sustained].astype(np.int64)
    weights = gone["customers"][sustained]
    of_each = np.bincount(behind, weights=weights, minlength=len(served))
    return float(np.minimum(of_each, served).sum())


def reliability(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indices; customers interrupted again are counted again."""
    interruptions = tables["interruptions"]
    served = float(tables["transformers"]["customers"].sum())
    sustained = is_sustained(interruptions, manifest)
    customers = interruptions["customers"]
    length_s = interruptions["t_on_s"] - interruptions["t_off_s"]
    interrupted = float(customers[sustained].sum())
    customer_s = float(np.dot(customers[sustained].astype(float), length_s[sustained]))
    return {
        "customers_served": count(served),
        "saifi": ratio(interrupted, served, "no_customers"),
        "saidi_min": ratio(customer_s / MINUTE_S, served, "no_customers"),
        "caidi_min": ratio(customer_s / MINUTE_S, interrupted, "no_sustained_interruption"),
        "maifi": ratio(float(customers[~sustained].sum()), served, "no_customers"),
        "customer_hours": count(customer_s / HOUR_S),
        "customers_interrupted": count(interrupted),
        "customers_affected": count(_customers_affected(tables, sustained)),
        "peak_customers_out": count(customers_out(tables, manifest).peak),
        "open_customers": count(customers[interruptions["is_open"]].sum()),
    }
