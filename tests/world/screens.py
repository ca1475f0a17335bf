"""Screens of the seats, as the bytes that reach them, and when two worlds may first differ."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sim.engine.facts import (
    BreakerLockedOut,
    BreakerReclosed,
    BreakerTripped,
    CallersPlanned,
    Fact,
    FaultCleared,
    FaultStruck,
    FuseBlown,
    FuseReplaced,
    InjectFired,
    PromiseExpired,
    RepairFeigned,
    RepairProlonged,
    SectionFuseBlown,
    SectionFuseReplaced,
    StandbyCalled,
    SupplyLost,
    SupplyRestored,
    SwitchOperated,
    TroubleReported,
)
from sim.world.seats import PLAYERS
from sim.world.views import Views
from sim.world.world import World

MINUTE = 60.0

UNSEEN: tuple[type[Fact], ...] = (
    BreakerLockedOut,
    BreakerReclosed,
    BreakerTripped,
    CallersPlanned,
    FaultCleared,
    FaultStruck,
    FuseBlown,
    FuseReplaced,
    InjectFired,
    PromiseExpired,
    RepairFeigned,
    RepairProlonged,
    SectionFuseBlown,
    SectionFuseReplaced,
    StandbyCalled,  # says how many will come: that shows when they sit
    SupplyLost,
    SupplyRestored,
    SwitchOperated,
    TroubleReported,  # reaches the control room later, and maybe another place
)
"""Facts no seat hears of when they happen."""

Screens = dict[str, dict[float, bytes]]


def as_bytes(view: Mapping[str, Any]) -> bytes:
    return json.dumps(view, sort_keys=True, allow_nan=False).encode()


def screens(world: World, times_s: Iterable[float], seats: Iterable[str] = PLAYERS) -> Screens:
    """Return what each seat is shown at times in order, by seat and time."""
    views, shown = Views(world), {seat: {} for seat in seats}
    for t_s in times_s:
        world.run_until(t_s)
        for seat, at in shown.items():
            at[t_s] = as_bytes(views.view(seat))
    return shown


def minutes(hours: float) -> list[float]:
    return [MINUTE * k for k in range(int(hours * 60) + 1)]


def first_seen_apart_s(one: World, other: World) -> float:
    """Return when the first fact came that some seat hears of in one world only."""
    a, b = ([e for e in w.journal if not isinstance(e.fact, UNSEEN)] for w in (one, other))
    for x, y in zip(a, b, strict=False):
        if (x.t_s, x.fact) != (y.t_s, y.fact):
            return min(x.t_s, y.t_s)
    longer = max(a, b, key=len)
    return longer[min(len(a), len(b))].t_s if len(a) != len(b) else float("inf")


def first_call_apart_s(one: World, other: World) -> float:
    """Return when the first call came or ended that is not the same in both worlds."""
    columns = ("t_offered_s", "t_menu_end_s", "t_end_wait_s", "t_end_s")
    events = []
    for world in (one, other):
        calls = world.centre.calls(named=False)
        times = np.concatenate([calls[name] for name in columns])
        inside = world.centre._s.callers
        under_way = inside[np.isin(inside["state"], (2, 3, 4))]
        times = np.concatenate([times, under_way["t_offered_s"], under_way["t_menu_end_s"]])
        events.append(sorted(times[~np.isnan(times)].tolist()))
    for x, y in zip(*events, strict=False):
        if x != y:
            return min(x, y)
    longer, shorter = max(events, key=len), min(events, key=len)
    return longer[len(shorter)] if len(longer) > len(shorter) else float("inf")
