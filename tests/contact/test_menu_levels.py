"""Menus of several levels, on the phone and on other lines."""

from __future__ import annotations

from by_hand import a_centre, a_group, a_type, by_both, calls_of, lasting

COLUMNS = "outcome t_menu_end_s t_end_s"
TWO_LEVELS = ({"time": lasting(20)}, {"time": lasting(30)})
OUT = (1, "out", [1], True)


def centre(menu=None, **more):
    settings = {"time": lasting(10), "report_share": 1, **(menu or {})}
    types = {"outage": a_type(100), "visit": a_type(100, line="hall")}
    return a_centre(
        types, a_group(1, "outage", "visit"), menu=settings, **({"lines": {"hall": {}}} | more)
    )


@by_both
def test_a_caller_passes_all_levels_before_the_queue(by):
    calls = calls_of(by, centre({"levels": TWO_LEVELS}), [(5, "outage")], COLUMNS)
    assert calls == [("answered", 65, 165)]


@by_both
def test_a_level_settles_the_matters_it_can(by):
    levels = ({"time": lasting(20), "self_served": {"outage": 1}}, TWO_LEVELS[1])
    calls = calls_of(by, centre({"levels": levels}), [(5, "outage")], COLUMNS)
    assert [(outcome, t_end_s) for outcome, _, t_end_s in calls] == [("self_served", 35)]
    calls = calls_of(by, centre({"self_served": {"outage": 1}}), [(5, "outage")], COLUMNS)
    assert [(outcome, t_end_s) for outcome, _, t_end_s in calls] == [("self_served", 15)]


@by_both
def test_callers_give_up_at_the_end_of_a_level(by):
    calls = calls_of(by, centre({"gives_up": 1, "levels": TWO_LEVELS}), [(5, "outage")], COLUMNS)
    assert [(outcome, t_end_s) for outcome, _, t_end_s in calls] == [("left_in_menu", 15)]


@by_both
def test_the_announcement_plays_at_the_first_level_and_reports_are_taken_at_the_last(by):
    orders = [OUT, (1, "announced", [1], 0.0, 8.0)]
    calls = calls_of(by, centre({"levels": TWO_LEVELS}), [(5, "outage")], COLUMNS, orders)
    assert [(outcome, t_end_s) for outcome, _, t_end_s in calls] == [("reported", 73)]
    orders = [OUT, (1, "announced", [1], 1.0, 8.0)]
    calls = calls_of(by, centre({"levels": TWO_LEVELS}), [(5, "outage")], COLUMNS, orders)
    assert [(outcome, t_end_s) for outcome, _, t_end_s in calls] == [("self_served", 23)]


@by_both
def test_the_menu_of_a_hall_needs_supply_where_stated(by):
    for needs_supply, t_s in ((True, 5), (False, 55)):
        lines = {"hall": {"menu": TWO_LEVELS, "needs_supply": needs_supply}}
        section = centre(lines=lines)
        calls = calls_of(by, section, [(5, "visit")], COLUMNS, [OUT])
        assert calls == [("answered", t_s, t_s + 100)]
        assert calls_of(by, section, [(5, "visit")], COLUMNS) == [("answered", 55, 155)]
