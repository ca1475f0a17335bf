"""Recorded outage lists, replayed: read the rows, and find what fails for each.

Where a row names no asset, one is drawn by a race: every candidate has an exponential time keyed by
itself and the row, divided by its weight, and the first one fails. So an asset more takes over the
rows it wins, and changes no other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, Trait
from sim.errors import InputError
from sim.hazards.assets import Assets, Failure, owners
from sim.hazards.everyday import steady_rates
from sim.hazards.names import NamedAssets
from sim.messages import say, standing_at
from sim.scenario.hazards import Hazards
from sim.scenario.recorded import Cause, Recorded, RecordedHazard
from sim.table_file import Row, TableFile, calendar_time
from sim.units import MINUTE_S, Calendar

__all__ = ["HEADINGS", "RecordedRow", "read_recorded", "replay", "rows_of_run"]

Floats = NDArray[np.float64]

HEADINGS: Mapping[str, Sequence[str]] = {
    "start": ("start", "start_time", "begin", "停电开始时间", "停电时间", "开始时间", "故障时间"),
    "end": ("end", "end_time", "restored", "gone", "停电结束时间", "送电时间", "恢复时间"),
    "duration": ("duration", "minutes", "duration_min", "停电时长", "停电分钟", "停电时长(分钟)"),
    "cause": ("cause", "reason", "停电原因", "责任原因", "故障原因", "原因"),
    "customers": ("customers", "max_cust", "customer_count", "停电户数", "影响户数", "户数"),
    "district": ("district", "region", "town", "area", "供电所", "区域", "单位"),
    "asset": ("asset",),
    "feeder": ("feeder",),
}  # fmt: skip
"""Usual headings of each column; where several are there, the one that stands first here counts.

Equipment and lines have names of their own in most lists: only what is headed as ours is taken for
ids, unless the scenario names the column.
"""


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """One outage of the list, with its line in the file."""

    line: int
    t_s: float
    duration_s: float
    """NaN where the list does not say."""
    cause: str
    customers: float
    """NaN where the list does not say."""
    district: str
    asset: str
    feeder: str


def read_recorded(section: Recorded, assets: Assets, calendar: Calendar) -> list[RecordedRow]:
    """Return the rows of a list in its order; raise ScenarioError with every problem."""
    named = {str(column): (heading,) for column, heading in section.columns.items()}
    table = TableFile(section.file, {**HEADINGS, **named}, ("start", *named))
    table.raise_problems()
    zero_s = 0.0 if section.starts is None else calendar.seconds(section.starts)
    known = NamedAssets(assets)
    feeders = {*assets.section_feeder, *assets.transformer_feeder}
    rows = []
    for row in table.rows():
        n_problems = len(table.problems)
        start = table.read(row, "start", calendar_time, say("a time such as '2021-01-19 14:05'"))
        duration_s = _duration_s(table, row, start, calendar)
        customers = _number(table, row, "customers", math.nan)
        asset, theirs = table.text(row, "asset"), table.text(row, "feeder")
        feeder = section.feeders.get(theirs, theirs)
        if asset and asset not in known:
            table.wrong(row, "asset", say("the id of a section, span, pole or transformer"))
        if feeder and feeders and feeder not in feeders:
            table.wrong(row, "feeder", say("the id of the breaker at the head of a feeder"))
        if start is not None and len(table.problems) == n_problems:
            district = table.text(row, "district")
            rows.append(
                RecordedRow(
                    row.line,
                    calendar.seconds(start) - zero_s,
                    duration_s,
                    table.text(row, "cause"),
                    customers,
                    section.districts.get(district, district),
                    asset,
                    feeder,
                )
            )
    table.raise_problems()
    return rows


def _number(table: TableFile, row: Row, column: str, default: float) -> float:
    text = table.text(row, column)
    if not text:
        return default
    value = table.read(row, column, _amount, say("a number from 0 up"))
    return math.nan if value is None else value


def _amount(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0.0 else None


def _duration_s(table: TableFile, row: Row, start: datetime | None, calendar: Calendar) -> float:
    if table.text(row, "duration"):
        return _number(table, row, "duration", math.nan) * MINUTE_S
    if not table.text(row, "end"):
        return math.nan
    end = table.read(row, "end", calendar_time, say("a time such as '2021-01-19 14:05'"))
    if start is None or end is None:
        return math.nan
    length_s = calendar.seconds(end) - calendar.seconds(start)
    if length_s < 0.0:
        table.wrong(row, "end", say("a time after the start"))
    return length_s


def replay(
    hazards: Hazards, assets: Assets, streams: Streams, calendar: Calendar, until_s: float
) -> list[Failure]:
    """Return the failures of all recorded lists; raise ScenarioError or InputError."""
    race = streams.trait("hazards.recorded")
    failures: list[Failure] = []
    for number, section in enumerate(hazards.recorded):
        draw = _Draw(hazards, assets, race, number)
        for row in rows_of_run(section, number, assets, calendar, until_s):
            failure = _failure(section, row, draw)
            if failure is not None:
                failures.append(failure)
    return failures


def rows_of_run(
    section: Recorded, number: int, assets: Assets, calendar: Calendar, until_s: float
) -> list[RecordedRow]:
    """Return the rows of list `number` that fall into the run; raise InputError for none."""
    rows = [
        row
        for row in read_recorded(section, assets, calendar)
        if row.cause not in section.skip and 0.0 <= row.t_s <= until_s
    ]
    if not rows:
        words = say("no row of the list falls into the run: give starts, or another start")
        raise InputError(standing_at(f"hazards.recorded.{number}", words))
    return rows


def _failure(section: Recorded, row: RecordedRow, draw: _Draw) -> Failure | None:
    cause = section.causes.get(row.cause, Cause())
    if row.asset:
        asset, part = draw.names.split(row.asset)
    else:
        asset, part = draw.asset(row, cause.hazard), ""
    if not asset:
        return None
    minutes = row.duration_s / MINUTE_S
    is_short = minutes <= section.temporary_below and section.temporary_below > 0.0
    repair_s = 0.0
    if section.repair == "recorded" and math.isfinite(row.duration_s):
        repair_s = max(row.duration_s * section.work_share, 1.0)
    return Failure(
        row.t_s,
        asset,
        part,
        "temporary" if is_short else cause.kind,
        cause.hazard,
        repair_s=repair_s,
    )


class _Draw:
    """Draw what failed, among sections and distribution transformers."""

    def __init__(self, hazards: Hazards, assets: Assets, race: Trait, number: int) -> None:
        self.assets, self.names = assets, NamedAssets(assets)
        self._hazards, self._race, self._list = hazards, race, number
        self._ids: tuple[str, ...] = (*assets.sections, *assets.transformers)
        self._owners = owners(self._ids)
        self._district = np.array([*assets.section_district, *assets.transformer_district])
        self._feeder = np.array([*assets.section_feeder, *assets.transformer_feeder])
        self._customers = np.array([*assets.section_customers, *assets.transformer_customers])
        self._exposures: dict[RecordedHazard, Floats] = {}

    def asset(self, row: RecordedRow, hazard: RecordedHazard) -> str:
        """Return the id of what failed; '' where nothing could have."""
        weights = self._exposure(hazard)
        at = np.arange(len(self._ids))
        if row.feeder:
            at = at[self._feeder == row.feeder]
        elif row.district and np.any(here := self._district == row.district):
            at = at[here]
        if not weights[at].any():
            weights = np.ones(len(self._ids))
        chosen = weights[at]
        if math.isfinite(row.customers) and len(self._customers):
            ratio = (self._customers[at] + 1.0) / (row.customers + 1.0)
            chosen = chosen * np.minimum(ratio, 1.0 / ratio)
        at, chosen = at[chosen > 0.0], chosen[chosen > 0.0]
        if not at.size:
            return ""
        episode = (self._list << 24) + row.line
        times = -np.log(self._race.of_all(self._owners[at], episode)) / chosen
        return str(self._ids[at[int(np.argmin(times))]])

    def _exposure(self, hazard: RecordedHazard) -> Floats:
        if hazard not in self._exposures:
            self._exposures[hazard] = _exposure(self._hazards, self.assets, hazard)
        return self._exposures[hazard]


def _exposure(hazards: Hazards, assets: Assets, hazard: RecordedHazard) -> Floats:
    """Return the weights of sections and then transformers against a hazard."""
    n_transformers = len(assets.transformers)
    none, overhead = np.zeros(n_transformers), assets.is_overhead
    rates = steady_rates(hazards, assets)[0]
    if hazard in ("wind", "thunderstorm", "lightning", "ice"):
        return np.concatenate([np.where(overhead, assets.length_km, 0.0), none])
    if hazard == "tree":
        lined = np.nan_to_num(np.array(assets.section_trees or [0.0] * len(assets.sections)))
        return np.concatenate([np.where(overhead, assets.length_km * lined, 0.0), none])
    if hazard == "flood":
        levels = (*assets.section_flood_level_m, *assets.transformer_flood_level_m)
        return (~np.isnan(np.array(levels, dtype=np.float64))).astype(np.float64)
    if hazard == "third_party":
        return np.concatenate([assets.length_km, none])
    if hazard == "heat":
        rates[: len(overhead)][overhead] = 0.0
    return rates
