"""Calling behaviour: owner of what customers experience and believe, planner of their calls.

Whether a customer calls, when, and whether sleep delays it are keyed traits of the customer and
the episode. Rows are planned at the highest propensity a group can reach; the contact kernel makes
the call only if the row's number is below what the customer then believes warrants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.customers.callers import Callers
from sim.customers.channels import Channels
from sim.customers.experience import Past
from sim.customers.groups import CustomerGroups
from sim.customers.knowledge import Knowledge
from sim.engine.clock import Clock
from sim.engine.facts import CallersPlanned, PromiseExpired
from sim.engine.hashing import mix_arrays
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.sampling import lookup_all, tabulate
from sim.engine.streams import Streams
from sim.scenario.customers import Customers
from sim.units import DAY_S, HOUR_S, Calendar

__all__ = ["Behaviour", "CallPlanner", "OnLight"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
OnLight = Callable[[Ints, bool, int], None]
_ROUNDS = 1024
"""Rounds of calls an outage can have at most; episode and round share one trait index."""
_BROKEN = 512
"""Rounds after broken promises count from here, so that they shift nobody's luck in others."""
_ALWAYS = -1.0
"""Number of a call that is made whatever its group believes."""


class CallPlanner(Protocol):
    """What the behaviour needs of the contact centre."""

    def plan(
        self,
        times_s: Floats,
        group_ix: Ints,
        number: Floats | float,
        rank: Floats,
        caller_id: Ints,
        call_type: str,
        cause: int,
    ) -> Ints:
        """Plan one call a row, and return the caller of each."""

    def set_belief(
        self, group_ix: Ints, p_uninformed: Floats, p_informed: Floats, reached_share: Floats
    ) -> None:
        """Set the propensity of groups and the share of them that knows a restoration time."""

    def set_out(self, group_ix: Ints, out: bool) -> None:
        """Tell whether the groups are without supply."""

    def drop(self, group_ix: Ints) -> None:
        """Let go of every call the groups had planned so far."""


class Behaviour:
    """Own the customers' experience: out or not, since when, what they were told."""

    def __init__(
        self,
        section: Customers,
        groups: CustomerGroups,
        planner: CallPlanner,
        clock: Clock,
        journal: Journal,
        calendar: Calendar,
        streams: Streams,
    ) -> None:
        self._calling, self._night = section.calling, section.night
        self._groups, self._planner = groups, planner
        self._clock, self._journal, self._calendar = clock, journal, calendar
        n = len(groups.customers)
        share = np.array([section.classes[name].call_share for name in groups.classes])
        self._call_share = np.where(groups.transformer_ix >= 0, share[groups.class_ix], 0.0)
        self.out = np.zeros(n, dtype=bool)
        self._dark = np.zeros(n, dtype=bool)
        """Their transformer has no supply."""
        self._held = np.zeros(n, dtype=bool)
        """Something behind their transformer keeps them dark, whether it has supply or not."""
        self._usual_share, self._held_share = self._call_share.copy(), self._call_share.copy()
        self._past = Past(section.experience, n)
        self._by_hour = np.array(self._calling.by_hour)
        self._losses = np.zeros(n, dtype=np.int64)
        self._back_s = np.full(n, -np.inf)
        self._round = np.zeros(n, dtype=np.int64)
        self._broken = np.zeros(n, dtype=np.int64)
        self._knowledge = Knowledge(n)
        self._trusting = np.full(n, self._calling.informed_factor)
        """Calls left of those who know a time, as a share, by the outage they are in."""
        self._number = streams.trait("customers.number")
        self._rank = streams.trait("customers.rank")
        self._delay = streams.trait("customers.delay")
        self._asleep = streams.trait("customers.asleep")
        self._wake = streams.trait("customers.wake")
        self._channels = Channels(section, groups.classes, streams)
        self.callers = Callers()
        """Which customers call."""
        self.on_light: OnLight = lambda _groups, _has_light, _cause: None
        """Hears (groups, whether they have light now, cause)."""
        self._seasons = {
            class_ix: season
            for class_ix, name in enumerate(groups.classes)
            if (season := section.classes[name].season) is not None
        }
        self._caller_key = streams.key("customers.caller")
        self._help_key = streams.key("customers.help")
        self._first_delay = tabulate(self._calling.delay)
        self._anger_delay = tabulate(self._calling.broken_promise_delay)

    # --- what happens to customers

    def supply_lost(self, transformers: Sequence[int], cause: int) -> None:
        """Start an outage for the customers of some transformers who are not in one already."""
        groups = self._groups.of(transformers)
        self._dark[groups] = True
        self._lose(groups[~self.out[groups]], cause)

    def supply_restored(self, transformers: Sequence[int], cause: int = NO_CAUSE) -> Ints:
        """End the outage: nobody calls about it any more. Return the groups that have light.

        Those whom something behind the transformer keeps dark see their neighbours' light, and
        call as if their outage began now.
        """
        groups = self._groups.of(transformers)
        self._dark[groups] = False
        left = groups[self._held[groups]]
        back = groups[~self._held[groups]]
        self._regain(back)
        if len(left):
            self._knowledge.forget(left)
            self._planner.drop(left)
            self._call_share[left] = self._held_share[left]
            self._round[left] += 1
            self._losses[left] += 1
            self._believe(left)
            self._start_calling(left, cause)
        return back

    def hold(self, groups: Ints, call_share: float, cause: int) -> Ints:
        """Keep groups dark from behind their transformer; return those who had light.

        Such a share of them calls once they know that their neighbours have light.
        """
        self._held[groups] = True
        self._held_share[groups] = call_share
        had_light = groups[~self.out[groups]]
        self._call_share[had_light] = call_share
        self._lose(had_light, cause)
        return had_light

    def release(self, groups: Ints) -> Ints:
        """Keep groups dark no longer from behind; return those who have light now."""
        self._held[groups] = False
        back = groups[~self._dark[groups]]
        self._call_share[groups] = self._usual_share[groups]
        self._believe(groups[self._dark[groups]])
        self._regain(back)
        return back

    def settle(self, groups: Ints) -> None:
        """Let groups know that nobody but they themselves can help them: they call no more."""
        self._planner.drop(groups)
        self._losses[groups] += 1

    def call_again(self, group: int, customer: int, after_s: float, cause: int) -> None:
        """Plan one more call of a customer, whatever is told meanwhile."""
        groups, ident = np.array([group]), np.array([customer], dtype=np.uint64)
        self._round[groups] += 1
        index = (self._past.outages(groups) * _ROUNDS + self._round[groups]).astype(np.uint64)
        keys = mix_arrays(mix_arrays(self._caller_key, ident), index).astype(np.int64)
        seq = self._journal.write(CallersPlanned("still_out", 1), cause)
        for call_type, _rows in self._channels.chosen(ident, self._groups.class_ix[groups]):
            when = np.array([self._clock.now + after_s])
            callers = self._planner.plan(
                when, groups, _ALWAYS, self._rank.of_all(ident), keys, call_type, seq
            )
            self.callers.note(callers, ident.astype(np.int64))

    def call_for_help(
        self, groups: Ints, customers: Ints, after_s: Floats, call_type: str, cause: int
    ) -> None:
        """Plan one urgent call of each customer, besides what its group does."""
        ident = customers.astype(np.uint64)
        index = self._past.outages(groups).astype(np.uint64)
        keys = mix_arrays(mix_arrays(self._help_key, ident), index).astype(np.int64)
        seq = self._journal.write(CallersPlanned("help", len(customers)), cause)
        when = self._clock.now + after_s
        rank = self._rank.of_all(ident)
        callers = self._planner.plan(when, groups, _ALWAYS, rank, keys, call_type, seq)
        self.callers.note(callers, customers)

    def _lose(self, groups: Ints, cause: int) -> None:
        if not len(groups):
            return
        self._heed_season(groups)
        self.out[groups] = True
        away_s = self._clock.now - self._back_s[groups]
        self._past.new_outage(groups[away_s > self._calling.same_outage_within])
        self._round[groups] = 0
        self._broken[groups] = 0
        self._planner.set_out(groups, True)
        self._believe(groups)
        self._losses[groups] += 1
        self._start_calling(groups, cause)
        self.on_light(groups, False, cause)

    def _heed_season(self, groups: Ints) -> None:
        """Let classes in their season call as readily as it asks for."""
        if not self._seasons:
            return
        day = self._calendar.at(self._clock.now).date()
        for class_ix, season in self._seasons.items():
            mine = groups[(self._groups.class_ix[groups] == class_ix) & ~self._held[groups]]
            factor = season.call_factor if season.holds(day) else 1.0
            self._call_share[mine] = np.minimum(self._usual_share[mine] * factor, 1.0)

    def _start_calling(self, groups: Ints, cause: int) -> None:
        loss = self._losses[groups].copy()
        self._clock.call_in(
            self._calling.not_before, lambda: self._first_round(groups, loss, cause)
        )

    def _regain(self, groups: Ints) -> None:
        self.out[groups] = False
        self._back_s[groups] = self._clock.now
        self._knowledge.forget(groups)
        self._planner.set_out(groups, False)
        self._planner.drop(groups)
        self._believe(groups)
        self.on_light(groups, True, NO_CAUSE)

    def informed(self, groups: Ints, shares: Floats, promise_s: float, channel: str = "") -> None:
        """Let a share of each group know a restoration time by a channel.

        Customers are reached in the order of their rank, so those reached by an earlier notice on
        the channel are reached again. Several channels reach more than one: see `Knowledge`.
        """
        out = self.out[groups]
        groups, shares = groups[out], shares[out]
        if not len(groups):
            return
        self._knowledge.tell(groups, shares, promise_s, self._clock.now, channel)
        self._believe(groups)

    def promise_passed(
        self, groups: Ints, promise_s: float, notice: str, incident: str, cause: int
    ) -> None:
        """Let a promised time pass: those who knew it and still wait call, some at once."""
        waiting = groups[self.out[groups]]
        low, high = self._knowledge.expire(waiting, promise_s, self._clock.now)
        affected = high > low
        broken, low, high = waiting[affected], low[affected], high[affected]
        customers = int((self._groups.customers[broken] * (high - low)).sum())
        if customers == 0:
            return
        seq = self._journal.write(PromiseExpired(notice, incident, customers), cause)
        self._past.broken_promise(broken, high - low)
        self._believe(broken)
        self._plan_broken(broken, low, high, seq)
        self._broken[broken] += 1

    def expect(self, groups: Ints, informed_factor: float | None) -> None:
        """Let those of groups who know a time call as such a share in the outage that begins.

        None: as in an outage by a fault.
        """
        usual = self._calling.informed_factor
        self._trusting[groups] = usual if informed_factor is None else informed_factor

    # --- rounds of calls

    def _believe(self, groups: Ints) -> None:
        """Pass on what the groups' belief makes of their propensity to call.

        The contact centre knows two kinds of customers in a group. Where some know a time that
        stands, those disappointed on another channel count among the rest, by their mean.
        """
        out = self.out[groups]
        usual, broken = self._call_share[groups], self._calling.broken_promise_share
        knows = self._knowledge.informed(groups, self._clock.now)
        told = self._knowledge.told(groups)
        stands = knows > 0.0
        disappointed = np.where(stands, (told - knows) / np.maximum(1.0 - knows, 1e-12), 0.0)
        uninformed = usual + (broken - usual) * disappointed
        factor = self._past.informed_factor(groups, self._trusting[groups])
        informed = np.where(stands, usual * factor, broken)
        reached = np.where(stands, knows, told)
        self._planner.set_belief(
            groups,
            np.where(out, uninformed, 0.0),
            np.where(out, informed, 0.0),
            np.where(out, reached, 0.0),
        )

    def _still(self, groups: Ints, loss: Ints) -> Ints:
        """Return the groups that have been without supply ever since a given loss."""
        return np.asarray(groups[self.out[groups] & (self._losses[groups] == loss)])

    def _first_round(self, groups: Ints, loss: Ints, cause: int) -> None:
        alive = self._still(groups, loss)
        if len(alive):
            self._plan(alive, self._round[alive], "outage", cause, 1.0, self._first_times)
            self._later_rounds(alive, cause)

    def _later_rounds(self, groups: Ints, cause: int) -> None:
        loss = self._losses[groups].copy()

        def again() -> None:
            alive = self._still(groups, loss)
            if len(alive):
                self._round[alive] += 1
                factor = self._calling.again_factor
                number = self._round[alive]
                self._plan(alive, number, "still_out", cause, factor, self._spread_times)
                self._later_rounds(alive, cause)

        self._clock.call_in(self._calling.again_every, again)

    def _first_times(self, u: Floats) -> Floats:
        delay = np.maximum(lookup_all(self._first_delay, u), self._calling.not_before)
        return self._clock.now - self._calling.not_before + delay

    def _spread_times(self, u: Floats) -> Floats:
        return self._clock.now + u * self._calling.again_every

    def _plan_broken(self, groups: Ints, low: Floats, high: Floats, cause: int) -> None:
        """Plan calls of those whose rank lies between two bounds of their group."""

        def times(u: Floats) -> Floats:
            return self._clock.now + lookup_all(self._anger_delay, u)

        number = _BROKEN + self._broken[groups]
        self._plan(groups, number, "broken_promise", cause, 1.0, times, (low, high))

    def _plan(
        self,
        groups: Ints,
        rounds: Ints,
        why: str,
        cause: int,
        factor: float,
        times: _Times,
        ranks: tuple[Floats, Floats] | None = None,
    ) -> None:
        """Plan a round: every customer of the groups whose number can ever be low enough.

        Each group's round has its number. A round of relative size `factor` divides the numbers
        of its customers by it, as do the hour and what they have been through. `ranks` chooses
        customers of each group by rank, from and to.
        """
        if factor <= 0.0:
            return
        counts = self._groups.customers[groups]
        group = np.repeat(groups, counts)
        place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        customer = self._groups.first_customer[group] + place
        index = (self._past.outages(group) * _ROUNDS + np.repeat(rounds, counts)).astype(np.uint64)
        ident = customer.astype(np.uint64)
        hour = int(self._calendar.time_of_day_s(self._clock.now) // HOUR_S)
        eager = factor * self._by_hour[hour] * self._past.eagerness(group)
        number = np.full(len(group), np.inf)
        np.divide(self._number.of_all(ident, index), eager, out=number, where=eager > 0.0)
        rank = self._rank.of_all(ident)
        highest = np.maximum(self._call_share[group], self._calling.broken_promise_share)
        chosen = number < highest
        if ranks is not None:
            low, high = (np.repeat(bound, counts) for bound in ranks)
            chosen &= (low <= rank) & (rank < high)
        group, ident, index = group[chosen], ident[chosen], index[chosen]
        if not len(group):
            return
        when = self._awake(times(self._delay.of_all(ident, index)), ident, index)
        when = np.maximum(when, self._clock.now)
        number, rank = number[chosen], rank[chosen]
        keys = mix_arrays(mix_arrays(self._caller_key, ident), index).astype(np.int64)
        seq = self._journal.write(CallersPlanned(why, len(group)), cause)
        for call_type, rows in self._channels.chosen(ident, self._groups.class_ix[group]):
            callers = self._planner.plan(
                when[rows], group[rows], number[rows], rank[rows], keys[rows], call_type, seq
            )
            self.callers.note(callers, ident[rows].astype(np.int64))

    def _awake(self, when: Floats, ident: NDArray[np.uint64], index: NDArray[np.uint64]) -> Floats:
        """Move the calls of those who sleep to the morning."""
        night = self._night
        midnight = self._calendar.time_of_day_s(0.0)
        local = np.mod(when + midnight, DAY_S)
        length = (night.end - night.start) % DAY_S
        into = np.mod(local - night.start, DAY_S)
        asleep = (into < length) & (self._asleep.of_all(ident, index) < night.asleep_share)
        woken = when - into + length + self._wake.of_all(ident, index) * night.wake_over
        return np.where(asleep, woken, when)

    def episodes(self, groups: Ints) -> Ints:
        """Return how many outages the groups have been in, this one included."""
        return self._past.outages(groups)

    def customers_out(self) -> int:
        """Return the customers without supply."""
        return int(self._groups.customers[self.out].sum())


class _Times(Protocol):
    def __call__(self, u: Floats, /) -> Floats: ...
