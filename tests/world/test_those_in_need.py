"""Important users go on by what they have; people in need call; both weigh in what is done."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.commands import SendMobileSet
from sim.engine.facts import (
    BackupEnded,
    BackupStarted,
    CommandRefused,
    CrewAssigned,
    FuelRanOut,
    GeneratorFailed,
    GeneratorRefuelled,
    GeneratorStarted,
    KeyCustomerLostSupply,
    KeyCustomerResumed,
    KeyCustomerStopped,
    KeyCustomerTransferred,
    LifeSupportRanOut,
    LiftsStopped,
    MobileSetSent,
    SupplyLost,
    SupplyRestored,
)
from sim.errors import InputError
from sim.grid.worth import weights
from sim.indicators.catalogue import measure
from sim.scenario.customers import Customers
from sim.scenario.key_customers import Season
from sim.store.manifest import Manifest
from sim.world.collect import collect
from sim.world.world import World
from tests.world.town import (
    HOUR,
    Source,
    at,
    constant,
    event,
    facts,
    finish,
    first,
    load,
    two_feeders,
    world,
)

SURE = {"starts_in": "30 s", "start_probability": 1, "fuel": "20 min"}


def hospital(transformer: str = "d/dt4", **more: Any) -> dict[str, Any]:
    return {
        "name": {"en": "Hospital", "zh": "医院"},
        "transformer": transformer,
        "grade": "first",
        **more,
    }


def town(folder: Path, *failures: dict[str, str], **customers: Any) -> World:
    """Run a town whose line a4 (to transformer 4) fails at 1 h unless told otherwise."""
    given = list(failures) or [event("1 h", "d/a4")]
    return finish(world(folder, events=given, customers=customers))


def needs(run: World) -> list[dict[str, Any]]:
    return run.in_need.rows()


def outage_h(run: World, transformer: str = "d/dt4") -> tuple[float, float]:
    """Return when a transformer lost supply for good, and got it back, hours."""
    lost = [each for each in facts(run, SupplyLost) if transformer in each.fact.transformers]
    back = [each for each in facts(run, SupplyRestored) if transformer in each.fact.transformers]
    return lost[0].t_s / HOUR, back[-1].t_s / HOUR


def test_without_anything_function_ends_with_supply(tmp_path: Path) -> None:
    run = town(tmp_path, key={"hospital": hospital()})
    from_h, to_h = outage_h(run)
    rows = [row for row in needs(run) if row["without_h"] > 0.1]
    assert sum(row["without_h"] for row in rows) == pytest.approx(to_h - from_h, abs=0.01)
    assert first(run, KeyCustomerStopped).t_s == pytest.approx(from_h * HOUR)
    assert facts(run, KeyCustomerResumed)[-1].fact.by == "grid"


def test_a_generator_goes_on_until_its_fuel_is_out(tmp_path: Path) -> None:
    """Battery 1 min, generator after 30 s, 20 min of fuel, then the battery's minute again."""
    run = town(tmp_path, key={"hospital": hospital(battery="1 min", generator=SURE)})
    _from_h, to_h = outage_h(run)
    started = facts(run, GeneratorStarted)[-1]
    spent = first(run, FuelRanOut)
    assert spent.t_s == pytest.approx(started.t_s + 20 * 60.0)
    stopped = first(run, KeyCustomerStopped)
    assert stopped.t_s == pytest.approx(spent.t_s + 60.0)
    (row,) = [row for row in needs(run) if row["without_h"] > 0.0]
    assert row["without_h"] == pytest.approx(to_h - stopped.t_s / HOUR, abs=0.001)
    assert row["backed_by"] == "generator"
    entries = list(run.journal)
    assert isinstance(entries[entries[started.seq].cause].fact, KeyCustomerLostSupply)


def test_fuel_is_brought_in_time(tmp_path: Path) -> None:
    more = {"refuel_below": "15 min", "refuel_in": constant("10 min")}
    run = town(tmp_path, key={"hospital": hospital(battery="1 min", generator=SURE, **more)})
    started = facts(run, GeneratorStarted)[-1]
    filled = first(run, GeneratorRefuelled)
    assert filled.t_s == pytest.approx(started.t_s + 15 * 60.0)
    assert not facts(run, FuelRanOut, KeyCustomerStopped)


def test_a_generator_may_fail(tmp_path: Path) -> None:
    broken = {**SURE, "start_probability": 0}
    run = town(tmp_path, key={"hospital": hospital(generator=broken)})
    assert facts(run, GeneratorFailed)
    assert not facts(run, GeneratorStarted)
    assert facts(run, KeyCustomerStopped)


def test_a_second_source_takes_over_and_may_be_lost_too(tmp_path: Path) -> None:
    """Transformer 6 hangs on the other feeder: it feeds the hospital until b1 fails as well."""
    both = hospital(second_source="d/dt6", transfer_in="10 s", battery="1 min")
    run = town(tmp_path, key={"hospital": both})
    moved = first(run, KeyCustomerTransferred)
    assert moved.fact.transformer == "d/dt6"
    assert not facts(run, KeyCustomerStopped)
    run = town(tmp_path, event("1 h", "d/a4"), event("2 h", "d/b2"), key={"hospital": both})
    assert first(run, KeyCustomerStopped).t_s == pytest.approx(2 * HOUR + 60.5, abs=5.0)


def test_mobile_sets_go_to_the_highest_grade_first(tmp_path: Path) -> None:
    """One set for two users on one dead transformer: the special one gets it."""
    key = {
        "works": hospital(grade="second"),
        "tower": hospital(grade="special"),
    }
    sets = {"number": 1, "ready_in": constant("30 min")}
    run = town(tmp_path, key=key, mobile_sets=sets)
    sent = facts(run, MobileSetSent)
    assert [each.fact.customer for each in sent] == ["tower"]
    back = first(run, KeyCustomerResumed, customer="tower", by="mobile_set")
    assert {e.fact.by for e in facts(run, KeyCustomerResumed) if e.fact.customer == "works"} == {
        "grid"
    }
    assert back.t_s == pytest.approx(sent[0].t_s + 0.5 * HOUR)


def test_a_mobile_set_spares_the_fuel(tmp_path: Path) -> None:
    """Sent while the generator runs: it stops when the set is ready, and no fuel runs out."""
    sets = {"number": 1, "ready_in": constant("10 min")}
    run = town(tmp_path, key={"hospital": hospital(battery="1 min", generator=SURE)},
               mobile_sets=sets)  # fmt: skip
    assert first(run, MobileSetSent)
    assert not facts(run, FuelRanOut, KeyCustomerStopped)


def test_sets_are_ordered_by_a_command_with_its_refusals(tmp_path: Path) -> None:
    key = {"works": hospital(grade="temporary"), "other": hospital(grade="temporary")}
    sets = {"number": 1, "ready_in": constant("30 min"), "least_grade": "special"}
    run = world(
        tmp_path, events=[event("1 h", "d/a4")], customers={"key": key, "mobile_sets": sets}
    )
    for name in ("nobody", "works", "works", "other"):
        at(run, 1.5 * HOUR, lambda name=name: run.give(SendMobileSet(name), "dispatcher"))
    finish(run)
    assert [each.fact.customer for each in facts(run, MobileSetSent)] == ["works"]
    why = [each.fact.why for each in facts(run, CommandRefused)]
    assert why == ["unknown_customer", "set_is_sent", "no_set_free"]


def test_people_on_life_support_call_and_are_harmed_when_it_takes_too_long(
    tmp_path: Path,
) -> None:
    life = {
        "per_thousand": 200,
        "battery": constant("1 h"),
        "calls_after": constant("2 min"),
    }
    quiet = {"all": {"share": 1, "call_share": 0}}
    run = town(tmp_path, life_support=life, classes=quiet)
    from_h, to_h = outage_h(run)
    rows = [row for row in needs(run) if row["transformer_ix"] == 3]
    assert 5 <= len(rows) <= 25  # a fifth of 70
    for row in rows:
        assert row["t_stopped_s"] == pytest.approx(row["t_lost_s"] + HOUR)
        assert row["without_h"] == pytest.approx(to_h - from_h - 1.0, abs=0.01)
    assert len(facts(run, LifeSupportRanOut)) >= len(rows)
    calls = collect(run)["calls"]
    assert len(calls["t_offered_s"]) >= len(rows)


def test_a_short_outage_harms_nobody(tmp_path: Path) -> None:
    life = {"per_thousand": 200, "battery": constant("1 h")}
    run = town(tmp_path, event("1 h", "d/a4", "temporary"), life_support=life)
    assert facts(run, SupplyLost)
    assert needs(run) == []


def test_people_in_lifts_are_freed_by_others_or_by_supply(tmp_path: Path) -> None:
    lifts = {"share": 1, "trapped_per_thousand": 200, "freed_in": constant("40 min")}
    run = town(tmp_path, lifts=lifts)
    rows = needs(run)
    assert {row["kind"] for row in rows} == {"lift"}
    assert sum(each.fact.trapped for each in facts(run, LiftsStopped)) == len(rows)
    for row in rows:
        assert 0 < row["t_resumed_s"] - row["t_lost_s"] <= 40 * 60.0 + 1e-6
    assert {round(row["t_resumed_s"] - row["t_lost_s"]) for row in rows} >= {2400}


def test_indicators_count_those_in_need(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        events=[event("1 h", "d/a4")],
        customers={
            "key": {"hospital": hospital(battery="1 min", generator=SURE)},
            "life_support": {"per_thousand": 200, "battery": constant("1 h")},
            "lifts": {"share": 1, "trapped_per_thousand": 100},
        },
    )
    run = finish(World(loaded.scenario, 1))
    manifest = Manifest.of_run(loaded, 1, run.clock.now, run.centre.call_types, run.groups.classes)
    tables = collect(run)
    found = {name: each.value for name, each in measure(tables, manifest).items()}
    assert found["key_losses"] == 1
    assert found["key_stops"] == found["key_fuel_ran_out"] == 1
    assert found["key_generators_failed"] == found["mobile_sets_sent"] == 0
    assert found["key_without_h"] == pytest.approx(float(tables["needs"]["without_h"][
        tables["needs"]["kind"] == "key"].sum()))  # fmt: skip
    assert found["life_support_at_risk"] >= found["life_support_harmed"] > 0
    assert found["lift_trapped"] > 0


def test_what_is_important_comes_first(tmp_path: Path) -> None:
    """Two fuses blow; the crew goes to the smaller transformer because of its hospital."""
    known = {"last_gasp": {"reported_share": 1}}
    given = {"events": [event("1 h", "d/dt6"), event("1 h", "d/dt1")], "control": known}
    without = finish(world(tmp_path, **given))
    assert facts(without, CrewAssigned)[0].fact.place == "d/dt6"
    run = finish(world(tmp_path, customers={"key": {"hospital": hospital("d/dt1")}}, **given))
    assert facts(run, CrewAssigned)[0].fact.place == "d/dt1"


def test_weights_add_grades_life_support_and_seasons(tmp_path: Path) -> None:
    grid = world(tmp_path).grid
    section = Customers.model_validate(
        {
            "key": {"a": hospital("d/dt1"), "b": hospital("d/dt1", grade="second")},
            "life_support": {"per_thousand": 10, "counts_for": 50},
            "classes": {
                "farm": {
                    "share": 1,
                    "season": {"first_day": "06-01", "last_day": "08-31", "counts_for": 3},
                }
            },
        }
    )
    n = grid.transformer_customers.astype(float)
    expected = n * 0.5
    expected[0] += 1300.0
    assert weights(grid, section).tolist() == pytest.approx(expected.tolist())
    winter, summer = datetime.date(2021, 1, 15), datetime.date(2021, 7, 1)
    assert weights(grid, section, winter).tolist() == pytest.approx(expected.tolist())
    assert weights(grid, section, summer).tolist() == pytest.approx((expected + 2 * n).tolist())
    assert np.all(weights(grid, Customers()) == 0.0)


def test_a_season_may_pass_the_end_of_the_year() -> None:
    frost = Season.model_validate({"first_day": "11-15", "last_day": "03-15"})
    assert frost.holds(datetime.date(2021, 1, 1))
    assert not frost.holds(datetime.date(2021, 6, 1))


def test_farms_call_more_readily_in_their_season(tmp_path: Path) -> None:
    def calls(first_day: str) -> int:
        season = {"first_day": first_day, "last_day": "12-31", "call_factor": 3}
        farms = {"farm": {"share": 1, "call_share": 0.2, "season": season}}
        run = town(tmp_path, event("1 h", "d/b1"), classes=farms)
        return int((collect(run)["callers"]["attempts"] > 0).sum())

    assert calls("02-01") > 1.8 * calls("06-01")


class WithBackup(Source):
    """A source whose bus 4 has generation of its own."""

    backup_mw = 100.0

    def save(self, folder: Path, name: str) -> dict[str, str]:
        paths = super().save(folder, name)
        nodes = folder / paths["nodes"]
        head, *rows = nodes.read_text(encoding="utf-8").splitlines()
        cells = [f"{row},{self.backup_mw if row.startswith('4,') else ''}" for row in rows]
        nodes.write_text("\n".join([f"{head},backup_mw", *cells, ""]), encoding="utf-8")
        return paths


def backed_up(folder: Path, backup_mw: float) -> World:
    source = WithBackup(two_feeders().nodes, two_feeders().edges)
    source.backup_mw = backup_mw
    own = {"starts_in": "10 min", "start_probability": 1, "lasts": "20 min"}
    failures = [event("1 h", "d/a4")]
    return finish(world(folder, source, failures, customers={"backup": own}))


def test_backup_feeds_its_own_transformer_for_its_time(tmp_path: Path) -> None:
    run = backed_up(tmp_path, 100.0)
    started = first(run, BackupStarted)
    lost = [each for each in facts(run, SupplyLost) if "d/dt4" in each.fact.transformers]
    assert started.t_s == pytest.approx(lost[-1].t_s + 600.0)
    ended = first(run, BackupEnded)
    assert ended.t_s == pytest.approx(started.t_s + 20 * 60.0)
    spans = sorted(
        (row["t_off_s"], row["t_on_s"])
        for row in run.interruptions.rows(run.clock.now)
        if row["transformer_ix"] == 3 and row["t_on_s"] - row["t_off_s"] > 60.0
    )
    assert spans[0] == pytest.approx((lost[-1].t_s, started.t_s))
    assert spans[1][0] == pytest.approx(ended.t_s)
    assert run.behaviour.customers_out() == 0


def test_backup_too_small_for_the_load_feeds_nobody(tmp_path: Path) -> None:
    run = backed_up(tmp_path, 0.01)
    assert facts(run, SupplyLost)
    assert not facts(run, BackupStarted)


def test_an_important_user_on_no_transformer_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"customers\.key\.hospital\.transformer.*d/dt44"):
        world(tmp_path, customers={"key": {"hospital": hospital("d/dt44")}})
