"""What the county looks like at one moment, and the moments worth showing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.series import customers_out
from sim.report.run import Run

__all__ = ["CrewAtWork", "Snapshot", "Snapshots", "snapshot_times"]


@dataclass(frozen=True)
class CrewAtWork:
    """Hold a crew on site."""

    name: str
    task: str
    place: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Snapshot:
    """Hold the state at one moment; positions are rows of their tables."""

    t_s: float
    out_ix: NDArray[np.int64]
    believed_ix: NDArray[np.int64]
    fault_ix: NDArray[np.int64]
    crews: tuple[CrewAtWork, ...]
    n_crews: int
    """Crews on site, those at a place unknown to the map included."""
    centre: tuple[float, float, float] | None
    """Latitude, longitude and maximum wind (m/s) of the typhoon; None beyond its track."""


def snapshot_times(run: Run, n: int) -> tuple[list[float], int]:
    """Choose about n moments by events, and the position of the one with most customers out.

    Half of the moments' weight follows the customers whose supply, or whose believed supply,
    changes; the other half follows plain time, so that quiet hours are there too.
    """
    end_s = run.manifest.end_s
    changes, weights = _changes(run)
    grid = np.linspace(0.0, end_s, 4 * n + 1)
    share = grid / end_s
    if weights.sum() > 0:
        order = np.argsort(changes, kind="stable")
        moved = np.concatenate([[0.0], np.cumsum(weights[order])]) / weights.sum()
        share = (share + moved[np.searchsorted(changes[order], grid, "right")]) / 2.0
    chosen = np.interp(np.linspace(0.0, 1.0, n), share, grid)
    minutes = np.minimum(np.round(chosen / 60.0) * 60.0, end_s)
    out = customers_out(run.tables, run.manifest)
    peak_s = float(out.t_s[int(np.argmax(out.values))])
    times = np.unique(np.append(minutes, peak_s))
    return times.tolist(), int(np.searchsorted(times, peak_s))


def _changes(run: Run) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the times at which customers change state, true or believed, and how many."""
    gone, beliefs = run["interruptions"], run["beliefs"]
    believed = run["transformers"]["customers"][beliefs["transformer_ix"]]
    times = [gone["t_off_s"], gone["t_on_s"], beliefs["t_from_s"], beliefs["t_to_s"]]
    weights = [gone["customers"], gone["customers"], believed, believed]
    return np.concatenate(times), np.concatenate(weights).astype(np.float64)


class Snapshots:
    """Take snapshots of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._places = _places(run["sections"], run["transformers"])

    def at(self, t_s: float) -> Snapshot:
        """Return the state of the county at a moment."""
        gone, beliefs, faults, jobs = (
            self._run[name] for name in ("interruptions", "beliefs", "faults", "jobs")
        )
        end_s = self._run.manifest.end_s
        is_out = (gone["t_off_s"] <= t_s) & ((t_s < gone["t_on_s"]) | gone["is_open"])
        is_believed = (beliefs["t_from_s"] <= t_s) & (
            (t_s < beliefs["t_to_s"]) | (beliefs["t_to_s"] >= end_s)
        )
        is_fault = (faults["t_struck_s"] <= t_s) & ~(faults["t_cleared_s"] <= t_s)
        at_work = np.flatnonzero((jobs["t_arrived_s"] <= t_s) & (t_s < jobs["t_ended_s"]))
        return Snapshot(
            t_s,
            np.unique(gone["transformer_ix"][is_out]),
            np.unique(beliefs["transformer_ix"][is_believed]),
            np.flatnonzero(is_fault),
            self._crews(at_work),
            len(at_work),
            _centre(self._run["track"], t_s),
        )

    def _crews(self, rows: NDArray[np.int64]) -> tuple[CrewAtWork, ...]:
        """Return the crews on site that the map can place."""
        jobs = self._run["jobs"]
        found = []
        for row in rows:
            place = str(jobs["place"][row])
            # a switch is named after its section (`line7@12`), a span or pole too (`line7/pole3`)
            for name in (place, place.partition("@")[0], place.rpartition("/")[0]):
                if name in self._places:
                    crew, task = str(jobs["crew"][row]), str(jobs["task"][row])
                    found.append(CrewAtWork(crew, task, place, *self._places[name]))
                    break
        return tuple(found)


def _places(sections: Columns, transformers: Columns) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude of every transformer and of the middle of every section."""
    lat = (sections["lat_u"] + sections["lat_v"]) / 2.0
    lon = (sections["lon_u"] + sections["lon_v"]) / 2.0
    middles = zip(lat.tolist(), lon.tolist(), strict=True)
    stations = zip(transformers["lat"].tolist(), transformers["lon"].tolist(), strict=True)
    return dict(zip(sections["section"], middles, strict=True)) | dict(
        zip(transformers["transformer"], stations, strict=True)
    )


def _centre(track: Columns, t_s: float) -> tuple[float, float, float] | None:
    """Interpolate the typhoon's track in time."""
    times = track["t_s"]
    if not len(times) or not times[0] <= t_s <= times[-1]:
        return None
    lat, lon, wind = (
        float(np.interp(t_s, times, track[name])) for name in ("lat", "lon", "wind_ms")
    )
    return lat, lon, wind
