"""Small centres whose calls can be timed by pencil, run by the kernel or by the SimPy model.

A caller is (time in s, call type); he belongs to customer group 1, and row and luck are his place
in the list. An order is (time in s, name, arguments …), the names being those of `cases`.
"""

from __future__ import annotations

import numpy as np
import pytest
from cases import orders_of
from centres import DAY_AND_NIGHT, MENU_OFF, NO_REDIAL, midnight
from oracle import Oracle, Row

from sim.contact.centre import Centre
from sim.engine.clock import Clock
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import DAY_S

END_S = 2 * DAY_S
NEVER = -1  # no agent, not settled or not asked
TRANSFORMERS = np.array([-1, 0])

by_both = pytest.mark.parametrize(
    "by",
    [
        "model",
        "kernel",
    ],
)


def lasting(seconds):
    return {"constant": f"{seconds} s"}


def always(seconds):
    """Return a rule by which everybody tries again after so long."""
    return {"first": 1, "later": 1, "delay": lasting(seconds)}


def a_type(handle, **more):
    """Return a call type of one attempt and endless patience."""
    return {
        "handle": lasting(handle),
        "patience": lasting(10**7),
        "redial_after_blocked": NO_REDIAL,
        "redial_after_abandoned": NO_REDIAL,
        "max_attempts": 1,
        **more,
    }


def a_group(agents, *serves, **more):
    """Return a group of so many agents by day and night, or of the shifts given."""
    roster = agents if isinstance(agents, tuple) else ({**DAY_AND_NIGHT, "agents": agents},)
    return {"serves": serves or ("outage",), "roster": roster, **more}


def a_shift(begins, ends, **more):
    return {"from": begins, "to": ends, "agents": 1, **more}


def a_centre(types, groups, **more):
    if not isinstance(groups, dict) or "serves" in groups:
        groups = {"all": groups}
    settings = {"trunks": 100, "menu": MENU_OFF, "background": ()}
    return Contact(call_types=types, groups=groups, **(settings | more))


def run_by(by, section, planned, orders=()):
    """Return the legs that ended, in the order they did, and first-day shifts (agent, on, off)."""
    calls, shifts = (_by_kernel if by == "kernel" else _by_model)(section, planned, orders)
    return calls, sorted(shift for shift in shifts if shift[1] < DAY_S)


def calls_of(by, section, planned, columns, orders=()):
    """Return the stated columns of the legs that ended, in the order they did."""
    calls, _shifts = run_by(by, section, planned, orders)
    return [tuple(getattr(row, name) for name in columns.split()) for row in calls]


def _plan(target, planned):
    for row, (t_s, call_type) in enumerate(planned):
        target.plan([t_s], [1], [0.0], [0.0], [row], call_type, -1)


def _by_model(section, planned, orders):
    oracle = Oracle(section, 1, midnight(), TRANSFORMERS.tolist(), END_S)
    _plan(oracle, planned)
    known = orders_of(oracle)
    for t_s, name, *arguments in orders:
        oracle.env.do_at(t_s, lambda name=name, arguments=arguments: known[name](*arguments))
    oracle.env.run(until=END_S)
    shifts = [(seat.ix, *shift) for seat in oracle.seats for shift in seat.shifts]
    return oracle.calls, shifts


def _by_kernel(section, planned, orders):
    clock = Clock()
    centre = Centre(section, Streams(1), midnight(), TRANSFORMERS, END_S)
    clock.take_along(centre)
    _plan(centre, planned)
    known = orders_of(centre)
    for t_s, name, *arguments in orders:
        clock.call_at(t_s, lambda name=name, arguments=arguments: known[name](*arguments))
    clock.run(until=END_S)
    centre.finish(END_S)
    calls, shifts = centre.calls(), centre.agent_shifts()
    rows = zip(*(calls[name].tolist() for name in Row._fields), strict=True)
    ended = [row for row in map(Row._make, rows) if row.outcome != "cut_off"]
    there = zip(*(shifts[name].tolist() for name in ("agent", "t_on_s", "t_off_s")), strict=True)
    return ended, list(there)
