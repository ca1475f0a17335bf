"""SimPy's environment, with ties broken as the contact centre breaks them: by kind, then row."""

from __future__ import annotations

import heapq

import simpy

KINDS = ("answer_ends", "patience_ends", "menu_ends", "transfer_ends", "route_opens",
         "line_changes", "agent_comes", "agent_leaves", "call_made")  # fmt: skip
LAST_OF_ALL = 2**60


class Environment(simpy.Environment):
    """Let events happen at a stated time, ordered at equal times by kind and row."""

    def at(self, t_s, priority):
        event = simpy.Event(self)
        event._ok, event._value = True, None
        heapq.heappush(self._queue, (t_s, priority, next(self._eid), event))
        return event

    def event_at(self, t_s, kind, row):
        # SimPy's own priorities are 0 (interrupts) and 1: what follows from an event goes first
        return self.at(t_s, 2 + (KINDS.index(kind) << 40) + row)

    def do_at(self, t_s, action):
        self.at(t_s, LAST_OF_ALL).callbacks.append(lambda _event: action())
