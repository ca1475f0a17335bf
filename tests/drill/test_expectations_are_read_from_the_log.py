"""What was expected, and whether it came: from entries of a log alone."""

from typing import Any

from pools import exercise, inject

from sim.drill.expectations import Standing, open_load, standings
from sim.engine.facts import CommandGiven, CrewArrived, Fact, InjectFired
from sim.engine.journal import Entry
from sim.scenario.exercise import ACTIONS, Event, Exercise, filled

T0 = 1200.0
ABOUT = (("crew", "d/a1"), ("incident", "d/a1@s#1"))


def log(*facts: tuple[float, Fact]) -> list[Entry]:
    return [Entry(seq, T0 + t_s, -1, fact) for seq, (t_s, fact) in enumerate(facts)]


def fire(t_s: float = 60.0) -> tuple[float, Fact]:
    return t_s, InjectFired("x", "crew_injured", "d/a1", ABOUT, "rate", 0.0)


def report(t_s: float, about: str = "d/a1", by: str = "dispatcher") -> tuple[float, Fact]:
    return t_s, CommandGiven("Report", by, (("about", about),))


def expecting(**more: Any) -> Exercise:
    expected = {
        "seat": "dispatcher",
        "action": "Report",
        "match": {"about": "{crew}|figures"},
        "target": "5 min",
        "limit": "10 min",
        **more,
    }
    effect = {"kind": "crew_injured"}
    return Exercise.model_validate(
        exercise({"x": inject(effect, {"at": "1 min"}, expect=[expected])})
    )


def standing(entries: list[Entry], now_s: float, **more: Any) -> Standing:
    (found,) = standings(entries, expecting(**more), T0 + now_s)
    return found


def test_nothing_is_expected_before_an_inject_fires() -> None:
    assert standings(log(report(10.0)), expecting(), T0 + 100.0) == []


def test_an_expectation_is_open_until_its_limit_and_then_expires() -> None:
    assert standing(log(fire()), 659.0).status == "open"
    late = standing(log(fire(), report(661.0)), 700.0)
    assert (late.status, late.answered_s, late.target_s, late.limit_s) == (
        "expired", None, T0 + 360.0, T0 + 660.0,
    )  # fmt: skip


def test_the_first_fitting_command_of_the_right_seat_answers() -> None:
    entries = log(
        report(30.0),
        fire(),
        report(70.0, by="notification"),
        report(80.0, about="d/a2"),
        report(90.0, about="figures"),
        report(95.0),
    )
    found = standing(entries, 100.0)
    assert (found.status, found.answered_s, found.seq) == ("answered", T0 + 90.0, 4)


def test_the_written_plan_answers_for_the_supervisor() -> None:
    entries = log(fire(), (90.0, CommandGiven("CallStandby", "plan", (("tier", "first"),))))
    found = standing(entries, 100.0, seat="supervisor", action="CallStandby", match={})
    assert found.status == "answered"


def test_a_command_before_the_inject_counts_only_where_that_is_allowed() -> None:
    entries = log(report(30.0), fire())
    assert standing(entries, 100.0).status == "open"
    assert standing(entries, 100.0, before="1 min").answered_s == T0 + 30.0
    assert standing(entries, 100.0, before="20 s").status == "open"


def test_what_was_done_before_startex_never_counts() -> None:
    entries = log(report(-5.0), fire())
    assert standing(entries, 100.0, before="1 h").status == "open"


def test_success_is_what_follows_in_the_log() -> None:
    wanted = {"fact": "CrewArrived", "match": {"incident": "{incident}"}, "within": "30 min"}
    entries = log(fire(), (900.0, CrewArrived("d/a2", "d/a1@s#1", "repair", "d/a1")))
    assert standing(entries[:1], 500.0, success=wanted).success is None
    assert standing(entries, 1000.0, success=wanted).success is True
    assert standing(entries[:1], 2000.0, success=wanted).success is False
    unwanted = {**wanted, "is_wanted": False}
    assert standing(entries, 1000.0, success=unwanted).success is False
    assert standing(entries[:1], 2000.0, success=unwanted).success is True
    assert standing(entries, 1000.0).success is None


def test_only_wanted_answers_weigh_on_a_seat() -> None:
    assert open_load([standing(log(fire()), 100.0)]) == {"dispatcher": 1}
    assert open_load([standing(log(fire()), 100.0, is_wanted=False)]) == {}
    assert open_load([standing(log(fire()), 1000.0)]) == {}


def test_texts_are_filled_with_what_an_inject_was_about() -> None:
    about = {"crew": "d/a1", "district": "d"}
    text = "Crew {crew} in {district}: {odd} {}"
    assert filled(text, about, {"d": "Luoyang"}) == "Crew d/a1 in Luoyang: {odd} {}"


def test_actions_and_events_are_those_of_the_model() -> None:
    import sim.commands
    import sim.engine.facts
    from sim.world.seats import _RIGHTS, PLAYERS

    players = {kind.__name__ for kind, seats in _RIGHTS.items() if set(seats) & set(PLAYERS)}
    assert set(ACTIONS) == players <= set(sim.commands.__all__)
    assert set(Event.__args__) <= set(sim.engine.facts.__all__)  # type: ignore[attr-defined]
