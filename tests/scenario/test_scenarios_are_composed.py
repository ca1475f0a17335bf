"""A scenario is its imports, then its own keys, then overrides in order, then --set."""

import pickle
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.distributions import Exponential, Lognormal, Uniform
from sim.scenario.loader import (
    check_scenario,
    load_resolved,
    load_scenario,
    scenario_names,
)

GOOD = Path(__file__).parent / "good" / "county.yaml"


def test_a_good_scenario_has_no_problem() -> None:
    assert check_scenario(GOOD) == []


def test_the_importing_file_wins_over_the_imported() -> None:
    run = load_scenario(GOOD).scenario.run
    assert (run.seed, run.at_least) == (7, 24 * 3600.0)


def test_later_imports_win_over_earlier(tmp_path: Path) -> None:
    tree = copy_of_good(tmp_path)
    (tree / "parts" / "more.yaml").write_text("run: {at_least: 30 h}\n")
    text = GOOD.read_text("utf-8").replace(
        "[parts/plan.yaml]", "[parts/plan.yaml, parts/more.yaml]"
    )
    (tree / "county.yaml").write_text(text, encoding="utf-8")
    assert load_scenario(tree / "county.yaml").scenario.run.at_least == 30 * 3600.0


def test_overrides_apply_in_the_written_order(tmp_path: Path) -> None:
    path = variant(
        tmp_path,
        "overrides: {a: {run: {seed: 11}}, b: {run: {seed: 12}}}\n"
        "scenarios: {ab: [a, b], ba: [b, a]}",
    )
    assert load_scenario(path, "ab").scenario.run.seed == 12
    assert load_scenario(path, "ba").scenario.run.seed == 11


def test_base_has_no_override_and_one_override_can_be_named_alone() -> None:
    assert agents("base") == 12
    assert agents("more_agents") == 30
    assert agents("late_notice") == 12


def test_overrides_of_an_imported_file_merge_with_those_of_the_importing() -> None:
    repair = load_scenario(GOOD, "best").scenario.crews.repair
    assert repair.overhead == Exponential(exponential="1 h")
    assert repair.cable == Exponential(exponential="2 h")


def test_lists_are_replaced_as_a_whole() -> None:
    shifts = "crews.depots.luoyang.shifts=[{start: '00:00', end: '24:00', crews: 9}]"
    depot = load_scenario(GOOD, sets=[shifts]).scenario.crews.depots["luoyang"]
    assert [shift.crews for shift in depot.shifts] == [9]


def test_another_distribution_replaces_the_first_instead_of_mixing() -> None:
    assert isinstance(load_scenario(GOOD).scenario.crews.repair.overhead, Lognormal)
    loaded = load_scenario(GOOD, sets=["crews.repair.overhead.uniform={low: 1 h, high: 2 h}"])
    assert isinstance(loaded.scenario.crews.repair.overhead, Uniform)


def test_part_of_the_same_distribution_is_merged() -> None:
    loaded = load_scenario(GOOD, sets=["crews.repair.overhead.lognormal.p90=9 h"])
    wanted = Lognormal.model_validate({"lognormal": {"median": "2 h", "p90": "9 h"}})
    assert loaded.scenario.crews.repair.overhead == wanted


def test_set_reaches_into_lists_and_comes_last() -> None:
    sets = ["contact.groups.general.roster.0.agents=41", "run.seed=3"]
    loaded = load_scenario(GOOD, "more_agents", sets)
    assert loaded.scenario.contact.groups["general"].roster[0].agents == 41
    assert loaded.scenario.run.seed == 3


def test_every_value_points_at_the_file_it_came_from(tmp_path: Path) -> None:
    tree = copy_of_good(tmp_path)
    plan = tree / "parts" / "plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("gust: 20 m/s", "gust: 20"), encoding="utf-8")
    path = tree / "county.yaml"
    path.write_text(path.read_text("utf-8").replace("seed: 7", "seed: x"), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_scenario(path, sets=["run.at_most=5"])
    places = [(Path(each.file).name, each.line, each.column) for each in error.value.problems]
    assert sorted(places) == [("--set", 1, 13), ("county.yaml", 7, 9), ("plan.yaml", 7, 30)]


def test_check_looks_into_overrides_no_scenario_uses(tmp_path: Path) -> None:
    path = variant(tmp_path, "overrides: {forgotten: {run: {sede: 1}}}")
    (problem,) = check_scenario(path)
    assert problem.text == "run.sede: unknown key. Did you mean 'seed'?"


def test_names_are_listed_for_the_command_line() -> None:
    assert scenario_names(GOOD) == ("base", "best")


def test_data_files_are_absolute_and_inside_the_folder() -> None:
    source = load_scenario(GOOD).scenario.grid.sources["rural"]
    assert source.nodes == (GOOD.parent / "data" / "nodes.csv").resolve()


def test_a_data_file_is_found_beside_the_part_that_names_it(tmp_path: Path) -> None:
    tree = copy_of_good(tmp_path)
    (tree / "parts" / "own.csv").write_text("")
    (tree / "parts" / "grid.yaml").write_text("grid: {sources: {rural: {nodes: own.csv}}}\n")
    path = tree / "top.yaml"
    path.write_text("import: [county.yaml, parts/grid.yaml]\n")
    loaded = load_scenario(path)
    assert loaded.scenario.grid.sources["rural"].nodes == (tree / "parts" / "own.csv").resolve()
    assert loaded.resolved["grid"]["sources"]["rural"]["nodes"] == "parts/own.csv"


@pytest.mark.parametrize("name", ["base", "best", "more_agents"])
def test_a_stored_scenario_loads_again_as_the_same(name: str) -> None:
    loaded = load_scenario(GOOD, name, ["grid.districts.luoyang.scale=2.5"])
    assert load_resolved(loaded.resolved_yaml, loaded.folder) == loaded.scenario


def agents(name: str) -> int:
    return load_scenario(GOOD, name).scenario.contact.groups["general"].roster[0].agents


def copy_of_good(tmp_path: Path) -> Path:
    for source in GOOD.parent.rglob("*"):
        target = tmp_path / source.relative_to(GOOD.parent)
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return tmp_path


def variant(tmp_path: Path, text: str) -> Path:
    path = copy_of_good(tmp_path) / "variant.yaml"
    path.write_text(f"import: [county.yaml]\n{text}\n", encoding="utf-8")
    return path


def test_one_part_may_be_imported_on_two_ways(tmp_path: Path) -> None:
    tree = copy_of_good(tmp_path)
    (tree / "parts" / "one.yaml").write_text("import: [plan.yaml]\nrun: {at_least: 10 h}\n")
    (tree / "parts" / "two.yaml").write_text("import: [plan.yaml]\nrun: {at_most: 50 h}\n")
    (tree / "top.yaml").write_text("import: [county.yaml, parts/one.yaml, parts/two.yaml]\n")
    run = load_scenario(tree / "top.yaml").scenario.run
    # `two` lies over `one` with all it imports, so the plan's own at_least comes last
    assert (run.at_least, run.at_most, run.seed) == (24 * 3600.0, 50 * 3600.0, 1)


def test_a_loaded_scenario_travels_to_other_processes() -> None:
    loaded = load_scenario(GOOD, "best")
    assert pickle.loads(pickle.dumps(loaded)) == loaded
