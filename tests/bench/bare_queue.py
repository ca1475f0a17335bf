"""The limit of the contact bench: the surge day's queue in one bare compiled loop.

Impatient callers, trunks and identical agents, and nothing else: no menu, no call types, no
redials, no orders. It draws the kernel's own luck and writes the columns of the call table, so its
table must equal the kernel's, cell by cell.
"""

from __future__ import annotations

import numba
import numpy as np

from sim.engine import hashing, sampling

ABANDONED, ANSWERED, BLOCKED = 3, 4, 0

_mix = numba.njit(forceinline=True)(hashing.mix)
_lookup = numba.njit(forceinline=True)(sampling.lookup)


@numba.njit(forceinline=True)
def _length_s(table, key, caller):
    return _lookup(table, _mix(_mix(key, caller), 1))  # first attempt


@numba.njit(forceinline=True)
def _push(times, events, n, t_s, event):
    place = n
    while place > 0:
        parent = (place - 1) >> 1
        if times[parent] <= t_s:
            break
        times[place], events[place] = times[parent], events[parent]
        place = parent
    times[place], events[place] = t_s, event
    return n + 1


@numba.njit(forceinline=True)
def _pop(times, events, n):
    last = n - 1
    t_s, event = times[last], events[last]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and times[child + 1] < times[child]:
            child += 1
        if t_s <= times[child]:
            break
        times[place], events[place] = times[child], events[child]
        place = child
    times[place], events[place] = t_s, event
    return last


@numba.njit
def _run(arrivals_s, tables, keys, n_agents, trunks, times_s, numbers):
    """Fill columns of times (offered, menu's end, wait's end, end) and of numbers (see `day`)."""
    n = len(arrivals_s)
    offered_s, menu_end_s, wait_end_s, end_s = times_s
    caller, attempt, call_type, group, cause, leg, outcome, agent, solved = numbers
    heap_s, heap, n_heap = np.empty(2 * n), np.empty(2 * n, np.int64), 0
    queue, head, tail = np.empty(n, np.int64), 0, 0
    idle, first_idle, n_idle = np.arange(n_agents), 0, n_agents  # a ring: the longest idle first
    waits = np.zeros(n, np.bool_)
    answered_s, agent_of = np.empty(n), np.empty(n, np.int64)
    in_use, coming, row = 0, 0, 0
    while coming < n or n_heap > 0:
        if coming < n and (n_heap == 0 or arrivals_s[coming] < heap_s[0]):
            who = coming
            now_s = arrivals_s[who]
            coming += 1
            if in_use < trunks:
                in_use += 1
                if n_idle > 0:
                    agent_of[who], answered_s[who] = idle[first_idle], now_s
                    first_idle = (first_idle + 1) % n_agents
                    n_idle -= 1
                    ends_s = now_s + _length_s(tables[0], keys[0], who)
                    n_heap = _push(heap_s, heap, n_heap, ends_s, who)
                else:
                    queue[tail] = who
                    tail += 1
                    waits[who] = True
                    leaves_s = now_s + _length_s(tables[1], keys[1], who)
                    n_heap = _push(heap_s, heap, n_heap, leaves_s, who + n)
                continue
            menu_end_s[row], wait_end_s[row] = np.nan, np.nan
            outcome[row], agent[row], solved[row] = BLOCKED, -1, -1
        else:
            now_s, who = heap_s[0], heap[0]
            n_heap = _pop(heap_s, heap, n_heap)
            if who >= n:
                who -= n
                if not waits[who]:
                    continue
                waits[who] = False
                wait_end_s[row] = now_s
                outcome[row], agent[row], solved[row] = ABANDONED, -1, -1
            else:
                wait_end_s[row] = answered_s[who]
                outcome[row], agent[row], solved[row] = ANSWERED, agent_of[who], 1
                while head < tail and not waits[queue[head]]:
                    head += 1
                if head < tail:
                    follower = queue[head]
                    head += 1
                    waits[follower] = False
                    agent_of[follower], answered_s[follower] = agent_of[who], now_s
                    ends_s = now_s + _length_s(tables[0], keys[0], follower)
                    n_heap = _push(heap_s, heap, n_heap, ends_s, follower)
                else:
                    idle[(first_idle + n_idle) % n_agents] = agent_of[who]
                    n_idle += 1
            menu_end_s[row] = arrivals_s[who]
            in_use -= 1
        offered_s[row], end_s[row] = arrivals_s[who], now_s
        caller[row], attempt[row], call_type[row], leg[row] = who, 1, 0, 0
        group[row], cause[row] = 0, -1
        row += 1


def day(arrivals_s, tables, keys, n_agents, trunks):
    """Return the call table; tables and keys: of handle times, of patience."""
    n = len(arrivals_s)
    times_s = tuple(np.empty(n) for _ in range(4))
    numbers = tuple(np.empty(n, np.int64) for _ in range(9))
    _run(arrivals_s, tables, keys, n_agents, trunks, times_s, numbers)
    names = (
        "caller",
        "attempt",
        "call_type",
        "group",
        "cause",
        "leg",
        "outcome",
        "agent",
        "solved",
    )
    of_times = ("t_offered_s", "t_menu_end_s", "t_end_wait_s", "t_end_s")
    return dict(zip(of_times, times_s, strict=True)) | dict(zip(names, numbers, strict=True))
