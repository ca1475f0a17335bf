"""OpenDSS circuits: how they are written, units, devices, rates, and what lies at low voltage."""

from pathlib import Path

import pytest
from importing import CIRCUIT, imported, opendss

from sim.grid.imports.options import Options

LOAD = "new load.{name} bus1={bus} kv=12.47 kw={kw} numcust={n}\n"
L1 = "new line.l1 bus1=station bus2=a linecode=main length=1 units=kft\n"


def load(name: str, bus: str, kw: float = 100, n: int = 7) -> str:
    return LOAD.format(name=name, bus=bus, kw=kw, n=n)


def test_comments_continuations_abbreviations_and_case(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        """\
! a comment; // another
/* a block
new line.never bus1=station bus2=b
*/
New Line.L1 Bus1=Station.1.2.3 ! behind it
~ BUS2=a.1.2.3 // and behind that
more linecode=main
   ~  length = 2 units=kft
NEW "Load.One" bus1=a, kv=12.47, kw=(50 2 *), NumCust=7
line.l1.length=3
Edit Line.L1 normamps=250
var @size=11
new load.two bus1=a kv=12.47 kw=@size numcust=2
""",
    )
    assert set(found.edges) == {"l1"}
    assert float(found.edges["l1"]["length_km"]) == pytest.approx(3 * 0.3048)
    assert found.edges["l1"]["max_i_ka"] == "0.25"
    assert float(found.nodes["a"]["load_mw"]) == pytest.approx(0.111)
    assert found.nodes["a"]["customers"] == "9"


@pytest.mark.parametrize(
    ("unit", "km"),
    [("mi", 1.609344), ("kft", 0.3048), ("km", 1.0), ("m", 1e-3), ("ft", 0.3048e-3),
     ("in", 0.0254e-3), ("cm", 1e-5)],
)  # fmt: skip
def test_units_convert_once(tmp_path: Path, unit: str, km: float) -> None:
    found = opendss(
        tmp_path,
        f"new line.l1 bus1=station bus2=a linecode=main length=7 units={unit}\n" + load("one", "a"),
    )
    row = found.edges["l1"]
    assert float(row["length_km"]) == pytest.approx(7 * km, rel=1e-8)
    # 0.1 and 0.2 ohm per 1,000 ft, whatever the line's own unit
    assert float(row["r_ohm_per_km"]) == pytest.approx(0.1 / 0.3048, rel=2e-3)
    assert float(row["x_ohm_per_km"]) == pytest.approx(0.2 / 0.3048, rel=2e-3)


def test_protection_makes_devices_at_the_ends_they_guard(tmp_path: Path) -> None:
    lines = "".join(
        f"new line.l{k} bus1=b{k - 1} bus2=b{k} linecode=main length=1 units=km\n"
        for k in range(2, 7)
    ).replace("bus1=b1 ", "bus1=a ")
    found = opendss(
        tmp_path,
        L1
        + lines
        + load("one", "b6")
        + "new relay.r monitoredobj=line.l1 monitoredterm=1\n"
        + "new recloser.c monitoredobj=line.l3 monitoredterm=1\n"
        + "new fuse.f monitoredobj=line.l4 monitoredterm=1\n"
        + "new swtcontrol.s switchedobj=line.l5 switchedterm=2 normal=open state=open\n"
        + "new fuse.lost monitoredobj=line.l6 monitoredterm=1 enabled=no\n",
    )
    devices = {name: (row["switch_u"], row["switch_v"]) for name, row in found.edges.items()}
    assert devices == {
        "l1": ("CB", ""),
        "l2": ("", ""),
        "l3": ("RECLOSER", ""),
        "l4": ("FUSE", ""),
        "l5": ("", "LBS"),
        "l6": ("", ""),
    }
    assert found.edges["l5"]["switch_v_closed"] == "0"
    assert "head_breaker" not in found.subjects


def test_remark_of_a_switch_names_its_kind(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        "new line.b bus1=station bus2=a switch=y // CIM Breaker\n"
        "new line.r bus1=a bus2=b switch=y // CIM Recloser\n"
        "new line.s bus1=b bus2=c switch=y\n" + load("one", "c"),
    )
    kinds = {name: row["switch_u"] for name, row in found.edges.items()}
    assert kinds == {"b": "CB", "r": "RECLOSER", "s": "LBS"}


def test_failure_rates_of_lines_and_codes_are_those_of_lasting_faults(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        "new linecode.old units=mi r1=0.1 x1=0.2 faultrate=0.4 pctperm=25 repair=6\n"
        + L1
        + "new line.l2 bus1=a bus2=b linecode=old length=3 units=mi\n"
        "new line.l3 bus1=b bus2=c linecode=old length=3 units=mi faultrate=1 pctperm=50\n"
        + load("one", "c"),
    )
    assert found.edges["l1"]["failures_per_year"] == ""
    assert float(found.edges["l2"]["failures_per_year"]) == pytest.approx(0.4 * 3 * 0.25)
    assert float(found.edges["l3"]["failures_per_year"]) == pytest.approx(1 * 3 * 0.5)
    assert found.edges["l3"]["repair_h"] == "6"


SERVICE = """\
new transformer.t1 phases=1 windings=3 faultrate=0.02 repair=8
~ wdg=1 bus=a.1 kv=7.2 kva=25
~ wdg=2 bus=leg.1.0 kv=0.12 kva=25
~ wdg=3 bus=leg.0.2 kv=0.12 kva=25
new line.drop bus1=leg.1.2 bus2=house.1.2 phases=2 r1=1 x1=1 length=50 units=ft
new load.h bus1=house.1.2 phases=2 kv=0.208 kw=6 numcust=1
new load.i bus1=leg.1 phases=1 kv=0.12 kw=2 numcust=2
new fuse.cutout monitoredobj=transformer.t1 monitoredterm=1
"""


def test_service_transformers_take_what_lies_behind(tmp_path: Path) -> None:
    found = opendss(tmp_path, L1 + SERVICE)
    assert set(found.nodes) == {"station", "a"}
    row = found.nodes["a"]
    assert (row["customers"], row["transformer_fuse"]) == ("3", "1")
    assert float(row["load_mw"]) == pytest.approx(0.008)
    assert float(row["transformer_failures_per_year"]) == pytest.approx(0.02)
    assert row["transformer_repair_h"] == "8"
    ((element, line),) = found.found("collapsed")
    assert (element, line) == ("t1", 5)
    assert "lines: 1 (0.015 km), switches: 0, loads: 2, 8 kW" in found.findings("collapsed")[0].text
    assert "phases" not in found.subjects
    assert "fuses" not in found.subjects
    (tmp_path / "bare").mkdir()
    bare = opendss(tmp_path / "bare", L1 + SERVICE.replace("new fuse", "!"))
    assert bare.nodes["a"]["transformer_fuse"] == ""
    assert bare.found("fuses") == [("small", 1)]


def test_low_voltage_stays_where_it_is_wanted(tmp_path: Path) -> None:
    found = opendss(tmp_path, L1 + SERVICE, Options(collapse_below_kv=0.0))
    assert set(found.nodes) == {"station", "a", "leg", "house"}
    assert found.nodes["house"]["customers"] == "1"
    assert found.edges["t1"]["kind"] == "transformer"
    assert float(found.nodes["house"]["kv"]) == pytest.approx(0.208, abs=1e-3)


def test_single_phases_side_by_side_are_one_regulator(tmp_path: Path) -> None:
    bank = "".join(
        f"new transformer.reg{k} phases=1 buses=[a.{k} r.{k}] kvs=[7.2 7.2] kvas=[500 500]\n"
        for k in (1, 2, 3)
    )
    found = opendss(
        tmp_path,
        L1
        + bank
        + "new line.l2 bus1=r bus2=b linecode=main length=1 units=km\n"
        + load("one", "b"),
    )
    assert found.edges["reg1"]["rated_mva"] == "1.5"
    assert found.edges["reg1"]["phases"] == "123"
    assert found.found("phases_joined") == [("reg1", 5)]
    # a regulator is no head of a feeder
    assert found.edges["l2"]["switch_u"] == ""


def test_several_sources_are_all_points_of_supply(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        L1
        + "new vsource.second bus1=far basekv=12.47\n"
        + "new line.l2 bus1=far bus2=b linecode=main length=1 units=km\n"
        + "new line.tie bus1=a bus2=b switch=y\nopen line.tie 1 0\n"
        + load("one", "b"),
    )
    assert [name for name, row in found.nodes.items() if row["supply"]] == ["station", "far"]
    assert found.edges["l2"]["switch_u"] == "CB"
    assert "loop" not in found.subjects


def test_geometry_gives_ratings_and_impedances_and_cables(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        """\
new wiredata.w gmr=0.00348 radius=0.005 rac=0.0006 normamps=200 runits=m radunits=m gmrunits=m
new linespacing.sp nconds=2 nphases=1 units=m x=[-0.1,0.1] h=[10,8]
new cndata.c gmr=0.003 radius=0.0047 rac=0.0006 normamps=180 runits=m radunits=m gmrunits=m
~ epsr=2.3 ins=0.0045 diains=0.021 diacable=0.027 k=6 gmrstrand=3e-4 diastrand=6e-4 rstrand=3e-3
new linespacing.under nconds=1 nphases=1 units=m x=[0] h=[-1.2]
new line.air phases=1 bus1=station.1 bus2=a.1 length=1 spacing=sp units=km
~ wires=[w,w]
new line.earth phases=1 bus1=a.1 bus2=b.1 length=1 spacing=under units=km
~ cncables=[c]
new load.one bus1=b.1 phases=1 kv=7.2 kw=9 numcust=1
""",
    )
    assert found.edges["air"]["construction"] == "overhead"
    assert found.edges["air"]["max_i_ka"] == "0.2"
    # 0.6 ohm/km of the wire and the earth's return
    assert 0.6 < float(found.edges["air"]["r_ohm_per_km"]) < 0.9
    assert found.edges["earth"]["construction"] == "cable"


def test_coordinates_may_be_in_a_file_that_nobody_redirects_to(tmp_path: Path) -> None:
    (tmp_path / "main.dss").write_text(CIRCUIT + L1 + load("one", "a"), encoding="utf-8")
    (tmp_path / "where.txt").write_text("station 0 0\nA\t1000 0\n", encoding="utf-8")
    found = imported(
        tmp_path / "main.dss",
        tmp_path / "where.txt",
        out=tmp_path / "out",
        options=Options(xy_unit="ft", station=(31.0, 121.0)),
    )
    # 1,000 ft east, in degrees of the equator: the tables lie about 0, 0
    assert float(found.nodes["a"]["lon"]) == pytest.approx(0.3048 / 111.195, rel=1e-4)
    text = found.imported.files["grid"].read_text(encoding="utf-8")
    assert "latitude: 31\n" in text
    assert "approximate" not in text


def test_generation_backs_up_the_transformer_it_stands_behind(tmp_path: Path) -> None:
    text = (
        L1
        + load("one", "a")
        + "new generator.diesel bus1=a kv=12.47 kw=60\n"
        + "new pvsystem.roof bus1=a kv=12.47 pmpp=10 kva=10\n"
        + "new generator.alone bus1=station kv=12.47 kw=5\n"
    )
    found = opendss(tmp_path, text)
    assert found.nodes["a"]["backup_mw"] == "0.06"
    assert {each.element for each in found.findings("generation") if each.sort == "left_out"} == {
        "pvsystem.roof",
        "station",
    }
    (tmp_path / "none").mkdir()
    without = opendss(tmp_path / "none", text, Options(backup="none"))
    assert without.nodes["a"]["backup_mw"] == ""


def test_ids_keep_the_names_one_to_one(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        'new line.a/b bus1=station bus2="x#1" linecode=main length=1 units=km\n'
        "new line.a_b bus1=x#1 bus2=x@1 linecode=main length=1 units=km\n" + load("one", "x@1"),
    )
    assert set(found.edges) == {"a_b", "a_b_2"}
    assert set(found.nodes) == {"station", "x_1", "x_1_2"}
    assert {element for element, _ in found.found("renamed")} == {"a/b", "x#1", "x@1"}


def test_open_delta_bank_with_a_jumper_is_one_regulator(tmp_path: Path) -> None:
    """As in the IEEE 37-node feeder: two windings between phases, and a wire for the third."""
    found = opendss(
        tmp_path,
        "new transformer.reg1a phases=1 windings=2 bank=reg1 buses=(station.1.2 r.1.2) "
        'conns=\'delta delta\' kvs="12.47 12.47" kvas="2000 2000"\n'
        "new transformer.reg1c like=reg1a bank=reg1 buses=(station.3.2 r.3.2)\n"
        "new line.jumper phases=1 bus1=station.2 bus2=r.2 r1=1e-3 x1=0 length=0 units=km\n"
        "new line.l1 bus1=r bus2=a linecode=main length=1 units=km\n" + load("one", "a"),
    )
    assert set(found.edges) == {"reg1a", "jumper", "l1"}
    assert found.edges["reg1a"]["phases"] == "123"
    assert found.edges["reg1a"]["rated_mva"] == "4"
    assert found.found("loop") == [("jumper", 6)]
    assert (found.edges["jumper"]["switch_u"], found.edges["jumper"]["switch_v"]) == ("CB", "CB")
    assert found.edges["l1"]["switch_u"] == "CB"


def test_conductors_of_a_geometry_tell_cable_from_line(tmp_path: Path) -> None:
    """As in the IEEE 13-node feeder, where only single conductors are cables."""
    found = opendss(
        tmp_path,
        """\
new tsdata.ts normamps=165 diam=0.368 gmrac=0.1332 rac=0.97 runits=mi radunits=in gmrunits=in
~ epsr=2.3 ins=0.22 diains=0.82 diacable=1.06 diashield=0.88 tapelayer=0.005 tapelap=20
new wiredata.cu normamps=100 diam=0.368 gmrac=0.13356 rac=0.607 runits=mi radunits=in gmrunits=in
new linegeometry.607 nconds=2 nphases=1 reduce=y
~ cond=1 tscable=ts x=0 h=-4 units=ft
~ cond=2 wire=cu x=0.25 h=-4 units=ft
new line.under phases=1 bus1=station.1 bus2=a.1 geometry=607 length=800 units=ft
new load.one bus1=a.1 phases=1 kv=7.2 kw=9 numcust=1
""",
    )
    assert found.edges["under"]["construction"] == "cable"
    assert found.edges["under"]["max_i_ka"] == "0.165"


def test_source_below_a_step_up_transformer_has_its_breakers_above(tmp_path: Path) -> None:
    found = opendss(
        tmp_path,
        "new transformer.up buses=[station high] kvs=[12.47 34.5] kvas=[9000 9000]\n"
        "new line.l1 bus1=high bus2=a linecode=main length=1 units=km\n"
        "new load.one bus1=a kv=34.5 kw=100 numcust=7\n",
    )
    assert found.edges["l1"]["switch_u"] == "CB"
    assert found.nodes["a"]["kv"] == "34.5"


def test_single_phase_switches_side_by_side_are_one_with_the_open_one_listed(
    tmp_path: Path,
) -> None:
    switches = "".join(
        f"new line.s{k} phases=1 bus1=a.{k} bus2=b.{k} switch=y normamps=100\n" for k in (1, 2, 3)
    )
    found = opendss(
        tmp_path,
        L1
        + switches
        + "open line.s3 1\n"
        + "new line.l2 bus1=b bus2=c linecode=main length=1 units=km\n"
        + load("one", "c"),
    )
    assert set(found.edges) == {"l1", "s1", "l2"}
    assert (found.edges["s1"]["switch_u"], found.edges["s1"]["switch_u_closed"]) == ("LBS", "0")
    assert found.edges["s1"]["phases"] == "123"
    assert found.found("phases_joined") == [("s1", 5)]
    assert found.found("phases") == [("s1", 5)]


def test_allocated_loads_have_what_the_engine_makes_of_them(tmp_path: Path) -> None:
    """As in EPRI's circuits: a share of the transformer's kVA, set by name later on."""
    found = opendss(
        tmp_path,
        L1
        + "new load.x bus1=a kv=12.47 xfkva=50 allocationfactor=0.5 pf=0.9 numcust=1\n"
        + "Load.x.AllocationFactor=0.4\n",
    )
    assert float(found.nodes["a"]["load_mw"]) == pytest.approx(0.05 * 0.4 * 0.9)
