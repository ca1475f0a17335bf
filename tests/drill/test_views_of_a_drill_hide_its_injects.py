"""What seats are shown of injects: their texts, to the seat that meets them, and no more."""

import json
from pathlib import Path
from typing import Any

from pools import START_S, directed, inject, town

from sim.engine.facts import BreakerStateReported, InjectFired, RepairEnded
from sim.world.seats import CONTROLLER, DISPATCHER, NOTIFICATION, PLAYERS, SEATS, SUPERVISOR
from sim.world.views import Views
from sim.world.world import World

MINUTE = 60.0
TEXT = {
    "en": "Crew {crew} of {district}: worse than it looked.",
    "zh": "{district}的{crew}：更严重。",
}
EARLY = [town.event("2021-03-01 08:05", "d/a2")]


def screens(world: World, until_s: float) -> dict[str, dict[float, bytes]]:
    views, shown = Views(world), {seat: {} for seat in SEATS}
    for minute in range(int(until_s / MINUTE) + 1):
        world.run_until(minute * MINUTE)
        for seat, at in shown.items():
            view = json.dumps(views.view(seat), sort_keys=True, allow_nan=False)
            at[minute * MINUTE] = view.encode()
    return shown


def first_difference_s(one: dict[float, bytes], other: dict[float, bytes]) -> float:
    return next((t_s for t_s, shown in one.items() if other[t_s] != shown), float("inf"))


def test_a_text_reaches_its_seat_alone_in_both_languages(tmp_path: Path) -> None:
    pool = {
        "secret_name": inject(
            {"kind": "repair_prolonged"}, {"when": {"repairs": 1}}, text=TEXT, is_decoy=False
        )
    }
    world, _ = directed(tmp_path, pool, EARLY)
    views = Views(world)
    world.run_until(START_S + 90 * MINUTE)
    (fired,) = [entry for entry in world.journal if isinstance(entry.fact, InjectFired)]
    (message,) = views.view(DISPATCHER)["inbox"]
    assert message == {
        "n": 1,
        "t_s": round(fired.t_s, 1),
        "kind": "inject",
        "text": {"en": "Crew d/a1 of d: worse than it looked.", "zh": "d的d/a1：更严重。"},
        "values": {},
        "is_alarm": True,
    }
    for seat in (SUPERVISOR, NOTIFICATION, CONTROLLER):
        assert views.view(seat)["inbox"] == []
    for seat in PLAYERS:
        assert "secret_name" not in json.dumps(views.view(seat))
        assert "prolonged" not in json.dumps(views.view(seat))
        assert "injects" not in views.view(seat)
    assert views.view(CONTROLLER)["injects"] == [
        {
            "id": "secret_name",
            "title": {"en": "It happens", "zh": "发生"},
            "status": "fired",
            "t_s": round(fired.t_s, 1),
            "seat": "dispatcher",
            "objective": "o",
        }
    ]


def test_a_silent_inject_shows_by_its_effect_only(tmp_path: Path) -> None:
    prolonged = {"p": inject({"kind": "repair_prolonged"}, {"when": {"repairs": 1}})}
    plain, _ = directed(tmp_path, {}, EARLY)
    hidden, _ = directed(tmp_path, prolonged, EARLY)
    until_s = START_S + 5 * 3600.0
    one, other = screens(plain, until_s), screens(hidden, until_s)
    (fired_s,) = [e.t_s for e in hidden.journal if isinstance(e.fact, InjectFired)]
    ended_s = min(e.t_s for e in plain.journal if isinstance(e.fact, RepairEnded))
    assert fired_s < ended_s - 3600.0
    for seat in PLAYERS:
        differs_s = first_difference_s(one[seat], other[seat])
        assert ended_s <= differs_s < float("inf"), seat
    assert first_difference_s(one[CONTROLLER], other[CONTROLLER]) < ended_s - 3600.0


def test_a_message_to_one_seat_changes_no_other_screen(tmp_path: Path) -> None:
    def pool(*seats: str) -> dict[str, Any]:
        text = {"en": "Lines of the neighbour are down.", "zh": "邻县线路中断。"}
        effect = {"kind": "conflicting_figures"}
        return {
            f"m{k}": inject(effect, {"at": f"{10 + k} min"}, text=text, seat=seat)
            for k, seat in enumerate(seats)
        }

    plain, _ = directed(tmp_path, pool(NOTIFICATION), EARLY)
    other, _ = directed(tmp_path, {}, EARLY)
    until_s = START_S + 30 * MINUTE
    one, two = screens(plain, until_s), screens(other, until_s)
    assert [e for e in plain.journal if isinstance(e.fact, InjectFired)]
    assert one[DISPATCHER] == two[DISPATCHER]
    assert one[SUPERVISOR] == two[SUPERVISOR]
    differs_s = first_difference_s(one[NOTIFICATION], two[NOTIFICATION])
    assert differs_s == START_S + 10 * MINUTE


def test_a_decoy_looks_like_what_it_imitates(tmp_path: Path) -> None:
    pool = {"d1": inject({"kind": "false_indication"}, {"at": "5 min"}, is_decoy=True)}
    control = {"indicators": {"feeder_share": 1, "delay": town.constant("1 min")}}
    world, _ = directed(tmp_path, pool, [town.event("2021-03-01 08:30", "d/b1")], control=control)
    views = Views(world)
    world.run_until(START_S + 20 * MINUTE)
    readings = [
        each for each in views.view(DISPATCHER)["alarms"] if each["kind"] == "indicator"
    ]  # fmt: skip
    assert len(readings) == 2  # the decoy's and the real one
    assert readings[0].keys() == readings[1].keys()
    assert readings[0]["values"].keys() == readings[1]["values"].keys()
    assert "decoy" not in json.dumps(views.view(DISPATCHER))
    assert [e for e in world.journal if isinstance(e.fact, BreakerStateReported)]
