"""A roster file is opened by `check`, found from the scenario's folder, and part of the inputs."""

from pathlib import Path

from sim.experiments.replicate import input_hash
from sim.scenario.loader import LoadedScenario, check_scenario
from sim.world.inputs import Inputs
from tests.world.town import load

ROWS = "工号,开始,结束\n7,{day} 08:00,{day} 16:00\n"


def loaded(folder: Path, rows: str) -> LoadedScenario:
    (folder / "排班.csv").write_text(rows, encoding="gb18030")
    group = {"serves": ["outage", "enquiry"], "roster_file": "排班.csv"}
    return load(folder, contact={"groups": {"general": group}})


def test_check_names_the_line_of_a_wrong_roster(tmp_path: Path) -> None:
    loaded(tmp_path, ROWS.format(day="2020-02-30"))
    (starts, ends) = check_scenario(tmp_path / "town.yaml", further=Inputs().problems)
    assert Path(starts.file) == tmp_path / "排班.csv"
    assert (starts.line, starts.column, ends.column) == (2, 3, 20)
    loaded(tmp_path, ROWS.format(day="2020-02-29"))
    assert check_scenario(tmp_path / "town.yaml", further=Inputs().problems) == []


def test_another_roster_is_another_input(tmp_path: Path) -> None:
    one = input_hash(loaded(tmp_path, ROWS.format(day="2020-01-01")))
    assert input_hash(loaded(tmp_path, ROWS.format(day="2020-01-01"))) == one
    assert input_hash(loaded(tmp_path, ROWS.format(day="2020-01-02"))) != one
