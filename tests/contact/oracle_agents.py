"""The oracle's agents: contacts in hand, pace, tiredness, learning, and who stands in which line.

Duties and how they end are in oracle_duties.py.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from sim.contact.rosters import agents_of, speed_factor
from sim.scenario.seats import Skill

FULL_SKILL = Skill(factor=1.0, learned=1.0, learning=0.0, solves=1.0)


@dataclass(eq=False)
class Duty:
    """One stretch of duty; whoever holds it leaves at its end."""

    row: int
    goes_on: bool  # after a break or a pause
    holder: Seat | None = None


@dataclass(eq=False)
class Seat:
    """One agent: here or not, away or not, and the contacts in hand."""

    ix: int
    group: str
    tier: str
    agent: str
    paces: tuple
    fatigue: object
    skill: Skill
    factor: float
    learned: float
    contacts: list = field(default_factory=list)
    duty: Duty | None = None
    is_here: bool = False
    is_over: bool = False
    n_away: int = 0
    t_on_s: float = math.nan
    shifts: list = field(default_factory=list)
    t_work_s: float = 0.0
    tired: float = 0.0
    t_tired_s: float = 0.0

    @property
    def is_free(self):
        """Say whether one more contact may be given to this agent."""
        return (
            self.is_here and not self.is_over and not self.n_away
            and len(self.contacts) < len(self.paces)
        )  # fmt: skip

    @property
    def slowness(self):
        slows = self.fatigue.slows
        return 1 + slows * self.tired if slows > 0 else 1.0

    def take(self, caller, now_s):
        """Add a contact; `work_s` (dialling, handling) is asked for once tiredness is known."""
        if not self.contacts:
            self._rest_until(now_s)
        self._progress(now_s)
        dial_s, handle_s = caller.work_s(self)
        caller.left_s = dial_s + handle_s
        caller.t_ends_s = (now_s + dial_s) + handle_s
        self.contacts.append(caller)
        self._spread(now_s)

    def release(self, caller, now_s):
        """Take an ended contact off the hands."""
        self._progress(now_s)
        self.contacts.remove(caller)
        if not self.contacts:
            self._work_until(now_s)
        self._spread(now_s)

    def release_all(self, now_s):
        """Take all contacts off the hands; return them, the highest row first."""
        contacts = sorted(self.contacts, key=lambda caller: -caller.row)
        if contacts:
            self._work_until(now_s)
        self.contacts.clear()
        self.t_work_s = now_s
        return contacts

    def learn(self):
        self.factor = self.learned + (self.factor - self.learned) * (1 - self.skill.learning)

    def _rest_until(self, now_s):
        self.tired = max(0.0, self.tired - (now_s - self.t_tired_s) / self.fatigue.rests_over)
        self.t_tired_s = now_s

    def _work_until(self, now_s):
        self.tired = min(1.0, self.tired + (now_s - self.t_tired_s) / self.fatigue.builds_over)
        self.t_tired_s = now_s

    def _progress(self, now_s):
        n = len(self.contacts)
        for caller in self.contacts:
            done_s = (now_s - self.t_work_s) * (self.paces[n - 1] / n)
            caller.left_s = max(0.0, caller.left_s - done_s)
        self.t_work_s = now_s

    def _spread(self, now_s):
        """Say anew when the contacts of a chat agent end."""
        if len(self.paces) == 1:
            return
        n = len(self.contacts)
        for caller in self.contacts:
            caller.t_ends_s = now_s + caller.left_s * (n / self.paces[n - 1])
            if caller.moved is not None and not caller.moved.triggered:
                caller.moved.succeed()


class Team:
    """The agents of a group: those with room by load, each in the line they came to it."""

    def __init__(self, n_at_once):
        self.rooms = [deque() for _ in range(n_at_once)]
        self.owed = deque()

    def first_free(self):
        return next((room[0] for room in self.rooms if room), None)

    def first_idle(self):
        return self.rooms[0][0] if self.rooms[0] else None

    def line_up(self, seat):
        self.rooms[len(seat.contacts)].append(seat)

    def leave(self, seat):
        for room in self.rooms:
            if seat in room:
                room.remove(seat)


def seats_of(section, speed):
    seats = []
    for ix, who in enumerate(agents_of(section)):
        skill = section.skills[who.skill] if who.skill else FULL_SKILL
        factor = speed_factor(who.agent, section.agent_spread, speed)
        seats.append(
            Seat(ix, who.group, who.tier, who.agent,
                 section.groups[who.group].at_once, section.fatigue, skill,
                 factor * skill.factor, factor * skill.learned)
        )  # fmt: skip
    return seats
