"""Plain node and edge tables: our own come out the same, others' headings are recognised."""

from pathlib import Path

import pytest
from importing import ROOT, imported

from sim.errors import InputError, ScenarioError
from sim.grid.importers import read_source
from sim.grid.imports.options import Options
from sim.grid.source import SourceGrid

GRIDS = ROOT / "scenarios" / "data" / "grids"
NODES = """\
Bus,Base kV,Longitude,Latitude,p_kw,numcust,slack
S,10,120.0,30.0,0,0,1
A,10,120.01,30.0,400,90,
B,10,120.02,30.0,100,20,
"""
EDGES = """\
name,from_bus,to_bus,type,length_m,ampacity,closed
L1,S,A,cable,900,300,
L2,A,B,overhead,800,250,
K1,S,B,switch,0,,0
"""


def read(nodes: Path, edges: Path) -> SourceGrid:
    found = read_source(nodes, edges, [])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        ("rbts_bus2/nodes.csv", "rbts_bus2/edges.csv"),
        ("simbench/rural_nodes.csv", "simbench/rural_edges.csv"),
        ("simbench/semiurb_nodes.csv", "simbench/semiurb_edges.csv"),
    ],
)
def test_own_tables_come_out_as_the_same_grid(tmp_path: Path, nodes: str, edges: str) -> None:
    found = imported(
        GRIDS / nodes,
        GRIDS / edges,
        out=tmp_path / "out",
        options=Options(xy_unit="degrees", head_breaker="none"),
    )
    before = read(GRIDS / nodes, GRIDS / edges)
    after = read(found.imported.files["nodes"], found.imported.files["edges"])
    for one, two in zip(before.nodes, after.nodes, strict=True):
        assert (one.id, one.kv, one.customers, one.has_fuse) == (
            two.id, two.kv, two.customers, two.has_fuse,
        )  # fmt: skip
        assert (one.longitude, one.latitude) == pytest.approx((two.longitude, two.latitude))
        assert one.load_mw == pytest.approx(two.load_mw)
        assert (one.failures_per_year, one.repair_h, one.replace_h) == (
            two.failures_per_year, two.repair_h, two.replace_h,
        )  # fmt: skip
        assert before.is_source(one) == after.is_source(two)
    for left, right in zip(before.edges, after.edges, strict=True):
        assert (left.id, left.u, left.v, left.is_closed) == (
            right.id, right.u, right.v, right.is_closed,
        )  # fmt: skip
        assert left.length_km == pytest.approx(right.length_km)
        assert left.rated_mva == pytest.approx(right.rated_mva)
        assert left.failures_per_year == pytest.approx(right.failures_per_year)
        assert left.repair_h == right.repair_h
        if left.kind == "line":
            assert (left.switch_u, left.switch_v) == (right.switch_u, right.switch_v)
            assert left.construction == right.construction
            assert left.max_i_ka == pytest.approx(right.max_i_ka)


def written(folder: Path, nodes: str = NODES, edges: str = EDGES) -> Path:
    folder = folder / "tables"
    folder.mkdir()
    (folder / "anything.csv").write_text(nodes, encoding="utf-8")
    (folder / "else.csv").write_text(edges, encoding="utf-8")
    return folder


def test_other_headings_and_units_are_recognised(tmp_path: Path) -> None:
    found = imported(written(tmp_path), out=tmp_path / "out")
    assert found.nodes["A"]["customers"] == "90"
    assert float(found.nodes["A"]["load_mw"]) == pytest.approx(0.4)
    assert (found.edges["L1"]["length_km"], found.edges["L1"]["max_i_ka"]) == ("0.9", "0.3")
    assert (found.edges["L1"]["construction"], found.edges["L2"]["construction"]) == (
        "cable",
        "overhead",
    )
    assert found.edges["K1"]["switch_u_closed"] == "0"


def test_headings_of_ones_own_are_named(tmp_path: Path) -> None:
    nodes = NODES.replace("numcust", "Haushalte")
    options = Options(columns=(("customers", "Haushalte"),))
    found = imported(written(tmp_path, nodes), out=tmp_path / "out", options=options)
    assert found.nodes["A"]["customers"] == "90"


def test_without_a_word_the_highest_voltage_is_supplied(tmp_path: Path) -> None:
    nodes = NODES.replace("0,0,1", "0,0,").replace("S,10,", "T,110,120.0,30.0,0,0,\nS,10,")
    edges = EDGES + "T1,T,S,trafo,,,\n"
    found = imported(written(tmp_path, nodes, edges), out=tmp_path / "out")
    assert [name for name, row in found.nodes.items() if row["supply"]] == ["T"]
    assert found.found("source") == [("T", 2)]
    assert set(found.found("no_rating")) == {("T1", 5), ("K1", 4)}
    (tmp_path / "one").mkdir()
    with pytest.raises(ScenarioError, match="names no point of supply"):
        imported(
            written(tmp_path / "one", NODES.replace("0,0,1", "0,0,")), out=tmp_path / "one" / "out"
        )


def test_line_between_voltages_is_listed(tmp_path: Path) -> None:
    found = imported(written(tmp_path, NODES.replace("A,10,", "A,10.5,")), out=tmp_path / "out")
    assert found.found("voltage") == [("A", 3)]
    assert found.nodes["A"]["kv"] == "10"


def test_chinese_tables_of_a_spreadsheet_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    nodes = "节点,电压,经度,纬度,负荷,户数,电源\n站,10,120,30,0,0,是\n村,10,120.01,30,400,90,\n"
    edges = "名称,起点,终点,类型,长度,敷设方式,载流量\n一线,站,村,线路,0.9,架空,300\n"
    (folder / "nodes.csv").write_bytes(nodes.encode("gb18030"))
    (folder / "edges.csv").write_bytes(edges.encode("gb18030"))
    found = imported(folder, out=tmp_path / "out")
    assert found.nodes["村"]["customers"] == "90"
    assert found.edges["一线"]["construction"] == "overhead"
    assert found.nodes["站"]["supply"] == "1"


def test_wrong_cells_are_said_with_their_place(tmp_path: Path) -> None:
    edges = EDGES.replace("S,A,", "S,nobody,").replace(",800,", ",-8,")
    with pytest.raises(ScenarioError) as caught:
        imported(written(tmp_path, edges=edges), out=tmp_path / "out")
    said = [str(each).rpartition("/")[2] for each in caught.value.problems]
    assert said == [
        "else.csv:2:6: v: expected the id of a node, got 'nobody'",
        "else.csv:3:17: length_m: expected a number, 0 or more, got '-8'",
    ]


def test_a_node_table_that_cannot_be_read_is_said_once(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "nodes.csv").write_text("id,volts\nS,10\nA,10\n", encoding="utf-8")
    (folder / "edges.csv").write_text("id,u,v\nl1,S,A\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        imported(folder, out=tmp_path / "out")
    said = [str(each).rpartition("/")[2] for each in caught.value.problems]
    assert said == ["nodes.csv:1:1: columns missing from the header: kv"]


def test_more_words_of_chinese_ledgers_are_known(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    nodes = "编号;电压等级（kV）;经度;纬度;负荷（kW）;户数\n站;35;120;30;0;0\n甲;10;120;30;9;3\n"
    edges = "编号;起点;终点;类型;长度（km）;型式;额定容量（MVA）\nT1;站;甲;变压器;;;5\n"
    (folder / "nodes.csv").write_bytes(nodes.encode("gb18030"))
    (folder / "edges.csv").write_bytes(edges.encode("gb18030"))
    found = imported(folder, out=tmp_path / "out")
    assert found.nodes["站"]["kv"] == "35"
    assert found.edges["T1"]["rated_mva"] == "5"


def test_two_tables_are_needed(tmp_path: Path) -> None:
    folder = written(tmp_path)
    with pytest.raises(InputError, match="name one node table and one edge table"):
        imported(folder / "else.csv", out=tmp_path / "out")
