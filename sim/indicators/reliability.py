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

__all__ = ["affected_transformers", "is_sustained", "reliability"]


def is_sustained(interruptions: Columns, manifest: Manifest) -> NDArray[np.bool_]:
    """Return which interruptions lasted longer than the momentary threshold.

    An interruption open at the end of the run lasts until then.
    """
    length_s = interruptions["t_on_s"] - interruptions["t_off_s"]
    return np.asarray(length_s > manifest.measures.momentary_threshold_s)


def affected_transformers(tables: RunTables, manifest: Manifest) -> NDArray[np.int64]:
    """Return the rows of the transformers with at least one sustained interruption."""
    interruptions = tables["interruptions"]
    return np.unique(interruptions["transformer_ix"][is_sustained(interruptions, manifest)])


def reliability(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indices; customers interrupted again are counted again."""
    interruptions = tables["interruptions"]
    served = float(tables["transformers"]["customers"].sum())
    sustained = is_sustained(interruptions, manifest)
    customers = interruptions["customers"]
    length_s = interruptions["t_on_s"] - interruptions["t_off_s"]
    interrupted = float(customers[sustained].sum())
    customer_s = float(np.dot(customers[sustained].astype(float), length_s[sustained]))
    affected = affected_transformers(tables, manifest)
    return {
        "customers_served": count(served),
        "saifi": ratio(interrupted, served, "no_customers"),
        "saidi_min": ratio(customer_s / MINUTE_S, served, "no_customers"),
        "caidi_min": ratio(customer_s / MINUTE_S, interrupted, "no_sustained_interruption"),
        "maifi": ratio(float(customers[~sustained].sum()), served, "no_customers"),
        "customer_hours": count(customer_s / HOUR_S),
        "customers_interrupted": count(interrupted),
        "customers_affected": count(tables["transformers"]["customers"][affected].sum()),
        "peak_customers_out": count(customers_out(tables, manifest).peak),
        "open_customers": count(customers[interruptions["is_open"]].sum()),
    }
