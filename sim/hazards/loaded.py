"""Parts of overhead lines under a course of load: which break, when, and which break later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.quantiles import quantile
from sim.engine.streams import Streams, Trait
from sim.hazards.assets import Assets, Hazard, Kind, owners
from sim.hazards.fragility import Parts, Thresholds, draw_thresholds
from sim.hazards.shared import Shared
from sim.scenario.condition import Latent

__all__ = ["BLOCK", "Broken", "Later", "Lines", "breaking", "later", "moments"]

Floats = NDArray[np.float64]

BLOCK = 16_384
"""Most sections looked at in one go."""
_MOST_VALUES = 20_000_000
"""Most values of a course looked at in one go: 160 MB, however many sections there are."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Hold the sections that can break, by their positions in `Assets`."""

    assets: Assets
    at: NDArray[np.int64]
    shared: Shared | None = None

    def blocks(self, n_times: int = 1) -> Iterator[Lines]:
        """Yield the same lines in blocks, smaller ones for courses of many times."""
        size = max(1, min(BLOCK, _MOST_VALUES // max(n_times, 1)))
        for start in range(0, len(self.at), size):
            yield Lines(self.assets, self.at[start : start + size], self.shared)

    def lat_lon(self) -> tuple[Floats, Floats]:
        """Return the middles of the sections."""
        return self.assets.lat[self.at], self.assets.lon[self.at]

    def column(self, values: Sequence[float], default: float) -> Floats:
        """Return a column of the assets for these sections; a default where it says nothing."""
        if not len(values):
            return np.full(len(self.at), default)
        of_all = np.asarray(values, dtype=np.float64)[self.at]
        return np.where(np.isnan(of_all), default, of_all)

    def factors(self, by_district: dict[str, float]) -> Floats | float:
        """Return a factor by district; 1 where none is named."""
        if not by_district or not self.assets.section_district:
            return 1.0
        names = self.assets.section_district
        return np.array([by_district.get(names[ix], 1.0) for ix in self.at])


@dataclass(frozen=True, slots=True)
class Later:
    """Hold how many parts are weakened, and when they fail."""

    share: float
    delay_s: Callable[[float], float]
    luck: Trait


def later(section: Latent | None, streams: Streams) -> Later | None:
    """Return how damage shows later; None where it does not."""
    luck = streams.trait("hazards.latent_delay")
    if section is None or section.share == 0.0:
        return None
    return Later(section.share, quantile(section.delay), luck)


@dataclass(frozen=True, slots=True)
class Broken:
    """One part that broke: position of its section in `Assets`, number, time and load."""

    section_ix: int
    number: int
    t_s: float
    load: float
    kind: Kind
    is_latent: bool

    def hazard(self, usual: Hazard) -> Hazard:
        """Return the hazard: what weakened it is not what people see."""
        return "latent" if self.is_latent else usual


def breaking(
    parts: Parts,
    lines: Lines,
    n_parts: NDArray[np.int64],
    t_s: Floats,
    load: Floats,
    after: Later | None = None,
) -> list[Broken]:
    """Return the parts that break under loads of shape (times, sections), in order of section.

    What the load at the start would break counts as broken and repaired before.
    """
    ids = [lines.assets.sections[ix] for ix in lines.at]
    shared = None if lines.shared is None else lines.shared.of(lines.at)
    numbers = owners(ids)
    share = 0.0 if after is None else after.share
    drawn = draw_thresholds(parts, numbers, n_parts, load.max(axis=0), shared, share)
    moments_s = moments(drawn, t_s, load)
    found = []
    for k in np.flatnonzero(moments_s > 0.0):
        ix, number = int(drawn.section_ix[k]), int(drawn.number[k])
        at_s = float(moments_s[k])
        if drawn.is_latent[k] and after is not None:
            at_s += after.delay_s(after.luck.of(f"{ids[ix]}/{parts.name}", number))
        found.append(
            Broken(
                int(lines.at[ix]),
                number,
                at_s,
                float(drawn.gust_ms[k]),
                "temporary" if drawn.is_temporary[k] else "permanent",
                bool(drawn.is_latent[k]),
            )
        )
    return found


def moments(drawn: Thresholds, t_s: Floats, load: Floats) -> Floats:
    """Return when the load first reaches each threshold; 0 when it has at the start.

    What is only weakened gets the moment of the highest load.
    """
    moments_s = np.empty(len(drawn.section_ix))
    for k, (ix, threshold) in enumerate(zip(drawn.section_ix, drawn.gust_ms, strict=True)):
        series = load[:, ix]
        # rounding may leave a threshold a hair above the peak that chose it
        step = int(np.argmax(series >= min(threshold, series.max())))
        if step == 0 or drawn.is_latent[k]:
            moments_s[k] = t_s[step]
            continue
        before, after = series[step - 1], series[step]
        part = min(1.0, (threshold - before) / (after - before))
        moments_s[k] = t_s[step - 1] + part * (t_s[step] - t_s[step - 1])
    return moments_s
