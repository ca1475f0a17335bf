"""The wind over time: from a best track, and thunderstorm cells, to the gust at a place.

Between fixes position, pressure and wind are linear in time (latitude and longitude each: over
three or six hours the difference to a great circle is far below the tenth of a degree of the
record). Distances are on a plane about the storm's centre. All places asked for are on land.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.hazards import vortex
from sim.hazards.besttrack import Track, read_best_track
from sim.hazards.coast import east_of_coast_deg
from sim.messages import say, standing_at
from sim.scenario.hazards import ProfileName, Shift, Typhoon
from sim.units import HOUR_S, Calendar

if TYPE_CHECKING:
    from sim.hazards.cells import CellField

__all__ = ["NODE_S", "StormPath", "WindField", "moved_path", "wind_field"]

Floats = NDArray[np.float64]

NODE_S = 600.0
"""Spacing of the nodes to which the record is interpolated; fixes are at whole hours."""
DEGREE_KM = 111.195
"""One degree of latitude on a sphere of 6371 km."""
KNOT_MS = 1852.0 / 3600.0
AMBIENT_HPA = 1010.0
"""Pressure around the storm, of which the central one is the deficit: assumption."""
UNRECORDED_KT = 30.0
"""Wind where the record has none (depressions and remnants, below 35 kt): assumption."""
_CHUNK = 128


@dataclass(frozen=True, slots=True)
class StormPath:
    """Hold a storm's path at evenly spaced nodes; `t_s` in seconds of the run."""

    t_s: Floats
    lat: Floats
    lon: Floats
    wind_ms: Floats
    """Maximum 10-minute mean over the sea."""
    deficit_hpa: Floats
    landfall_s: float
    """First time from sea to land, on the approximate coast; NaN when it never happens."""


def _recorded(track: Track, calendar: Calendar) -> StormPath:
    """Interpolate the record to the nodes."""
    fixes_s = track.utc_s - calendar.start.timestamp()
    n_nodes = round(float(fixes_s[-1] - fixes_s[0]) / NODE_S) + 1
    t_s = fixes_s[0] + NODE_S * np.arange(n_nodes)
    wind_kt = np.where(np.isnan(track.wind_kt), UNRECORDED_KT, track.wind_kt)
    lat, lon = np.interp(t_s, fixes_s, track.lat), np.interp(t_s, fixes_s, track.lon)
    return StormPath(
        np.asarray(t_s, dtype=np.float64),
        lat,
        lon,
        np.interp(t_s, fixes_s, wind_kt) * KNOT_MS,
        np.maximum(AMBIENT_HPA - np.interp(t_s, fixes_s, track.pressure_hpa), 1.0),
        _landfall_s(t_s, lat, lon),
    )


def _landfall_s(t_s: Floats, lat: Floats, lon: Floats) -> float:
    east = east_of_coast_deg(lat, lon)
    crossings = np.flatnonzero((east[:-1] > 0) & (east[1:] <= 0) & np.isfinite(east[:-1]))
    if not crossings.size:
        return math.nan
    k = crossings[0]
    return float(t_s[k] + (t_s[k + 1] - t_s[k]) * east[k] / (east[k] - east[k + 1]))


def _hours_over_land(lat: Floats, lon: Floats) -> Floats:
    over_land = east_of_coast_deg(lat, lon) < 0
    hours: Floats = np.cumsum(np.where(over_land, NODE_S / HOUR_S, 0.0))
    return hours


def moved_path(track: Track, shift: Shift, calendar: Calendar) -> StormPath:
    """Return the path of a storm moved in space and time.

    Where the moved storm has been over land for longer than the recorded one at the same hour of
    the record, it decays by that difference; it is never stronger than recorded.
    """
    path = _recorded(track, calendar)
    lat = path.lat + shift.north / DEGREE_KM
    lon = path.lon + shift.east / (DEGREE_KM * np.cos(np.radians(lat)))
    extra_h = _hours_over_land(lat, lon) - _hours_over_land(path.lat, path.lon)
    wind_ms = vortex.decayed_ms(path.wind_ms, np.maximum(extra_h, 0.0))
    # the deficit goes with the square of the wind, so that Holland's B stays as recorded
    deficit_hpa = path.deficit_hpa * (wind_ms / path.wind_ms) ** 2
    landfall_s = _landfall_s(path.t_s, lat, lon)
    later_s = shift.time
    if shift.landfall_at is not None:
        if math.isnan(landfall_s):
            words = say(
                "the moved track does not meet the coast of eastern China; use time instead"
            )
            raise InputError(standing_at("hazards.typhoon.shift.landfall_at", words))
        later_s = calendar.seconds(shift.landfall_at) - landfall_s
    return StormPath(path.t_s + later_s, lat, lon, wind_ms, deficit_hpa, landfall_s + later_s)


class WindField:
    """Answer for the gust at any place on land, at any time of the run.

    It is the stronger of that of the typhoon and that of the strongest thunderstorm cell.
    """

    def __init__(
        self,
        path: StormPath | None,
        profile: ProfileName = "holland_1980",
        to_gust: float = 1.0,
        cells: CellField | None = None,
    ) -> None:
        """Take a path (None: calm), and the factor from a 10-minute sea wind to a gust on land."""
        self.path = path
        self.cells = cells if cells is not None and cells.cells else None
        self.profile = profile
        self.to_gust = to_gust
        self._nodes = np.empty((0, 10)) if path is None else _nodes(path, profile)
        self._start_s = 0.0 if path is None else float(path.t_s[0])
        self._end_s = -1.0 if path is None else float(path.t_s[-1])

    @property
    def landfall_s(self) -> float:
        """Return the time of landfall; NaN when there is none."""
        return math.nan if self.path is None else self.path.landfall_s

    @property
    def span_s(self) -> tuple[float, float]:
        """Return the time outside which it is calm everywhere; its end before its start: always."""
        spans = [(self._start_s, self._end_s)] if self.path is not None else []
        if self.cells is not None:
            spans += [(cell.born_s, cell.ends_s) for cell in self.cells.cells]
        return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else (0.0, -1.0)

    def gust_ms(self, t_s: float, lat: Floats, lon: Floats) -> Floats:
        """Return the gusts at places at one time."""
        gusts: Floats = self.gusts_ms(np.array([t_s]), lat, lon)[0]
        return gusts

    def gust_ms_at(self, t_s: float, lat: float, lon: float) -> float:
        """Return the gust at one place."""
        gust_ms = self._typhoon_ms_at(t_s, lat, lon)
        if self.cells is None:
            return gust_ms
        place = np.array([t_s]), np.array([lat]), np.array([lon])
        return max(gust_ms, float(self.cells.gusts_ms(*place)[0, 0]))

    def _typhoon_ms_at(self, t_s: float, lat: float, lon: float) -> float:
        if not self._start_s <= t_s <= self._end_s:
            return 0.0
        place = (t_s - self._start_s) / NODE_S
        k = min(int(place), len(self._nodes) - 2)
        part = place - k
        node = self._nodes[k] * (1.0 - part) + self._nodes[k + 1] * part
        return float(self.to_gust * _surface_ms(node, self.profile, lat, lon))

    def gusts_ms(self, t_s: Floats, lat: Floats, lon: Floats) -> Floats:
        """Return gusts, shape (times, places); zero before the first and after the last fix."""
        if self.path is None and self.cells is not None:
            return self.cells.gusts_ms(t_s, lat, lon)
        gusts = np.zeros((len(t_s), len(lat)))
        inside = np.flatnonzero((t_s >= self._start_s) & (t_s <= self._end_s))
        for first in range(0, len(inside), _CHUNK):  # keeps the temporaries in the cache
            rows = inside[first : first + _CHUNK]
            gusts[rows] = self.to_gust * _surface_ms(
                self._at(t_s[rows]), self.profile, lat[None, :], lon[None, :]
            )
        return (
            gusts if self.cells is None else np.maximum(gusts, self.cells.gusts_ms(t_s, lat, lon))
        )

    def is_of_a_cell(self, t_s: float, lat: float, lon: float) -> bool:
        """Say whether the gust at a place comes from a thunderstorm cell."""
        return self.gust_ms_at(t_s, lat, lon) > self._typhoon_ms_at(t_s, lat, lon)

    def peak_gust_ms(self, lat: Floats, lon: Floats, from_s: float, to_s: float) -> Floats:
        """Return the highest gust at each place in a span of time, on a 10-minute grid.

        This is also the forecast the control room sees: it is without error.
        """
        n_steps = max(1, math.ceil((to_s - from_s) / NODE_S))
        times_s = np.linspace(from_s, to_s, n_steps + 1)
        peaks: Floats = self.gusts_ms(times_s, lat, lon).max(axis=0)
        return peaks

    def _at(self, t_s: Floats) -> Floats:
        """Interpolate the nodes; shape (10, times, 1)."""
        place = (t_s - self._start_s) / NODE_S
        k = np.clip(place.astype(np.int64), 0, len(self._nodes) - 2)
        part = (place - k)[:, None]
        rows: Floats = self._nodes[k] * (1.0 - part) + self._nodes[k + 1] * part
        return rows.T[:, :, None]


def _nodes(path: StormPath, profile: ProfileName) -> Floats:
    """Return lat, lon, wind, radius, three shape numbers, motion east and north, spin a node."""
    motion_n = np.gradient(path.lat, path.t_s) * DEGREE_KM * 1000.0
    motion_e = np.gradient(path.lon, path.t_s) * DEGREE_KM * 1000.0 * np.cos(np.radians(path.lat))
    # the recorded maximum includes half of the motion, on the right of the track
    vortex_ms = np.maximum(path.wind_ms - 0.5 * np.hypot(motion_e, motion_n), 0.0)
    gradient = vortex.gradient_ms(vortex_ms)
    radius_km = vortex.radius_of_maximum_km(gradient, path.lat)
    if profile == "willoughby_2006":
        shape = vortex.willoughby_parameters(gradient, path.lat)
    else:
        b = vortex.holland_b(gradient, path.deficit_hpa)
        shape = (b, np.zeros_like(b), np.zeros_like(b))
    spin = np.where(path.lat >= 0, 1.0, -1.0)
    columns = (path.lat, path.lon, vortex_ms, radius_km, *shape, motion_e, motion_n, spin)
    return np.column_stack(columns)


def _surface_ms(at: Floats, profile: ProfileName, lat: Any, lon: Any) -> Any:
    """Return 10-minute means over the sea, shape (times, places), or one at one place."""
    lat_c, lon_c, vortex_ms, rm_km, s1, s2, s3, motion_e, motion_n, spin = at
    y_km = (lat - lat_c) * DEGREE_KM
    x_km = (lon - lon_c) * (DEGREE_KM * np.cos(np.radians(lat_c)))
    r_km = np.maximum(np.hypot(x_km, y_km), 1e-3)
    if profile == "willoughby_2006":
        ratio = vortex.willoughby_ratio(r_km, rm_km, s1, s2, s3)
    else:
        ratio = vortex.holland_ratio(r_km, rm_km, s1)
    around = spin * vortex_ms * ratio / r_km
    along = vortex.motion_share(r_km, rm_km)
    return np.hypot(along * motion_e - around * y_km, along * motion_n + around * x_km)


def wind_field(
    typhoon: Typhoon | None, calendar: Calendar, cells: CellField | None = None
) -> WindField:
    """Build the wind field of a scenario's typhoon and thunderstorms; calm without them."""
    if typhoon is None:
        return WindField(None, cells=cells)
    path = moved_path(read_best_track(typhoon.track), typhoon.shift, calendar)
    return WindField(path, typhoon.profile, typhoon.land_share * typhoon.gust_factor, cells)
