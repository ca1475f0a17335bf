"""Direct lightning strokes to overhead lines, from the flashes of thunderstorm cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.hazards.assets import Failure, Kind, owners
from sim.hazards.cells import CELL_STEP_S, CellField
from sim.hazards.courses import arrivals, sampled, summed
from sim.hazards.loaded import Lines
from sim.scenario.thunderstorms import Thunderstorms
from sim.units import HOUR_S

__all__ = ["by_lightning", "collection_km"]

Floats = NDArray[np.float64]


def collection_km(height_m: float, width_m: float) -> float:
    """Return the width of the strip whose flashes strike a line, km.

    Eriksson 1987: N = Ng (28 h^0.6 + b) / 10 strokes per 100 km and year at Ng flashes a km² and
    year, as used by IEEE 1410; h and b in m.
    """
    return float((28.0 * height_m**0.6 + width_m) / 1000.0)


def by_lightning(
    section: Thunderstorms | None,
    lines: Lines,
    cells: CellField | None,
    streams: Streams,
    until_s: float,
) -> list[Failure]:
    """Return the flashovers: a Poisson stream along the flashes over each section."""
    wait = streams.trait("hazards.lightning_wait")
    lasting, place = (
        streams.trait("hazards.lightning_kind"),
        streams.trait("hazards.lightning_place"),
    )
    if section is None or cells is None or not cells.cells:
        return []
    settings = section.lightning
    per_km = collection_km(settings.line_height * 1000.0, settings.line_width * 1000.0)
    per_km *= (1.0 - settings.shielded_share) * settings.flashover_share
    assets, failures = lines.assets, []
    for block in lines.blocks():
        lat, lon = block.lat_lon()
        expected = np.zeros(len(block.at))
        for cell in cells.cells:
            near = np.flatnonzero(cell.is_near(lat, lon))
            t_s = _life(cell.born_s, cell.ends_s, until_s)
            if near.size and t_s.size:
                shares = summed(t_s, cell.strength(t_s, lat[near], lon[near]))[-1]
                expected[near] += cell.flashes * shares / HOUR_S
        expected *= per_km * assets.length_km[block.at]
        ids = [assets.sections[ix] for ix in block.at]
        for who, level, episode in arrivals(owners(ids), expected, wait):
            for ix, at in zip(who, level, strict=True):
                share = float(at / expected[ix])
                struck_s = _moment(cells, lat[[ix]], lon[[ix]], share, until_s)
                asset = ids[ix]
                temporary = lasting.of(asset, episode) < settings.temporary_share
                kind: Kind = "temporary" if temporary else "permanent"
                n_spans = int(assets.n_spans[block.at[ix]])
                span = int(place.of(asset, episode) * n_spans)
                part = f"span{span}" if n_spans else ""
                failures.append(Failure(struck_s, asset, part, kind, "lightning"))
    return failures


def _life(born_s: float, ends_s: float, until_s: float) -> Floats:
    """Return the moments at which a cell is looked at within the run; none outside."""
    from_s, to_s = max(born_s, 0.0), min(ends_s, until_s)
    return from_s + sampled(to_s - from_s, CELL_STEP_S) if to_s > from_s else np.empty(0)


def _moment(cells: CellField, lat: Floats, lon: Floats, share: float, until_s: float) -> float:
    """Return when a share of all flashes over a place has come."""
    near = CellField([cell for cell in cells.cells if cell.is_near(lat, lon)[0]])
    often_s = near.times_s
    t_s = np.unique(np.append(often_s[(often_s >= 0.0) & (often_s <= until_s)], [0.0, until_s]))
    come = summed(t_s, near.flashes_per_km2(t_s, lat, lon)[:, 0])
    return float(np.interp(share * come[-1], come, t_s))
