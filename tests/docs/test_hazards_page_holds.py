"""The page of the grid tells of hazards what the model and the shipped day do."""

import math
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from blocks import ROOT, blocks_of

from sim.hazards.assets import Hazard
from sim.hazards.fragility import tree_curve
from sim.hazards.icing import accretion_mm_per_h
from sim.hazards.lightning import collection_km
from sim.scenario.hazards import Hazards
from sim.scenario.loader import load_scenario
from sim.world.world import World

PAGE = ROOT / "docs" / "grid.md"


def section() -> str:
    return PAGE.read_text("utf-8").partition("\n## Hazards\n")[2].partition("\n## ")[0]


@cache
def day() -> World:
    return World(load_scenario(ROOT / "scenarios" / "summer_thunderstorm.yaml").scenario, 1)


def test_the_block_is_a_section_of_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "section.md").write_text(section(), encoding="utf-8")
    written, listed = (
        yaml.safe_load(block.text)["hazards"]
        for block in blocks_of(tmp_path / "section.md", "yaml", "text")
    )
    hazards = Hazards.model_validate(written)
    assert hazards.thunderstorms is not None
    assert hazards.thunderstorms.cells[0].gust == 30.0
    assert Hazards.model_validate(listed).recorded[0].causes["WEATHER"].hazard == "wind"


def test_every_key_and_every_word_has_its_row() -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", section(), re.M)
    keys = {key for row, _words in rows for key in re.findall(r"`(\w+)`", row)}
    told = {word for _row, words in rows for word in re.findall(r"`(\w+)`", words)}
    settings = {"fragility", "terrain", "dependence"}
    assert keys == set(Hazards.model_fields) - settings
    assert told | {"recorded"} == set(Hazard.__args__)  # type: ignore[attr-defined]
    assert all(f"`{name}`" in section() or f"hazards.{name}" in section() for name in settings)


def test_the_day_goes_as_the_table_says() -> None:
    world = day()
    by_time: dict[str, set[str]] = {}
    for failure in world.failures:
        moment = f"{world.calendar.at(failure.t_s):%H:%M:%S}"
        by_time.setdefault(moment, set()).add(failure.asset.removeprefix("city/"))
    told = re.findall(r"^\| (\d\d:\d\d:\d\d) \| (.*) \|$", section(), re.M)
    assert len(told) == 6
    for moment, words in told:
        assert set(re.findall(r"`(\w+)`", words)) <= by_time[moment]
    low = {f.asset for f in world.failures if f.hazard == "flood"}
    assert len(low) == 4
    flood = world.scenario.hazards.flood
    assert flood is not None
    gone = flood.areas[0].course[-1].at
    assert f"| {gone:%H:%M} | the water is gone" in section()


@pytest.mark.parametrize("height", [10.0, 20.0])
def test_the_formulas_are_those_of_the_model(height: float) -> None:
    def logistic(x: float) -> float:
        return 1.0 / (1.0 + math.exp(-x))

    text = section().replace("−", "-")
    (formula,) = re.findall(r"logits (.*?), each less", text)
    a, b, c, d, e, f = (
        float(each.replace(" ", "")) for each in re.findall(r"[+-] ?\d+\.\d+", formula)
    )
    stem = logistic(a + b * height + c * 25.0) - logistic(a + b * height)
    root = logistic(d + e * height + f * 25.0) - logistic(d + e * height)
    either = 1.0 - (1.0 - stem) * (1.0 - root)
    assert tree_curve(height).probability(25.0) == pytest.approx(either)
    assert collection_km(height, 2.0) == pytest.approx((28 * height**0.6 + 2) / 1000)
    blown = 3.6 * 4.0 * 0.067 * 2.0**0.846
    assert accretion_mm_per_h(2.0, 4.0) == pytest.approx(math.hypot(2.0, blown) / (0.9 * math.pi))
