"""What neighbours share of their strength: a Gaussian copula over the parts' own numbers.

The normal score of a part is the weighted sum of scores it shares with its district, its feeder
and its surroundings, and of its own. Every score is keyed by what it belongs to, so an asset more
changes no other's fate, and without dependence the parts' own numbers stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, Trait, owner_number
from sim.hazards.assets import Assets
from sim.scenario.condition import Dependence

__all__ = ["Shared", "shared_scores"]

Floats = NDArray[np.float64]

_NORMAL = NormalDist()
_EDGE = 1e-12
"""Shares nearer to 0 or 1 than this have no normal score of their own."""
_WAVES = 128
"""Waves that make up the field of nearby strength."""
_EARTH_KM = 6371.0088
_CHUNK = 16_384


def _score(share: float) -> float:
    return _NORMAL.inv_cdf(min(max(share, _EDGE), 1.0 - _EDGE))


@dataclass(frozen=True, slots=True)
class Shared:
    """Hold the shared score of each section, and the weight of a part's own score."""

    score: Floats
    own_weight: float

    def own_share(self, share: Floats) -> Floats:
        """Return the share of the own numbers below which the parts of a section fail.

        `share` is the share that fails on average over all luck.
        """
        limits = np.array([_score(each) for each in share])
        own = (limits - self.score) / self.own_weight
        found = np.array([_NORMAL.cdf(each) for each in own])
        # what cannot happen on average cannot happen here, what must happen does
        return np.where(share <= 0.0, 0.0, np.where(share >= 1.0, 1.0, found))

    def together(self, section_ix: NDArray[np.int64], own: Floats) -> Floats:
        """Return the numbers that parts have after sharing: uniform again, and correlated."""
        return np.array(
            [
                min(
                    max(_NORMAL.cdf(self.score[ix] + self.own_weight * _score(each)), _EDGE),
                    1.0 - _EDGE,
                )
                for ix, each in zip(section_ix, own, strict=True)
            ]
        )

    def of(self, sections: NDArray[np.int64]) -> Shared:
        """Return the same for some of the sections."""
        return Shared(self.score[sections], self.own_weight)


def shared_scores(section: Dependence, assets: Assets, streams: Streams) -> Shared | None:
    """Return what each section shares with others; None where nothing is shared."""
    district = streams.trait("hazards.district_strength")
    feeder = streams.trait("hazards.feeder_strength")
    waves = streams.trait("hazards.nearby_strength")
    if section.total == 0.0:
        return None
    n_sections = len(assets.sections)
    score = np.zeros(n_sections)
    if section.district > 0.0:
        names = assets.section_district or ("",) * n_sections
        score += math.sqrt(section.district) * _keyed(district, names)
    if section.feeder > 0.0:
        feeders = assets.section_feeder or ("",) * n_sections
        # what hangs on no feeder shares with nobody
        names = tuple(each or own for each, own in zip(feeders, assets.sections, strict=True))
        score += math.sqrt(section.feeder) * _keyed(feeder, names)
    if section.nearby > 0.0:
        score += math.sqrt(section.nearby) * _field(waves, assets.lat, assets.lon, section.length)
    return Shared(score, math.sqrt(1.0 - section.total))


def _keyed(trait: Trait, names: Sequence[str]) -> Floats:
    scores = {name: _score(trait.of(owner_number(name))) for name in dict.fromkeys(names)}
    return np.array([scores[name] for name in names])


def _field(waves: Trait, lat: Floats, lon: Floats, length_km: float) -> Floats:
    """Return a Gaussian field at places: standard normal, correlated as exp(-d^2 / 2 length^2).

    A sum of waves with normal wave numbers and normal amplitudes (random Fourier features; Rahimi
    & Recht 2007): each value is exactly standard normal, and the correlation is that above over
    all seeds. Distances are straight ones through the earth, so nothing depends on a map.
    """
    normals = np.array([[_score(waves.of(k, trait)) for trait in range(5)] for k in range(_WAVES)])
    numbers, sines, cosines = normals[:, :3] / length_km, normals[:, 3], normals[:, 4]
    values = np.empty(len(lat))
    for start in range(0, len(lat), _CHUNK):
        part = slice(start, start + _CHUNK)
        phi, theta = np.radians(lat[part]), np.radians(lon[part])
        flat = np.cos(phi)
        places = _EARTH_KM * np.stack([flat * np.cos(theta), flat * np.sin(theta), np.sin(phi)])
        phase = places.T @ numbers.T
        values[part] = (np.cos(phase) @ cosines + np.sin(phase) @ sines) / math.sqrt(_WAVES)
    return values
