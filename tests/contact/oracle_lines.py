"""The oracle's lines: places, opening hours, menus."""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta

from sim.scenario.lines import PHONE, MenuLevel
from sim.units import DAY_S


class Line:
    """Places that contacts hold, and whether it is open."""

    def __init__(self, name, trunks, menu, settings=None):
        self.name, self.menu = name, menu
        self.trunks = math.inf if trunks is None else trunks
        self.hours = settings.open if settings else ()
        self.needs_supply = settings.needs_supply if settings else False
        self.in_use = 0
        self.n_open = 0

    @property
    def takes_calls(self):
        return (self.n_open > 0 or not self.hours) and self.in_use < self.trunks


def lines_of(section):
    menu = section.menu
    first = MenuLevel(time=menu.time, self_served=menu.self_served, gives_up=menu.gives_up)
    lines = {PHONE: Line(PHONE, section.trunks, (first, *menu.levels))}
    for name, each in section.lines.items():
        lines[name] = Line(name, each.trunks, each.menu, each)
    return lines


def keep_hours(env, lines, calendar, horizon_s, opened):
    """Start a process for each row of hours; `opened` hears of each opening."""
    row = 0
    for line in lines.values():
        for hours in line.hours:
            env.process(_hours(env, line, hours, row, calendar, horizon_s, opened))
            row += 1


def _hours(env, line, hours, row, calendar, horizon_s, opened):
    midnight = datetime.combine(calendar.start.date(), time.min)
    for day in range(math.ceil(horizon_s / DAY_S) + 2):
        start = midnight + timedelta(days=day)
        t_open_s, t_close_s = (
            calendar.seconds(start + timedelta(seconds=each)) for each in (hours.from_, hours.to)
        )
        if t_close_s <= 0:
            continue
        if t_open_s > 0:
            yield env.event_at(t_open_s, "line_changes", row)
        line.n_open += 1
        opened(line)
        yield env.event_at(t_close_s, "line_changes", row)
        line.n_open -= 1
