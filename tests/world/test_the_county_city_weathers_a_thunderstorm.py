"""The shipped hot day with thunderstorms: what it is made of, and that everybody recovers."""

from collections import Counter
from pathlib import Path

import pytest

from sim.engine.facts import FaultStruck, RepairStarted
from sim.report.words import Words
from sim.scenario.loader import load_scenario
from sim.world.world import World
from tests.world.laws import check_belief, check_calls, check_crews, check_messages, check_truth
from tests.world.town import HOUR, facts

FILE = Path(__file__).parents[2] / "scenarios" / "summer_thunderstorm.yaml"


def ready(seed: int, name: str = "base") -> World:
    return World(load_scenario(FILE, name).scenario, seed)


def test_everybody_has_supply_again_and_low_cabinets_waited_for_the_water() -> None:
    city = ready(1)
    checked_h = 0
    while not city.is_over:
        city.clock.step()
        if city.clock.now > checked_h * HOUR:
            checked_h += 1
            for law in (check_truth, check_calls, check_crews, check_messages, check_belief):
                law(city)
    assert city.state.customers_out == 0
    struck = {e.fact.asset: e.fact.hazard for e in facts(city, FaultStruck)}  # type: ignore[attr-defined]
    low = {asset for asset, hazard in struck.items() if hazard == "flood"}
    assert low
    gone_s = 17.5 * HOUR  # 23:30
    began = {e.fact.asset: e.t_s for e in facts(city, RepairStarted)}  # type: ignore[attr-defined]
    assert all(began[asset] > gone_s for asset in low)


def test_the_day_has_gusts_lightning_trees_water_and_diggers() -> None:
    words: Counter[str] = Counter()
    for seed in range(1, 9):
        words.update(failure.hazard for failure in ready(seed).failures)
    assert {"thunderstorm", "lightning", "tree", "flood", "third_party", "latent"} <= set(words)
    # an evening of storms, not the end of the grid
    assert 15 * 8 < sum(words.values()) < 80 * 8


def test_trimming_spares_trees_and_nothing_else_changes() -> None:
    base, trimmed = (ready(2, name).failures for name in ("base", "trimmed"))
    others = [f for f in base if f.hazard != "tree"]
    assert [f for f in trimmed if f.hazard != "tree"] == others
    assert len(trimmed) < len(base)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_hazard_has_a_name_people_read(lang: str) -> None:
    words = Words(lang)
    from sim.hazards.assets import Hazard  # the words the model may write

    for hazard in Hazard.__args__:  # type: ignore[attr-defined]
        assert words.code("hazard", hazard) != hazard
