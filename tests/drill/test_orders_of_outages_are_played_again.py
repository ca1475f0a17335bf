"""Orders of outages on purpose and of mobile generators are accepted over the wire and replayed."""

from pathlib import Path

from short_drills import B, short_drill
from small_drills import END_S, START_S, Room

from sim.contact.centre import warm_up
from sim.drill.ledger import read_written
from sim.drill.replay import verified


def test_a_drill_with_such_orders_is_played_again_to_the_last_bit(tmp_path: Path) -> None:
    warm_up()
    folder = tmp_path / "run"
    with Room.new(short_drill(tmp_path), folder) as room:
        room.begin("dispatcher", "notification")
        room.control("speed", speed=60)
        desk = "dispatcher"
        answers = [
            room.command(desk, "CallCurtailment", agreement="smelter"),
            room.command(desk, "SendMobileSet", customer="hospital"),
            room.command(desk, "PutOffPlannedWork", work="paint", why="order"),
            room.command(desk, "CutFeeder", device=B, until_s=START_S + 1800.0),
        ]
        room.play_to(START_S + 600)
        answers.append(room.command(desk, "RestoreFeeder", device=B))
        room.play_to(START_S + 900)
        for template, outage in (("called_off", "work/paint#1"), ("planned", "work/paint#2")):
            told = {"outage": outage, "template": template, "channels": ["sms"]}
            answers.append(room.command("notification", "TellOutage", **told))
        answers.append(room.command(desk, "BeginPlannedWork", work="mend"))
        room.play_to(END_S)
    assert [each["why"] for each in answers] == [""] * 8
    assert len([each for each in read_written(folder).commands if each.seat != "controller"]) == 8
    verified(folder)
