"""SimBench sets: the published tables, parted by semicolons, with switches at auxiliary nodes."""

from pathlib import Path

import pytest
from importing import imported

from sim.errors import InputError, ScenarioError

TABLES = {
    "Node": """\
id;type;vmSetp;vaSetp;vmR;vmMin;vmMax;substation;coordID;subnet;voltLvl
HV;busbar;1.0;0.0;110;NULL;NULL;S;c0;HV1_MV1.101;3
MV;busbar;1.0;NULL;20;NULL;NULL;S;c0;MV1.101;5
MV aux;auxiliary;NULL;NULL;20;NULL;NULL;S;c0;MV1.101;5
A aux;auxiliary;NULL;NULL;20;NULL;NULL;NULL;c1;MV1.101;5
A;busbar;NULL;NULL;20;NULL;NULL;NULL;c1;MV1.101;5
HV aux;auxiliary;NULL;NULL;110;NULL;NULL;S;c0;HV1_MV1.101;3
tie aux;auxiliary;NULL;NULL;20;NULL;NULL;NULL;c1;MV1.101;5
B;busbar;NULL;NULL;20;NULL;NULL;NULL;c2;MV1.101;5
""",
    "Coordinates": "id;x;y;subnet;voltLvl\nc0;11.0;53.0;MV1.101;5\nc1;11.1;53.0;x;5\n",
    "Line": """\
id;nodeA;nodeB;type;length;loadingMax;subnet;voltLvl
L1;MV aux;A aux;cable;1.25;100;MV1.101_Feeder1;5
L2;MV;B;air;2;100;MV1.101_Feeder2;5
L3;tie aux;B;air;3;100;MV1.101_Feeder2;5
""",
    "LineType": "id;r;x;b;iMax;type\ncable;0.3;0.1;1;220;cable\nair;0.4;0.3;1;290;ohl\n",
    "Switch": """\
id;nodeA;nodeB;type;cond;substation;subnet;voltLvl
S1;MV;MV aux;CB;1;S;MV1.101;5
S2;A;A aux;LBS;1;;MV1.101;5
S3;HV aux;HV;DS;1;;MV1.101;5
S4;A;tie aux;LBS;0;;MV1.101;5
""",
    "Transformer": "id;nodeHV;nodeLV;type;subnet\nT1;HV aux;MV;40 MVA;HV1_MV1.101\n",
    "TransformerType": "id;sR;vmHV;vmLV\n40 MVA;40;110;20\n",
    "Load": """\
id;node;profile;pLoad;qLoad;sR;subnet;voltLvl
LV1;A;lv_rural2;0.3;0.1;0.4;MV1.101_LV2.101_eq;5
shop;B;G3-A;0.2;0.1;0.3;MV1.101;5
""",
    "ExternalNet": """\
id;node;calc_type;dspf;subnet
grid;HV;vavm;1;MV1.101_HV1_eq
other;A;pq;0;MV1.101
stand-in;A;vavm;1;LV2.101_MV1.101_eq
""",
    "RES": "id;node;type;subnet\nroof;A;PV;MV1.101\n",
}


def written(folder: Path, **changes: str) -> Path:
    folder = folder / "set"
    folder.mkdir()
    for name, text in (TABLES | changes).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_set_becomes_tables(tmp_path: Path) -> None:
    found = imported(written(tmp_path), out=tmp_path / "out")
    assert set(found.nodes) == {"HV", "MV", "A", "B"}
    assert (found.nodes["A"]["customers"], found.nodes["B"]["customers"]) == ("99", "1")
    assert [name for name, row in found.nodes.items() if row["supply"]] == ["HV"]
    line, tie, transformer = (found.edges[each] for each in ("L1", "L3", "T1"))
    assert (line["u"], line["v"]) == ("MV", "A")
    assert (line["switch_u"], line["switch_v"]) == ("CB", "LBS")
    assert (line["construction"], line["max_i_ka"], line["length_km"]) == ("cable", "0.22", "1.25")
    assert (tie["switch_u"], tie["switch_u_closed"], tie["switch_v"]) == ("LBS", "0", "")
    assert (transformer["switch_u"], transformer["rated_mva"]) == ("LBS", "40")
    assert found.edges["L2"]["switch_u"] == "CB"
    assert found.found("head_breaker") == [("L2", 3)]
    assert found.found("equivalent") == [("stand-in", 4)]
    assert set(found.found("generation")) == {("other", 3), ("roof", 2)}
    assert found.found("missing_coordinates") == [("B", 9)]


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "Line",
            "MV aux;A aux",
            "MV aux;nobody",
            "Line.csv:2:11: nodeB: expected the id of a node",
        ),
        ("Line", "1.25", "long", "Line.csv:2:23: length: expected a number, 0 or more, got 'long'"),
        ("Switch", "CB;1", "CB;maybe", "Switch.csv:2:17: cond: expected 1 or 0, got 'maybe'"),
        ("Line", "L2;", "L1;", "Line.csv:3:1: a second element of this name"),
        ("Node", "B;busbar", "A;busbar", "Node.csv:9:1: a second element of this name"),
        ("Load", ";pLoad;", ";p;", "Load.csv:1:1: columns missing from the header: pLoad"),
        ("Line", ";100;MV1.101_Feeder1", "", "Line.csv:2:1: expected 8 cells, got 6"),
    ],
)
def test_wrong_cells_are_said_with_their_place(
    tmp_path: Path, table: str, old: str, new: str, said: str
) -> None:
    assert old in TABLES[table]
    folder = written(tmp_path, **{table: TABLES[table].replace(old, new)})
    with pytest.raises(ScenarioError) as caught:
        imported(folder, out=tmp_path / "out")
    assert any(said in str(each) for each in caught.value.problems), caught.value
    assert not (tmp_path / "out").exists()


def test_type_nobody_defines_is_listed(tmp_path: Path) -> None:
    folder = written(tmp_path, LineType="id;r;x;b;iMax;type\nair;0.4;0.3;1;290;ohl\n")
    found = imported(folder, out=tmp_path / "out")
    assert ("L1", 2) in found.found("no_rating")
    assert found.edges["L1"]["max_i_ka"] == "0.4"
    assert found.found("construction") == [("L1", 2)]


def test_set_without_lines_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "Line.csv").unlink()
    with pytest.raises(InputError, match=r"has no Line\.csv"):
        imported(folder, out=tmp_path / "out", kind="simbench")
