"""Section `grid`: which source grids are placed where, and how each differs from its source."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import joined, say, standing_at
from sim.scenario.base import Between, Count, DataPath, Distance, Section, Share, default
from sim.units import DISTANCE

__all__ = ["DistrictGrid", "DistrictName", "Grid", "GridSource", "GridTie"]

DistrictId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A short id: that of a district begins the ids of all its assets."""


class GridSource(Section):
    """One source grid as a node table and an edge table (docs/grid.md draws one)."""

    nodes: DataPath
    """Node table (CSV): id, kv, lon, lat, load_mw, customers; optional: supply (1: fed from
    outside; without any, the highest voltage is), customers_<class> for any class of
    customers.classes (they add up to customers, which may then be empty), transformer_fuse (1 or
    0), transformer_failures_per_year, transformer_repair_h, transformer_replace_h, age_years,
    flood_level_m (depth of water at which its cabinets fail), area (a word hazards look for) and
    backup_mw (what can feed this transformer only). Empty optional cells take the settings;
    further columns are not read."""
    edges: DataPath
    """Edge table (CSV): id, u, v, kind (line, transformer or switch), length_km, construction,
    max_i_ka, rated_mva, switch_u and switch_v (CB, RECLOSER, SECTIONALISER, LBS, FUSE or empty)
    with switch_u_closed and switch_v_closed; optional: failures_per_km_year (lines) or
    failures_per_year, lasting ones only, repair_h, age_years, flood_level_m, switch_u_remote and
    switch_v_remote (1 or 0), and of lines trees (share of the length with trees beside it),
    tree_height_m, r_ohm_per_km and x_ohm_per_km. Empty optional cells take the settings; further
    columns are not read."""


class DistrictName(Section):
    """Name of a district in both languages."""

    en: str
    """English name."""
    zh: str
    """Chinese name."""


class DistrictGrid(Section):
    """One district: a source grid placed at a station, with what differs from the source."""

    name: DistrictName
    """Name people see."""
    source: str
    """Which of `sources` is placed here."""
    latitude: Annotated[float, Field(ge=-89, le=89)]
    """Latitude of the station in degrees, north positive."""
    longitude: Annotated[float, Field(ge=-180, le=180)]
    """Longitude of the station in degrees, east positive."""
    approximate: bool = False
    """True when the coordinates of the station are not sourced; shown on the map."""
    area: Literal["urban", "rural", "remote"] = "rural"
    """Kind of area, for commitments that differ by area; assumption."""
    scale: Literal["auto"] | Annotated[float, Field(gt=0)] = "auto"
    """Factor on the source's coordinate distances about the station; `auto` takes the median of
    line length over coordinate distance, because SimBench coordinates are schematic."""
    overhead_share: Share | None = None
    """At least this share of the line length is overhead; further cable sections become overhead,
    chosen by a keyed trait of each section; absent: as in the source. Ratings stay as they are."""
    overhead_sections: tuple[str, ...] = ()
    """Sections (ids of the source, such as `line12`) that are overhead whatever the source says."""
    remote_switch_share: Share = 0.15
    """Share of load-break switches under remote control, chosen by a keyed trait of each switch;
    breakers always are, and a table may say it of each switch; assumption."""
    without: tuple[Literal["fuses", "load_break_switches", "ties"], ...] = ()
    """Devices of the source that are left out here: `fuses` of sections, `load_break_switches`
    that are closed as built, `ties` (whatever is open as built). Default: none, as in the
    source."""
    load_factor: Annotated[float, Field(ge=0, le=2)] = 0.6
    """Load of the day over the source's peak values; assumption."""


class GridTie(Section):
    """A line between two buses, mostly of two districts, that is open as built.

    It has a switch at each end, the one at `to_bus` open, and belongs to the district of
    `from_bus`.
    """

    from_bus: str
    """Bus where its switch is closed, such as `luoyang/bus4`."""
    to_bus: str
    """Bus where its switch is open; of the same voltage."""
    length: Distance | None = None
    """Length of line; absent: the distance between the two buses."""
    construction: Literal["cable", "overhead"] = "overhead"
    """Cable or overhead line; assumption: overhead, for ties between districts cross country."""
    max_i_ka: Annotated[float, Field(gt=0)]
    """Rating in kA."""
    switch: Literal["CB", "LBS"] = "LBS"
    """Kind of both switches: breaker or load-break switch; assumption."""
    is_remote: bool = True
    """Whether both switches are under remote control; assumption: ties are switched first, and
    are the first to be equipped."""


class Grid(Section):
    """The medium-voltage grids of the area."""

    sources: dict[str, GridSource]
    """Source grids by name."""
    districts: dict[DistrictId, DistrictGrid]
    """Districts by id, in the order in which their assets are numbered."""
    ties: dict[DistrictId, GridTie] = {}
    """Lines between districts that are open as built, by name. Default: none, the districts stand
    alone."""
    span_length: Annotated[Distance, Between(DISTANCE, "10 m")] = default("80 m")
    """Distance between the poles of overhead lines; assumption (rural 10–20 kV lines on concrete
    poles, where 60–100 m are usual)."""
    power_factor: Annotated[float, Field(gt=0, le=1)] = 0.95
    """Active over apparent power of all loads; assumption."""
    layout_seed: Count = 1
    """Seed of what was built (which sections are overhead, which switches are remote); apart from
    the seed of a run, so that all replications share one grid; assumption."""

    @model_validator(mode="after")
    def _sources_exist(self) -> Self:
        for name, district in self.districts.items():
            if district.source not in self.sources:
                words = say(
                    "no source {source!r}; the sources are: {names}",
                    source=district.source,
                    names=joined(", ", self.sources or [say("none")]),
                )
                raise ValueError(standing_at(f"districts.{name}.source", words))
        return self
