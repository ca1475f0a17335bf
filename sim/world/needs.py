"""Those who cannot do without supply, in a world: who tells them, and what the utility sends.

Key customers follow the supply of their transformers, people on life support and in lifts the
light of their customer group. Distributed generation gives light to its own transformer: its
customers are interrupted no longer, although the grid there is dead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.commands import Command, SendMobileSet
from sim.customers.key import KeyCustomers
from sim.customers.needs import Needs
from sim.engine.clock import LAST
from sim.engine.facts import (
    BackupEnded,
    BackupStarted,
    Fact,
    FuelRanOut,
    GeneratorFailed,
    GeneratorStarted,
    KeyCustomerLostSupply,
    MobileSetSent,
    SupplyLost,
    SupplyRestored,
)
from sim.engine.journal import Reaction
from sim.engine.sampling import quantile
from sim.scenario.key_customers import GRADES
from sim.units import MINUTE_S
from sim.world.seats import DISPATCHER

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["InNeed"]

_REVIEW_S = 10 * MINUTE_S
"""How often the dispatcher looks who will stop soon, while somebody lacks the grid. Assumption."""
_Pair = tuple[Callable[[Any], str], Callable[[Any, int], None]]


class InNeed:
    """Own the mobile sets and the backup generation of one world; hold those in need."""

    def __init__(self, world: World) -> None:
        section = world.scenario.customers
        self._world, self._section = world, section
        self.key = KeyCustomers(
            section,
            world.grid,
            self._has_supply,
            world.clock,
            world.journal,
            world.streams,
        )
        self.people = Needs(
            section,
            world.grid,
            world.groups,
            world.behaviour,
            world.clock,
            world.journal,
            world.streams,
        )
        world.behaviour.on_light = self.people.light_changed
        self._ready_s = quantile(section.mobile_sets.ready_in)
        self._ready = world.streams.trait("customers.mobile_set")
        self._backup = world.streams.trait("customers.backup_starts")
        self._sent: set[str] = set()
        """Key customers a mobile set is at, or on its way to."""
        self._n_sent = 0
        self._is_reviewing = False
        self._fed: set[int] = set()
        """Transformers fed by their backup now."""
        self._losses: dict[int, int] = {}
        self._has_backup = {
            each.ix for each in world.grid.transformers if each.backup_mw is not None
        }

    def _has_supply(self, transformer_ix: int) -> bool:
        return transformer_ix in self._fed or self._world.state.is_transformer_supplied(
            transformer_ix
        )

    @property
    def customers_fed(self) -> int:
        """Return the customers of transformers without the grid that their backup feeds."""
        customers = self._world.grid.transformer_customers
        return sum(int(customers[ix]) for ix in self._fed)

    def has_set(self, customer: str) -> bool:
        """Say whether a mobile set is at a key customer, or on its way to it."""
        return customer in self._sent

    @property
    def sets_free(self) -> int:
        """Return how many mobile sets are free."""
        return self._section.mobile_sets.number - len(self._sent)

    # --- reactions

    def reactions(self) -> Mapping[type[Fact], Sequence[Reaction]]:
        """Return what those in need take notice of; nothing where there are none."""
        table: dict[type[Fact], Sequence[Reaction]] = {}
        if self.key.all or self._has_backup:
            table[SupplyLost] = [self._lost]
            table[SupplyRestored] = [self._restored]
        if self.key.all and self._section.mobile_sets.number:
            for kind in (KeyCustomerLostSupply, GeneratorStarted, GeneratorFailed, FuelRanOut):
                table[kind] = [self._review_soon]
        return table

    def _lost(self, fact: Any, seq: int) -> None:
        lost = [self._world.grid.transformer_ix[name] for name in fact.transformers]
        for ix in lost:
            if ix in self._has_backup:
                self._start_backup(ix, seq)
        self.key.changed(lost, seq)

    def _restored(self, fact: Any, seq: int) -> None:
        back = [self._world.grid.transformer_ix[name] for name in fact.transformers]
        for ix in back:
            if ix in self._fed:
                self._fed.discard(ix)
                name = self._world.grid.transformers[ix].id
                self._world.journal.write(BackupEnded(name), seq)
        self.key.changed(back, seq)
        for name in [each for each in self._sent if self.key.all[each].is_main]:
            self._sent.discard(name)

    # --- distributed generation

    def _start_backup(self, ix: int, cause: int) -> None:
        settings = self._section.backup
        episode = self._losses[ix] = self._losses.get(ix, 0) + 1
        self._world.clock.call_in(
            settings.starts_in, partial(self._backup_starts, ix, episode, cause)
        )

    def _is_dark(self, ix: int, episode: int) -> bool:
        world = self._world
        return self._losses[ix] == episode and not world.state.is_transformer_supplied(ix)

    def _backup_starts(self, ix: int, episode: int, cause: int) -> None:
        world, settings = self._world, self._section.backup
        transformer = world.grid.transformers[ix]
        assert transformer.backup_mw is not None
        if not self._is_dark(ix, episode):
            return
        load_mw = float(world.loads.mw(world.clock.now)[ix])
        if self._backup.of(transformer.id, episode) >= settings.start_probability:
            return
        if load_mw > transformer.backup_mw:
            return
        seq = world.journal.write(BackupStarted(transformer.id, settings.lasts), cause)
        self._fed.add(ix)
        world.interruptions.ended([ix], world.clock.now)
        world.orders.restored(world.behaviour.supply_restored([ix], seq), seq)
        self.key.changed([ix], seq)
        world.clock.call_in(settings.lasts, partial(self._backup_spent, ix, episode, seq))

    def _backup_spent(self, ix: int, episode: int, cause: int) -> None:
        world = self._world
        if ix not in self._fed or not self._is_dark(ix, episode):
            return
        self._fed.discard(ix)
        seq = world.journal.write(BackupEnded(world.grid.transformers[ix].id), cause)
        world.interruptions.began([ix], world.clock.now, seq)
        world.behaviour.supply_lost([ix], seq)
        self.key.changed([ix], seq)

    # --- mobile sets

    def handlers(self) -> dict[type[Command], _Pair]:
        """Return the commands handled here."""
        return {SendMobileSet: (self._check_send, self._send)}

    def _check_send(self, command: SendMobileSet) -> str:
        if command.customer not in self.key.all:
            return "unknown_customer"
        if command.customer in self._sent:
            return "set_is_sent"
        if len(self._sent) >= self._section.mobile_sets.number:
            return "no_set_free"
        return ""

    def _send(self, command: SendMobileSet, seq: int) -> None:
        world = self._world
        self._sent.add(command.customer)
        self._n_sent += 1
        losses = self.key.all[command.customer].losses
        ready_s = self._ready_s(self._ready.of(command.customer, losses))
        sent = world.journal.write(MobileSetSent(command.customer, ready_s), seq)

        def ready() -> None:
            if not self.key.set_ready(command.customer, sent):
                self._sent.discard(command.customer)

        world.clock.call_in(ready_s, ready)

    def _review_soon(self, _fact: Any, seq: int) -> None:
        if not self._is_reviewing:
            self._is_reviewing = True
            delay_s = self._world.scenario.control.decision_time + self._world.seats.delay_s
            self._world.clock.call_in(delay_s, partial(self._review, seq), LAST)

    def _review(self, cause: int) -> None:
        """Send sets to those who stop soon, the highest grade and the most pressing first."""
        world, section = self._world, self._section.mobile_sets
        self._is_reviewing = False
        waiting = [each for each in self._lacking() if each not in self._sent]
        if world.seats.is_autopilot(DISPATCHER):
            least = GRADES.index(section.least_grade)
            soon_s = world.clock.now + section.sent_before
            due = [
                (GRADES.index(self.key.all[each].section.grade), self.key.stops_s(each), each)
                for each in waiting
            ]
            for grade, stops_s, name in sorted(due):
                if grade <= least and stops_s <= soon_s and len(self._sent) < section.number:
                    world.handlers.give(SendMobileSet(name), DISPATCHER, cause)
        if any(math.isfinite(self.key.stops_s(each)) for each in waiting):
            self._is_reviewing = True
            world.clock.call_in(_REVIEW_S, partial(self._review, cause), LAST)

    def _lacking(self) -> Iterable[str]:
        return [name for name, each in self.key.all.items() if not each.is_main]

    # --- tables

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a need: a loss of a key customer, a person on life support or in a lift."""
        self.key.finish()
        self.people.finish()
        return sorted([*self.key.rows, *self.people.rows], key=lambda row: row["t_lost_s"])
