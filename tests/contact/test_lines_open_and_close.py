"""Lines with hours and places of their own."""

from __future__ import annotations

from by_hand import a_centre, a_group, a_type, always, by_both, calls_of, lasting

HALL = {"hall": {"trunks": 2, "open": [{"from": "01:00", "to": "02:00"}]}}
DIALS = {"time": lasting(20), "reached": 1, "attempts": 1}


def centre(lines=None, agents=5, **types):
    types = {"outage": a_type(100), **types}
    return a_centre(types, a_group(agents, *types), lines=lines or HALL)


@by_both
def test_contacts_are_blocked_outside_the_hours_and_served_to_the_end_inside(by):
    section = centre(visit=a_type(100, line="hall"))
    planned = [(3599, "visit"), (3600, "visit"), (7199, "visit"), (7200, "visit")]
    assert calls_of(by, section, planned, "caller outcome t_end_s") == [
        (0, "blocked", 3599), (1, "answered", 3700), (3, "blocked", 7200), (2, "answered", 7299),
    ]  # fmt: skip


@by_both
def test_the_hours_return_the_next_day(by):
    section = centre(visit=a_type(100, line="hall"))
    planned = [(86400 + 3599, "visit"), (86400 + 3600, "visit")]
    calls = calls_of(by, section, planned, "caller outcome")
    assert calls == [(0, "blocked"), (1, "answered")]


@by_both
def test_each_line_has_its_own_places(by):
    section = centre({"hall": {"trunks": 2}, "text": {}}, visit=a_type(100, line="hall"),
                     sms=a_type(100, line="text"))  # fmt: skip
    planned = [(0, "visit"), (1, "visit"), (2, "visit"), (3, "sms"), (4, "sms"), (5, "outage")]
    calls = calls_of(by, section, planned, "caller outcome")
    assert [caller for caller, outcome in calls if outcome == "blocked"] == [2]
    assert sum(outcome == "answered" for _, outcome in calls) == 5


@by_both
def test_calls_out_wait_until_their_line_opens(by):
    section = centre(back=a_type(30, line="hall", dials=DIALS))
    calls = calls_of(by, section, [(3000, "back"), (3001, "back"), (3002, "back")],
                     "caller agent t_end_wait_s t_end_s")  # fmt: skip
    # two places: the third is dialled when the first is free again, by the agent idle for longest
    assert calls == [(0, 0, 3600, 3650), (1, 1, 3600, 3650), (2, 2, 3650, 3700)]


@by_both
def test_whoever_is_blocked_may_try_another_channel(by):
    moves = always(50) | {"moves_to": "outage", "moves": 1}
    visit = a_type(100, line="hall", redial_after_blocked=moves) | {"max_attempts": 2}
    calls = calls_of(by, centre(visit=visit), [(0, "visit")], "attempt call_type outcome t_end_s")
    assert calls == [(1, "visit", "blocked", 0), (2, "outage", "answered", 150)]
