"""Indicators of what customers were told: notices and restoration times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.indicators.measured import Measured, percentile, ratio
from sim.indicators.readers import readers
from sim.indicators.reliability import affected_transformers
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import HOUR_S, MINUTE_S

__all__ = ["actual_restoration_s", "information"]

Floats = NDArray[np.float64]


def information(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of notices and restoration times."""
    first_notice_s = _first_notice_s(tables)
    incidents = tables["incidents"]
    delay_s = first_notice_s - incidents["t_first_report_s"]
    noticed = np.isfinite(delay_s)
    result = {
        "first_notice_min": percentile(delay_s[noticed] / MINUTE_S, 50.0, "no_notice"),
        "incidents_with_notice_share": ratio(noticed.sum(), len(noticed), "no_incident"),
        "customers_reached_share": _customers_reached(tables, manifest),
    }
    actual_s = actual_restoration_s(tables)
    for which in ("first", "last"):
        error_s = actual_s - incidents[f"{which}_restoration_s"]
        error_h = error_s[np.isfinite(error_s)] / HOUR_S
        for percent in (10, 50, 90):
            result[f"{which}_estimate_error_p{percent}_h"] = percentile(
                error_h, percent, "no_estimate"
            )
    return result


def _outage_notices(tables: RunTables) -> NDArray[np.bool_]:
    """Return which notices are about an outage: all but warnings before it."""
    return np.asarray(tables["notices"]["template"] != "warning")


def _first_notice_s(tables: RunTables) -> Floats:
    """Return when the first notice of each incident was handed over, NaN where none was."""
    notices, about = tables["notices"], _outage_notices(tables)
    first: dict[str, float] = {}
    pairs = zip(notices["incident"][about], notices["t_submitted_s"][about], strict=True)
    for incident, t_s in pairs:
        first[incident] = min(float(t_s), first.get(incident, np.inf))
    return np.array([first.get(i, np.nan) for i in tables["incidents"]["incident"]], dtype=float)


def _customers_reached(tables: RunTables, manifest: Manifest) -> Measured:
    """Return the share of customers with a sustained interruption who noticed a notice.

    Messages are counts per group and notice, so the notice most of a group noticed, on all its
    channels together, stands for the group: a lower bound when later notices reached others.
    """
    groups = tables["groups"]
    is_affected = np.isin(groups["transformer_ix"], affected_transformers(tables, manifest))
    about = set(tables["notices"]["notice"][_outage_notices(tables)])
    notices, group_ix, noticed = readers(tables["messages"])
    counted = np.array([notice in about for notice in notices], dtype=bool)
    reached = np.zeros(len(groups["customers"]))
    np.maximum.at(reached, group_ix[counted], noticed[counted])
    reached = np.minimum(reached, groups["customers"])
    affected = groups["customers"][is_affected].sum()
    return ratio(reached[is_affected].sum(), affected, "no_sustained_interruption")


def actual_restoration_s(tables: RunTables) -> Floats:
    """Return when the last customer that each incident explains truly had supply again.

    NaN when the incident explains no true interruption, or one of them is still open. An
    interruption belongs to the incident when it overlaps the time the incident explained its
    transformer. Shape (incidents,).
    """
    beliefs, interruptions = tables["beliefs"], tables["interruptions"]
    back_s = np.where(interruptions["is_open"], np.inf, interruptions["t_on_s"])
    of_transformer: dict[int, list[int]] = {}
    for row, transformer in enumerate(interruptions["transformer_ix"].tolist()):
        of_transformer.setdefault(transformer, []).append(row)
    latest: dict[str, float] = {}
    believed = zip(
        beliefs["transformer_ix"].tolist(),
        beliefs["incident"],
        beliefs["t_from_s"].tolist(),
        beliefs["t_to_s"].tolist(),
        strict=True,
    )
    off_s = interruptions["t_off_s"]
    for transformer, incident, from_s, to_s in believed:
        for row in of_transformer.get(transformer, ()):
            if off_s[row] <= to_s and back_s[row] >= from_s:
                latest[incident] = max(float(back_s[row]), latest.get(incident, -np.inf))
    found = np.array([latest.get(i, np.nan) for i in tables["incidents"]["incident"]], dtype=float)
    return np.where(np.isinf(found), np.nan, found)
