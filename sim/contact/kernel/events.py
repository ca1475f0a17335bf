"""The coming events of the kernel: a binary heap ordered by time, then kind, then row."""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import KIND_SHIFT, State

__all__ = ["pop", "push", "replace"]


@compiled
def push(s: State, t_s: float, kind: int, row: int) -> None:
    """Add an event; the caller of the kernel has made room."""
    desk = s.desk[0]
    desk["n_events"] += 1
    _rise(s, desk["n_events"] - 1, t_s, (kind << KIND_SHIFT) + row)


@compiled
def pop(s: State) -> None:
    """Remove the first event; the last one takes its place, which is far down as a rule.

    NOTE: speed: so the gap goes all the way down first, without a branch to guess wrong at each
    step, and the last event rises from there.
    """
    desk = s.desk[0]
    desk["n_events"] -= 1
    last = desk["n_events"]
    gap = 0
    child = 1
    while child + 1 < last:
        child += _is_before(s, child + 1, child)
        _move(s, child, gap)
        gap = child
        child = 2 * gap + 1
    if child < last:
        _move(s, child, gap)
        gap = child
    _rise(s, gap, s.event_t_s[last], s.event[last])


@compiled
def replace(s: State, t_s: float, kind: int, row: int) -> None:
    """Put an event in the place of the first: one that comes soon is there in a step or two."""
    event = (kind << KIND_SHIFT) + row
    n_events = s.desk[0]["n_events"]
    place = 0
    child = 1
    while child < n_events:
        if child + 1 < n_events:
            child += _is_before(s, child + 1, child)
        if t_s < s.event_t_s[child] or (t_s == s.event_t_s[child] and event < s.event[child]):
            break
        _move(s, child, place)
        place = child
        child = 2 * place + 1
    s.event_t_s[place] = t_s
    s.event[place] = event


@compiled
def _rise(s: State, place: int, t_s: float, event: int) -> None:
    """Let an event at the end of a branch, or after its end, rise to its place."""
    while place > 0:
        parent = (place - 1) >> 1
        if s.event_t_s[parent] < t_s or (s.event_t_s[parent] == t_s and s.event[parent] < event):
            break
        _move(s, parent, place)
        place = parent
    s.event_t_s[place] = t_s
    s.event[place] = event


@compiled
def _is_before(s: State, place: int, other: int) -> int:
    t_s, other_t_s = s.event_t_s[place], s.event_t_s[other]
    return int((t_s < other_t_s) | ((t_s == other_t_s) & (s.event[place] < s.event[other])))


@compiled
def _move(s: State, place: int, to: int) -> None:
    s.event_t_s[to] = s.event_t_s[place]
    s.event[to] = s.event[place]
