"""Random towns, crews and storms for the property tests."""

import shutil
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from sim.scenario.loader import LoadedScenario
from tests.world.town import Source, constant, event, load

MARIA = Path(__file__).parents[2] / "scenarios/data/typhoons/maria_2018.rsmc.txt"
STORM = {"start": "2018-07-10 08:00", "at_least": "479 h", "at_most": "480 h"}


@st.composite
def sources(draw: Any) -> Source:
    """Draw feeders that are trees of up to five buses, with ties between any of their buses."""
    source = Source()
    source.station()
    buses: list[str] = []
    heads: dict[str, str] = {}
    for feeder in range(draw(st.integers(1, 3))):
        mine: list[str] = []
        for k in range(draw(st.integers(1, 5))):
            bus = f"{'xyz'[feeder]}{k}"
            source.bus(
                bus, draw(st.integers(1, 60)), north_km=draw(st.sampled_from((0.5, 2.0, 6.0)))
            )
            above = draw(st.sampled_from(mine)) if mine else "s"
            source.line(
                f"l{bus}",
                above,
                bus,
                at_u="LBS" if mine else "CB",
                km=draw(st.sampled_from((0.3, 1.0, 2.0))),
                construction=draw(st.sampled_from(("overhead", "cable"))),
                rating_ka=draw(st.sampled_from((0.004, 0.4))),
            )
            mine.append(bus)
            heads[bus] = mine[0]
        buses += mine
    if len(buses) > 1:
        pairs = st.tuples(st.sampled_from(buses), st.sampled_from(buses))
        for k, (u, v) in enumerate(draw(st.lists(pairs, max_size=3))):
            if u != v:
                source.line(f"t{k}", u, v, open_at_v=True)
    return source


def _events(source: Source) -> st.SearchStrategy[list[dict[str, str]]]:
    lines = [f"d/{row['id']}" for row in source.edges if row["kind"] == "line"]
    stations = [f"d/dt{row['id']}" for row in source.nodes if row["customers"]]
    one = st.builds(
        event,
        st.sampled_from(("1 h", "90 min", "91 min", "5 h", "9 h", "14 h", "20 h")),
        st.one_of(st.sampled_from(lines), st.sampled_from(stations)),
        st.sampled_from(("permanent", "permanent", "temporary")),
    )
    return st.lists(one, min_size=1, max_size=6)


@st.composite
def settings(draw: Any) -> dict[str, Any]:
    """Draw how well control sees, how it decides, how many crews there are, and who calls."""
    share = st.sampled_from((0, 0.3, 1))
    shifts = [{"start": "07:00", "end": "19:00", "crews": draw(st.integers(1, 3))}]
    shifts.append({"start": "19:00", "end": "07:00", "crews": draw(st.integers(0, 1))})
    return {
        "protection": {
            "dead_times": draw(st.sampled_from(([], ["2 s"], ["2 s", "60 s"], ["5 min"])))
        },
        "control": {
            "telecontrol": {
                "delay": {"uniform": {"low": "2 s", "high": "30 s"}},
                "stale_share": draw(share),
            },
            "indicators": {
                "feeder_share": draw(share),
                "miss_share": draw(st.sampled_from((0, 0.3))),
                "false_share": draw(st.sampled_from((0, 0.5))),
            },
            "last_gasp": {
                "reported_share": draw(share),
                "delay": {"uniform": {"low": "1 min", "high": "15 min"}},
            },
            "trouble_calls": {
                "reports_needed": draw(st.integers(1, 2)),
                "wrong_place_share": draw(share.filter(lambda x: x < 1)),
            },
            "restoration_times": {"error_sigma": 0.25},
            "supply_unpatrolled": draw(st.booleans()),
            "switching_tries": draw(st.integers(0, 2)),
        },
        "crews": {
            "depots": {"d": {"shifts": shifts}},
            "repair": {"overhead": {"lognormal": {"median": "2 h", "p90": "5 h"}}},
            "priority": draw(st.sampled_from(("customers_per_hour", "oldest", "most_customers"))),
        },
        "customers": {
            "classes": {"all": {"share": 1, "call_share": 1}},
            "calling": {"again_factor": 1},
        },
        "emergency": {
            "review_every": "1 h",
            "plan": [
                {
                    "step": "announce",
                    "when": {"customers_out": draw(st.integers(1, 50))},
                    "do": [{"announce": True}],
                }
            ],
        },
        "contact": {"trunks": draw(st.integers(1, 30))},
    }


@st.composite
def storms(draw: Any) -> dict[str, Any]:
    """Draw the keyword arguments of `town.load`: a town in a storm."""
    source = draw(sources())
    sections = draw(settings())
    hazards = {}
    if draw(st.booleans()):
        hazards = {
            "typhoon": {
                "track": MARIA.name,
                "shift": {"north": f"{draw(st.integers(-150, 100))} km", "time": "-6 h"},
            },
            "fragility": {
                "spans": draw(st.sampled_from(("quanta_conductor", "none"))),
                "poles": "none",
            },
        }
    return {
        "sources": source,
        "events": draw(_events(source)),
        "district": {"remote_switch_share": draw(st.sampled_from((0, 0.3, 1)))},
        "run": STORM,
        "hazards": hazards,
        **sections,
    }


def load_storm(folder: Path, storm: dict[str, Any]) -> LoadedScenario:
    if not (folder / MARIA.name).exists():
        shutil.copy(MARIA, folder)
    return load(folder, **storm)


__all__ = ["constant", "load_storm", "sources", "storms"]
