"""Random small centres with their world: what callers plan and what the world changes, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from feature_cases import busy_features, features
from hypothesis import strategies as st
from oracle import Oracle

from sim.contact.centre import Centre
from sim.contact.rosters import agents_of
from sim.engine.clock import Clock
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import Calendar

END_S = 9000.7
TYPES = ("outage", "enquiry", "billing")

constants = st.sampled_from([0, 10, 20, 30, 60]).map(lambda each: {"constant": f"{each} s"})
any_length = st.one_of(
    constants,
    st.sampled_from(["20 s", "3 min"]).map(lambda each: {"exponential": each}),
    st.just({"uniform": {"low": "0 s", "high": "4 min"}}),
    st.just({"lognormal": {"median": "1 min", "p90": "5 min"}}),
    st.just({"mixture": [{"weight": 0.5, "of": {"constant": "0 s"}},
                         {"weight": 0.5, "of": {"exponential": "5 min"}}]}),
)  # fmt: skip
shares = st.sampled_from([0.0, 0.3, 0.8, 1.0])
rosters = st.lists(
    st.tuples(
        st.sampled_from(["00:00", "06:30", "08:00", "08:20", "09:00", "22:00"]),
        st.sampled_from(["08:10", "08:40", "09:30", "24:00"]),
        st.integers(0, 3),
    ).map(lambda each: {"from": each[0], "to": each[1], "agents": each[2]}),
    min_size=1,
    max_size=3,
)
group_lists = st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True)


def call_types(lengths):
    redials = st.fixed_dictionaries({"first": shares, "later": shares, "delay": lengths})
    return st.fixed_dictionaries(
        {
            "handle": lengths,
            "patience": lengths,
            "priority": st.integers(-1, 1),
            "redial_after_blocked": redials,
            "redial_after_abandoned": redials,
            "max_attempts": st.integers(1, 5),
        }
    )


@st.composite
def _plain(draw, lengths):
    """Draw up to three call types and three groups without features."""
    names = TYPES[: draw(st.integers(1, 3))]
    groups = {}
    for number in range(draw(st.integers(1, 3))):
        serves = draw(st.permutations(names))
        if number > 0:
            serves = serves[: draw(st.integers(1, len(names)))]
        groups[f"g{number}"] = {"serves": serves, "roster": draw(rosters)}
    return {
        "menu": {"time": draw(lengths), "report_share": draw(shares)},
        "call_types": {name: draw(call_types(lengths)) for name in names},
        "groups": groups,
    }


@st.composite
def sections(draw, lengths=any_length, has_features=True, drawn=features):
    """Draw a centre: call types, groups, a standby tier, background calls, perhaps all else."""
    found = draw(drawn(lengths, rosters) if has_features else _plain(lengths))
    groups, names = found["groups"], list(found["call_types"])
    tier = {
        "group": draw(st.sampled_from(sorted(groups))),
        "agents": draw(st.integers(0, 3)),
        "delay": draw(lengths),
        "show_up": draw(shares),
        "duration": draw(st.sampled_from(["0 s", "10 s", "10 min", "1 h"])),
    }
    background = [
        {"call_type": name, "per_day": draw(st.sampled_from([0, 100, 600]))}
        for name in names
        if draw(st.booleans())
    ]
    return Contact(
        trunks=draw(st.sampled_from([0, 2, 5, 10, 50] if not has_features else [50, 20, 5, 1])),
        agent_spread=draw(st.sampled_from([0.0, 0.3])) if lengths is any_length else 0.0,
        standby={"first": tier},
        background=tuple(background),
        **found,
    )


@dataclass(frozen=True)
class Case:
    """One centre and its world."""

    section: Contact
    seed: int
    transformers: np.ndarray
    world: list  # (time, name of the order, arguments)

    def calendar(self):
        return Calendar(datetime(2021, 7, 25, 7, 50), "Asia/Shanghai")

    def centre(self):
        return Centre(self.section, Streams(self.seed), self.calendar(), self.transformers, END_S)


@st.composite
def cases(draw, has_features=True):
    """Draw a centre of any kind, and up to a dozen orders of its world at any time."""
    section = draw(sections(has_features=has_features))
    moments = draw(st.lists(st.integers(0, 7_000_000), min_size=1, max_size=12))
    return _case(draw, section, [moment / 1000.0 for moment in moments], False, has_features)


@st.composite
def rushes(draw, has_features=True):
    """Draw a centre where all happens on tens of seconds: many events fall on one moment."""
    section = draw(sections(constants, has_features))
    moments = draw(st.lists(st.integers(50, 80), min_size=4, max_size=20))
    return _case(draw, section, [10.0 * moment for moment in moments], True, has_features)


@st.composite
def busy_times(draw):
    """Draw a centre with all features where agents talk for long, and shifts and seats change."""
    section = draw(sections(drawn=busy_features, has_features=True))
    moments = draw(st.lists(st.integers(0, 400), min_size=4, max_size=16))
    return _case(draw, section, [10.0 * moment for moment in moments], False, True)


ORDERS = ("plan", "plan", "plan", "plan", "belief", "out", "announced", "drop", "watch",
          "standby", "standby")  # fmt: skip
SEAT_ORDERS = ("away", "away", "back")


def _case(draw, section, moments, on_grid, has_features):
    orders = ORDERS + SEAT_ORDERS if has_features else ORDERS
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    world = []
    for t_s in sorted(moments):
        order = draw(st.sampled_from(orders))
        world.append((t_s, order, _arguments(draw, order, t_s, section, rng, on_grid)))
    return Case(section, draw(st.integers(0, 1000)), np.array([-1, 0, 1, 1]), world)


def _arguments(draw, order, t_s, section, rng, on_grid):
    if order == "plan":
        n = draw(st.integers(1, 40))
        times = t_s + draw(st.sampled_from([0.0, 100.0, 2000.0])) * rng.random(n)
        if on_grid:
            times = np.ceil(times / 10.0) * 10.0
        groups = rng.integers(0, 4, n)
        number = np.where(groups == 0, 0.0, rng.random(n))
        call_type = draw(st.sampled_from(sorted(section.call_types)))
        return (times, groups, number, rng.random(n), rng.integers(0, 2**32, n), call_type,
                draw(st.integers(-1, 50)))  # fmt: skip
    if order == "belief":
        return draw(group_lists), draw(shares), draw(shares), draw(shares)
    if order == "out":
        return draw(group_lists), draw(st.booleans())
    if order == "announced":
        return draw(group_lists), draw(shares), draw(st.sampled_from([0.0, 10.0, 12.5]))
    if order == "drop":
        return (draw(group_lists),)
    if order == "watch":
        return draw(st.integers(0, 1)), draw(st.integers(1, 6))
    if order in SEAT_ORDERS:
        seats = range(len(agents_of(section)))
        chosen = draw(st.permutations(seats))[: draw(st.integers(1, 9))]
        if order == "back":
            return chosen, t_s
        return chosen, draw(st.sampled_from(["finish", "requeue", "drop"])), t_s
    return ("first", t_s)


def orders_of(target):
    return {
        "plan": target.plan,
        "belief": target.set_belief,
        "out": target.set_out,
        "announced": target.set_announced,
        "drop": target.drop,
        "watch": target.watch,
        "standby": target.call_standby,
        # not every target lets seats be away
        "away": getattr(target, "set_away", None),
        "back": getattr(target, "set_back", None),
    }


def run_on_clock(case, n_stops=0, look=lambda centre: None):
    """Run a case on the clock, looked at in even stops; return the centre and what it heard."""
    clock = Clock()
    centre = case.centre()
    heard = []
    centre.on_reports = lambda reports: heard.extend((clock.now, ix) for ix, _count in reports)
    clock.take_along(centre)
    orders = orders_of(centre)
    for t_s, order, arguments in case.world:
        clock.call_at(t_s, lambda order=order, arguments=arguments: orders[order](*arguments))
    for stop in range(n_stops):
        clock.run(until=END_S * (stop + 1) / (n_stops + 1))
        look(centre)
    clock.run(until=END_S)
    look(centre)
    centre.finish(END_S)
    look(centre)
    return centre, heard


def run_oracle(case):
    """Run a case with the SimPy model, and return it."""
    oracle = Oracle(case.section, case.seed, case.calendar(), case.transformers.tolist(), END_S)
    orders = orders_of(oracle)
    for t_s, order, arguments in case.world:
        oracle.env.do_at(t_s, lambda order=order, arguments=arguments: orders[order](*arguments))
    oracle.env.run(until=END_S)
    return oracle
