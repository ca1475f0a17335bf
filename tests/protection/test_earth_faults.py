"""On an isolated or compensated neutral a single-phase earth fault raises an alarm and runs on."""

import math

import pytest

from sim.engine.facts import (
    BreakerTripped,
    EarthFaultEvolved,
    EarthFaultGone,
    EarthFaultSensed,
    SupplyLost,
)
from tests.grid import small
from tests.protection.running import Running

SURELY = {"share": 1.0, "evolves_per_h": 0.0, "extinguished_share": 0.0}


def running(seed: int = 1, **earth: object) -> Running:
    settings = {"neutral": "isolated", "earth": {**SURELY, **earth}}
    return Running(small.two_feeders(overhead_share=1.0), seed, **settings)


def test_an_earth_fault_trips_nothing_and_its_busbar_senses_it() -> None:
    run = running()
    run.strike(10.0, "d/a2")
    run.run(7200.0)
    assert run.facts(BreakerTripped) == []
    assert run.state.customers_out == 0
    (sensed,) = run.facts(EarthFaultSensed)
    assert (sensed.bus, sensed.fault) == ("d/buss", "d/a2#1")


@pytest.mark.parametrize("neutral", ["low_resistance", "isolated"])
def test_it_trips_on_a_low_resistance_neutral_and_between_phases(neutral: str) -> None:
    run = Running(neutral=neutral, earth={"share": 1.0 * (neutral != "isolated")})
    run.strike(10.0, "d/a2")
    run.run(100.0)
    assert run.facts(EarthFaultSensed) == []
    assert run.state.customers_out == 30


def test_the_high_voltage_side_trips_whatever_the_neutral() -> None:
    run = running()
    run.strike(10.0, "d/bush")
    run.run(100.0)
    assert run.facts(EarthFaultSensed) == []
    assert run.state.customers_out == 100


def test_the_alarm_goes_when_the_feeder_is_opened_and_comes_back_with_it() -> None:
    run = running()
    run.strike(10.0, "d/a2")
    run.operate(20.0, "d/b1@s", False)
    run.operate(30.0, "d/b1@s", True)
    run.operate(40.0, "d/a1@s", False)
    run.operate(50.0, "d/a1@s", True)
    run.run(100.0)
    heard = [each[:2] for each in run.story() if each[1].startswith("EarthFault")]
    assert heard == [
        (10.0, "EarthFaultSensed"),
        (40.0, "EarthFaultGone"),
        (50.0, "EarthFaultSensed"),
    ]
    assert run.facts(BreakerTripped) == []


def test_a_load_break_switch_may_open_on_an_earth_fault() -> None:
    run = running()
    run.strike(10.0, "d/a2")
    run.operate(20.0, "d/a2@1", False)
    run.run(100.0)
    assert run.state.customers_out == 20
    assert len(run.facts(EarthFaultGone)) == 1


def test_an_earth_fault_of_a_transformer_blows_its_fuse() -> None:
    run = running()
    run.strike(10.0, "d/dt2")
    run.run(100.0)
    assert run.state.customers_out == 20


def test_a_temporary_earth_fault_goes_out_under_voltage_and_nobody_is_interrupted() -> None:
    run = running(extinguished_share=1.0)
    run.strike(10.0, "d/a2", "temporary")
    run.run(100.0)
    assert run.facts(SupplyLost) == []
    assert run.protection.faults.live == ()
    assert len(run.facts(EarthFaultGone)) == 1


def test_one_that_does_not_go_out_is_gone_once_its_feeder_was_opened() -> None:
    run = running(extinguished_share=0.0)
    run.strike(10.0, "d/a2", "temporary")
    run.run(1000.0)
    assert len(run.protection.faults.live) == 1
    run.operate(1001.0, "d/a1@s", False)
    run.operate(1010.0, "d/a1@s", True)
    run.run(1100.0)
    assert run.protection.faults.live == ()


def test_waiting_times_to_a_fault_between_phases_follow_the_rate() -> None:
    waits = []
    for seed in range(300):
        run = running(seed, evolves_per_h=0.5)
        run.strike(0.0, "d/a2")
        run.run(24 * 3600.0)
        assert len(run.facts(EarthFaultEvolved)) == 1
        assert run.state.customers_out == 30
        waits.append(next(t for t, kind, _ in run.story() if kind == "EarthFaultEvolved"))
    mean_h = sum(waits) / len(waits) / 3600.0
    assert abs(mean_h - 2.0) < 4 * 2.0 / math.sqrt(len(waits))


def test_two_earth_faults_on_different_phases_of_a_busbar_trip_two_of_three_times() -> None:
    tripped = 0
    for seed in range(300):
        run = running(seed)
        run.strike(10.0, "d/a2")
        run.strike(20.0, "d/b2")
        run.run(100.0)
        tripped += bool(run.facts(BreakerTripped))
    assert abs(tripped / 300 - 2 / 3) < 4 * math.sqrt(2 / 9 / 300)


def test_a_repair_silences_the_busbar() -> None:
    run = running()
    run.strike(10.0, "d/a2/span3")
    run.at(500.0, lambda: run.protection.repaired("d/a2"))
    run.run(600.0)
    assert [each[:2] for each in run.story()][-1] == (500.0, "EarthFaultGone")
