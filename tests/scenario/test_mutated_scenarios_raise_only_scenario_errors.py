"""However a scenario is spoiled, loading it raises a ScenarioError or nothing."""

import contextlib
import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.loader import check_scenario, load_resolved, load_scenario
from sim.scenario.yaml_text import yaml_text

GOOD = Path(__file__).parent / "good"
SPOILS = st.sampled_from(
    [
        None, True, 0, -1, 10**30, 1.5, "", "x", "3 h", "50 %", "-3 h", "1e400 s", "08:00", "NO",
        "2019-08-09 14:00", "0000-00-00", "9999-12-31 23:59", "../x", "\0", "/", "罗", "<<", "~/x",
        [], {}, [[]], {"a": 1}, {"exponential": "0 h"}, {"mixture": []}, ["base"], {"": None},
        {"constant": "1 h", "uniform": None}, {"lognormal": {"median": "0 h", "p90": "1 h"}},
    ]
)  # fmt: skip
QUIET = settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("good")
    shutil.copytree(GOOD, copied, dirs_exist_ok=True)
    return copied


def everything() -> dict[str, Any]:
    """Return a scenario with every section written out, and its composition keys."""
    tree = load_scenario(GOOD / "county.yaml", "best").resolved
    tree["overrides"] = {"a": {"run": {"seed": 5}}, "b": {"contact": {"trunks": 9}}}
    tree["scenarios"] = {"ab": ["a", "b"]}
    tree["import"] = ["parts/plan.yaml"]
    tree["description"] = "text"
    tree["hazards"]["typhoon"] = {"track": "data/nodes.csv", "shift": {"north": "-100 km"}}
    tree["customers"] = {"classes": {"all": {"share": 1}}, "night": {"start": "22:00"}}
    tree["control"] = {
        "telecontrol": {"delay": {"mixture": [{"weight": 1, "of": {"constant": 0}}]}}
    }
    return tree


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of all values below the top."""
    if path:
        yield path
    if isinstance(tree, dict | list):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield from places(tree[key], (*path, key))


EVERYTHING = everything()
PLACES = sorted(places(EVERYTHING), key=repr)


def spoiled(path: tuple[Any, ...], how: str, value: Any) -> dict[str, Any]:
    tree = copy.deepcopy(EVERYTHING)
    above = tree
    for step in path[:-1]:
        above = above[step]
    if how == "replace":
        above[path[-1]] = value
    elif how == "remove":
        del above[path[-1]]
    elif isinstance(above, dict):
        above[f"{path[-1]}x" if how == "rename" else "zone"] = above.pop(path[-1])
    return tree


@QUIET
@given(st.sampled_from(PLACES), st.sampled_from(["replace", "remove", "rename", "swap"]), SPOILS)
def test_a_spoiled_value_gives_problems_with_a_place(
    folder: Path, path: tuple[Any, ...], how: str, value: Any
) -> None:
    target = folder / "spoiled.yaml"
    target.write_text(yaml_text(spoiled(path, how, value)), encoding="utf-8")
    for problem in check_scenario(target):
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.text


@QUIET
@given(st.data())
def test_cut_or_changed_bytes_give_problems_with_a_place(folder: Path, data: st.DataObject) -> None:
    raw = bytearray((GOOD / "county.yaml").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=3))
    target = folder / "changed.yaml"
    target.write_bytes(raw)
    for problem in check_scenario(target):
        assert problem.line >= 1


@QUIET
@given(
    st.sampled_from([".".join(str(step) for step in path) for path in PLACES]),
    st.text(max_size=6) | st.sampled_from(["{", "[1", "*a", "&a", "!!x y", "'", "{a: 1}", "- 1"]),
)
def test_a_strange_setting_raises_only_a_scenario_error(path: str, value: str) -> None:
    with contextlib.suppress(ScenarioError):
        load_scenario(GOOD / "county.yaml", sets=[f"{path}={value}"])


@QUIET
@given(st.sampled_from(PLACES), SPOILS)
def test_whatever_loads_is_stored_and_loads_again_as_the_same(
    folder: Path, path: tuple[Any, ...], value: Any
) -> None:
    target = folder / "stored.yaml"
    target.write_text(yaml_text(spoiled(path, "replace", value)), encoding="utf-8")
    with contextlib.suppress(ScenarioError):
        loaded = load_scenario(target)
        assert load_resolved(loaded.resolved_yaml, folder) == loaded.scenario
