"""Names and times in `planned` and `shortage` that the rest of a scenario must know."""

from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError, ScenarioError
from sim.scenario.loader import load_scenario
from sim.world.inputs import Inputs
from sim.world.world import World
from tests.world.town import load

SUPPLY = [{"at": "1 h", "available": "1 MW"}]
JOB = {"assets": ["d/a2"], "earliest": "1 h", "duration": "1 h"}


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"planned": {"jobs": {"j": {**JOB, "earliest": "90 h"}}}}, "outside the run"),
        (
            {"planned": {"jobs": {"j": {**JOB, "option": "night"}}, "options": {"night": None}}},
            "planned.options has no night",
        ),
        ({"planned": {"channels": ["pigeon"]}}, "no channel of notices is named 'pigeon'"),
        ({"shortage": {"supply": SUPPLY, "channels": ["smss"]}}, "Did you mean 'sms'?"),
        ({"shortage": {"supply": SUPPLY, "districts": ["e"]}}, "no district is named 'e'"),
        (
            {"shortage": {"supply": SUPPLY, "protected_classes": ["busines"]}},
            "no class of customers is named 'busines'",
        ),
        (
            {
                "emergency": {
                    "plan": [
                        {"step": "s", "when": {"supply_gap": "red"}, "do": [{"announce": True}]}
                    ]
                }
            },
            "needs a section shortage",
        ),
        ({"shortage": {"supply": [{"at": "1 h"}]}}, "give exactly one of available, lost_share"),
        (
            {"shortage": {"supply": SUPPLY, "colours": {"yellow": "30 %"}}},
            "must not fall from yellow to red",
        ),
        (
            {"planned": {"options": dict.fromkeys(("day", "off_peak", "night", "live_line"))}},
            "no option of work is left",
        ),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, sections: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path, **sections)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("sections", "path", "said"),
    [
        (
            {"planned": {"jobs": {"j": {**JOB, "assets": ["d/a2", "d/a9"]}}}},
            ("planned", "jobs", "j", "assets", 1),
            "no line section or transformer is named 'd/a9'",
        ),
        (
            {"planned": {"live_line_crews": ["d/a7"]}},
            ("planned", "live_line_crews", 0),
            "no crew is named 'd/a7'",
        ),
        (
            {"shortage": {"supply": SUPPLY, "order": ["d/a2@1"]}},
            ("shortage", "order", 0),
            "no breaker of a feeder is named 'd/a2@1'",
        ),
        (
            {"shortage": {"supply": SUPPLY, "protected": ["d/dt77"]}},
            ("shortage", "protected", 0),
            "no breaker of a feeder and no distribution transformer is named 'd/dt77'",
        ),
    ],
)
def test_what_the_grid_does_not_have_is_found_by_check_and_by_run(
    tmp_path: Path, sections: dict[str, Any], path: tuple[str | int, ...], said: str
) -> None:
    loaded = load(tmp_path, **sections)
    found = list(Inputs().problems(loaded.scenario))
    assert [where for where, _words in found] == [path]
    assert said in str(found[0][1])
    with pytest.raises(InputError, match="named"):
        World(loaded.scenario, 1)


def test_without_a_grid_there_is_nothing_to_switch_off(tmp_path: Path) -> None:
    path = tmp_path / "alone.yaml"
    path.write_text(
        "run: {name: {en: x, zh: x}, start: 2026-07-20 08:00}\n"
        "planned: {jobs: {j: {assets: [d/a2], earliest: 1 h, duration: 1 h}}}\n"
        "shortage: {supply: [{at: 1 h, available: 1 MW}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert "needs a grid: work is done upon one" in str(caught.value)
    assert "needs a grid: feeders are cut" in str(caught.value)
