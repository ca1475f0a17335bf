"""What one run of a written case says: sums for each named measure, a row a unit.

A unit is an independent copy: a whole run of a steady state, or one day of a case that starts empty
every day. A measure is the ratio of the sums of two columns. Controls are sums of known mean zero
(more calls than expected, longer handling than expected); they take out of an estimate what is only
luck of the draw.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.indicators.intervals import stacked
from sim.indicators.steady import Calls, Key, Window, batched
from tests.contact.reference.written import Case, Written, rate_pieces, staffing

Floats = NDArray[np.float64]
DAY_S = 86400.0
MOST = 6
"""Named measures a case, at most."""


@dataclass(frozen=True)
class Aim:
    """Name a measure of the reference set, and where a run says it."""

    name: str
    key: Key
    scale: float = 1.0
    is_complement: bool = False


@dataclass(frozen=True)
class Samples:
    """Hold the sums of a run: measure → (numerator, denominator), shape (units,) each."""

    sums: dict[str, tuple[Floats, Floats]]
    controls: Floats  # shape (units, controls)

    @staticmethod
    def joined(parts: list[Samples]) -> Samples:
        """Return the units of several runs as those of one."""

        def side(name: str, which: int) -> Floats:
            return np.concatenate([part.sums[name][which] for part in parts])

        sums = {name: (side(name, 0), side(name, 1)) for name in parts[0].sums}
        return Samples(sums, np.concatenate([part.controls for part in parts]))


_PER_MIN, _MIN = 1.0 / 60.0, 1.0 / 60.0
_BASE: dict[str, tuple[str, float, bool]] = {
    "p_block": ("blocked_share", 1.0, False),
    "p_block_fresh": ("first_blocked_share", 1.0, False),
    "p_block_attempt": ("blocked_share", 1.0, False),
    "p_balk": ("balked_share", 1.0, False),
    "p_balk_attempt": ("balked_share", 1.0, False),
    "p_callback": ("callback_share", 1.0, False),
    "p_wait": ("waited_share", 1.0, False),
    "p_wait_accepted": ("waited_share", 1.0, False),
    "p_wait_at_agents": ("waited_share", 1.0, False),
    "p_wait_gt_T": ("in_time_or_gone_share", 1.0, True),
    "p_abandon": ("abandoned_share", 1.0, False),
    "p_abandon_accepted": ("abandoned_share", 1.0, False),
    "p_abandon_within_T": ("abandoned_in_time_share", 1.0, False),
    "p_lost_finally": ("lost_share", 1.0, False),
    "EW": ("wait_s", _MIN, False),
    "EW_accepted": ("wait_s", _MIN, False),
    "EW_agent_queue": ("wait_s", _MIN, False),
    "EW_served": ("wait_answered_s", _MIN, False),
    "EW_abandoned": ("wait_abandoned_s", _MIN, False),
    "sl": ("in_time_of_all_share", 1.0, False),
    "sl_served_all": ("in_time_of_all_share", 1.0, False),
    "sl_served_served": ("in_time_of_answered_share", 1.0, False),
    "sl_excl_short_ab": ("in_time_of_patient_share", 1.0, False),
    "attempts_per_fresh_call": ("attempts_per_caller", 1.0, False),
    "mean_chat_duration": ("handle_s", _MIN, False),
    "agent_requests_per_min": ("requests_per_h", _PER_MIN, False),
    "flow": ("calls_per_h", _PER_MIN, False),
    "EQ": ("queue_calls", 1.0, False),
    "E_busy": ("busy_agents", 1.0, False),
    "E_active_agents": ("busy_agents", 1.0, False),
    "E_chats": ("busy_calls", 1.0, False),
    "E_in_ivr": ("menu_calls", 1.0, False),
    "E_orbit": ("redialling_callers", 1.0, False),
    "occupancy": ("occupancy_share", 1.0, False),
}
"""Measure of the reference set → steady measure, factor to its unit, whether it is 1 less that."""
_TYPES = {"high": "outage", "low": "enquiry", "A": "outage", "B": "enquiry", "inbound": "outage",
          "callback": "back", "tier1": "outage", "tier2": "second"}  # fmt: skip
_GROUPS = ("pool1", "pool2", "tier1", "tier2")
_SHOWN: dict[str, tuple[str, ...]] = {
    "erlang_b": ("p_block",),
    "erlang_c": ("p_wait", "EW", "sl", "EQ", "occupancy"),
    "erlang_a": ("p_wait", "p_abandon", "EW", "EW_abandoned", "sl_served_all", "occupancy"),
    "mmnkm": ("p_block", "p_wait", "p_abandon", "EW", "sl_served_served", "E_busy"),
    "balking": ("p_balk", "p_wait", "p_abandon", "EW", "sl_excl_short_ab", "occupancy"),
    "mmn_general_patience": (
        "p_wait", "p_abandon", "EW", "EW_served", "sl_served_all", "p_wait_gt_T"),
    "ph_service": ("p_wait", "p_abandon", "EW", "EQ", "occupancy"),
    "retrial": ("p_block_fresh", "p_block_attempt", "attempts_per_fresh_call", "EW_accepted",
                "p_lost_finally", "E_orbit"),
    "priority": ("p_wait", "EW_high", "EW_low", "p_abandon_high", "p_abandon_low",
                 "p_wait_gt_T_high", "p_wait_gt_T_low", "EQ_high"),
    "skill_routing_N": (
        "p_wait_A", "p_wait_B", "EW_A", "p_abandon_B", "occupancy_pool2", "share_A_in_pool2"),
    "ivr_trunks": ("p_block", "p_wait_at_agents", "EW_agent_queue", "occupancy", "E_in_ivr",
                   "agent_requests_per_min"),
    "callback": ("p_wait", "p_callback", "EW_inbound", "EW_callback", "EQ_callback",
                 "p_abandon_inbound"),
    "chat_concurrency": ("p_wait", "EW", "p_abandon", "E_chats", "E_active_agents",
                         "mean_chat_duration"),
    "jackson_tiers": ("p_wait_tier1", "EW_tier1", "flow_tier2", "p_wait_tier2", "EW_tier2",
                      "occupancy_tier2"),
    "time_varying": ("EN_at", "EQ_at", "p_abandon", "mean_wait_all", "sl_served_all", "occupancy"),
    "invariance": ("EN_at", "p_all_busy_at", "total_offered"),
    "shift_change": ("busy_at", "queue_at", "int_busy", "int_queue", "int_over8", "int_ghosts"),
    "doubly_stochastic": ("p_wait", "p_abandon"),
}  # fmt: skip
_LITERATURE_DAY = ("int_answered_in_target", "int_served", "int_wait_of_served", "int_busy",
                   "int_blocked")  # fmt: skip


def shown(case: Case) -> list[str]:
    """Return the measures of a case that are compared, those it has of its family's list.

    Of a measure given at many times it is that at its largest value: `EN_at[18]`.
    """
    family = case["family"]
    if family == "literature":
        names = _LITERATURE_DAY if "day_min" in case["params"] else _SHOWN["erlang_a"]
    else:
        names = _SHOWN[family]
    found = []
    for name in names:
        value = case["expected"].get(name)
        if isinstance(value, list):
            found.append(f"{name}[{int(np.argmax(value))}]")
        elif value is not None:
            found.append(name)
    return found[:MOST]


def exact(case: Case, name: str) -> float:
    """Return the reference value of a measure."""
    base, _, place = name.rstrip("]").partition("[")
    value = case["expected"][base]
    return float(value[int(place)] if place else value)


def aim(name: str) -> Aim:
    """Return where a steady run says a measure."""
    if share := re.fullmatch(r"share_(\w+)_in_(\w+)", name):
        return Aim(name, Key("steady_group_share", _TYPES[share[1]], share[2]))
    base, _, of = name.rpartition("_")
    if name not in _BASE and base in _BASE:
        steady, scale, complement = _BASE[base]
        if steady == "occupancy_share" and of in _GROUPS:
            return Aim(name, Key(f"steady_{steady}", group=of), scale, complement)
        return Aim(name, Key(f"steady_{steady}", call_type=_TYPES[of]), scale, complement)
    steady, scale, complement = _BASE[name]
    return Aim(name, Key(f"steady_{steady}"), scale, complement)


def is_share(case: Case, name: str) -> bool:
    """Tell whether a measure is a probability."""
    return name.startswith(("p_", "sl", "occupancy", "share"))


def sampled(case: Case, written: Written, tables: Any, manifest: Any) -> Samples:
    """Return the sums of one run."""
    if case["family"] == "doubly_stochastic":
        return _random_days(case, tables, manifest)
    if written.is_daily:
        return _days(case, tables, manifest)
    return _steady(case, written, tables, manifest)


def _steady(case: Case, written: Written, tables: Any, manifest: Any) -> Samples:
    found = batched(tables, manifest)
    sums = {}
    for each in map(aim, shown(case)):
        batches = found[each.key]
        above = batches.numerator * each.scale
        sums[each.name] = (
            batches.denominator - above if each.is_complement else above, batches.denominator
        )  # fmt: skip
    length_min = np.diff(Window.of(manifest).edges_s).sum() / 60.0
    controls = []
    many = Key("steady_wait_s", call_type="outage") in found
    for name, rate in written.loads.items():
        part = name if many else ""
        fresh = found[Key("steady_attempts_per_caller", call_type=part)].denominator
        controls.append(fresh - rate * length_min)
    for name, mean_s in written.handles_s.items():
        part = name if many else ""
        talk = found[Key("steady_handle_s", call_type=part)]
        controls.append(talk.numerator - mean_s * talk.denominator)
    return Samples(sums, np.array(controls).T.reshape(len(fresh), len(controls)))


class _Days:
    """Cut a run into its days, and each day into the case's own stretch."""

    def __init__(self, case: Case, tables: Any, manifest: Any) -> None:
        p = case["params"]
        self.length_s = 60.0 * (p["times_min"][-1] if "times_min" in p else p["day_min"])
        self.n = max(1, round(manifest.end_s / DAY_S - 0.49)) if self.length_s < DAY_S else 1
        self.starts_s = DAY_S * np.arange(self.n)
        self.calls = Calls(tables["calls"], manifest)
        self._shifts = tables["agent_shifts"]
        self._agents = p["agents"]
        self.window = Window(self._edges(np.array([0.0, self.length_s])))

    def _edges(self, times_s: Floats) -> Floats:
        return np.add.outer(self.starts_s, times_s).ravel()

    def count(self, rows: Any, times_s: Floats, weights: Floats | None = None) -> Floats:
        """Return a count (or sum) a day, by times within the stretch."""
        batch = self.window.batch_of(times_s[rows])
        return self.window.sums(batch, None if weights is None else weights[rows])[::2]

    def area(self, level: tuple[Any, Floats, Floats]) -> Floats:
        """Return the integral of a level over the stretch, in minutes."""
        rows, from_s, to_s = level
        return self.window.integral(from_s[rows], to_s[rows])[::2] / 60.0

    def at(self, level: tuple[Any, Floats, Floats], t_min: float) -> Floats:
        """Return a level at a time of each day."""
        rows, from_s, to_s = level
        times = Window(np.append(self.starts_s + 60.0 * t_min, np.inf))
        return times.held_at(from_s[rows], to_s[rows])[:-1]

    def area_above(self, level: tuple[Any, Floats, Floats], floor: float) -> Floats:
        """Return the integral of what a level exceeds, in minutes."""
        rows, from_s, to_s = level
        end_s = self.window.edges_s[-1] + 1.0
        steps = stacked(from_s[rows], to_s[rows], np.ones(int(rows.sum())), end_s)
        t_s = np.union1d(steps.t_s, self.window.edges_s)
        over = np.maximum(steps.at(t_s) - floor, 0.0)
        area = np.concatenate(([0.0], np.cumsum(over[:-1] * np.diff(t_s))))
        return np.diff(area[np.searchsorted(t_s, self.window.edges_s)])[::2] / 60.0

    def area_of_ghosts(self) -> Floats:
        """Return the agent minutes of those who stay on beyond the number planned."""
        present, planned, change_min = self._present()
        return self.area(present) - planned * (self.length_s / 60.0 - change_min)

    def ghosts_at(self, t_min: float) -> Floats:
        present, planned, change_min = self._present()
        return self.at(present, t_min) - (planned if t_min >= change_min else 0.0)

    def _present(self) -> tuple[tuple[Any, Floats, Floats], float, float]:
        """Return who is there after the change of staff, how many should be, its time in min."""
        _first, change_min, then = staffing(self._agents)
        on_s, off_s = self._shifts["t_on_s"], self._shifts["t_off_s"]
        from_s = np.maximum(on_s, DAY_S * np.floor(on_s / DAY_S) + 60.0 * change_min)
        everyone = np.ones(len(on_s), dtype=bool)
        return (everyone, from_s, np.maximum(off_s, from_s)), float(then), change_min


def _days(case: Case, tables: Any, manifest: Any) -> Samples:
    days, p = _Days(case, tables, manifest), case["params"]
    calls = days.calls
    queue = (calls.in_queue, calls.t_joined_s, calls.t_left_s)
    busy = (calls.answered, calls.t_left_s, calls.t_end_s)
    inside = (calls.in_queue, calls.t_joined_s, calls.t_end_s)
    everyone = np.ones(len(calls.outcome), dtype=bool)
    offered = days.count(everyone, calls.t_offered_s)
    one = np.ones(days.n)

    def arrived(rows: Any, weights: Floats | None = None) -> Floats:
        return days.count(rows, calls.t_offered_s, weights)

    levels = {"EN": inside, "EQ": queue, "queue": queue, "E_busy": busy, "busy": busy}
    ratios: dict[str, Callable[[], tuple[Floats, Floats]]] = {
        "p_abandon": lambda: (days.count(calls.abandoned, calls.t_end_s), offered),
        "mean_wait_all": lambda: (days.area(queue), offered),
        "p_wait": lambda: (arrived(calls.waited), offered),
        "sl_served_all": lambda: (arrived(calls.answered & calls.in_time), offered),
        "occupancy": lambda: (days.area(busy), one * p["agents"] * days.length_s / 60.0),
        "total_offered": lambda: (offered, one),
        "int_busy": lambda: (days.area(busy), one),
        "int_queue": lambda: (days.area(queue), one),
        "int_ghosts": lambda: (days.area_of_ghosts(), one),
        "int_answered_in_target": lambda: (arrived(calls.answered & calls.in_time), one),
        "int_served": lambda: (arrived(calls.answered), one),
        "int_wait_of_served": lambda: (arrived(calls.answered, calls.wait_s / 60.0), one),
        "int_blocked": lambda: (arrived(calls.has("blocked")), one),
        "int_abandoned": lambda: (arrived(calls.abandoned), one),
    }

    def ratio(name: str) -> tuple[Floats, Floats]:
        base, _, place = name.rstrip("]").partition("[")
        if not place:
            if over := re.fullmatch(r"int_over(\d+)", base):
                return days.area_above(busy, float(over[1])), one
            return ratios[base]()
        t_min = p["times_min"][int(place)]
        level = base.removesuffix("_at")
        if level == "p_all_busy":
            return (days.at(inside, t_min) >= p["agents"]).astype(float), one
        if level == "ghosts":
            return days.ghosts_at(t_min), one
        if over := re.fullmatch(r"over(\d+)", level):
            return np.maximum(days.at(busy, t_min) - float(over[1]), 0.0), one
        return days.at(levels[level], t_min), one

    expected = _expected_calls(case) * one
    return Samples({name: ratio(name) for name in shown(case)}, (offered - expected)[:, None])


def _expected_calls(case: Case) -> float:
    """Return the mean number of calls of a day."""
    p = case["params"]
    if "rate" not in p:
        last = p["times_min"][-1] if "times_min" in p else p["day_min"]
        return float(p["arrival_per_min"] * last)
    total = 0.0
    for low, high, rate in rate_pieces(p["rate"]):
        t = np.linspace(low, min(high, p["times_min"][-1]), 20_001)
        values = np.array([rate(each) for each in t])
        values[-1] = values[-1] if rate(low) != rate(low + 1.0) else values[0]
        total += float(np.trapezoid(values, t))
    return total


def _random_days(case: Case, tables: Any, manifest: Any) -> Samples:
    """Return a row a day: calls of its measured stretch, those that wait and those that leave."""
    from tests.contact.reference.random_days import MEASURED_S

    first_s, last_s = MEASURED_S
    n = int(manifest.end_s // DAY_S)
    edges_s = np.add.outer(DAY_S * np.arange(n), np.array([first_s, last_s])).ravel()
    window, calls = Window(edges_s), Calls(tables["calls"], manifest)
    batch = window.batch_of(calls.t_offered_s)
    offered = window.sums(batch)[::2]
    sums = {
        "p_wait": (window.sums(batch[calls.waited])[::2], offered),
        "p_abandon": (window.sums(batch[calls.abandoned])[::2], offered),
    }
    return Samples(sums, np.empty((n, 0)))
