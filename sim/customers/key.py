"""Important users: owner of what keeps each of them going, and until when.

A key customer works while it has power: from its transformer, from a second source, from its own
generator while there is fuel, or from a mobile set. Without power it goes on until its battery is
empty. Batteries are full again as soon as there is power (assumption).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sim.engine.clock import Clock
from sim.engine.facts import (
    FuelRanOut,
    GeneratorFailed,
    GeneratorRefuelled,
    GeneratorStarted,
    KeyCustomerLostSupply,
    KeyCustomerResumed,
    KeyCustomerStopped,
    KeyCustomerTransferred,
)
from sim.engine.journal import Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.errors import InputError
from sim.grid.assets import NONE, Grid
from sim.grid.worth import unknown_transformers, weights
from sim.messages import standing_at
from sim.scenario.customers import Customers
from sim.scenario.key_customers import KeyCustomer
from sim.units import HOUR_S

__all__ = ["KeyCustomers", "weights"]


@dataclass(slots=True)
class _State:
    """Where one key customer stands."""

    name: str
    section: KeyCustomer
    main_ix: int
    second_ix: int
    fuel_s: float = 0.0
    is_main: bool = True
    is_second: bool = False
    """Fed from its second source."""
    runs_since_s: float = math.nan
    """Its generator runs since then."""
    has_set: bool = False
    is_working: bool = True
    has_power: bool = True
    empty_s: float = math.inf
    """When its battery is empty."""
    off_s: float = math.nan
    """Since when it does not work."""
    losses: int = 0
    turn: int = 0
    """Counts changes of power, so that a timer of an older one does nothing."""
    is_fuel_ordered: bool = False
    row: dict[str, Any] | None = None


class KeyCustomers:
    """Own the important users."""

    def __init__(
        self,
        section: Customers,
        grid: Grid,
        is_supplied: Callable[[int], bool],
        clock: Clock,
        journal: Journal,
        streams: Streams,
    ) -> None:
        """Take the true supply of a transformer."""
        self._grid, self._is_supplied = grid, is_supplied
        self._clock, self._journal = clock, journal
        self._starts = streams.trait("customers.generator_starts")
        self._refuel = streams.trait("customers.refuel")
        self.rows: list[dict[str, Any]] = []
        """A row a loss of supply, as the table `needs` has them."""
        self.all: dict[str, _State] = {}
        for name, key, words in unknown_transformers(section, grid):
            raise InputError(standing_at(f"customers.key.{name}.{key}", words))
        for name, each in section.key.items():
            state = _State(
                name,
                each,
                grid.transformer_ix[each.transformer],
                grid.transformer_ix[each.second_source] if each.second_source else NONE,
            )
            state.fuel_s = each.generator.fuel if each.generator is not None else 0.0
            self.all[name] = state

    # --- what others tell

    def changed(self, transformers: Iterable[int], cause: int) -> None:
        """Take that the supply of some transformers changed."""
        touched = set(transformers)
        for each in self.all.values():
            if each.main_ix in touched or each.second_ix in touched:
                self._follow(each, cause)

    def set_ready(self, name: str, cause: int) -> bool:
        """Connect a mobile set; return whether it is still needed."""
        each = self.all[name]
        if each.is_main:
            return False
        each.has_set = True
        self._stop_generator(each)
        self._power(each, cause)
        return True

    def stops_s(self, name: str) -> float:
        """Return when a key customer will stop if nothing changes; inf where it will not."""
        each = self.all[name]
        if not each.has_power:
            return each.empty_s
        if each.is_main or each.is_second or each.has_set:
            return math.inf
        left_s = self._left_s(each)
        return self._clock.now + left_s + each.section.battery

    # --- what happens

    def _follow(self, each: _State, cause: int) -> None:
        has_main = self._is_supplied(each.main_ix)
        if each.is_main and not has_main:
            self._lost(each, cause)
        elif has_main and not each.is_main:
            each.is_main, each.is_second, each.has_set = True, False, False
            self._stop_generator(each)
            self._power(each, cause)
        elif not has_main:
            if each.is_second and not self._is_supplied(each.second_ix):
                each.is_second = False
                self._power(each, cause)
                self._start_soon(each, cause)
            elif not each.is_second:
                self._transfer_soon(each, cause)

    def _lost(self, each: _State, cause: int) -> None:
        each.is_main = False
        each.losses += 1
        fact = KeyCustomerLostSupply(each.name, each.section.transformer, each.section.grade)
        seq = self._journal.write(fact, cause)
        each.row = {
            "kind": "key",
            "name": each.name,
            "grade": each.section.grade,
            "transformer_ix": each.main_ix,
            "t_lost_s": self._clock.now,
            "t_stopped_s": math.nan,
            "t_resumed_s": math.nan,
            "without_h": 0.0,
            "backed_by": "",
        }
        self.rows.append(each.row)
        self._power(each, seq)
        self._transfer_soon(each, seq)
        self._start_soon(each, seq)

    def _transfer_soon(self, each: _State, cause: int) -> None:
        if each.second_ix == NONE or not self._is_supplied(each.second_ix):
            return
        loss = each.losses

        def transfer() -> None:
            waits = not each.is_main and not each.is_second and each.losses == loss
            if waits and self._is_supplied(each.second_ix):
                each.is_second = True
                self._stop_generator(each)
                fact = KeyCustomerTransferred(each.name, each.section.second_source)
                self._power(each, self._journal.write(fact, cause))

        self._clock.call_in(each.section.transfer_in, transfer)

    def _power(self, each: _State, cause: int) -> None:
        """Let function follow power."""
        runs = not math.isnan(each.runs_since_s)
        has_power = each.is_main or each.is_second or runs or each.has_set
        if has_power and not each.is_working:
            by = "grid" if each.is_main else self._other(each)
            each.is_working = True
            assert each.row is not None
            each.row["without_h"] += (self._clock.now - each.off_s) / HOUR_S
            each.row["t_resumed_s"] = self._clock.now
            self._journal.write(KeyCustomerResumed(each.name, by), cause)
        if has_power and not each.is_main and each.row is not None:
            each.row["backed_by"] = self._other(each)
        if has_power == each.has_power:
            return
        each.has_power = has_power
        each.turn += 1
        each.empty_s = math.inf
        if has_power:
            return
        turn = each.turn
        each.empty_s = self._clock.now + each.section.battery

        def empty() -> None:
            if each.turn == turn and each.is_working:
                each.is_working = False
                assert each.row is not None
                each.off_s = self._clock.now
                if math.isnan(each.row["t_stopped_s"]):
                    each.row["t_stopped_s"] = self._clock.now
                self._journal.write(KeyCustomerStopped(each.name, each.section.grade), cause)

        self._clock.call_at(each.empty_s, empty)

    def _other(self, each: _State) -> str:
        if each.is_second:
            return "second_source"
        return "mobile_set" if each.has_set else "generator"

    # --- generators

    def _start_soon(self, each: _State, cause: int) -> None:
        generator = each.section.generator
        if generator is None or not math.isnan(each.runs_since_s):
            return
        loss = each.losses

        def start() -> None:
            is_fed = each.is_main or each.is_second or each.has_set
            is_wanted = not is_fed and each.losses == loss
            if not is_wanted or not math.isnan(each.runs_since_s):
                return
            if each.fuel_s <= 0.0:
                return
            if self._starts.of(each.name, loss) >= generator.start_probability:
                self._journal.write(GeneratorFailed(each.name), cause)
                return
            each.runs_since_s = self._clock.now
            seq = self._journal.write(GeneratorStarted(each.name, each.fuel_s), cause)
            self._power(each, seq)
            self._watch_fuel(each, seq)

        self._clock.call_in(generator.starts_in, start)

    def _left_s(self, each: _State) -> float:
        if math.isnan(each.runs_since_s):
            return each.fuel_s
        return max(0.0, each.fuel_s - (self._clock.now - each.runs_since_s))

    def _stop_generator(self, each: _State) -> None:
        each.fuel_s = self._left_s(each)
        each.runs_since_s = math.nan

    def _watch_fuel(self, each: _State, cause: int) -> None:
        """Plan the order of fuel and the end of it."""
        since_s, left_s = each.runs_since_s, self._left_s(each)

        def order() -> None:
            is_running = each.runs_since_s == since_s
            if is_running and not each.is_fuel_ordered and each.section.refuel_in is not None:
                each.is_fuel_ordered = True
                after = quantile(each.section.refuel_in)(self._refuel.of(each.name, each.losses))
                self._clock.call_in(after, filled)

        def filled() -> None:
            generator = each.section.generator
            assert generator is not None
            was_empty = not each.is_main and self._left_s(each) <= 0.0
            running = not math.isnan(each.runs_since_s)
            each.is_fuel_ordered = False
            each.fuel_s = generator.fuel
            seq = self._journal.write(GeneratorRefuelled(each.name, generator.fuel), cause)
            if running:
                each.runs_since_s = self._clock.now
                self._watch_fuel(each, seq)
            elif was_empty and not each.is_second:
                self._start_soon(each, seq)

        def spent() -> None:
            if each.runs_since_s == since_s:
                each.fuel_s, each.runs_since_s = 0.0, math.nan
                self._power(each, self._journal.write(FuelRanOut(each.name), cause))

        self._clock.call_in(max(0.0, left_s - each.section.refuel_below), order)
        self._clock.call_in(left_s, spent)

    # --- at the end

    def finish(self) -> None:
        """Count what is still without function up to now."""
        for each in self.all.values():
            if not each.is_working and each.row is not None:
                each.row["without_h"] += (self._clock.now - each.off_s) / HOUR_S
                each.off_s = self._clock.now
