"""The coming events of the kernel: a binary heap ordered by time, then kind, then row."""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import KIND_SHIFT, State

__all__ = ["pop", "push", "replace"]


@compiled
def push(s: State, t_s: float, kind: int, row: int) -> None:
    """Add an event; the caller of the kernel has made room."""
    desk = s.desk[0]
    event = (kind << KIND_SHIFT) + row
    place = desk["n_events"]
    desk["n_events"] = place + 1
    while place > 0:
        parent = (place - 1) >> 1
        if s.event_t_s[parent] < t_s or (s.event_t_s[parent] == t_s and s.event[parent] < event):
            break
        s.event_t_s[place] = s.event_t_s[parent]
        s.event[place] = s.event[parent]
        place = parent
    s.event_t_s[place] = t_s
    s.event[place] = event


@compiled
def pop(s: State) -> None:
    """Remove the first event."""
    last = s.desk[0]["n_events"] - 1
    s.desk[0]["n_events"] = last
    _sink(s, last, s.event_t_s[last], s.event[last])


@compiled
def replace(s: State, t_s: float, kind: int, row: int) -> None:
    """Put an event in the place of the first: one that comes soon is there in a step or two."""
    _sink(s, s.desk[0]["n_events"], t_s, (kind << KIND_SHIFT) + row)


@compiled
def _sink(s: State, n_events: int, t_s: float, event: int) -> None:
    """Find the place of an event that would stand first, and put it there."""
    place = 0
    while True:
        child = 2 * place + 1
        if child >= n_events:
            break
        right = child + 1
        if right < n_events and (
            s.event_t_s[right] < s.event_t_s[child]
            or (s.event_t_s[right] == s.event_t_s[child] and s.event[right] < s.event[child])
        ):
            child = right
        if t_s < s.event_t_s[child] or (t_s == s.event_t_s[child] and event < s.event[child]):
            break
        s.event_t_s[place] = s.event_t_s[child]
        s.event[place] = s.event[child]
        place = child
    s.event_t_s[place] = t_s
    s.event[place] = event
