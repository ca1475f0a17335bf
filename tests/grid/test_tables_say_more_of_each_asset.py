"""Optional columns reach the records: age, trees, floods, areas, classes, who is remote."""

from pathlib import Path

from sim.customers.groups import form_groups
from sim.grid.assets import Grid
from sim.grid.importers import build_grid
from sim.scenario.customers import Customers
from sim.scenario.grid import GridSource
from tests.grid import small

NODES = """\
id,kv,lon,lat,load_mw,customers,customers_residential,customers_farm,age_years,flood_level_m,area,backup_mw
h,110,10.0,50.0,0,0,,,,,,
s,20,10.0,50.0,0,0,,,12,1.5,,
1,20,10.01,50.0,0.5,,9,3,31,0.4,old,0.25
2,20,10.02,50.0,0.5,10,,,,,,
"""
EDGES = """\
id,u,v,kind,length_km,construction,max_i_ka,rated_mva,switch_u,switch_u_closed,switch_v,switch_v_closed,switch_u_remote,switch_v_remote,age_years,trees,tree_height_m,flood_level_m,r_ohm_per_km,x_ohm_per_km
t,h,s,transformer,,,,10,CB,1,CB,1,,0,20,,,0.8,,
a,s,1,line,1.5,overhead,0.2,,CB,1,LBS,1,,1,40,0.3,12,0.2,0.32,0.35
b,1,2,line,1.5,overhead,0.2,,LBS,1,LBS,1,0,,,,,,,
"""


def built(tmp_path: Path, encoding: str = "utf-8", **district: object) -> Grid:
    nodes = NODES.replace("old", "老旧小区") if encoding == "gb18030" else NODES
    (tmp_path / "n.csv").write_text(nodes, encoding=encoding)
    (tmp_path / "e.csv").write_text(EDGES.replace(",", ";"), encoding=encoding)
    source = GridSource(nodes=tmp_path / "n.csv", edges=tmp_path / "e.csv")
    section = small.section(**district).model_copy(update={"sources": {"s": source}})
    return build_grid(section)


def test_node_columns_reach_bus_and_transformer(tmp_path: Path) -> None:
    grid = built(tmp_path)
    bus, dt = grid.buses[grid.bus_ix["d/bus1"]], grid.transformers[grid.transformer_ix["d/dt1"]]
    assert (bus.age_years, bus.flood_level_m, bus.area) == (31.0, 0.4, "old")
    assert (dt.age_years, dt.flood_level_m, dt.area, dt.backup_mw) == (31.0, 0.4, "old", 0.25)
    busbar = grid.buses[grid.bus_ix["d/buss"]]
    assert (busbar.age_years, busbar.flood_level_m, busbar.area) == (12.0, 1.5, None)
    bare = grid.transformers[grid.transformer_ix["d/dt2"]]
    assert (bare.age_years, bare.flood_level_m, bare.area, bare.backup_mw) == (None,) * 4


def test_edge_columns_reach_section_and_substation_transformer(tmp_path: Path) -> None:
    grid = built(tmp_path)
    line = grid.sections[grid.section_ix["d/a"]]
    assert (line.age_years, line.flood_level_m) == (40.0, 0.2)
    assert (line.trees, line.tree_height_m) == (0.3, 12.0)
    assert (line.r_ohm_per_km, line.x_ohm_per_km) == (0.32, 0.35)
    bare = grid.sections[grid.section_ix["d/b"]]
    assert (bare.age_years, bare.trees, bare.tree_height_m, bare.r_ohm_per_km) == (None,) * 4
    (station,) = grid.substation_transformers
    assert (station.age_years, station.flood_level_m) == (20.0, 0.8)


def test_a_table_says_who_is_remote_and_the_share_picks_among_the_rest(tmp_path: Path) -> None:
    def remote(share: float) -> set[str]:
        grid = built(tmp_path, remote_switch_share=share)
        return {each.id for each in grid.switches if each.is_remote}

    said = {"d/t@h", "d/a@s", "d/a@1"}
    assert remote(0.0) == said
    assert remote(1.0) == said | {"d/b@2"}


def test_a_table_of_a_chinese_spreadsheet_is_read(tmp_path: Path) -> None:
    grid = built(tmp_path, encoding="gb18030")
    dt = grid.transformers[grid.transformer_ix["d/dt1"]]
    assert (dt.area, dt.customers) == ("老旧小区", 12)


def test_counted_classes_stand_and_all_others_are_split_by_the_shares(tmp_path: Path) -> None:
    grid = built(tmp_path)
    section = Customers.model_validate(
        {"classes": {"farm": {"share": "10 %"}, "residential": {"share": "90 %"}}}
    )
    groups = form_groups(
        section,
        [each.customers for each in grid.transformers],
        [each.customers_by_class for each in grid.transformers],
    )
    rows = zip(groups.transformer_ix, groups.class_ix, groups.customers, strict=True)
    assert [tuple(map(int, each)) for each in rows][1:] == [
        (0, 0, 3),
        (0, 1, 9),
        (1, 0, 1),
        (1, 1, 9),
    ]
