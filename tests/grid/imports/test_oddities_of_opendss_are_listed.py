"""What is odd in an OpenDSS circuit is listed with its line, and nothing is silently repaired."""

from pathlib import Path

import pytest
from importing import opendss

from sim.grid.imports.options import Options

LINE = "new line.{name} bus1={u} bus2={v} linecode=main length=1 units=kft\n"


def line(name: str, u: str, v: str) -> str:
    return LINE.format(name=name, u=u, v=v)


def test_islands_are_left_out_element_by_element(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new load.one bus1=a kv=12.47 kw=100 numcust=7\n"
        + line("lost", "x", "y")
        + "new load.off bus1=y kv=12.47 kw=50 numcust=3\n",
    )
    assert set(found.nodes) == {"station", "a"}
    assert set(found.edges) == {"l1"}
    assert sorted(found.found("island")) == [("lost", 6), ("off", 7), ("x", 6)]
    assert {each.sort for each in found.findings("island")} == {"left_out"}
    assert "50 kW, customers: 3" in found.findings("island")[-1].text


def test_what_an_open_switch_joins_is_no_island(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new line.tie bus1=a bus2=b switch=y\nopen line.tie 1\n"
        + line("l2", "b", "c")
        + "new load.one bus1=c kv=12.47 kw=100 numcust=7\n",
    )
    assert found.edges["tie"]["switch_u_closed"] == "0"
    assert not found.found("island")
    assert found.nodes["c"]["customers"] == "7"


def test_loops_as_built_are_kept_and_listed(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + line("l2", "a", "b")
        + line("l3", "b", "c")
        + line("l4", "c", "a")
        + "new load.one bus1=b kv=12.47 kw=100 numcust=7\n",
    )
    assert found.found("loop") == [("l4", 7)]
    assert {"l2", "l3", "l4"} <= set(found.edges)


def test_dead_ends_and_ties_that_lead_nowhere_are_listed(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new load.one bus1=a kv=12.47 kw=100 numcust=7\n"
        + line("l2", "a", "b")
        + "new line.tie bus1=a bus2=nowhere switch=y\nopen line.tie 2\n",
    )
    assert found.found("dangling_line") == [("l2", 6)]
    assert found.found("dangling_tie") == [("tie", 7)]
    assert {"l2", "tie"} <= set(found.edges)


def test_lines_without_length_or_unit_are_listed(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        "new line.l1 bus1=station bus2=a r1=1 x1=1 length=2\n"
        "new line.l2 bus1=a bus2=b linecode=main length=0 units=km\n"
        "new line.l3 bus1=b bus2=c linecode=main units=km\n"
        "new load.one bus1=c kv=12.47 kw=100 numcust=7\n",
        Options(length_unit="mi"),
    )
    assert found.found("length_unit") == [("l1", 4)]
    assert float(found.edges["l1"]["length_km"]) == pytest.approx(2 * 1.609344)
    assert found.found("zero_length") == [("l2", 5)]
    assert found.found("no_length") == [("l3", 6)]


def test_both_ends_at_one_bus_are_left_out(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + line("l2", "a", "a")
        + "new load.one bus1=a kv=12.47 kw=100 numcust=7\n",
    )
    assert found.found("same_bus") == [("l2", 5)]
    assert set(found.edges) == {"l1"}


def test_phases_no_source_reaches_are_listed(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        "new line.l1 bus1=station.1 bus2=a.1 phases=1 r1=1 x1=1 length=1 units=km\n"
        "new line.l2 bus1=a.2 bus2=b.2 phases=1 r1=1 x1=1 length=1 units=km\n"
        "new line.l3 bus1=a.1.1 bus2=c.1.1 phases=2 r1=1 x1=1 length=1 units=km\n"
        "new load.one bus1=b.2 kv=7.2 phases=1 kw=100 numcust=7\n"
        "new load.two bus1=c.1 kv=7.2 phases=1 kw=100 numcust=7\n",
    )
    assert ("l2", 5) in found.found("phases")
    assert ("l3", 6) in found.found("phases")
    assert not any(name == "l1" for name, _ in found.found("phases"))


def test_loads_without_count_or_without_customers_are_told_apart(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new load.one bus1=a kv=12.47 kw=100\n"
        + "new load.two bus1=a kv=12.47 kw=10 numcust=0\n"
        + "new load.three bus1=a kv=12.47 kw=10 numcust=4\n",
        Options(kw_per_customer=4.0),
    )
    assert found.found("customers") == [("one", 5)]
    assert found.found("no_customers") == [("two", 6)]
    assert found.nodes["a"]["customers"] == str(25 + 0 + 4)
    assert float(found.nodes["a"]["load_mw"]) == pytest.approx(0.12)


def test_transformer_without_rating_between_medium_voltages(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new transformer.t buses=[a b] kvs=[12.47 4.16] kvas=[0 0]\n"
        + line("l2", "b", "c")
        + "new load.one bus1=c kv=4.16 kw=100 numcust=7\n",
        Options(substation_mva=5.0),
    )
    assert found.found("no_rating") == [("t", 5)]
    assert found.edges["t"]["rated_mva"] == "5"
    assert found.nodes["c"]["kv"] == "4.16"
    # each voltage has a head: behind the source, and behind the transformer
    assert found.found("head_breaker") == [("l1", 4), ("l2", 6)]


def test_unknown_classes_and_disabled_elements_are_left_out(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new load.one bus1=a kv=12.47 kw=100 numcust=7\n"
        + "new upfc.u bus1=a bus2=b\n"
        + "~ refkv=7.2\n"
        + line("l2", "a", "b").rstrip()
        + " enabled=no\n"
        + "new energymeter.m line.l1 1\n",
    )
    assert found.found("unknown_class") == [("upfc.u", 6)]
    assert found.found("disabled") == [("l2", 8)]
    assert set(found.edges) == {"l1"}


def test_what_the_engine_refuses_is_listed_where_it_stands(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new load.one bus1=a kv=12.47 kw=100 numcust=7\n"
        + "new line.l2 bus1=a bus2=b linecode=missing length=1 units=km\n"
        + "new load.two bus1=b kv=12.47 numcust=1 kvv=3\n",
    )
    assert [line for _, line in found.found("refused")] == [6, 7]
    assert "missing" in found.findings("refused")[0].text


def test_feeder_without_breaker_gets_one_only_where_wanted(tmp_path: Path) -> None:
    text = line("l1", "station", "a") + "new load.one bus1=a kv=12.47 kw=100 numcust=7\n"
    found = opendss(tmp_path, text)
    assert found.edges["l1"]["switch_u"] == "CB"
    assert found.found("head_breaker") == [("l1", 4)]
    (tmp_path / "none").mkdir()
    with pytest.raises(ValueError, match="no breaker between the source and these lines: l1"):
        opendss(tmp_path / "none", text, Options(head_breaker="none"))
    assert [each.name for each in (tmp_path / "none").iterdir()] == ["master.dss"]


def test_breaker_of_the_file_is_taken_as_it_is(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new load.one bus1=a kv=12.47 kw=100 numcust=7\n"
        + "new relay.r monitoredobj=line.l1 monitoredterm=1\n",
        Options(head_breaker="none"),
    )
    assert found.edges["l1"]["switch_u"] == "CB"
    assert "head_breaker" not in found.subjects


def test_missing_and_stray_coordinates_are_listed(tmp_path: Path) -> None:
    (tmp_path / "xy.csv").write_text(
        "station, 120.0, 30.0\na, 120.01, 30.0\nc, 0, 0\nb, east\n", encoding="utf-8"
    )
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + line("l2", "a", "b")
        + line("l3", "b", "c")
        + "new load.one bus1=c kv=12.47 kw=100 numcust=7\nbuscoords xy.csv\n",
        Options(xy_unit="degrees"),
    )
    missing = found.findings("missing_coordinates")
    assert [
        (Path(each.place.file).name, each.place.line, each.element, each.sort) for each in missing
    ] == [
        ("master.dss", 5, "b", "assumption"),
        ("master.dss", 6, "c", "oddity"),
        ("master.dss", 6, "c", "assumption"),
        ("xy.csv", 4, "b", "oddity"),
    ]
    assert found.nodes["b"]["lon"] == found.nodes["a"]["lon"] == "120.01"


def test_part_without_any_coordinates_is_placed_and_listed(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        line("l1", "station", "a")
        + "new vsource.second bus1=far basekv=12.47\n"
        + line("l2", "far", "b")
        + "new load.one bus1=b kv=12.47 kw=100 numcust=7\n"
        + "new load.two bus1=a kv=12.47 kw=100 numcust=7\n"
        + "setbusxy bus=station x=120 y=30\nsetbusxy bus=a x=120.001 y=30\n",
    )
    assert [name for name, _ in found.found("missing_coordinates")] == ["far", "b"]
    assert found.nodes["b"]["lon"] == "120"


def test_implausible_lengths_and_loads_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="l1: 1e\\+09 km is no length of a line"):
        opendss(
            tmp_path,
            "new line.l1 bus1=station bus2=a linecode=main length=1e9 units=km\n"
            "new load.one bus1=a kv=12.47 kw=100 numcust=7\n",
        )
    assert not (tmp_path / "out").exists()
