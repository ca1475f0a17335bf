"""Planned work in a town: made dead, taken over, told, put off, done, and all switched back."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.commands import BeginPlannedWork, Command, PutOffPlannedWork
from sim.engine.facts import (
    CommandRefused,
    CrewArrived,
    IncidentOpened,
    NoticeSubmitted,
    OutageBegan,
    OutageCalledOff,
    OutageEnded,
    OutageOrdered,
    SupplyLost,
    SwitchOperated,
    WorkBegan,
    WorkEnded,
    WorkPutOff,
    WorkScheduled,
    WorksMerged,
)
from sim.indicators.operations import operations
from sim.world.collect import collect
from sim.world.world import World
from tests.indicators.tiny import manifest

from . import laws
from .town import HOUR, at, event, facts, finish, first, weather, world

RUN = {"at_least": "30 h", "at_most": "30 h"}
"""From 08:00 to 14:00 of the next day."""
SURE = {"duration_factor": 1, "overrun_p90": 1}
DAY = {"start": "08:00", "end": "18:00", **SURE}


def job(*assets: str, **more: Any) -> dict[str, Any]:
    return {"assets": list(assets), "earliest": "2 h", "duration": "3 h", **more}


def town(folder: Path, jobs: dict[str, Any], more: dict[str, Any] | None = None,
         **sections: Any) -> World:  # fmt: skip
    planned = {"jobs": jobs, "options": {"day": DAY}, **(more or {})}
    return world(folder, **{"planned": planned, "run": RUN, **sections})


def checked(some: World) -> World:
    while not some.is_over:
        some.clock.step()
        laws.check(some)
    return some


def moved(some: World) -> list[tuple[str, bool]]:
    return [(e.fact.device, e.fact.closed) for e in facts(some, SwitchOperated)]


def test_a_section_is_worked_on_and_nobody_beyond_loses_supply(tmp_path: Path) -> None:
    """Feeder s-a1-1-a2-2-a3-3-a4-4: work on a3, with 3 and 4 fed over the tie meanwhile."""
    after = checked(town(tmp_path, {"poles": job("d/a3")}))
    assert moved(after) == [
        ("d/t@6", True), ("d/a3@2", False), ("d/a3@3", False),
        ("d/a3@3", True), ("d/a3@2", True), ("d/t@6", False),
    ]  # fmt: skip
    assert not facts(after, SupplyLost, IncidentOpened)
    laws.check_end(after)


def test_without_parallel_switching_those_beyond_are_off_briefly(tmp_path: Path) -> None:
    after = checked(town(tmp_path, {"poles": job("d/a3")}, {"parallel": False}))
    assert [to for _device, to in moved(after)] == [False, False, True, False, True, True]
    rows = collect(after)["interruptions"]
    assert set(rows["transformer_ix"].tolist()) == {2, 3}
    # two spans of switching by hand, at 10 min a move, and the driving between
    assert ((rows["t_on_s"] - rows["t_off_s"]) < 1 * HOUR).all()
    assert set(rows["why"].tolist()) == {"planned"}


def test_what_nothing_can_take_over_is_off_for_the_work(tmp_path: Path) -> None:
    after = checked(town(tmp_path, {"meters": job("d/dt2")}))
    rows = collect(after)["interruptions"]
    assert rows["transformer_ix"].tolist() == [1]
    off_h = float(rows["t_on_s"][0] - rows["t_off_s"][0]) / HOUR
    assert 3.0 < off_h < 3.8


def test_control_opens_no_incident_for_unwarned_customers(tmp_path: Path) -> None:
    chatty = {"classes": {"residential": {"share": "100 %", "call_share": "90 %"}}}
    tested = town(tmp_path, {"meters": job("d/dt2")}, {"notify": False}, customers=chatty)
    checked(tested)
    assert len(tested.centre.calls()["caller"]) > 20
    assert not facts(tested, IncidentOpened)
    assert all(each.is_spared for each in tested.orders.orders)


def test_warned_customers_mostly_do_not_call(tmp_path: Path) -> None:
    chatty = {"classes": {"residential": {"share": "100 %", "call_share": "90 %"}}}
    callers = []
    for notify in (True, False):
        jobs = {"meters": job("d/dt2", duration="2 h")}
        more = {"notify": notify, "margin": "100 %"}
        after = finish(town(tmp_path, jobs, more, customers=chatty))
        callers.append(len(np.unique(after.centre.calls()["caller"])))
    warned, unwarned = callers
    assert warned < 0.6 * unwarned


def test_jobs_of_two_departments_share_one_outage(tmp_path: Path) -> None:
    jobs = {
        "poles": job("d/a2"),
        "meters": job("d/dt2", department="marketing", earliest="1 h", duration="1 h"),
    }
    together = checked(town(tmp_path, jobs))
    apart = checked(town(tmp_path, jobs, {"coordinate": False, "transfer": False}))
    assert facts(together, WorksMerged)[0].fact.jobs == ("meters", "poles")
    assert (len(facts(together, OutageBegan)), len(facts(apart, OutageBegan))) == (1, 2)
    found = [operations(collect(each), manifest()) for each in (together, apart)]
    assert found[0]["planned_merged_jobs"].value == 1.0
    assert found[0]["planned_done_jobs"].value == found[1]["planned_done_jobs"].value == 2.0
    # alone, by day: 3 h for 2, 3 and 4 (50 + 60 + 70); 1 h for the same when 2 is dead
    alone = 3 * 180 + 1 * 180
    spent = found[0]["planned_customer_hours"].value
    assert spent is not None
    assert found[0]["planned_avoided_customer_hours"].value == pytest.approx(alone - spent)
    assert spent < found[1]["planned_customer_hours"].value  # type: ignore[operator]


def test_notice_is_given_as_long_before_as_the_rule_asks(tmp_path: Path) -> None:
    jobs = {
        "temporary": job("d/dt2", earliest="28 h", duration="1 h", kind="temporary"),
        "short": job("d/dt5", earliest="4 h", duration="1 h", notice="2 h"),
    }
    after = checked(town(tmp_path, jobs))
    told = {e.fact.incident: e.t_s / HOUR for e in facts(after, NoticeSubmitted)}
    assert told == {"work/temporary#1": 4.0, "work/short#1": 2.0}
    found = operations(collect(after), manifest())
    assert found["planned_notice_kept_share"].value == 0.5  # 2 h are less than 7 days


def test_a_warning_puts_work_off_and_tells_its_customers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather(monkeypatch, lambda t_s: 30.0 if 5 * HOUR <= t_s < 9 * HOUR else 3.0)
    warnings = {"warnings": [{"colour": "orange", "gust": "24 m/s", "within": "4 h"}]}
    jobs = {"meters": job("d/dt2"), "later": job("d/dt6", earliest="29 h", duration="30 min")}
    after = checked(town(tmp_path, jobs, emergency={**warnings, "review_every": "10 min"}))
    put_off = first(after, WorkPutOff)
    assert (put_off.fact.work, put_off.fact.why, put_off.t_s) == ("meters", "warning", HOUR)
    assert first(after, OutageCalledOff).fact.outage == "work/meters#1"
    assert first(after, NoticeSubmitted, template="called_off").fact.incident == "work/meters#1"
    again = facts(after, WorkScheduled)[-1].fact
    assert (again.work, again.begins_s >= HOUR + 7 * 24 * HOUR) == ("meters", True)
    assert [e.fact.outage for e in facts(after, OutageBegan)] == ["work/later#1"]
    assert not any(e.fact.device == "d/a2@2" for e in facts(after, SwitchOperated))


def test_the_emergency_response_puts_work_off(tmp_path: Path) -> None:
    crews = {"depots": {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 2}]}}}
    response = {"responses": [{"level": "III", "when": {"incidents": 1}}], "review_every": "1 min"}
    jobs = {"meters": job("d/dt2", earliest="4 h")}
    tested = town(tmp_path, jobs, crews=crews, emergency=response, events=[event("1 h", "d/b2")])
    checked(tested)
    put_off = first(tested, WorkPutOff)
    assert (put_off.fact.why, put_off.t_s < 1.5 * HOUR) == ("response", True)
    assert not facts(tested, WorkBegan)


def test_work_under_way_goes_on_when_a_fault_strikes_elsewhere(tmp_path: Path) -> None:
    crews = {"depots": {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 2}]}}}
    tested = town(tmp_path, {"poles": job("d/a3")}, crews=crews, events=[event("5 h", "d/b1")])
    checked(tested)
    assert facts(tested, WorkEnded)
    assert first(tested, IncidentOpened).fact.device == "d/b1@s"
    laws.check_end(tested)


def test_work_waits_for_a_crew_and_is_put_off_without_one(tmp_path: Path) -> None:
    crews = {"depots": {"d": {"shifts": [{"start": "16:00", "end": "17:00", "crews": 1}]}}}
    jobs = {"poles": job("d/a3", earliest="1 h"), "late": job("d/dt6", earliest="7 h")}
    tested = checked(town(tmp_path, jobs, {"wait_for_crew": "90 min"}, crews=crews))
    put_off = first(tested, WorkPutOff)
    assert (put_off.fact.work, put_off.fact.why, put_off.t_s) == ("poles", "no_crew", 2.5 * HOUR)
    assert first(tested, CrewArrived).t_s > 8 * HOUR


def test_another_crew_takes_over_from_one_that_is_hurt(tmp_path: Path) -> None:
    crews = {"depots": {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 2}]}}}
    tested = town(tmp_path, {"meters": job("d/dt2")}, crews=crews)

    def hurt() -> None:
        crew = tested.planned.works["meters"].crew
        tested.crews.injure(crew, 40 * HOUR, 0)

    at(tested, 4 * HOUR, hurt)
    checked(tested)
    assert len({e.fact.crew for e in facts(tested, CrewArrived)}) == 2
    assert first(tested, WorkEnded).fact.late_s > 0.0
    laws.check_end(tested)


def test_live_line_work_switches_nobody_off(tmp_path: Path) -> None:
    options = {"options": {"day": DAY, "live_line": {**DAY, "cost_per_h": 1}}}
    jobs = {"poles": job("d/dt2")}
    more = {**options, "live_line_crews": ["d/a1"]}
    after = checked(town(tmp_path, jobs, more))
    assert first(after, WorkScheduled).fact.option == "live_line"
    assert facts(after, WorkEnded)
    assert not facts(after, SwitchOperated, SupplyLost, NoticeSubmitted)
    assert first(finish(town(tmp_path, jobs, options)), WorkScheduled).fact.option == "day"


def test_live_line_work_waits_for_calm_air(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weather(monkeypatch, lambda _t_s: 11.0)
    more = {"live_line_crews": ["d/a1"], "options": {"live_line": DAY, "day": DAY}}
    after = finish(town(tmp_path, {"poles": job("d/dt2", option="live_line")}, more))
    assert first(after, WorkPutOff).fact.why == "wind"
    assert not facts(after, WorkBegan)


def test_night_work_is_heard(tmp_path: Path) -> None:
    options = {"options": {"day": DAY, "night": {"start": "22:00", "end": "06:00", **SURE,
                                                 "complaint_share": "20 %"}}}  # fmt: skip
    jobs = {"poles": job("d/dt2", option="night")}
    after = checked(town(tmp_path, jobs, options))
    assert first(after, OutageBegan).t_s == 14 * HOUR
    heard = after.planned.works["poles"].complaints
    assert 1 <= heard <= 25  # of 50 customers, with 20 % each
    assert operations(collect(after), manifest())["planned_complaints"].value == heard


def test_overruns_follow_the_luck_of_the_job(tmp_path: Path) -> None:
    options = {"options": {"day": {**DAY, "overrun_p90": 2}}}
    jobs = {"poles": job("d/a3", earliest="5 h"), "cable": job("d/b2", duration="1 h")}
    late = {
        e.fact.work: e.fact.late_s for e in facts(finish(town(tmp_path, jobs, options)), WorkEnded)
    }
    only = facts(finish(town(tmp_path, {"poles": jobs["poles"]}, options)), WorkEnded)
    assert only[0].fact.late_s == pytest.approx(late["poles"])


def test_jobs_come_by_chance_alike_with_one_seed(tmp_path: Path) -> None:
    generated = {"generated": {"per_feeder": "1 per day"}, "coordinate": False}

    def ids(seed: int) -> list[str]:
        planned = {"jobs": {}, **generated}
        return sorted(finish(world(tmp_path, planned=planned, run=RUN, seed=seed)).planned.works)

    assert ids(3) == ids(3)
    n_all = sum(len(ids(seed)) for seed in range(12))
    # two feeders, 30 h each at one a day, twelve seeds: 30 expected
    assert abs(n_all - 30) < 3 * math.sqrt(30)


@pytest.mark.parametrize(
    ("why", "command", "at_h"),
    [
        ("unknown_work", BeginPlannedWork("paint"), 1.0),
        ("unknown_work", PutOffPlannedWork("paint", "order"), 1.0),
        ("work_not_waiting", BeginPlannedWork("meters"), 3.0),
        ("work_not_waiting", PutOffPlannedWork("meters", "order"), 3.0),
        ("unknown_crew", BeginPlannedWork("meters", "d/z9"), 1.0),
        ("not_live_line", BeginPlannedWork("live", "d/a1"), 1.0),
    ],
)
def test_refused_orders_say_why(tmp_path: Path, why: str, command: Command, at_h: float) -> None:
    jobs = {
        "meters": job("d/dt2", option="day"),
        "live": job("d/dt6", option="live_line", earliest="20 h"),
    }
    more = {"live_line_crews": ["d/a2"], "options": {"live_line": DAY, "day": DAY}}
    crews = {"depots": {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 2}]}}}
    tested = town(tmp_path, jobs, more, crews=crews)
    tested.run_until(at_h * HOUR)
    assert not tested.handlers.give(command, "dispatcher")
    assert facts(tested, CommandRefused)[-1].fact.why == why


def test_work_does_not_begin_where_a_fault_is_dealt_with(tmp_path: Path) -> None:
    tested = town(tmp_path, {"meters": job("d/dt2")}, events=[event("90 min", "d/a1")])
    tested.run_until(2.2 * HOUR)
    assert not tested.handlers.give(BeginPlannedWork("meters"), "dispatcher")
    assert facts(tested, CommandRefused)[-1].fact.why == "not_normal"
    assert not facts(checked(tested), OutageBegan)


def test_a_person_can_begin_work_early(tmp_path: Path) -> None:
    tested = town(tmp_path, {"meters": job("d/dt2")})
    at(tested, HOUR, lambda: tested.give(BeginPlannedWork("meters"), "person"))
    checked(tested)
    assert [e.t_s for e in facts(tested, OutageBegan)] == [HOUR]
    assert len(facts(tested, OutageEnded)) == 1


def test_what_is_told_lasts_beyond_the_work_as_planned(tmp_path: Path) -> None:
    after = finish(town(tmp_path, {"meters": job("d/dt2")}))
    ordered = first(after, OutageOrdered).fact
    # 30 min to get there, 3 h and a quarter of it, two switches and a tie of 10 min, and back
    assert ordered.restoration_s == 2 * HOUR + 0.5 * HOUR + 3.75 * HOUR + 6 * 600.0
    assert first(after, OutageEnded).t_s < ordered.restoration_s
