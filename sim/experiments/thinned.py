"""Thin the series of a run to a common grid, and draw bands across replications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.indicators.series import QUARTER_S, calls_per_interval, customers_out, queue_length
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["SERIES", "Band", "Series", "band", "thinned"]

Series = Mapping[str, tuple[float, ...]]
"""Name → one value a quarter of an hour from the start to the end of the run."""

SERIES = ("customers_out", "queue_length", "calls_offered", "calls_abandoned")
"""customers_out and queue_length at the start of each quarter; calls that rang within it."""


@dataclass(frozen=True)
class Band:
    """Hold percentiles across replications; shape (quarters,) each, `t_s` the start of each.

    `n` counts the replications that were still running. Customers out keep their last value after
    the end of a run; the other series are taken across the running replications only.
    """

    t_s: NDArray[np.float64]
    n: NDArray[np.int64]
    p10: NDArray[np.float64]
    p50: NDArray[np.float64]
    p90: NDArray[np.float64]


def thinned(tables: RunTables, manifest: Manifest) -> Series:
    """Return the series of a run on the grid of quarters of an hour."""
    calls = calls_per_interval(tables, manifest)
    grids = {
        "customers_out": customers_out(tables, manifest).at(calls.t_s),
        "queue_length": queue_length(tables, manifest).at(calls.t_s),
        "calls_offered": calls.offered,
        "calls_abandoned": calls.abandoned,
    }
    series = {name: tuple(grids[name].tolist()) for name in SERIES}
    if not manifest.has_grid:
        return {name: each for name, each in series.items() if name != "customers_out"}
    # the quarter after the end shows what was left
    left = float(customers_out(tables, manifest).values[-1])
    return series | {"customers_out": (*series["customers_out"], left)}


def band(name: str, runs: Sequence[Series]) -> Band:
    """Return the 10th, 50th and 90th percentile across runs at every quarter of the longest."""
    length = max(len(series[name]) for series in runs)
    values = np.full((len(runs), length), np.nan)
    for row, series in zip(values, runs, strict=True):
        row[: len(series[name])] = series[name]
        if name == "customers_out":
            row[len(series[name]) :] = series[name][-1]
    running = np.array([[len(series[name])] for series in runs]) > np.arange(length)
    low, middle, high = (_across(values, percent) for percent in (10.0, 50.0, 90.0))
    return Band(
        np.arange(length, dtype=np.float64) * QUARTER_S, running.sum(axis=0), low, middle, high
    )


def _across(values: NDArray[np.float64], percent: float) -> NDArray[np.float64]:
    """Return a percentile over the rows that have a value."""
    return np.asarray(np.nanpercentile(values, percent, axis=0), dtype=np.float64)
