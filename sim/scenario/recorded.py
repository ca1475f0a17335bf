"""Section `hazards.recorded`: a list of real outages, replayed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.base import DataPath, Section, Share, When, default

__all__ = ["Cause", "Recorded", "RecordedHazard", "RecordedKind"]

RecordedHazard = Literal[
    "wind", "thunderstorm", "lightning", "ice", "heat", "flood", "tree", "third_party", "ageing",
    "area", "steady", "recorded",
]  # fmt: skip
RecordedKind = Literal["permanent", "temporary"]


class Cause(Section):
    """What a cause of the list stands for here."""

    hazard: RecordedHazard = "recorded"
    """Hazard by whose exposure the asset is drawn: wind, thunderstorm, lightning and ice take
    overhead length, tree tree-lined length, flood low-lying assets, heat transformers and cables,
    third_party all line, the others the steady rates. Default: recorded, by the steady rates."""
    kind: RecordedKind = "permanent"
    """Permanent: stays until repaired. Default: permanent."""


class Recorded(Section):
    """A list of outages (CSV, UTF-8 or GB18030), one failure a row.

    A row names what failed by the id of an asset or of a feeder's breaker; else the asset is drawn
    within the district by exposure and by the number of customers a failure there interrupts.
    """

    file: DataPath
    """The list."""
    columns: dict[
        Literal["start", "end", "duration", "cause", "customers", "district", "asset", "feeder"],
        str,
    ] = default({})
    """Heading in the file by what it holds. Only start is needed; duration is in minutes, asset and
    feeder hold ids of the grid. Default: the usual headings (start, end, duration, cause,
    customers, district or region, asset, feeder; 停电开始时间, 停电结束时间, 停电时长, 停电原因,
    停电户数, 供电所)."""
    starts: When | None = None
    """Moment of the record that becomes the start of the run. Default: the start of the run, so
    failures come at the recorded calendar times."""
    districts: dict[str, str] = default({})
    """District here by what stands in the column district. Default: the district's own id; rows of
    a district not here are drawn over the whole area."""
    feeders: dict[str, str] = default({})
    """Id of the breaker at the head of the feeder by what stands in the column feeder. Default: the
    column holds these ids."""
    causes: dict[str, Cause] = default({})
    """What each cause of the list stands for. Default: by the steady rates."""
    skip: tuple[str, ...] = ()
    """Causes that are left out, such as planned outages. Default: none."""
    repair: Literal["drawn", "recorded"] = "drawn"
    """recorded: the work on site takes `work_share` of the recorded duration; rows without one are
    drawn. Default: drawn, as for any failure."""
    work_share: Annotated[Share, Field(gt=0)] = 1.0
    """Share of the recorded duration that is work on site; the model adds waiting and travel.
    Default: all of it; in California 2019–2022 a crew was on site after 74 of 125 minutes (medians
    of unplanned outages), so 40 % is nearer."""
    temporary_below: Annotated[float, Field(ge=0, le=1440)] = 0.0
    """Rows of at most so many minutes are temporary faults. Default: none."""
