"""Compare cases by paired replications: means, differences against the first, bands.

Intervals are Student t intervals of the mean (Law, Simulation Modeling and Analysis, 2015, ch. 10:
paired t with common random numbers). One replication gives no interval.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, stdev

from sim.engine.student import t_quantile
from sim.experiments.replicate import Replication
from sim.experiments.thinned import SERIES, Band, band
from sim.indicators.catalogue import BY_NAME

__all__ = ["CONFIDENCE", "Comparison", "Interval", "compare", "interval"]

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a mean and its confidence interval.

    mean is None when no replication gave a value; low and high are None below two values.
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int
    """Replications (or pairs) that gave a value."""

    @property
    def is_clear(self) -> bool:
        """Tell whether the interval excludes 0: for a difference, whether it is one."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Comparison:
    """Hold what an experiment says: case → indicator → interval, case → series → band."""

    cases: tuple[str, ...]
    """Names in order; the first is what the others are compared with."""
    replications: int
    seeds: tuple[int, ...]
    """Common to all cases."""
    span_s: float | None
    """Length of every run; None when they differ."""
    means: Mapping[str, Mapping[str, Interval]]
    differences: Mapping[str, Mapping[str, Interval]]
    """Case minus first case, replication by replication; without the first case."""
    bands: Mapping[str, Mapping[str, Band]]

    @property
    def has_intervals(self) -> bool:
        """Tell whether there are replications enough for any interval."""
        return self.replications > 1

    def to_json(self) -> str:
        """Return means and differences as JSON text, with units."""
        content = {
            "cases": self.cases,
            "replications": self.replications,
            "seeds": self.seeds,
            "span_s": self.span_s,
            "confidence": CONFIDENCE if self.has_intervals else None,
            "units": {name: BY_NAME[name].unit for name in self.means[self.cases[0]]},
            "means": _plain(self.means),
            "differences": _plain(self.differences),
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _plain(intervals: Mapping[str, Mapping[str, Interval]]) -> dict[str, dict[str, object]]:
    return {
        case: {name: asdict(each) for name, each in row.items()} for case, row in intervals.items()
    }


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of independent values and its Student t interval."""
    if not values:
        return Interval(None, None, None, 0)
    mean = fmean(values)
    if len(values) == 1:
        return Interval(mean, None, None, 1)
    t = t_quantile(0.5 + 0.5 * CONFIDENCE, len(values) - 1)
    half = t * stdev(values) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half, len(values))


def compare(replications: Sequence[Replication]) -> Comparison:
    """Compare the cases of finished replications; the first case met is the base.

    Raise ValueError when the cases have not the same seeds.
    """
    by_case: dict[str, dict[int, Replication]] = {}
    for each in replications:
        by_case.setdefault(each.case, {})[each.seed] = each
    cases = tuple(by_case)
    seeds = tuple(by_case[cases[0]])
    if any(tuple(rows) != seeds for rows in by_case.values()):
        raise ValueError("cases can be compared by pairs only when they have the same seeds")
    base = by_case[cases[0]]
    ends = list({each.end_s for each in replications})
    return Comparison(
        cases=cases,
        replications=len(seeds),
        seeds=seeds,
        span_s=ends[0] if len(ends) == 1 else None,
        means={case: _means(list(rows.values())) for case, rows in by_case.items()},
        differences={
            case: _differences([(base[seed], by_case[case][seed]) for seed in seeds])
            for case in cases[1:]
        },
        bands={
            case: {
                name: band(name, [each.series for each in rows.values()])
                for name in SERIES
                if all(name in each.series for each in rows.values())
            }
            for case, rows in by_case.items()
        },
    )


def _means(rows: Sequence[Replication]) -> dict[str, Interval]:
    return {
        name: interval([v for row in rows if (v := row.values[name]) is not None])
        for name in rows[0].values
    }


def _differences(pairs: Sequence[tuple[Replication, Replication]]) -> dict[str, Interval]:
    result = {}
    for name in pairs[0][0].values:
        if name not in pairs[0][1].values:
            continue  # measured in one of the two cases only
        both = [(base.values[name], other.values[name]) for base, other in pairs]
        result[name] = interval([y - x for x, y in both if x is not None and y is not None])
    return result
