"""The oracle's duties: agents come, leave by the four rules, and are away in between."""

from __future__ import annotations

from oracle_agents import Duty

from sim.contact.duties import Duties as Planner
from sim.contact.rosters import agents_of
from sim.engine.sampling import quantile


class Duties:
    """Run each duty as a process of its own; the centre gives work to who comes."""

    def __init__(self, env, section, streams, seats, teams, find_work):
        self.env, self.section = env, section
        self.seats, self.teams, self.find_work = seats, teams, find_work
        self.show_up = streams.trait("contact.standby_show_up")
        self.delay = streams.trait("contact.standby_delay")
        self.n = 0
        self.n_call_ups = {}

    def plan_rosters(self, streams, calendar, horizon_s):
        self.planner = Planner(self.section, agents_of(self.section), streams, calendar)
        self._plan(self.planner.planned(horizon_s))

    def call_standby(self, tier, now_s):
        settings = self.section.standby[tier]
        episode = self.n_call_ups.get(tier, 0)
        self.n_call_ups[tier] = episode + 1
        duties = []
        for seat in self.seats:
            name = seat.agent
            if seat.tier == tier and not self.planner.is_due(seat.ix, now_s):
                if self.show_up.of(name, episode) >= settings.show_up:
                    continue
                t_on_s = now_s + quantile(settings.delay)(self.delay.of(name, episode))
                whole = (t_on_s, t_on_s + settings.duration)
                duties += self.planner.called_up(seat.ix, whole, episode)
        self._plan(duties)

    def _plan(self, duties):
        for each in sorted(duties, key=lambda each: (each.t_on_s, each.agent_ix)):
            seat, duty = self.seats[each.agent_ix], Duty(self.n, each.pauses)
            self.env.process(self._duty(duty, seat, each.t_on_s, each.t_off_s))
            self.n += 1

    def _duty(self, duty, seat, t_on_s, t_off_s):
        yield self.env.event_at(t_on_s, "agent_comes", duty.row)
        self._comes(seat, duty)
        yield self.env.event_at(t_off_s, "agent_leaves", duty.row)
        if duty.holder is not None:
            self._is_to_leave(duty.holder, duty)

    # --- coming

    def _comes(self, seat, duty):
        now_s, team = self.env.now, self.teams[seat.group]
        was_here, was_over = seat.is_here, seat.is_over
        if was_here:  # still in the last call, or on another's duty
            seat.shifts.append((seat.t_on_s, now_s))
            if seat in team.owed:
                team.owed.remove(seat)
        seat.t_on_s = now_s
        seat.is_here, seat.is_over = True, False
        self._hold(seat, duty)
        if not was_here and not seat.n_away and team.owed:
            self._leave_for(seat, team.owed.popleft())
        elif not was_here or was_over:
            self.find_work(seat)

    # --- leaving

    def _is_to_leave(self, seat, duty):
        self._hold(seat, None)
        team = self.teams[seat.group]
        rule = "finish_call" if duty.goes_on else self.section.leaving
        idle = team.first_idle()
        if not seat.contacts:
            self._go(seat)
        elif rule == "hang_up":
            contacts = seat.release_all(self.env.now)
            self._go(seat)
            for caller in contacts:
                caller.process.interrupt("requeued")
        elif rule == "finish_call" or seat.n_away or (rule == "idle_first" and idle is None):
            seat.is_over = True
            team.leave(seat)
        elif idle is not None:
            self._leave_for(idle, seat)
        else:
            team.owed.append(seat)

    def hands_are_empty(self, seat):
        """Let an agent leave whose load fell to 0, if it or a colleague has to; say whether."""
        team = self.teams[seat.group]
        if seat.is_over:
            self._go(seat)
        elif seat in team.owed:
            team.owed.remove(seat)
            self._go(seat)
        elif team.owed and not seat.n_away:
            self._leave_for(seat, team.owed.popleft())
        return not seat.is_here

    def _leave_for(self, seat, stays):
        """Let an agent go in the place of one who then stays until the first one's end."""
        duty = seat.duty
        self._go(seat)
        self._hold(stays, duty)

    def _go(self, seat):
        self._hold(seat, None)
        self.teams[seat.group].leave(seat)
        seat.is_here = seat.is_over = False
        seat.shifts.append((seat.t_on_s, self.env.now))

    def _hold(self, seat, duty):
        if seat.duty is not None:
            seat.duty.holder = None
        seat.duty = duty
        if duty is not None:
            duty.holder = seat

    # --- away in between

    def set_away(self, agents, mode):
        seats = [self.seats[ix] for ix in agents]
        for seat in seats:
            seat.n_away += 1
            self.teams[seat.group].leave(seat)
        if mode == "finish":
            return
        contacts = []
        for seat in seats:
            if seat.contacts:
                contacts += seat.release_all(self.env.now)
                self.hands_are_empty(seat)
        for caller in sorted(contacts, key=lambda caller: -caller.row):
            caller.process.interrupt("requeued" if mode == "requeue" else "dropped")

    def set_back(self, agents):
        for ix in agents:
            seat = self.seats[ix]
            if seat.n_away == 0:
                continue
            seat.n_away -= 1
            is_free = seat.n_away == 0 and seat.is_here and not seat.contacts
            if seat.n_away == 0 and not (is_free and self.hands_are_empty(seat)):
                self.find_work(seat)
