"""Feeder automation in a town: by voltage and time, or from the master station."""

from pathlib import Path
from typing import Any

import pytest

from sim.engine.facts import (
    BlockIndicated,
    BreakerTripped,
    CommandGiven,
    CrewAssigned,
    SupplyLost,
    SupplyRestored,
    SwitchLockReported,
    SwitchMoved,
    SwitchStateReported,
)
from sim.world.world import World
from tests.world.laws import check_calls, check_crews, check_end, check_truth
from tests.world.town import Source, event, facts, finish, first, world

VOLTAGE_TIME: dict[str, Any] = {"automation": "voltage_time", "dead_times": ["2 s", "5 s"]}
CENTRALISED: dict[str, Any] = {"automation": "centralised"}
WITHOUT_MISSES = {"indicators": {"miss_share": 0, "feeder_share": 0}}


def town(tmp_path: Path, *events: dict[str, str], remote: float = 1.0, **more: Any) -> World:
    return world(tmp_path, events=events, district={"remote_switch_share": remote}, **more)


def minutes_out(of: World) -> dict[str, float]:
    out: dict[str, float] = {}
    for entry in facts(of, SupplyLost, SupplyRestored):
        sign = -1.0 if isinstance(entry.fact, SupplyLost) else 1.0
        for name in entry.fact.transformers:
            out[name] = out.get(name, 0.0) + sign * entry.t_s / 60.0
    return out


@pytest.mark.parametrize("section", ["d/a1", "d/a2", "d/a3", "d/a4", "d/b2"])
def test_voltage_and_time_restore_the_healthy_parts_and_crews_repair_the_rest(
    tmp_path: Path, section: str
) -> None:
    run = town(tmp_path, event("1 h", section), protection=VOLTAGE_TIME)
    while not run.is_over:
        run.clock.step()
        check_truth(run)
        check_calls(run)
        check_crews(run)
    assert facts(run, SwitchMoved)
    assert first(run, SwitchLockReported).fact.section == section
    assert facts(run, SwitchStateReported)
    # sections end at switches on both sides: nobody but the faulted section's own is out for long
    assert all(minutes < 10.0 for minutes in minutes_out(run).values())
    check_end(run)


def test_crews_go_to_the_section_that_locked(tmp_path: Path) -> None:
    run = finish(town(tmp_path, event("1 h", "d/a3"), protection=VOLTAGE_TIME))
    patrol = first(run, CrewAssigned, task="patrol")
    assert patrol.fact.place == "d/a3"


def test_the_master_station_isolates_the_block_and_restores_within_minutes(
    tmp_path: Path,
) -> None:
    run = finish(
        town(tmp_path, event("1 h", "d/a3"), protection=CENTRALISED, control=WITHOUT_MISSES)
    )
    assert first(run, BlockIndicated).fact.sections == ("d/a3",)
    orders = [e for e in facts(run, CommandGiven) if e.fact.by == "automation"]
    assert orders
    assert orders[0].t_s < 3600.0 + 60.0
    # the block has no customers of its own; everybody is back by remote switching alone
    assert max(minutes_out(run).values()) < 15.0
    assert len(facts(run, BreakerTripped)) == 2, "nothing is closed onto the fault"
    check_end(run)


def test_the_master_station_also_acts_while_a_person_sits_idle_at_the_desk(tmp_path: Path) -> None:
    from sim.commands import HandOver

    run = town(tmp_path, event("1 h", "d/a3"), protection=CENTRALISED, control=WITHOUT_MISSES)
    run.give(HandOver("dispatcher", False), "controller")
    run.run_until(3 * 3600.0)
    assert run.state.customers_out == 0


def test_flags_that_do_not_come_leave_the_fault_to_the_dispatcher(tmp_path: Path) -> None:
    control = {"indicators": {"miss_share": 1, "feeder_share": 0}}
    run = finish(town(tmp_path, event("1 h", "d/a3"), protection=CENTRALISED, control=control))
    assert not facts(run, BlockIndicated)
    check_end(run)


def test_a_block_goes_as_far_as_the_next_switches_with_a_terminal(tmp_path: Path) -> None:
    run = finish(
        town(
            tmp_path,
            event("1 h", "d/a3"),
            remote=0.0,
            protection=CENTRALISED,
            control=WITHOUT_MISSES,
        )
    )
    assert set(first(run, BlockIndicated).fact.sections) == {"d/a1", "d/a2", "d/a3", "d/a4", "d/t"}
    check_end(run)


def sectionalised() -> Source:
    """Return s —RECLOSER— a1 — 1 — a2 — 2 —SECTIONALISER— a3 — 3."""
    source = Source()
    source.station()
    for bus, customers, north_km in (("1", 40, 1.0), ("2", 50, 2.0), ("3", 60, 3.0)):
        source.bus(bus, customers, north_km=north_km)
    source.line("a1", "s", "1", at_u="RECLOSER")
    source.line("a2", "1", "2")
    source.line("a3", "2", "3", at_u="SECTIONALISER")
    return source


@pytest.mark.parametrize("remote", [0.0, 1.0])
def test_a_sectionaliser_that_opened_is_learnt_of_and_closed_after_the_repair(
    tmp_path: Path, remote: float
) -> None:
    run = town(
        tmp_path,
        event("1 h", "d/a3"),
        remote=remote,
        sources=sectionalised(),
        control={"indicators": {"feeder_share": 0}},
    )
    finish(run)
    (moved,) = facts(run, SwitchMoved)
    assert moved.fact.device == "d/a3@2"
    assert bool(facts(run, SwitchStateReported)) == (remote == 1.0)
    # 40 and 50 customers are back with the recloser, within the minute
    assert minutes_out(run)["d/dt1"] < 1.0
    check_end(run)
