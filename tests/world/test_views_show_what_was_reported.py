"""What each part of a view says, against the facts and the parts behind it."""

from pathlib import Path
from typing import Any

from sim.commands import (
    AssignCrew,
    CallStandby,
    CloseIncident,
    Command,
    HandOver,
    OperateSwitch,
    SendNotice,
    SwitchAnnouncement,
)
from sim.engine.facts import CommandGiven, CrewAssigned, LastGaspReceived, RestorationTimeSet
from sim.world.seats import CONTROLLER, DISPATCHER, NOTIFICATION, SEATS, SUPERVISOR
from sim.world.views import Views
from sim.world.world import World

from .screens import MINUTE
from .town import HOUR, constant, event, facts, first, world

BUSY = {
    "trunks": 12,
    "background": [{"call_type": "enquiry", "per_day": 6000, "profile": [1] * 24}],
    "standby": {"first": {"group": "general", "agents": 5, "delay": constant("20 min"),
                          "show_up": "100 %", "duration": "2 h"}},
}  # fmt: skip
TRIPPED = event("1 h", "d/a2")


def give(town: World, command: Command, seat: str) -> None:
    assert town.handlers.give(command, seat)


def accepted(incident: str, orders: dict[str, Any]) -> list[Command]:
    """Return the commands of one suggestion."""
    if orders["is_done"]:
        return [CloseIncident(incident, "restored")]
    if orders["moves"]:
        return [OperateSwitch(name, bool(closed), incident) for name, closed in orders["moves"]]
    if orders["crew"]:
        task = orders["task"]
        return [AssignCrew(orders["crew"], incident, task["task"], tuple(task["targets"]))]
    return []


def test_the_supervisors_board_is_the_hall_half_a_minute_ago(tmp_path: Path) -> None:
    town = world(tmp_path, contact=BUSY)
    views, past = Views(town), {}

    def note() -> None:
        now = town.centre.snapshot()
        past[town.clock.now] = {
            "waiting": sum(now.waiting.values()),
            "on_duty": sum(now.on_duty.values()),
            "busy": sum(now.busy.values()),
            "idle": sum(now.idle.values()),
            "trunks_in_use": now.trunks_in_use,
            "trunks": now.trunks,
        }

    for k in range(1, 60):
        town.clock.call_at(60.0 * k, note)
    lengths, waited = set(), 0.0
    for k in range(1, 60):
        town.run_until(60.0 * k + 30.0)
        board = views.view(SUPERVISOR)["board"]
        assert past[60.0 * k] == {name: board[name] for name in past[60.0 * k]}
        lengths.add(board["waiting"])
        waited = max(waited, board["longest_wait_s"])
    assert len(lengths) > 3
    assert waited > 60.0


def test_the_last_quarter_and_the_curves_count_the_call_table(tmp_path: Path) -> None:
    town = world(tmp_path, contact=BUSY)
    views = Views(town)
    town.run_until(2 * HOUR + 30.0)
    view = views.view(SUPERVISOR)
    town.centre.finish(12 * HOUR)
    calls = town.centre.calls()

    def count(column: str, from_s: float, to_s: float, *outcomes: str) -> int:
        of = calls["outcome"]
        which = sum((of == each for each in outcomes), start=of == "") if outcomes else of != ""
        return int(((calls[column] > from_s) & (calls[column] <= to_s) & (which > 0)).sum())

    end_s, start_s = 2 * HOUR, 2 * HOUR - 15 * MINUTE
    assert view["board"]["last_15"] == {
        "offered": count("t_offered_s", start_s, end_s),
        "answered": count("t_end_wait_s", start_s, end_s, "answered"),
        "abandoned": count("t_end_s", start_s, end_s, "abandoned"),
        "blocked": count("t_end_s", start_s, end_s, "blocked"),
        "self_served": count("t_end_s", start_s, end_s, "self_served", "reported"),
    }
    assert min(view["board"]["last_15"][name] for name in ("answered", "abandoned", "blocked")) > 0
    history = view["history"]
    assert history["t_s"] == [60 * k for k in range(1, 121)]
    for k, offered, abandoned in zip(
        history["t_s"], history["offered"], history["abandoned"], strict=True
    ):
        assert offered == count("t_offered_s", k - 60, k)
        assert abandoned == count("t_end_s", k - 60, k, "abandoned")
    assert set(history["on_duty"]) == {3}


def test_a_standby_tier_is_ready_called_on_duty_and_used(tmp_path: Path) -> None:
    town = world(tmp_path, contact=BUSY)
    views, states = Views(town), []
    for minute in range(200):
        town.run_until(minute * MINUTE)
        if minute == 10:
            give(town, CallStandby("first"), SUPERVISOR)
        (tier,) = views.view(SUPERVISOR)["tiers"]
        states.append((tier["state"], tier["arrived"]))
    assert list(dict.fromkeys(states)) == [
        ("ready", 0),
        ("called", 0),
        ("on_duty", 5),
        ("used", 5),
    ]
    assert states.index(("called", 0)) == 10
    assert states.index(("on_duty", 5)) == 30
    assert states.index(("used", 5)) == 150


def test_crews_are_where_they_last_radioed(tmp_path: Path) -> None:
    town = world(tmp_path, events=[TRIPPED])
    views = Views(town)
    said: list[tuple[str, str]] = []
    places = set()
    for minute in range(60 * 10):
        town.run_until(minute * MINUTE)
        (crew,) = views.view(DISPATCHER)["crews"]
        real = town.crews.crews[crew["id"]]
        assert crew["state"] == real.state
        said.append((crew["state"], crew["task"]))
        places.add(crew["lat"])
        if crew["state"] == "travelling":  # not where the drive has got to
            assert crew["place"] == real.job.place.id != ""
            assert crew["since_s"] == round(real.job.t_assigned_s, 1)
    order = list(dict.fromkeys(said))
    assert order[:3] == [("idle", ""), ("travelling", "patrol"), ("patrolling", "patrol")]
    assert ("repairing", "repair") in order
    assert len(places) > 2


def test_a_patrol_is_shown_at_its_start_until_it_finds_something(tmp_path: Path) -> None:
    town = world(tmp_path, events=[event("1 h", "d/a4")])
    views = Views(town)
    arrived = None
    moved_unseen = False
    while True:
        town.run_until((arrived or HOUR) + MINUTE)
        arrived = (arrived or HOUR) + MINUTE
        (crew,) = views.view(DISPATCHER)["crews"]
        real = next(iter(town.crews.crews.values()))
        if crew["state"] == "patrolling" and crew["task"] == "patrol":
            start = town.crews.jobs[-1].stretches[0].place
            assert crew["lat"] == round(start.lat, 5)
            moved_unseen |= real.place != start
        elif moved_unseen:
            break
    assert moved_unseen


def test_alarms_are_the_evidence_numbered_without_gaps(tmp_path: Path) -> None:
    control = {"last_gasp": {"reported_share": 1}, "indicators": {"feeder_share": 1}}
    town = world(tmp_path, events=[TRIPPED], control=control)
    views = Views(town)
    town.run_until(HOUR + 5 * MINUTE)
    (incident,) = views.view(DISPATCHER)["incidents"]
    assert incident["n_reports"] == 6  # the breaker, its indicators, four meters
    town.run_until(4 * HOUR)
    alarms = views.view(DISPATCHER)["alarms"]
    assert [each["n"] for each in alarms] == list(range(1, len(alarms) + 1))
    assert [each["t_s"] for each in alarms] == sorted(each["t_s"] for each in alarms)
    kinds = [each["kind"] for each in alarms]
    assert kinds[:1] == ["breaker_open"]
    assert "indicator" in kinds
    # four transformers gasp within a minute: one alarm
    assert len(facts(town, LastGaspReceived)) == 4
    assert kinds.count("gasp") == 1


def test_a_trouble_report_names_the_place_the_room_took_it_for(tmp_path: Path) -> None:
    control = {"trouble_calls": {"wrong_place_share": 1}}
    town = world(tmp_path, events=[event("1 h", "d/dt2")], control=control)
    views = Views(town)
    town.run_until(2 * HOUR)
    kinds = {each["kind"]: each["values"] for each in views.view(DISPATCHER)["alarms"]}
    assert kinds["trouble"]["transformer"] == "d/dt3"
    assert "d/dt2" not in str(views.view(DISPATCHER))


def test_suggestions_are_what_the_written_practice_does_next(tmp_path: Path) -> None:
    """A seat that accepts every suggestion does what the autopilot does."""
    town, copied = (world(tmp_path, events=[TRIPPED]) for _ in range(2))
    town.run_until(24 * HOUR)
    give(copied, HandOver(DISPATCHER, False), CONTROLLER)
    views = Views(copied)
    for minute in range(24 * 60):
        copied.run_until(minute * MINUTE)
        for incident, orders in views.view(DISPATCHER)["suggestions"].items():
            for command in accepted(incident, orders):
                give(copied, command, DISPATCHER)
    plan = [e.fact for e in facts(town, CrewAssigned)]
    mine = [e.fact for e in facts(copied, CrewAssigned)]
    assert [(f.crew, f.task, f.place) for f in mine] == [(f.crew, f.task, f.place) for f in plan]
    assert len(plan) >= 3
    assert not copied.room.incidents.open()


def test_refusals_and_hand_overs_reach_the_seat_they_concern(tmp_path: Path) -> None:
    town = world(tmp_path)
    views = Views(town)
    town.run_until(HOUR)
    assert not town.handlers.give(CallStandby("none"), SUPERVISOR)
    give(town, HandOver(SUPERVISOR, False), CONTROLLER)
    inboxes = {seat: views.view(seat)["inbox"] for seat in SEATS}
    assert [(each["n"], each["kind"]) for each in inboxes[SUPERVISOR]] == [
        (1, "refused"),
        (2, "info"),
    ]
    assert inboxes[SUPERVISOR][0]["values"]["why"] == "unknown_tier"
    assert inboxes[DISPATCHER] == inboxes[NOTIFICATION] == inboxes[CONTROLLER] == []


def test_notices_are_told_to_the_hall_and_counted_for_their_officer(tmp_path: Path) -> None:
    town = world(tmp_path, events=[TRIPPED], notify={"rules": {"estimate": False}})
    views = Views(town)
    town.run_until(2 * HOUR)
    (incident,) = views.view(NOTIFICATION)["incidents"]
    assert incident["told_restoration_s"] is None
    assert views.view(SUPERVISOR)["known_outages"] == []
    set_s = facts(town, RestorationTimeSet)[-1].fact.restoration_s
    give(town, SendNotice(incident["id"], "estimate"), NOTIFICATION)
    assert views.view(SUPERVISOR)["announcement"] == ""
    give(town, SwitchAnnouncement(True, "area_and_time"), SUPERVISOR)
    view = views.view(NOTIFICATION)
    assert view["notices"][0]["status"] == "queued"
    assert view["incidents"][0]["told_restoration_s"] == set_s
    hall = views.view(SUPERVISOR)
    assert hall["announcement"] == "area_and_time"
    texts = {each["text"]: each for each in hall["announcements"]}
    assert list(texts) == ["area", "area_and_cause", "area_and_time"]
    assert texts["area_and_time"]["tells_time"]
    assert texts["area_and_time"]["name"] == {
        "en": "Outage and restoration time", "zh": "停电及预计恢复时间"
    }  # fmt: skip
    assert hall["known_outages"] == [
        {"incident": incident["id"], "district": "d", "restoration_s": set_s}
    ]
    town.run_until(2 * HOUR + 5 * MINUTE)
    (notice,) = views.view(NOTIFICATION)["notices"]
    real = town.campaigns.notices[notice["notice"]].mailings["sms"]
    assert notice["status"] == "sent"
    assert (notice["sent"], notice["delivered"]) == (real.sent.sum(), real.delivered.sum())
    assert first(town, CommandGiven, by=NOTIFICATION)


def test_each_channel_shows_its_queue_and_what_it_reported(tmp_path: Path) -> None:
    """A loudspeaker sends no receipts: its officer cannot see where it was silent."""
    town = world(tmp_path, events=[TRIPPED], notify={"rules": {"estimate": False}})
    views = Views(town)
    town.run_until(2 * HOUR)
    (incident,) = views.view(NOTIFICATION)["incidents"]
    assert incident["told_channels"] == []
    names = [each["channel"] for each in views.view(NOTIFICATION)["channels"]]
    assert names == ["sms", "app", "loudspeaker"]
    order = SendNotice(incident["id"], "estimate", channels=("app", "loudspeaker"))
    give(town, order, NOTIFICATION)
    view = views.view(NOTIFICATION)
    waiting = {each["channel"]: each["waiting"] for each in view["channels"]}
    assert waiting["sms"] == 0
    assert waiting["loudspeaker"] > 0  # the town government has not agreed yet
    assert view["incidents"][0]["told_channels"] == ["app", "loudspeaker"]
    town.run_until(2 * HOUR + 5 * MINUTE)
    assert views.view(NOTIFICATION)["notices"][0]["status"] == "sending"
    town.run_until(2 * HOUR + 15 * MINUTE)
    (notice,) = views.view(NOTIFICATION)["notices"]
    assert notice["status"] == "sent"
    app, speaker = notice["channels"]
    real = town.campaigns.notices[notice["notice"]].mailings
    assert (app["sent"], app["delivered"]) == (
        real["app"].sent.sum(), real["app"].delivered.sum()
    )  # fmt: skip
    assert speaker["sent"] == real["loudspeaker"].sent.sum()
    assert speaker["delivered"] is None
    assert notice["delivered"] == app["delivered"]


def test_the_controller_sees_the_truth(tmp_path: Path) -> None:
    town = world(tmp_path, events=[event("1 h", "d/dt2"), event("2 h", "d/a2")])
    views = Views(town)
    town.run_until(HOUR + 1.0)
    truth = views.view(CONTROLLER)["truth"]
    dt2 = town.grid.transformer_ix["d/dt2"]
    assert truth["out_transformers"] == [dt2]
    assert [(each["asset"], each["t_s"]) for each in truth["faults"]] == [("d/dt2", HOUR)]
    assert views.view(CONTROLLER)["believed"]["out_transformers"] == []
    town.run_until(2 * HOUR + 2 * MINUTE)
    view = views.view(CONTROLLER)
    dead = {town.grid.sections[ix].id for ix in view["truth"]["dead_sections"]}
    assert dead == {"d/a1", "d/a2", "d/a3", "d/a4", "d/t"}
    assert view["believed"]["dead_sections"] == view["truth"]["dead_sections"]
    assert "truth" not in views.view(DISPATCHER)
