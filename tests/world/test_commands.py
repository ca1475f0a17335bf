"""Commands: each refusal is a code in the log and changes nothing; orders come last at a moment."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.commands import (
    AssignCrew,
    CallStandby,
    CancelNotice,
    ChangeResponse,
    ChangeWarning,
    CloseIncident,
    Command,
    HandOver,
    JudgeIncident,
    OperateSwitch,
    SendNotice,
    SetRestorationTime,
    SwitchAnnouncement,
)
from sim.engine.facts import (
    AgentsArrived,
    AnnouncementSwitched,
    CommandGiven,
    CommandRefused,
    CrewAssigned,
    IncidentClosed,
    IncidentOpened,
    NoticeCancelled,
    NoticeSubmitted,
    PatrolEnded,
    RepairEnded,
    RestorationTimeSet,
    StandbyCalled,
    SupplyLost,
    SwitchOperated,
)
from sim.text.catalogue import LANGUAGES, catalogue
from sim.world.collect import collect
from sim.world.world import World
from tests.world.laws import check, check_end
from tests.world.town import HOUR, at, constant, event, facts, finish, two_feeders, weather, world

FEEDER = "d/a1@s#1"
ALONE = "d/dt5#1"
MOMENT_S = 75 * 60.0
"""When commands are given: the feeder's incident is open and believed out, its crew on patrol;
the transformer's incident is open; the second crew is free."""
TWO_CREWS = {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 2}]}}


@pytest.fixture
def town(tmp_path: Path) -> World:
    """Return a town at the moment, with nobody but a person deciding."""
    return _at_the_moment(tmp_path)


def _at_the_moment(tmp_path: Path, **more: Any) -> World:
    town = world(
        tmp_path,
        **{
            "events": [event("1 h", "d/a3"), event("1 h", "d/dt5")],
            "control": {"last_gasp": {"reported_share": 1, "delay": constant("1 min")}},
            "crews": {"depots": {**TWO_CREWS, "e": {"shifts": [
                {"start": "00:00", "end": "01:00", "crews": 1}]}}},
            "contact": {"standby": {"first": {"group": "general", "agents": 4}}},
            "district": {"remote_switch_share": 0},
            **more,
        },
        sources={"d": two_feeders(), "e": two_feeders()},
    )  # fmt: skip
    town.give(HandOver("dispatcher", False), "controller")
    town.give(HandOver("notification", False), "controller")
    town.clock.call_at(MOMENT_S, lambda: None)
    town.run_until(MOMENT_S)
    assert town.clock.now == MOMENT_S
    assert {each.id for each in town.room.incidents.open()} >= {FEEDER, ALONE}
    return town


def fresh_time(town: World) -> None:
    town.handlers.give(SetRestorationTime(FEEDER, 5 * HOUR, "first"), "dispatcher")


def busy_crew(town: World) -> None:
    town.handlers.give(AssignCrew("d/a1", FEEDER, "patrol", ("d/a1",)), "dispatcher")


def state_of(town: World) -> str:
    """Return all a command could change, as text."""
    incidents = {
        each.id: (sorted(each.transformers), each.crew, each.moving, repr(each.restoration_s),
                  repr(each.closed_s), sorted(each.damage), each.is_confirmed)
        for each in town.room.incidents.all.values()
    }  # fmt: skip
    return json.dumps([
        incidents,
        town.state.positions().hex(),
        town.room.picture.positions().hex(),
        town.crews.count_by_state(),
        len(town.crews.jobs),
        sorted(town.campaigns.notices),
        [town.levels.colour, town.levels.level],
        town.centre.counters().planned,
        town.announcing.text,
        len(town.clock._queue),
    ])  # fmt: skip


def none(_town: World) -> None:
    pass


REFUSED: list[tuple[str, Command, Callable[[World], None]]] = [
    ("incident_not_open", AssignCrew("d/a1", "d/x#1", "patrol", ("d/a1",)), none),
    ("unknown_task", AssignCrew("d/a1", FEEDER, "dance", ("d/a1",)), none),
    ("unknown_task", AssignCrew("d/a1", FEEDER, "patrol", ()), none),
    ("unknown_place", AssignCrew("d/a1", FEEDER, "patrol", ("d/nowhere",)), none),
    ("unknown_place", AssignCrew("d/a1", FEEDER, "patrol", ("d/a3@2",)), none),
    ("unknown_place", AssignCrew("d/a1", FEEDER, "check", ("d/a3@2",)), none),
    ("unknown_switch", AssignCrew("d/a1", FEEDER, "switch", ("d/a3:open",)), none),
    ("unknown_switch", AssignCrew("d/a1", FEEDER, "switch", ("d/a3@2:ajar",)), none),
    ("unknown_crew", AssignCrew("d/z9", FEEDER, "patrol", ("d/a1",)), none),
    ("crew_off_duty", AssignCrew("e/a1", FEEDER, "patrol", ("d/a1",)), none),
    ("crew_busy", AssignCrew("d/a1", ALONE, "check", ("d/dt5",)), busy_crew),
    ("unknown_switch", OperateSwitch("d/a3", False, ""), none),
    ("not_remote", OperateSwitch("d/a3@2", False, FEEDER), none),
    ("incident_not_open", OperateSwitch("d/a1@s", True, "d/x#1"), none),
    ("incident_not_open", SetRestorationTime("d/x#1", 9 * HOUR, "first"), none),
    ("in_the_past", SetRestorationTime(FEEDER, MOMENT_S - 1, "first"), none),
    ("in_the_past", SetRestorationTime(FEEDER, float("nan"), "first"), none),
    ("incident_not_open", CloseIncident("d/x#1", "restored"), none),
    ("customers_out", CloseIncident(FEEDER, "restored"), none),
    ("crew_at_work", CloseIncident(FEEDER, "restored"), busy_crew),
    ("incident_not_open", JudgeIncident("d/x#1", True), none),
    ("customers_out", JudgeIncident(FEEDER, False), none),
    ("unknown_tier", CallStandby("second"), none),
    ("unknown_text", SwitchAnnouncement(True, "poem"), none),
    ("unknown_text", SwitchAnnouncement(False, "poem"), none),
    ("incident_not_open", SendNotice("d/x#1", "estimate"), none),
    ("unknown_template", SendNotice(FEEDER, "poem"), fresh_time),
    ("unknown_channel", SendNotice(FEEDER, "estimate", channels=("sms", "pigeon")), fresh_time),
    ("unknown_district", SendNotice(FEEDER, "estimate", ("z",)), fresh_time),
    ("no_restoration_time", SendNotice(FEEDER, "estimate"), none),
    ("no_restoration_time", SendNotice(FEEDER, "estimate", (), MOMENT_S), none),
    ("unknown_notice", CancelNotice("d/x#1/estimate#1"), none),
    ("unknown_seat", HandOver("gallery", True), none),
    ("unknown_colour", ChangeWarning("purple"), none),
    ("unknown_level", ChangeResponse("V"), none),
]


@pytest.mark.parametrize(
    ("why", "command", "before"),
    REFUSED,
    ids=[f"{type(command).__name__}-{why}-{k}" for k, (why, command, _) in enumerate(REFUSED)],
)
def test_a_refused_command_is_logged_and_changes_nothing(
    town: World, why: str, command: Command, before: Callable[[World], None]
) -> None:
    before(town)
    was, n_facts = state_of(town), len(town.journal)
    assert town.handlers.give(command, "dispatcher") is False
    assert state_of(town) == was
    assert len(town.journal) == n_facts + 1
    refused = list(town.journal)[-1].fact
    assert isinstance(refused, CommandRefused)
    assert (refused.command, refused.why) == (type(command).__name__, why)
    assert refused.fields == command.as_pairs()
    for language in LANGUAGES:
        assert catalogue(language)[f"code.why.{why}"]


def test_a_switch_that_carries_fault_current_is_not_opened(tmp_path: Path) -> None:
    town = world(tmp_path, events=[event("1 h", "d/a3")], district={"remote_switch_share": 1})
    at(town, HOUR + 0.1, lambda: town.give(OperateSwitch("d/a2@1", False, ""), "dispatcher"))
    town.run_until(2 * HOUR)
    assert facts(town, CommandRefused)[0].fact.why == "carries_fault"


def test_no_crew_is_sent_into_the_storm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weather(monkeypatch, lambda _t_s: 30.0, lambda _t_s: 0.0)
    town = _at_the_moment(tmp_path)
    town.handlers.give(AssignCrew("d/a1", FEEDER, "patrol", ("d/a1",)), "dispatcher")
    assert facts(town, CommandRefused)[-1].fact.why == "stood_down"
    assert not facts(town, CrewAssigned)


def test_nobody_is_told_about_an_incident_without_customers(tmp_path: Path) -> None:
    town = finish(world(tmp_path, events=[event("1 h", "d/a3")], run={"at_least": "48 h"}))
    town = world(tmp_path, events=[event("1 h", "d/a3")])
    restored_s = facts(finish(world(tmp_path, events=[event("1 h", "d/a3")])), SwitchOperated)
    assert restored_s
    town.run_until(restored_s[4].t_s)
    assert not town.room.incidents.all[FEEDER].transformers
    town.handlers.give(SendNotice(FEEDER, "estimate"), "notification")
    assert facts(town, CommandRefused)[-1].fact.why == "nobody_believed_out"


def test_commands_come_after_all_else_that_happens_at_their_moment(tmp_path: Path) -> None:
    town = world(tmp_path, events=[event("1 h", "d/a3")])
    order: list[str] = []
    give = town.handlers.give

    def noting(command: Command, by: str, cause: int = -1) -> bool:
        order.append("command")
        return give(command, by, cause)

    town.handlers.give = noting  # type: ignore[method-assign]
    town.clock.call_at(1800.0, lambda: town.give(SwitchAnnouncement(True), "supervisor"))
    town.clock.call_at(1800.0, lambda: order.append("first"))
    town.clock.call_at(1800.0, lambda: town.clock.call_in(0.0, lambda: order.append("later")))
    town.run_until(1800.0)
    assert order == ["first", "later", "command"]


def test_standby_comes_after_it_was_called(town: World) -> None:
    town.handlers.give(CallStandby("first"), "supervisor")
    town.run_until(6 * HOUR)
    called = facts(town, StandbyCalled)[0]
    came = facts(town, AgentsArrived)
    assert sum(entry.fact.agents for entry in came) == called.fact.agents
    assert all(entry.t_s > called.t_s and entry.cause == called.seq for entry in came)


def test_the_announcement_follows_belief(town: World) -> None:
    shares = town.centre._s.customers["satisfied_share"]
    town.handlers.give(SwitchAnnouncement(True), "supervisor")
    feeder = town.groups.of(sorted(town.room.incidents.all[FEEDER].transformers))
    alone = town.groups.of([town.grid.transformer_ix["d/dt5"]])
    assert set(shares.nonzero()[0]) == {*feeder.tolist(), *alone.tolist()}
    town.handlers.give(SwitchAnnouncement(False), "supervisor")
    assert not shares.any()
    assert [e.fact.on for e in facts(town, AnnouncementSwitched)] == [True, False]


def test_a_cancelled_notice_reaches_nobody_the_gateway_had_not_sent_to(tmp_path: Path) -> None:
    town = _at_the_moment(tmp_path, notify={"channels": {"sms": {"throughput": "600 per h"}}})
    fresh_time(town)
    town.handlers.give(SendNotice(FEEDER, "estimate"), "notification")
    name = facts(town, NoticeSubmitted)[0].fact.notice
    at(town, MOMENT_S + 600.0, lambda: town.give(CancelNotice(name), "notification"))
    town.run_until(12 * HOUR)
    notice = town.campaigns.notices[name].mailings["sms"]
    assert 0 < notice.sent.sum() <= 100
    assert (notice.t_sent_s[notice.sent > 0] <= MOMENT_S + 600.0).all()
    check(town)


def test_a_correction_goes_where_the_notice_went(tmp_path: Path) -> None:
    town = _at_the_moment(tmp_path)
    fresh_time(town)
    orders = [
        SendNotice(FEEDER, "estimate", channels=("app", "loudspeaker", "app")),
        SendNotice(FEEDER, "correction"),
        SendNotice(FEEDER, "update"),
    ]
    before = len(town.campaigns.notices)
    for order in orders:
        town.handlers.give(order, "notification")
    sent = list(town.campaigns.notices.values())[before:]
    assert [tuple(each.mailings) for each in sent] == [
        ("app", "loudspeaker"), ("app", "loudspeaker"), ("sms",)
    ]  # fmt: skip
    town.handlers.give(CancelNotice(sent[0].notice), "notification")
    stopped = facts(town, NoticeCancelled)[-1].fact
    assert stopped.channels == ("app", "loudspeaker")
    town.run_until(12 * HOUR)
    check(town)
    table = collect(town)["messages"]
    assert set(table["channel"][table["notice"] == sent[1].notice]) == {"app", "loudspeaker"}


def test_an_accepted_prediction_still_needs_a_crew(tmp_path: Path) -> None:
    """Saying "yes, that transformer is out" does not repair it."""
    town = _at_the_moment(tmp_path)
    town.handlers.give(JudgeIncident(ALONE, True), "dispatcher")
    town.handlers.give(HandOver("dispatcher", True), "controller")
    finish(town)
    assert [e.fact.asset for e in facts(town, RepairEnded) if e.fact.incident == ALONE] == ["d/dt5"]
    check_end(town)


def test_a_rejected_report_is_closed_and_heard_again(tmp_path: Path) -> None:
    """The meters had said it once; after the rejection only customers can say it again."""
    town = _at_the_moment(tmp_path, customers={"classes": {"all": {"share": 1, "call_share": 1}}})
    town.handlers.give(JudgeIncident(ALONE, False), "dispatcher")
    assert facts(town, IncidentClosed)[-1].fact.why == "rejected"
    town.handlers.give(HandOver("dispatcher", True), "controller")
    finish(town)
    assert [e for e in facts(town, IncidentOpened) if e.fact.incident == "d/dt5#2"]
    check_end(town)


def test_a_look_at_a_dead_transformer_does_not_end_the_feeders_incident(tmp_path: Path) -> None:
    """No voltage there is no news while its feeder is believed dead."""
    town = _at_the_moment(tmp_path)
    town.handlers.give(AssignCrew("d/a1", FEEDER, "check", ("d/dt3",)), "dispatcher")
    town.run_until(MOMENT_S + 2 * HOUR)
    assert len(facts(town, PatrolEnded)) == 1
    assert town.room.incidents.all[FEEDER].is_open
    check(town)
    town.handlers.give(HandOver("dispatcher", True), "controller")
    finish(town)
    check_end(town)


def test_work_elsewhere_does_not_settle_an_incident(tmp_path: Path) -> None:
    """A crew sent to the wrong place for dt5 has not looked at dt5."""
    town = _at_the_moment(tmp_path)
    town.handlers.give(AssignCrew("d/a1", ALONE, "check", ("d/dt6",)), "dispatcher")
    town.handlers.give(AssignCrew("d/a2", ALONE, "repair", ("d/dt6",)), "dispatcher")
    town.run_until(MOMENT_S + 3 * HOUR)
    assert town.room.incidents.all[ALONE].is_open
    assert town.room.incidents.all[ALONE].transformers
    town.handlers.give(HandOver("dispatcher", True), "controller")
    finish(town)
    check_end(town)


def test_a_restoration_time_is_reviewed_by_the_autopilot_only(town: World) -> None:
    fresh_time(town)
    town.run_until(12 * HOUR)
    assert [e.fact.stage for e in facts(town, RestorationTimeSet)] == ["first"]
    assert not [e for e in facts(town, CommandGiven) if e.fact.by == "notification"]


def test_remote_moves_of_one_incident_come_one_after_the_other(tmp_path: Path) -> None:
    town = _at_the_moment(tmp_path, district={"remote_switch_share": 1})
    for device in ("d/a3@2", "d/a3@3"):
        town.handlers.give(OperateSwitch(device, False, FEEDER), "dispatcher")
    town.handlers.give(OperateSwitch("d/b2@6", False, ""), "dispatcher")
    town.run_until(MOMENT_S + 600.0)
    moved = [(e.t_s - MOMENT_S, e.fact.device) for e in facts(town, SwitchOperated)]
    now = town.room.incidents
    assert sorted(moved) == [(60.0, "d/a3@2"), (60.0, "d/b2@6"), (120.0, "d/a3@3")]
    assert facts(town, SupplyLost)[-1].fact.transformers == ("d/dt6",)
    assert now.explaining(town.grid.transformer_ix["d/dt6"]) is now.on_device("d/b1@s")
