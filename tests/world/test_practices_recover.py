"""Under every practice of protection a random storm ends with everybody supplied."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.world.world import World
from tests.world.laws import (
    check_calls,
    check_crews,
    check_end,
    check_messages,
    check_truth,
)
from tests.world.storms import load_storm, storms
from tests.world.town import Source, event, finish, load, merged, world

SOME = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PRACTICES: dict[str, dict[str, Any]] = {
    "isolated": {"neutral": "isolated", "earth": {"share": 0.8, "extinguished_share": 0.5}},
    "compensated, evolving": {"neutral": "compensated", "earth": {"share": 1, "evolves_per_h": 2}},
    "voltage-time": {"automation": "voltage_time", "dead_times": ["2 s", "5 s"]},
    "centralised": {"automation": "centralised"},
    "breakers that fail": {"failure": {"share": 0.3, "overreach_share": 0.2}},
}
REMOTE = {"district": {"remote_switch_share": 1}}


@pytest.mark.parametrize("practice", PRACTICES)
@SOME
@given(storm=storms(), infeed=st.booleans(), remote=st.booleans())
def test_laws_hold_and_everybody_is_back(
    tmp_path: Path, practice: str, storm: dict[str, Any], infeed: bool, remote: bool
) -> None:
    events = [*storm["events"]]
    if infeed:
        events.append({"at": "6 h", "asset": "d", "kind": "supply", "lasts": "3 h"})
    more = {"events": events, **(REMOTE if remote else {})}
    storm = {
        **storm,
        **more,
        "protection": merged(storm["protection"], PRACTICES[practice]),
        "control": merged(storm["control"], {"earth_search": {"selection_share": 0.5}}),
    }
    town = World(load_storm(tmp_path, storm).scenario, 4)
    while not town.is_over:
        town.clock.step()
        check_truth(town)
        check_calls(town)
        check_crews(town)
        check_messages(town)
    check_end(town)


def test_a_station_breaker_that_tripped_unheard_is_learnt_of_from_an_answer(
    tmp_path: Path,
) -> None:
    town = world(
        tmp_path,
        events=[event("1 h", "d/buss")],
        control={"telecontrol": {"stale_share": 1}},
        run={"at_least": "47 h"},
    )
    check_end(finish(town))


def test_sectionalisers_and_reclosers_under_random_faults(tmp_path: Path) -> None:
    """Every place of a feeder fails in turn, lasting and not; the feeder is as built at the end."""

    def feeder() -> Source:
        source = Source()
        source.station()
        kinds = ("CB", "LBS", "RECLOSER", "SECTIONALISER", "SECTIONALISER", "LBS")
        upper = "s"
        for k, kind in enumerate(kinds):
            source.bus(f"{k}", 10 + k, north_km=0.5 * k)
            source.line(f"l{k}", upper, f"{k}", at_u=kind)
            upper = f"{k}"
        source.bus("x", 9, north_km=2.0)
        source.line("lx", "3", "x", at_u="FUSE")
        return source

    for fuses in ("blowing", "saving"):
        for line in ("l0", "l1", "l2", "l3", "l4", "l5", "lx"):
            for kind in ("permanent", "temporary"):
                for remote in (0, 1):
                    scenario = load(
                        tmp_path,
                        feeder(),
                        events=[event("1 h", f"d/{line}", kind)],
                        district={"remote_switch_share": remote},
                        protection={"fuses": fuses},
                        run={"at_least": "47 h"},
                    ).scenario
                    check_end(finish(World(scenario, 1)))
