"""A starter is a good scenario, written once, never over anything."""

import json
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.grid.importers import build_grid
from sim.scenario.loader import check_scenario, load_scenario
from sim.scenario.starter import SCHEMA_FILE, starters, write_starter


@pytest.mark.parametrize("kind", starters())
def test_a_starter_has_no_problem_and_its_grid_can_be_built(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "mine.yaml"
    written = write_starter(kind, path)
    assert all(file.is_file() for file in written)
    assert written[0] == path
    assert check_scenario(path) == []
    scenario = load_scenario(path).scenario
    grid = build_grid(scenario.grid)
    ids = {section.id for section in grid.sections}
    assert {event.asset for event in scenario.hazards.events} <= ids


@pytest.mark.parametrize("kind", starters())
def test_a_starter_names_the_schema_beside_it(kind: str, tmp_path: Path) -> None:
    write_starter(kind, tmp_path / "mine.yaml")
    first = (tmp_path / "mine.yaml").read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA_FILE}"
    assert "properties" in json.loads((tmp_path / SCHEMA_FILE).read_text("utf-8"))


def test_there_is_a_county_to_start_from() -> None:
    assert "county" in starters()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("precious")
    with pytest.raises(InputError, match="exists already: give another name"):
        write_starter("county", path)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_other_data_of_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "grid_nodes.csv").write_text("precious")
    with pytest.raises(InputError, match="choose another folder"):
        write_starter("county", tmp_path / "mine.yaml")
    assert not (tmp_path / "mine.yaml").exists()


def test_two_starters_share_one_folder(tmp_path: Path) -> None:
    write_starter("county", tmp_path / "one.yaml")
    write_starter("county", tmp_path / "two.yaml")
    assert check_scenario(tmp_path / "two.yaml") == []


def test_an_unknown_kind_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'county'"):
        write_starter("conty", tmp_path / "mine.yaml")
