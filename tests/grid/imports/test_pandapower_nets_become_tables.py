"""pandapower nets saved as JSON: tables as text, switches at line ends, both coordinates."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from importing import imported

from sim.errors import InputError, ScenarioError
from sim.grid.imports.options import Options


def frame(columns: str, *rows: list[Any], index: list[int] | None = None) -> dict[str, Any]:
    """Return a table as pandapower writes it: a data frame as text."""
    content = {
        "columns": columns.split(),
        "index": index or list(range(len(rows))),
        "data": [list(each) for each in rows],
    }
    return {"_module": "pandas.core.frame", "_class": "DataFrame", "_object": json.dumps(content)}


def point(x: float, y: float) -> str:
    return json.dumps({"type": "Point", "coordinates": [x, y]})


def net(**more: Any) -> dict[str, Any]:
    """Return a net of two feeders from one busbar, with an open tie between their ends."""
    tables = {
        "name": "two feeders",
        "bus": frame(
            "name vn_kv in_service geo",
            ["HV", 110.0, True, point(8.0, 48.0)],
            ["MV", 20.0, True, point(8.0, 48.0)],
            ["A", 20.0, True, point(8.01, 48.0)],
            ["B", 20.0, True, point(8.02, 48.0)],
            ["B", 20.0, True, None],
            ["low", 0.4, True, None],
            index=[10, 11, 12, 13, 14, 20],
        ),
        "line": frame(
            "name from_bus to_bus length_km r_ohm_per_km x_ohm_per_km max_i_ka parallel type "
            "in_service",
            ["one", 11, 12, 1.5, 0.2, 0.1, 0.3, 2, "cs", True],
            [None, 11, 13, 2.5, 0.4, 0.3, 0.2, 1, "ol", True],
            ["tie", 12, 14, 0.5, 0.2, 0.1, 0.3, 1, None, True],
            ["gone", 12, 13, 9.0, 0.2, 0.1, 0.3, 1, "cs", False],
            index=[0, 3, 5, 6],
        ),
        "trafo": frame(
            "name hv_bus lv_bus sn_mva vn_hv_kv vn_lv_kv parallel in_service",
            ["T1", 10, 11, 25.0, 110.0, 20.0, 2, True],
            ["D1", 12, 20, 0.4, 20.0, 0.4, 1, True],
        ),
        "switch": frame(
            "bus element et type closed name",
            [11, 0, "l", "CB", True, "s1"],
            [11, 3, "l", "CB", True, "s2"],
            [14, 5, "l", "LBS", False, "s3"],
            [13, 14, "b", "LBS", True, "coupler"],
            [12, 77, "l", "LBS", True, "lost"],
            [11, 0, "t", "CB", True, "s4"],
        ),
        "load": frame(
            "name bus p_mw scaling in_service profile",
            ["village", 13, 0.5, 0.6, True, "lv_rural1"],
            ["houses", 20, 0.1, 1.0, True, None],
            ["closed", 13, 7.0, 1.0, False, None],
        ),
        "ext_grid": frame("name bus in_service", ["grid", 10, True]),
        "sgen": frame("name bus p_mw in_service", ["roof", 20, 0.05, True]),
        "impedance": frame("from_bus to_bus", [12, 13]),
    }
    return {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": tables | more}


def saved(folder: Path, content: Any, **how: Any) -> Path:
    path = folder / "net.json"
    path.write_text(json.dumps(content, **how), encoding="utf-8")
    return path


@pytest.mark.parametrize("how", [{}, {"indent": 2}])
def test_net_becomes_tables(tmp_path: Path, how: dict[str, Any]) -> None:
    found = imported(saved(tmp_path, net(), **how), out=tmp_path / "out")
    assert set(found.nodes) == {"HV", "MV", "A", "13", "14"}
    assert found.nodes["HV"]["supply"] == "1"
    # 0.1 MW behind D1 at 2.5 kW a customer; a low-voltage grid of the first rural type
    assert (found.nodes["A"]["customers"], found.nodes["13"]["customers"]) == ("40", "13")
    assert float(found.nodes["13"]["load_mw"]) == pytest.approx(0.3)
    one, other, tie = (found.edges[each] for each in ("one", "line3", "tie"))
    assert (one["switch_u"], one["switch_v"], one["max_i_ka"]) == ("CB", "", "0.6")
    assert (one["construction"], other["construction"]) == ("cable", "overhead")
    assert (one["length_km"], one["r_ohm_per_km"]) == ("1.5", "0.1")
    assert (tie["switch_v"], tie["switch_v_closed"]) == ("LBS", "0")
    assert found.edges["T1"]["rated_mva"] == "50"
    assert found.edges["T1"]["switch_v"] == "CB"
    assert found.edges["coupler"]["length_km"] == "0"


def test_what_is_odd_is_listed(tmp_path: Path) -> None:
    found = imported(saved(tmp_path, net(), indent=1), out=tmp_path / "out")
    assert {name for name, _ in found.found("disabled")} == {"gone", "closed"}
    assert [name for name, _ in found.found("device")] == ["lost"]
    assert [name for name, _ in found.found("unknown_class")] == ["impedance 0"]
    assert [name for name, _ in found.found("missing_coordinates")] == ["14"]
    assert [name for name, _ in found.found("construction")] == ["tie"]
    text = (tmp_path / "net.json").read_text(encoding="utf-8").splitlines()
    ((_, line),) = found.found("construction")
    assert '"line"' in text[line - 1]


def test_loads_phase_by_phase_add_up(tmp_path: Path) -> None:
    loads = frame(
        "name bus p_a_mw p_b_mw p_c_mw scaling in_service", ["l", 13, 0.1, 0.2, 0.0, 0.5, True]
    )
    found = imported(
        saved(tmp_path, net(load=frame("bus"), asymmetric_load=loads)), out=tmp_path / "out"
    )
    assert float(found.nodes["13"]["load_mw"]) == pytest.approx(0.15)
    assert found.nodes["13"]["customers"] == "60"


def test_standard_type_fills_in_what_a_row_leaves_empty(tmp_path: Path) -> None:
    lines = frame(
        "name std_type from_bus to_bus length_km max_i_ka type",
        ["typed", "NAYY", 11, 12, 1.0, None, None],
        ["own", "NAYY", 11, 13, 1.0, 0.5, None],
    )
    types = {"line": {"NAYY": {"max_i_ka": 0.142, "r_ohm_per_km": 0.642, "type": "cs"}}}
    found = imported(saved(tmp_path, net(line=lines, std_types=types)), out=tmp_path / "out")
    typed, own = found.edges["typed"], found.edges["own"]
    assert (typed["max_i_ka"], typed["r_ohm_per_km"], typed["construction"]) == (
        "0.142",
        "0.642",
        "cable",
    )
    assert (own["max_i_ka"], own["construction"]) == ("0.5", "cable")


def test_older_coordinates_are_read_too(tmp_path: Path) -> None:
    content = net(bus_geodata=frame("x y", [9.0, 50.0], index=[14]))
    found = imported(saved(tmp_path, content), out=tmp_path / "out")
    assert (found.nodes["14"]["lon"], found.nodes["14"]["lat"]) == ("9", "50")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "net.json:1:1: this is not JSON: "),
        ("[" * 100_000, "net.json:1:1: this is "),
        ("[]", "net.json:1:1: this is not a pandapower net: it has no table of buses"),
        ('{"bus": "nonsense"}', "net.json:1:1: the table 'bus' is not written as pandapower"),
        ('{"bus": {"_object": "{}"}}', "net.json:1:1: the table 'bus' is not written as"),
    ],
)
def test_what_is_no_net_is_said(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "net.json").write_text(content, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path / "net.json", out=tmp_path / "out")
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_line_to_no_bus_is_said(tmp_path: Path) -> None:
    lines = frame("name from_bus to_bus length_km", ["l", 11, 99, 1.0])
    with pytest.raises(ScenarioError, match="line 0: there is no bus 99"):
        imported(saved(tmp_path, net(line=lines)), out=tmp_path / "out")
    lines = frame("name from_bus to_bus length_km", ["l", 11, "x", 1.0])
    with pytest.raises(ScenarioError, match="to_bus should be a whole number, got 'x'"):
        imported(saved(tmp_path, net(line=lines)), out=tmp_path / "out")


def test_net_without_supply_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="names no point of supply"):
        imported(saved(tmp_path, net(ext_grid=frame("bus"))), out=tmp_path / "out")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cut=st.integers(1, 3000), noise=st.text(max_size=4), at=st.integers(0, 3000))
@example(cut=1, noise="\0", at=0)
def test_broken_nets_end_in_a_message_or_a_result(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: str, at: int
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    text = json.dumps(net())
    broken = text[:at] + noise + text[at:]
    (folder / "net.json").write_text(broken if cut % 2 else broken[:-cut], encoding="utf-8")
    try:
        imported(folder / "net.json", out=folder / "out", options=Options())
    except InputError:
        assert not (folder / "out").exists()


@pytest.mark.parametrize("value", [None, "x", -1, 1e308, True, [1], {"a": 1}])
@pytest.mark.parametrize(
    ("table", "column"),
    [("bus", "vn_kv"), ("line", "length_km"), ("line", "max_i_ka"), ("trafo", "sn_mva"),
     ("load", "p_mw"), ("switch", "closed"), ("line", "name"), ("switch", "type")],
)  # fmt: skip
def test_odd_cells_end_in_a_message_or_a_result(
    tmp_path: Path, table: str, column: str, value: Any
) -> None:
    content = net()
    written = json.loads(content["_object"][table]["_object"])
    for row in written["data"]:
        row[written["columns"].index(column)] = value
    content["_object"][table]["_object"] = json.dumps(written)
    try:
        found = imported(saved(tmp_path, content), out=tmp_path / "out")
    except InputError:
        assert not (tmp_path / "out").exists()
    else:
        assert found.nodes
