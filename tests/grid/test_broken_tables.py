"""Malformed tables: all problems at once, each with file, line and column."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.grid.importers import build_grid
from sim.scenario.grid import Grid, GridSource
from sim.text.translation import problem_line
from tests.grid import small

NODES = """\
id,kv,lon,lat,load_mw,customers
h,110,10.0,50.0,0,0
s,20,10.0,50.0,0,0
1,20,10.01,50.0,0.5,12
"""
EDGES = """\
id,u,v,kind,length_km,construction,max_i_ka,rated_mva,switch_u,switch_u_closed,switch_v,switch_v_closed
t,h,s,transformer,,,,10,CB,1,CB,1
a,s,1,line,1.5,cable,0.2,,CB,1,LBS,1
"""


def reading(nodes: Path, edges: Path) -> Grid:
    return small.section().model_copy(
        update={"sources": {"s": GridSource(nodes=nodes, edges=edges)}}
    )


def problems(tmp_path: Path, nodes: str, edges: str) -> list[str]:
    """Return the problems of two tables, with the folder left out."""
    (tmp_path / "n.csv").write_text(nodes, encoding="utf-8")
    (tmp_path / "e.csv").write_text(edges, encoding="utf-8")
    try:
        build_grid(reading(tmp_path / "n.csv", tmp_path / "e.csv"))
    except ScenarioError as error:
        return [str(replace(each, file=Path(each.file).name)) for each in error.problems]
    return []


def test_whole_tables_have_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, NODES, EDGES) == []
    assert problems(tmp_path, "\ufeff" + NODES, EDGES + "\n") == []


BROKEN = {
    "a number that is none": (
        NODES.replace("10.01", "east"),
        EDGES,
        ["n.csv:4:6: lon: expected a number, -180 to 180, got 'east'"],
    ),
    "a latitude off the globe": (
        NODES.replace("10.01,50.0", "10.01,91"),
        EDGES,
        ["n.csv:4:12: lat: expected a number, -90 to 90, got '91'"],
    ),
    "half a customer": (
        NODES.replace("0.5,12", "0.5,12.5"),
        EDGES,
        ["n.csv:4:21: customers: expected a whole number, 0 or more, got '12.5'"],
    ),
    "a load that is not finite": (
        NODES.replace("0.5,12", "nan,12"),
        EDGES,
        ["n.csv:4:17: load_mw: expected a number, 0 or more, got 'nan'"],
    ),
    "two nodes of one id": (
        NODES + "1,20,10.01,50.0,0.5,12\n",
        EDGES,
        ["n.csv:5:1: id: expected an id of its own (line 4 has the same), got '1'"],
    ),
    "a row with a cell too few": (
        NODES.replace(",12\n", "\n"),
        EDGES,
        ["n.csv:4:1: expected 6 cells, got 5"],
    ),
    "a column missing": (
        NODES,
        EDGES.replace("max_i_ka", "amps"),
        ["e.csv:1:1: columns missing from the header: max_i_ka"],
    ),
    "an unknown kind and an unknown switch": (
        NODES,
        EDGES.replace("line,1.5", "wire,1.5").replace("CB,1,LBS", "RCL,1,LBS"),
        [
            "e.csv:3:7: kind: expected one of 'line', 'transformer', 'switch', got 'wire'",
            "e.csv:3:27: switch_u: expected one of '', 'CB', 'LBS', 'RECLOSER', 'SECTIONALISER', "
            "'FUSE', got 'RCL'",
        ],
    ),
    "a position that is neither open nor closed": (
        NODES,
        EDGES.replace("LBS,1\n", "LBS,half\n"),
        ["e.csv:3:36: switch_v_closed: expected one of '1', '0', got 'half'"],
    ),
    "a negative length": (
        NODES,
        EDGES.replace("1.5", "-1.5"),
        ["e.csv:3:12: length_km: expected a number, 0 or more, got '-1.5'"],
    ),
    "a line from a node to itself": (
        NODES,
        EDGES + "b,1,1,line,1,cable,0.2,,LBS,1,LBS,1\n",
        ["e.csv:4:5: v: expected another node than u, got '1'"],
    ),
    "a bus nothing leads to": (
        NODES + "2,20,10.02,50.0,0,0\n",
        EDGES,
        ["n.csv:5:1: node 2 has no path to a source, even with all switches closed"],
    ),
    "a feeder without a breaker": (
        NODES,
        EDGES.replace("1,line,1.5,cable,0.2,,CB", "1,line,1.5,cable,0.2,,LBS").replace(
            "10,CB,1,CB", "10,,,"
        ),
        ["n.csv:2:1: no breaker between the source and these lines: a"],
    ),
    "lines with the ids of a bus and of a transformer": (
        NODES,
        EDGES.replace("a,s,1", "dt1,s,1") + "bus1,s,1,line,1,cable,0.2,,CB,1,LBS,0\n"
        "bus9,s,1,line,1,cable,0.2,,CB,1,LBS,0\n",
        [
            "e.csv:3:1: id: expected another id: node 1 gives it to what stands there, got 'dt1'",
            "e.csv:4:1: id: expected another id: node 1 gives it to what stands there, got 'bus1'",
        ],
    ),
    "a village without any breaker": (
        NODES + "".join(f"{k},20,10.02,50.0,0,0\n" for k in range(2, 14)),
        EDGES.replace("CB", "LBS")
        + "".join(f"b{k},1,{k},line,1,cable,0.2,,LBS,1,,\n" for k in range(2, 14)),
        [
            "n.csv:2:1: no breaker between the source and these lines: a, b2, b3, b4, b5, b6, b7,"
            " b8, b9, b10 and 3 more"
        ],
    ),
    "an edge to a node that is not there": (
        NODES,
        EDGES.replace("a,s,1", "a,s,9"),
        ["e.csv:3:5: v: expected the id of a node, got '9'"],
    ),
    "a line and a switch between two voltages": (
        NODES,
        EDGES + "b,h,1,line,1,cable,0.2,,CB,1,LBS,1\nc,s,h,switch,,,,,CB,1,,\n",
        [
            "e.csv:4:5: v: expected a node of 110 kV, as u has, got '1'",
            "e.csv:5:5: v: expected a node of 20 kV, as u has, got 'h'",
        ],
    ),
    "rates given twice, and a fuse on a transformer": (
        NODES,
        EDGES.replace("closed\n", "closed,failures_per_km_year,failures_per_year\n")
        .replace("10,CB,1,CB,1", "10,FUSE,1,CB,1,,0.1")
        .replace("CB,1,LBS,1", "CB,1,LBS,1,0.1,0.2"),
        [
            "e.csv:2:25: switch_u: expected one of '', 'CB', 'LBS', 'RECLOSER', 'SECTIONALISER', "
            "got 'FUSE'",
            "e.csv:3:38: failures_per_km_year: expected nothing beside failures_per_year, or off a"
            " line, got '0.1'",
        ],
    ),
    "a transformer with half a fuse, failing backwards": (
        NODES.replace("customers\n", "customers,transformer_fuse,transformer_failures_per_year\n")
        .replace("0,0\n", "0,0,,\n")
        .replace("0.5,12", "0.5,12,half,-1"),
        EDGES,
        [
            "n.csv:4:24: transformer_fuse: expected one of '1', '0', got 'half'",
            "n.csv:4:29: transformer_failures_per_year: expected a number, 0 or more, got '-1'",
        ],
    ),
    "classes that do not add up, and half a customer of one": (
        NODES.replace("customers\n", "customers,customers_residential,customers_farm\n")
        .replace("0,0\n", "0,0,,\n")
        .replace("0.5,12", "0.5,12,8,3")
        + "2,20,10.02,50.0,0.1,,1.5,\n",
        EDGES + "b,1,2,line,1,cable,0.2,,LBS,1,LBS,1\n",
        [
            "n.csv:4:21: customers: expected the sum of the classes, 11, got '12'",
            "n.csv:5:22: customers_residential: expected a whole number, 0 or more, got '1.5'",
        ],
    ),
    "a back-up of nobody, and an age before it was built": (
        NODES.replace("customers\n", "customers,backup_mw,age_years\n")
        .replace("0,0\n", "0,0,,\n", 1)
        .replace("0,0\n", "0,0,0.4,\n")
        .replace("0.5,12", "0.5,12,0.4,-3"),
        EDGES,
        [
            "n.csv:3:20: backup_mw: expected nothing where there are neither customers nor load,"
            " got '0.4'",
            "n.csv:4:28: age_years: expected a number, 0 or more, got '-3'",
        ],
    ),
    "trees beside a transformer, and beside more than all of a line": (
        NODES,
        EDGES.replace("closed\n", "closed,trees,x_ohm_per_km,switch_v_remote\n")
        .replace("10,CB,1,CB,1", "10,CB,1,CB,1,0.5,,")
        .replace("CB,1,LBS,1", "CB,1,LBS,1,1.5,j0.4,yes"),
        [
            "e.csv:2:35: trees: expected nothing off a line, got '0.5'",
            "e.csv:3:38: trees: expected a number, 0 to 1, got '1.5'",
            "e.csv:3:42: x_ohm_per_km: expected a number, 0 or more, got 'j0.4'",
            "e.csv:3:47: switch_v_remote: expected one of '1', '0', got 'yes'",
        ],
    ),
    "an open quotation": (
        NODES + '"2,20,10.02\n',
        EDGES,
        [
            "n.csv:5:1: not a table of comma-separated values: unexpected end of data",
        ],
    ),
    "customers beyond any transformer": (
        NODES.replace("0.5,12", "0.5,4000000000"),
        EDGES,
        ["n.csv:4:21: customers: expected a whole number, 0 to 1000000, got '4000000000'"],
    ),
    "customers of too many digits": (
        NODES.replace("0.5,12", "0.5," + "9" * 5000),
        EDGES,
        [f"n.csv:4:21: customers: expected a whole number, 0 to 1000000, got '{'9' * 5000}'"],
    ),
    "a load beyond any grid": (
        NODES.replace("0.5,12", "3e9,12"),
        EDGES,
        ["n.csv:4:17: load_mw: expected a number, 0 to 100000, got '3e9'"],
    ),
    "a line around the earth": (
        NODES,
        EDGES.replace("line,1.5", "line,50000"),
        ["e.csv:3:12: length_km: expected a number, 0 to 10000, got '50000'"],
    ),
    "an empty table": (
        "",
        EDGES,
        [
            "n.csv:1:1: columns missing from the header: id, kv, lon, lat, load_mw, customers",
        ],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_tables_say_where_and_what(tmp_path: Path, case: str) -> None:
    nodes, edges, expected = BROKEN[case]
    assert problems(tmp_path, nodes, edges) == expected


def test_a_class_that_the_settings_do_not_have_is_pointed_out(tmp_path: Path) -> None:
    columns = "customers,customers_residental,customers_farm\n"
    (tmp_path / "n.csv").write_text(
        NODES.replace("\n", ",,\n").replace("customers,,", columns.rstrip())
    )
    (tmp_path / "e.csv").write_text(EDGES)
    section = reading(tmp_path / "n.csv", tmp_path / "e.csv")
    assert build_grid(section).n_customers == 12  # who asks for no classes reads any
    with pytest.raises(ScenarioError) as raised:
        build_grid(section, ("residential", "business"))
    assert [str(each).removeprefix(f"{tmp_path}/") for each in raised.value.problems] == [
        "n.csv:1:33: customers_residental: no class 'residental' in customers.classes. Did you"
        " mean 'residential'?",
        "n.csv:1:54: customers_farm: no class 'farm' in customers.classes. Allowed here:"
        " 'residential', 'business'",
    ]


def test_a_missing_file_is_a_problem_of_that_file(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as raised:
        build_grid(reading(tmp_path / "no.csv", tmp_path / "no.csv"))
    assert str(raised.value.problems[0]) == (
        f"{tmp_path / 'no.csv'}:1:1: cannot be read: No such file or directory"
    )


def test_an_open_quotation_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text(NODES + '"2,20,10.02\n', encoding="utf-8")
    (tmp_path / "e.csv").write_text(EDGES, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        build_grid(reading(tmp_path / "n.csv", tmp_path / "e.csv"))
    (said,) = caught.value.problems
    assert problem_line(said, "zh").endswith("不是逗号分隔的表格：引号没有成对，一直到文件末尾")
