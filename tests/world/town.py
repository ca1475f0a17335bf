"""Small towns to break: a grid in two tables, a scenario in YAML, a world upon them."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.clock import LAST
from sim.engine.facts import Fact
from sim.engine.journal import Entry
from sim.grid.importers import EDGE_COLUMNS, NODE_COLUMNS
from sim.scenario.loader import LoadedScenario, load_scenario
from sim.scenario.yaml_text import yaml_text
from sim.world.world import World

HOUR = 3600.0
LAT, LON = 27.5, 119.7
KM_LAT = 1.0 / 111.2
"""Degrees of latitude of one km."""


def constant(length: str) -> dict[str, str]:
    return {"constant": length}


@dataclass
class Source:
    """The two tables of a source grid while they are written."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)

    def bus(
        self, name: str, customers: int = 0, *, north_km: float = 0.0, kv: float = 20.0
    ) -> None:
        lat = LAT + north_km * KM_LAT
        row = (name, kv, LON, lat, 0.002 * customers, customers)
        self.nodes.append(dict(zip(NODE_COLUMNS, row, strict=True)))

    def line(
        self,
        name: str,
        u: str,
        v: str,
        *,
        at_u: str = "LBS",
        open_at_v: bool = False,
        km: float = 1.0,
        construction: str = "overhead",
        rating_ka: float = 0.4,
    ) -> None:
        row = (name, u, v, "line", km, construction, rating_ka, "", at_u, 1, "LBS")
        self.edges.append(dict(zip(EDGE_COLUMNS, (*row, int(not open_at_v)), strict=True)))

    def station(self) -> None:
        """Add the station: bus h (110 kV), a transformer, and the busbar s."""
        self.bus("h", kv=110.0)
        self.bus("s")
        row = ("trafo", "h", "s", "transformer", 0, "", "", 40, "CB", 1, "CB", 1)
        self.edges.append(dict(zip(EDGE_COLUMNS, row, strict=True)))

    def save(self, folder: Path, name: str) -> dict[str, str]:
        for table, columns, rows in (
            ("nodes", NODE_COLUMNS, self.nodes),
            ("edges", EDGE_COLUMNS, self.edges),
        ):
            path = folder / f"{name}_{table}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(rows)
        return {"nodes": f"{name}_nodes.csv", "edges": f"{name}_edges.csv"}


def two_feeders() -> Source:
    """Return the feeders s-a1-1-a2-2-a3-3-a4-4 and s-b1-5-b2-6, tied by t (4 to 6, open at 6).

    Every section is 1 km; buses 1 to 4 lie 1 to 4 km north of the station, 5 and 6 in between.
    """
    source = Source()
    source.station()
    for bus, customers, north_km in (
        ("1", 40, 1.0),
        ("2", 50, 2.0),
        ("3", 60, 3.0),
        ("4", 70, 4.0),
        ("5", 80, 1.5),
        ("6", 90, 3.0),
    ):
        source.bus(bus, customers, north_km=north_km)
    source.line("a1", "s", "1", at_u="CB")
    source.line("a2", "1", "2")
    source.line("a3", "2", "3")
    source.line("a4", "3", "4")
    source.line("b1", "s", "5", at_u="CB")
    source.line("b2", "5", "6")
    source.line("t", "4", "6", open_at_v=True)
    return source


QUIET: dict[str, Any] = {
    "hazards": {
        "steady": {
            "cable_per_km_year": 0,
            "overhead_per_km_year": 0,
            "transformer_per_year": 0,
        },
        "fragility": {"spans": "none", "poles": "none"},
    },
    "protection": {
        "trip_delay": "0.5 s",
        "dead_times": ["2 s"],
        "temporary_clearing": constant("1 s"),
        "fuse_delay": "0.25 s",
    },
    "control": {
        "telecontrol": {"delay": constant("5 s"), "stale_share": 0},
        "indicators": {"feeder_share": 0, "delay": constant("2 min"), "false_share": 0},
        "last_gasp": {"reported_share": 0, "delay": constant("1 min")},
        "trouble_calls": {"wrong_place_share": 0},
        "restoration_times": {"first": constant("4 h"), "error_sigma": 0},
    },
    "crews": {
        "depots": {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 1}]}},
        "repair": {
            "overhead": constant("2 h"),
            "cable": constant("5 h"),
            "transformer": constant("3 h"),
        },
    },
    "contact": {
        "trunks": 30,
        "menu": {"time": constant("30 s")},
        "groups": {
            "general": {
                "serves": ["outage", "enquiry"],
                "roster": [{"from": "00:00", "to": "24:00", "agents": 3}],
            }
        },
        "background": [],
    },
    "emergency": {"review_every": "1 h"},
}
"""No chance but the given events; nobody reports but SCADA and customers."""

DAY = {"start": "2021-03-01 08:00", "at_least": "24 h", "at_most": "48 h"}


def merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested settings with others laid over them; what is no mapping is replaced."""
    result = dict(base)
    for key, value in more.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping) and key not in _WHOLE
        result[key] = merged(old, value) if both else value
    return result


_WHOLE = {"delay", "first", "overhead", "cable", "transformer", "time", "depots", "classes"}
"""Keys whose value is replaced as a whole."""


def event(at: str, asset: str, kind: str = "permanent") -> dict[str, str]:
    return {"at": at, "asset": asset, "kind": kind}


def load(
    folder: Path,
    sources: Mapping[str, Source] | Source | None = None,
    events: Sequence[Mapping[str, Any]] = (),
    district: Mapping[str, Any] | None = None,
    run: Mapping[str, Any] | None = None,
    **sections: Mapping[str, Any],
) -> LoadedScenario:
    """Write a scenario of one district for each source (d, or their names), and load it."""
    if sources is None:
        sources = two_feeders()
    given = {"d": sources} if isinstance(sources, Source) else dict(sources)
    settings = {
        "remote_switch_share": 0,
        "load_factor": 1,
        "scale": 1.0,
        **(district or {}),
    }
    grid = {
        "sources": {name: source.save(folder, name) for name, source in given.items()},
        "districts": {
            name: {
                "name": {"en": name, "zh": name},
                "source": name,
                "latitude": LAT + 0.2 * number,
                "longitude": LON,
                **settings,
            }
            for number, name in enumerate(given)
        },
        "power_factor": 1,
    }
    tree = merged(QUIET, sections)
    tree["hazards"] = {**tree["hazards"], "events": list(events)}
    tree["run"] = {"name": {"en": "Town", "zh": "镇"}, **DAY, **(run or {})}
    tree["grid"] = grid
    path = folder / "town.yaml"
    path.write_text(yaml_text(tree), encoding="utf-8")
    return load_scenario(path)


def world(folder: Path, *args: Any, seed: int = 1, **more: Any) -> World:
    return World(load(folder, *args, **more).scenario, seed)


class Weather:
    """Stand in for the wind field: a gust for each district, as a function of the time."""

    path = None
    cells = None
    span_s = (0.0, float("inf"))

    def __init__(self, *gust_of_district: Callable[[float], float]) -> None:
        self._gusts = gust_of_district

    def gusts_ms(self, times_s: Any, lat: Any, _lon: Any) -> Any:
        which = np.rint((np.asarray(lat) - LAT) / 0.2).astype(int)
        return np.array([[self._gusts[k](float(t_s)) for k in which] for t_s in times_s])

    def gust_ms_at(self, t_s: float, lat: float, _lon: float) -> float:
        return self._gusts[round((lat - LAT) / 0.2)](t_s)


def weather(monkeypatch: Any, *gust_of_district: Callable[[float], float]) -> None:
    """Let the worlds built from here on have this weather."""
    field = Weather(*gust_of_district)
    monkeypatch.setattr("sim.world.world.wind_field", lambda _typhoon, _calendar, _cells: field)


def at(world: World, t_s: float, action: Callable[[], object]) -> None:
    """Do something to the world at a time, after all else that happens then."""
    world.clock.call_at(t_s, action, LAST)


def finish(world: World) -> World:
    world.run_until(float("inf"))
    return world


def facts(world: World, *kinds: type[Fact]) -> list[Entry]:
    return [entry for entry in world.journal if isinstance(entry.fact, kinds)]


def story(world: World, leave_out: Iterable[str] = ()) -> list[tuple[float, str, str]]:
    """Return (time rounded to ms, kind, subject) of the facts."""
    hidden = set(leave_out)
    return [
        (round(entry.t_s, 3), type(entry.fact).__name__, entry.fact.subject)
        for entry in world.journal
        if type(entry.fact).__name__ not in hidden
    ]


def first(world: World, kind: type[Fact], **wanted: Any) -> Entry:
    """Return the first fact of a kind with the wanted fields."""
    for entry in facts(world, kind):
        if all(getattr(entry.fact, name) == value for name, value in wanted.items()):
            return entry
    raise AssertionError(f"no {kind.__name__} with {wanted}")
