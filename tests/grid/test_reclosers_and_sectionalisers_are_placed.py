"""Reclosers and sectionalisers are read from the tables and stand wherever a switch may stand."""

from pathlib import Path
from typing import Any

from sim.errors import Problem
from sim.grid.assets import NONE
from sim.grid.importers import read_source
from sim.grid.topology import Topology
from tests.grid import small

NODES = """id,kv,lon,lat,load_mw,customers
h,110,10,50,0,0
s,20,10,50,0,0
1,20,10,50,1,10
2,20,10,50,1,20
3,20,10,50,1,30
"""
EDGES = """id,u,v,kind,length_km,construction,max_i_ka,rated_mva,switch_u,switch_u_closed,switch_v,\
switch_v_closed
t,h,s,transformer,,,,10,CB,1,CB,1
a,s,1,line,1,overhead,0.2,,RECLOSER,1,,1
w,1,2,switch,,,,,RECLOSER,1,,1
c,2,3,line,1,overhead,0.2,,SECTIONALISER,1,,1
"""


def read(tmp_path: Path) -> Any:
    paths = tmp_path / "n.csv", tmp_path / "e.csv"
    for path, text in zip(paths, (NODES, EDGES), strict=True):
        path.write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    source = read_source(*paths, problems)
    assert source is not None, problems
    return small.grid(source.nodes, source.edges)


def test_a_feeder_may_begin_with_a_recloser_and_go_on_over_one_as_a_coupler(
    tmp_path: Path,
) -> None:
    grid = read(tmp_path)
    head, midway = (grid.switches[grid.switch_ix[name]] for name in ("d/a@s", "d/w"))
    assert head.is_recloser
    assert head.is_feeder_breaker
    assert midway.other_bus_ix != NONE
    assert midway.is_feeder_breaker
    assert midway.interrupts_faults


def test_the_nearest_recloser_heads_what_lies_behind_it(tmp_path: Path) -> None:
    grid = read(tmp_path)
    topology = Topology(grid)
    zone = topology.zone_of_section[grid.section_ix["d/c"]]
    assert topology.feeder_breaker_of_zone[zone] == grid.switch_ix["d/w"]
    assert topology.feeding_interrupters(zone, topology.normal) == [grid.switch_ix["d/w"]]


def test_a_sectionaliser_is_no_breaker_and_is_remote_by_the_share(tmp_path: Path) -> None:
    grid = read(tmp_path)
    device = grid.switches[grid.switch_ix["d/c@2"]]
    assert device.is_sectionaliser
    assert not device.is_breaker
    assert not device.interrupts_faults
    assert not device.is_remote
    everywhere = small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            small.node("1", customers=10, load_mw=1.0),
            small.node("2", customers=10, load_mw=1.0),
        ],
        [
            small.transformer("trafo", "h", "s"),
            small.edge("a", "s", "1", at_u="CB", at_v=""),
            small.edge("b", "1", "2", at_u="SECTIONALISER", at_v=""),
        ],
        {"remote_switch_share": 1},
    )
    assert everywhere.switches[everywhere.switch_ix["d/b@1"]].is_remote
