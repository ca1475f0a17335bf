"""Those in need when the light goes out: owner of people on life support, and of people in lifts.

Who lives on a device, and who in a building with lifts, are traits of the customer; whether
somebody is trapped is one of customer and outage. They call for help whatever the others do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.customers.behaviour import Behaviour
from sim.customers.groups import CustomerGroups
from sim.engine.clock import Clock
from sim.engine.facts import LifeSupportRanOut, LiftsStopped
from sim.engine.journal import Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.grid.low_voltage import part_id
from sim.scenario.customers import Customers
from sim.units import HOUR_S

__all__ = ["Needs"]

Ints = NDArray[np.int64]


class Needs:
    """Own who is in need now, and what became of everybody who was."""

    def __init__(
        self,
        section: Customers,
        grid: Grid,
        groups: CustomerGroups,
        behaviour: Behaviour,
        clock: Clock,
        journal: Journal,
        streams: Streams,
    ) -> None:
        self._grid, self._groups, self._behaviour = grid, groups, behaviour
        self._clock, self._journal = clock, journal
        self._life, self._lifts = section.life_support, section.lifts
        self._not_before_s = section.calling.not_before
        self._trapped = streams.trait("customers.trapped")
        self._freed = streams.trait("customers.freed")
        self._battery = streams.trait("customers.life_battery")
        self._delay = streams.trait("customers.help_delay")
        on_device = streams.trait("customers.life_support")
        in_high_rise = streams.trait("customers.lift")
        self._on_device = self._those(on_device.of_all, self._life.per_thousand / 1000.0)
        self._near_lift = self._those(in_high_rise.of_all, self._lifts.share)
        self._turn = np.zeros(len(groups.customers), dtype=np.int64)
        """By group: changes between light and none."""
        self._open: dict[int, list[dict[str, Any]]] = {}
        """By group: rows of those in need now."""
        self.rows: list[dict[str, Any]] = []
        """A row a person in need, as the table `needs` has them."""

    @property
    def n_on_life_support(self) -> int:
        """Return how many customers live on a device."""
        return len(self._on_device)

    def _those(
        self, luck: Callable[[NDArray[np.uint64]], NDArray[np.float64]], share: float
    ) -> Ints:
        """Return the numbers of the customers whose luck is below a share, in order."""
        n = int(self._groups.customers.sum())
        if share <= 0.0 or n == 0:
            return np.empty(0, dtype=np.int64)
        everybody = np.arange(n, dtype=np.uint64)
        return np.flatnonzero(luck(everybody) < share).astype(np.int64)

    def light_changed(self, groups: Ints, has_light: bool, cause: int) -> None:
        """Take that customer groups lost or got their light."""
        if not (len(self._on_device) or len(self._near_lift)):
            return
        self._turn[groups] += 1
        if has_light:
            for group in groups.tolist():
                for row in self._open.pop(group, []):
                    self._ended(row)
            return
        turn = self._turn[groups].copy()
        lost_s = self._clock.now

        def look() -> None:
            still = groups[self._turn[groups] == turn]
            if len(still):
                self._seek_help(still, lost_s, cause)

        self._clock.call_in(self._not_before_s, look)

    def _ended(self, row: dict[str, Any]) -> None:
        if math.isnan(row["t_resumed_s"]):
            row["t_resumed_s"] = self._clock.now
            row["without_h"] = self._without_h(row, self._clock.now)

    @staticmethod
    def _without_h(row: dict[str, Any], until_s: float) -> float:
        stopped_s = row["t_stopped_s"]
        return 0.0 if math.isnan(stopped_s) else (until_s - stopped_s) / HOUR_S

    def _members(self, groups: Ints, those: Ints) -> tuple[Ints, Ints]:
        """Return the numbers of those in groups, and the group of each."""
        first = self._groups.first_customer[groups]
        low = np.searchsorted(those, first)
        high = np.searchsorted(those, first + self._groups.customers[groups])
        parts = [those[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]
        customers = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
        return customers, np.repeat(groups, high - low)

    def _seek_help(self, groups: Ints, lost_s: float, cause: int) -> None:
        customers, of = self._members(groups, self._on_device)
        if len(customers):
            self._life_support(customers, of, lost_s, cause)
        customers, of = self._members(groups, self._near_lift)
        if len(customers):
            episode = self._behaviour.episodes(of).astype(np.uint64)
            luck = self._trapped.of_all(customers.astype(np.uint64), episode)
            caught = luck < self._lifts.trapped_per_thousand / 1000.0
            if caught.any():
                self._people_in_lifts(customers[caught], of[caught], lost_s, cause)

    def _row(self, kind: str, customer: int, group: int, lost_s: float) -> dict[str, Any]:
        ix = int(self._groups.transformer_ix[group])
        place = self._groups.place_of(customer, ix)
        row: dict[str, Any] = {
            "kind": kind,
            "name": part_id(self._grid.transformers[ix].id, "customer", place),
            "grade": "",
            "transformer_ix": ix,
            "t_lost_s": lost_s,
            "t_stopped_s": math.nan,
            "t_resumed_s": math.nan,
            "without_h": 0.0,
            "backed_by": "",
        }
        self.rows.append(row)
        self._open.setdefault(group, []).append(row)
        return row

    def _call(self, customers: Ints, of: Ints, delay: Any, call_type: str, cause: int) -> None:
        episode = self._behaviour.episodes(of)
        pairs = zip(customers.tolist(), episode.tolist(), strict=True)
        after = np.array([delay(self._delay.of(who & 0xFFFFFFFF, n)) for who, n in pairs])
        self._behaviour.call_for_help(of, customers, after, call_type, cause)

    def _life_support(self, customers: Ints, of: Ints, lost_s: float, cause: int) -> None:
        battery_s = quantile(self._life.battery)
        for who, group in zip(customers.tolist(), of.tolist(), strict=True):
            row = self._row("life_support", who, group, lost_s)
            row["backed_by"] = "battery"
            episode = int(self._behaviour.episodes(np.array([group]))[0])
            ends_s = lost_s + battery_s(self._battery.of(who & 0xFFFFFFFF, episode))
            self._clock.call_at(max(ends_s, self._clock.now), partial(self._ran_out, row, cause))
        self._call(customers, of, quantile(self._life.calls_after), self._life.call_type, cause)

    def _ran_out(self, row: dict[str, Any], cause: int) -> None:
        if math.isnan(row["t_resumed_s"]):
            row["t_stopped_s"] = self._clock.now
            transformer = self._grid.transformers[row["transformer_ix"]].id
            self._journal.write(LifeSupportRanOut(row["name"], transformer), cause)

    def _people_in_lifts(self, customers: Ints, of: Ints, lost_s: float, cause: int) -> None:
        freed_s = quantile(self._lifts.freed_in)
        behind = self._groups.transformer_ix[of]
        for ix in np.unique(behind).tolist():
            fact = LiftsStopped(self._grid.transformers[ix].id, int((behind == ix).sum()))
            self._journal.write(fact, cause)
        for who, group in zip(customers.tolist(), of.tolist(), strict=True):
            row = self._row("lift", who, group, lost_s)
            row["t_stopped_s"] = lost_s
            episode = int(self._behaviour.episodes(np.array([group]))[0])
            ends_s = lost_s + freed_s(self._freed.of(who & 0xFFFFFFFF, episode))
            self._clock.call_at(max(ends_s, self._clock.now), partial(self._ended, row))
        self._call(customers, of, quantile(self._lifts.calls_after), self._lifts.call_type, cause)

    def finish(self) -> None:
        """Count what still lasts up to now."""
        for rows in self._open.values():
            for row in rows:
                if math.isnan(row["t_resumed_s"]):
                    row["without_h"] = self._without_h(row, self._clock.now)
