"""Fog of war: what a seat could not have observed does not change a byte of what it is sent."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.commands import CallStandby
from sim.crews.crews import Crews
from sim.world.seats import CONTROLLER, DISPATCHER, NOTIFICATION, PLAYERS, SUPERVISOR
from sim.world.world import World

from .screens import (
    MINUTE,
    Screens,
    first_call_apart_s,
    first_seen_apart_s,
    minutes,
    screens,
)
from .town import HOUR, at, constant, event, load, world

TRIPPED = event("1 h", "d/a2")


def seen(folder: Path, events: list[dict[str, str]], hours: float = 8.0, **more: object):
    """Return the world of some events and what its seats were shown, minute by minute."""
    town = world(folder, events=events, **more)
    return town, screens(town, minutes(hours), (*PLAYERS, CONTROLLER))


def last_same(one: Screens, other: Screens, seat: str) -> float:
    """Return the last minute up to which a seat was shown the same bytes."""
    same = -MINUTE
    for t_s, shown in one[seat].items():
        if other[seat][t_s] != shown:
            return same
        same = t_s
    return same


def assert_blind(one: tuple[World, Screens], other: tuple[World, Screens]) -> None:
    """Check that no seat was shown a difference before it could have observed one."""
    (w1, s1), (w2, s2) = one, other
    told_s = first_seen_apart_s(w1, w2)
    called_s = min(told_s, first_call_apart_s(w1, w2))
    for seat, until_s in (
        (DISPATCHER, told_s),
        (NOTIFICATION, told_s),
        (SUPERVISOR, called_s),
    ):
        for t_s, shown in s1[seat].items():
            if t_s < until_s:
                assert s2[seat][t_s] == shown, (seat, t_s, until_s)


def test_a_fault_in_a_dead_section_shows_when_a_crew_finds_it(tmp_path: Path) -> None:
    plain = seen(tmp_path, [TRIPPED])
    hidden = seen(tmp_path, [TRIPPED, event("65 min", "d/a4")])
    assert_blind(plain, hidden)
    told_s = first_seen_apart_s(plain[0], hidden[0])
    assert told_s > HOUR + 30 * MINUTE  # the second fault lies there unseen for a while
    assert last_same(plain[1], hidden[1], DISPATCHER) < 8 * HOUR  # and is seen in the end
    # the controller alone sees it at once
    assert last_same(plain[1], hidden[1], CONTROLLER) < 66 * MINUTE


def test_a_transformer_fault_shows_when_somebody_reports_it(tmp_path: Path) -> None:
    plain = seen(tmp_path, [])
    hidden = seen(tmp_path, [event("1 h", "d/dt5")])
    assert_blind(plain, hidden)
    reported_s = first_seen_apart_s(plain[0], hidden[0])
    assert HOUR < reported_s < 8 * HOUR
    same_s = last_same(plain[1], hidden[1], DISPATCHER)
    assert reported_s - MINUTE <= same_s < reported_s + MINUTE
    # the officer's report line is a minute longer, and no more
    assert same_s < last_same(plain[1], hidden[1], NOTIFICATION) <= same_s + 2 * MINUTE


def test_the_true_repair_time_shows_when_the_repair_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_two_hours(work_s: float) -> float:
        return 2 * HOUR / work_s

    def run(length: str):
        work_s = 60 * float(length.split(maxsplit=1)[0])
        monkeypatch.setattr(Crews, "_estimate_error", lambda _self, _f: in_two_hours(work_s))
        return seen(tmp_path, [TRIPPED], crews={"repair": {"overhead": constant(length)}})

    one, other = run("100 min"), run("150 min")
    assert_blind(one, other)
    ended_s = first_seen_apart_s(one[0], other[0])
    same_s = last_same(one[1], other[1], DISPATCHER)
    assert ended_s > 3 * HOUR
    assert ended_s - MINUTE <= same_s < ended_s + MINUTE


def test_a_repair_that_takes_longer_than_told_does_not_show_before(tmp_path: Path) -> None:
    plain = seen(tmp_path, [TRIPPED])
    town = world(tmp_path, events=[TRIPPED])

    def prolong() -> None:
        (crew,) = [each.id for each in town.crews.crews.values() if each.state == "repairing"]
        town.crews.prolong(crew, 2.0, 0)

    started_s = min(e.t_s for e in plain[0].journal if type(e.fact).__name__ == "RepairStarted")
    at(town, started_s + MINUTE, prolong)
    longer = town, screens(town, minutes(8), (*PLAYERS, CONTROLLER))
    assert_blind(plain, longer)
    ended_s = first_seen_apart_s(plain[0], longer[0])
    assert ended_s > started_s + HOUR
    assert last_same(plain[1], longer[1], DISPATCHER) >= ended_s - MINUTE


def test_who_comes_of_a_standby_tier_shows_when_they_sit(tmp_path: Path) -> None:
    def run(show_up: str):
        tier = {"group": "general", "agents": 9, "delay": constant("40 min"), "show_up": show_up}
        town = world(tmp_path, contact={"standby": {"first": tier}})
        at(town, HOUR, lambda: town.handlers.give(CallStandby("first"), SUPERVISOR))
        return town, screens(town, minutes(3))

    everybody, some = run("100 %"), run("50 %")
    came_s = HOUR + 40 * MINUTE
    assert first_seen_apart_s(everybody[0], some[0]) == came_s
    assert last_same(everybody[1], some[1], SUPERVISOR) == came_s - MINUTE


def test_the_hall_is_no_business_of_the_other_seats(tmp_path: Path) -> None:
    def run(agents: int):
        roster = [{"from": "00:00", "to": "24:00", "agents": agents}]
        contact = {
            "groups": {"general": {"serves": ["outage", "enquiry"], "roster": roster}},
            "background": [{"call_type": "enquiry", "per_day": 4000}],
        }
        return seen(tmp_path, [], 3.0, contact=contact)

    few, many = run(1), run(9)
    assert few[1][DISPATCHER] == many[1][DISPATCHER]
    assert few[1][NOTIFICATION] == many[1][NOTIFICATION]
    assert last_same(few[1], many[1], SUPERVISOR) < HOUR


sections = st.sampled_from(["d/a1", "d/a2", "d/a3", "d/a4", "d/b1", "d/b2", "d/dt1", "d/dt6"])
hidden_events = st.lists(
    st.tuples(st.integers(61, 300), sections, st.sampled_from(["permanent", "temporary"])),
    min_size=1,
    max_size=3,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(hidden=hidden_events, seed=st.integers(1, 5))
def test_any_difference_shows_only_once_it_could_be_observed(
    tmp_path: Path, hidden: list[tuple[int, str, str]], seed: int
) -> None:
    noisy = {
        "control": {
            "telecontrol": {
                "delay": {"uniform": {"low": "2 s", "high": "30 s"}},
                "stale_share": 0.3,
            },
            "indicators": {"feeder_share": 1, "miss_share": 0.2, "false_share": 0.2},
            "last_gasp": {"reported_share": 0.5},
            "trouble_calls": {"wrong_place_share": 0.3},
        }
    }
    more = [event(f"{minute} min", asset, kind) for minute, asset, kind in hidden]
    plain = seen(tmp_path, [TRIPPED], 7.0, seed=seed, **noisy)
    other = seen(tmp_path, [TRIPPED, *more], 7.0, seed=seed, **noisy)
    assert_blind(plain, other)


@pytest.mark.parametrize("every_s", [7.0, 600.0])
def test_asking_for_views_changes_neither_the_log_nor_the_views(
    tmp_path: Path, every_s: float
) -> None:
    loaded = load(tmp_path, events=[TRIPPED])
    alone, hourly, often = (World(loaded.scenario, 1) for _ in range(3))
    alone.run_until(5 * HOUR)
    hours = [HOUR * k for k in range(6)]
    rarely = screens(hourly, hours, (*PLAYERS, CONTROLLER))
    times = sorted({*hours, *(every_s * k for k in range(int(5 * HOUR / every_s)))})
    asked = screens(often, times, (*PLAYERS, CONTROLLER))
    assert list(alone.journal) == list(hourly.journal) == list(often.journal)
    assert len(alone.journal) > 20
    for seat, shown in rarely.items():
        for t_s, screen in shown.items():
            assert asked[seat][t_s] == screen, (seat, t_s)
