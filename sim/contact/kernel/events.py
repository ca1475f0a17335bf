"""The coming events of the kernel: a binary heap ordered by time, then kind, then row."""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import KIND_SHIFT, State

__all__ = ["pop", "push"]


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
    desk = s.desk[0]
    last = desk["n_events"] - 1
    desk["n_events"] = last
    t_s = s.event_t_s[last]
    event = s.event[last]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        right = child + 1
        if right < last and (
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
