"""`run.operations: ideal`: faults are switched and repaired in given hours, and nobody calls."""

from pathlib import Path

import pytest

from sim.engine.facts import CallersPlanned, CrewAssigned, IncidentOpened, SwitchOperated
from sim.scenario.loader import load_scenario
from sim.world.world import World

RBTS = Path(__file__).resolve().parents[2] / "scenarios" / "rbts_bus2.yaml"


def ran(*events: str, case: str = "base", **settings: str) -> World:
    sets = [f"{key}={value}" for key, value in settings.items()]
    calm = ["hazards.steady.transformer_per_year=0", "hazards.steady.cable_per_km_year=0"]
    given = ", ".join(f"{{at: 1 h, asset: bus2/{each}}}" for each in events)
    world = World(
        load_scenario(
            RBTS,
            case,
            ["run.operations=ideal", f"hazards.events=[{given}]", *calm, *sets],
        ).scenario,
        seed=3,
    )
    world.run_until(world.scenario.run.at_most)
    return world


def hours(world: World) -> dict[str, list[float]]:
    """Return the hours without supply that were not momentary, by load point."""
    found: dict[str, list[float]] = {}
    names = [each.id.removeprefix("bus2/dt") for each in world.grid.transformers]
    for row in world.interruptions.rows(world.clock.now):
        h = (row["t_on_s"] - row["t_off_s"]) / 3600
        if h > 0.05:
            found.setdefault(names[row["transformer_ix"]], []).append(round(h, 2))
    return found


def test_a_fault_of_the_main_is_out_as_long_as_the_enumeration_says() -> None:
    found = hours(ran("L4"))
    assert found["3"] == found["4"] == [5.0]
    assert [found[name] for name in "12567"] == [[1.0]] * 5
    assert set(found) == set("1234567")


def test_what_is_repaired_stands_as_built_again() -> None:
    world = ran("L4", "L10")
    assert world.state.customers_out == 0
    assert world.state.positions() == world.topology.normal
    assert not world.protection.faults.live


def test_nobody_calls_and_no_crew_drives() -> None:
    world = ran("L4")
    told = {type(entry.fact) for entry in world.journal}
    assert SwitchOperated in told
    assert not told & {IncidentOpened, CrewAssigned, CallersPlanned}


def test_every_move_goes_back_to_the_fault() -> None:
    world = ran("L4")
    entries = list(world.journal)
    for entry in entries:
        if isinstance(entry.fact, SwitchOperated):
            assert entry.fact.by == "ideal"
            seq = entry.seq
            while entries[seq].cause >= 0:
                seq = entries[seq].cause
            assert type(entries[seq].fact).__name__ == "FaultStruck"


@pytest.mark.parametrize(("asset", "expected_h"), [("L4", 0.17), ("L5", 1.0)])
def test_what_a_passing_fault_opened_is_closed_again(asset: str, expected_h: float) -> None:
    """A breaker that gave up is closed from afar; a fuse is renewed by hand."""
    passing = f"[{{at: 1 h, asset: bus2/{asset}, kind: temporary}}]"
    world = World(
        load_scenario(
            RBTS,
            "base",
            [
                "run.operations=ideal",
                f"hazards.events={passing}",
                "hazards.steady.transformer_per_year=0",
                "protection.dead_times=[]",
            ],
        ).scenario,
        seed=3,
    )
    world.run_until(10 * 3600.0)
    assert all(each == [expected_h] for each in hours(world).values())
    assert hours(world)
    assert world.state.positions() == world.topology.normal
