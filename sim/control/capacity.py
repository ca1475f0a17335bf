"""What the believed grid can carry at the loads control expects: checks and plans for an incident.

Loads are believed ones: the curves of the hour, the highest up to the expected end of the repair,
and cold-load pick-up of what control believes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.control.headroom import Headroom, Limits, part_of
from sim.control.picture import Picture
from sim.control.plans import NOTHING, Plan, Request, plan
from sim.grid.assets import NONE, Grid
from sim.grid.flows import LiveTree, live_tree
from sim.grid.loads import Loads, class_counts
from sim.grid.topology import supposed
from sim.grid.worth import weights as more_worth
from sim.scenario.control import Restoration
from sim.scenario.customers import Customers
from sim.units import HOUR_S, MINUTE_S

__all__ = ["Capacity", "worth_of"]

_BUCKET_S = MINUTE_S
"""Loads are taken at this grain."""
_AHEAD_AT_MOST_H = 24
_WARM = 0.05
"""Cold load left, over the usual, from which waiting on is not worth it."""
_KEPT = 16
"""Courses of expected load kept at a time."""
_A_TRANSFORMER = 1e-6
"""Worth of a transformer without customers: it is supplied where that costs nothing."""


def worth_of(grid: Grid, section: Restoration, customers: Customers | None) -> list[float]:
    """Return what supplying each distribution transformer is worth, in ordinary customers."""
    worth: NDArray[np.float64] = grid.transformer_customers + _A_TRANSFORMER
    if section.priority_classes and customers is not None:
        names, counts = class_counts(grid, customers)
        # those counted stand for nobody where a transformer has no customers
        counts = np.where(grid.transformer_customers[:, None] > 0, counts, 0.0)
        count_for = np.array([section.priority_classes.get(name, 1.0) for name in names])
        worth = counts @ count_for + _A_TRANSFORMER
    if customers is not None:
        worth = worth + more_worth(grid, customers)
    for name, more in section.priority_transformers.items():
        if name in grid.transformer_ix:
            worth[grid.transformer_ix[name]] += more
    return worth.tolist()  # type: ignore[no-any-return]


class Capacity:
    """Own the loads control expects, and answer what may be closed and what to do instead."""

    def __init__(
        self,
        picture: Picture,
        section: Restoration,
        loads: Loads | None = None,
        customers: Customers | None = None,
    ) -> None:
        self.picture, self.section = picture, section
        self._loads = loads
        self._elements = picture.topology.elements
        worth = worth_of(picture.grid, section, customers)
        self._worth_of = lambda zone: sum(
            worth[ix] for ix in picture.topology.zone_transformers[zone]
        )
        self._usual: list[float] | None = None
        self._expected: dict[tuple[float, int, int, bool], list[float]] = {}
        self._n_cold = 0
        self._live: dict[int, tuple[tuple[int, ...], list[float], LiveTree]] = {}
        self._as_built: dict[int, tuple[list[float], LiveTree]] = {}

    @property
    def is_constant(self) -> bool:
        """Say whether the loads never change."""
        return self._loads is None or self._loads.is_constant

    def believed(self, transformers: Iterable[int], is_out: bool, now_s: float) -> None:
        """Let cold-load pick-up follow who is believed out."""
        if self._loads is not None and self._loads.has_cold_load:
            self._n_cold += 1
            cold = self._loads.cold
            (cold.lost if is_out else cold.restored)(transformers, now_s)

    # --- questions

    def moves_about(self, district_ix: int) -> tuple[int, ...]:
        """Return numbers that grow with every move believed in a district or one tied to it."""
        joined = self.picture.topology.joined_districts(district_ix)
        return tuple(self.picture.version(ix) for ix in sorted(joined))

    def fits(self, switch_ix: int, gains: Sequence[int], now_s: float, until_s: float) -> bool:
        """Say whether closing a switch may supply dead zones, at the loads up to a time."""
        return self._fits(switch_ix, gains, now_s, until_s)

    def fits_as_built(self, switch_ix: int, gains: Sequence[int], now_s: float) -> bool:
        """Say so of the usual way of supply, which only cold load may delay."""
        if self._loads is None or not self._loads.has_cold_load:
            return True
        return self._fits(switch_ix, gains, now_s, now_s)

    def waits_in_vain(self, switch_ix: int, gains: Sequence[int], now_s: float) -> bool:
        """Say whether only the cold load of the part itself is too much, and time cannot help.

        All that has supply is warm again then; the overload passes with the cold load.
        """
        if self._loads is None or not self._loads.has_cold_load:
            return False
        if not self._is_warm(self.picture.grid.switches[switch_ix].district_ix, now_s):
            return False
        return self._fits(switch_ix, gains, now_s, now_s, cold=False)

    def may_return(self, changes: Mapping[int, bool], now_s: float) -> bool:
        """Say whether moves that return supply to its usual way leave nothing above its limit.

        Only cold load on the usual way may delay them.
        """
        if self._loads is None or not self._loads.has_cold_load:
            return True
        picture = self.picture
        district_ix = picture.grid.switches[next(iter(changes))].district_ix
        if self._is_warm(district_ix, now_s):
            return True
        tree = live_tree(
            picture.topology,
            supposed(picture.positions(), changes),
            district_ix,
            self._bus_mw(now_s, now_s),
            self.section.source_voltage,
            picture.dark_sources,
        )
        most = self._limits(district_ix, now_s, now_s).most_mw(self._elements)
        return all(mw <= most[each] for each, mw in tree.mw.items())

    def _is_warm(self, district_ix: int, now_s: float) -> bool:
        """Say whether nobody with supply in a district draws much above the usual."""
        here = self.picture.grid.transformer_district_ix == district_ix
        assert self._loads is not None
        excess = self._loads.cold.excess_of_supplied(now_s)[here]
        return float(excess.max(initial=0.0)) <= _WARM

    def plan(
        self,
        zones: Sequence[int],
        entries: Sequence[tuple[int, float]],
        may_close: Callable[[int], bool],
        n_steps: int,
        now_s: float,
        until_s: float,
    ) -> Plan:
        """Return the plan to supply dead zones over open switches, ranked, in so many steps."""
        if not zones or not entries or n_steps < 1:
            return NOTHING
        district_ix = self.picture.grid.switches[entries[0][0]].district_ix
        bus_mw = self._bus_mw(now_s, until_s)
        live = self._live_tree(district_ix, bus_mw)
        if live.ring_switch_ix != NONE:
            return NOTHING
        return plan(
            Request(
                topology=self.picture.topology,
                closed=self.picture.positions(),
                live=live,
                zones=tuple(zones),
                entries=tuple(dict.fromkeys(entries)),
                bus_mw=bus_mw,
                worth=self._worth_of,
                may_close=may_close,
                limits=self._limits(district_ix, now_s, until_s),
                steps_at_most=n_steps,
            )
        )

    # --- loads and what is live

    def _bus_mw(self, now_s: float, until_s: float, *, cold: bool = True) -> list[float]:
        """Return the highest load of every bus from now to a time, (B,) MW."""
        if self._loads is None or self._loads.is_constant:
            if self._usual is None:
                mw = self.picture.grid.transformer_load_mw
                self._usual = self._elements.bus_mw(mw.tolist())
            return self._usual
        loads = self._loads
        n_hours = min(max(int(-(-(until_s - now_s) // HOUR_S)), 0), _AHEAD_AT_MOST_H)
        key = (now_s // _BUCKET_S, n_hours if loads.follows_time else 0, self._n_cold, cold)
        if key not in self._expected:
            if len(self._expected) > _KEPT:
                self._expected.clear()
            hours = range(n_hours + 1 if loads.follows_time else 1)
            courses = [
                loads.mw(now_s + hour * HOUR_S, now_s)
                if cold
                else loads.demand_mw(now_s + hour * HOUR_S)
                for hour in hours
            ]
            self._expected[key] = self._elements.bus_mw(np.maximum.reduce(courses).tolist())
        return self._expected[key]

    def _live_tree(self, district_ix: int, bus_mw: list[float]) -> LiveTree:
        """Return what is live about a district, as long as nothing moved and loads are the same."""
        picture = self.picture
        first = min(picture.topology.joined_districts(district_ix))
        moves = self.moves_about(district_ix)
        known = self._live.get(first)
        if known is None or known[0] != moves or known[1] is not bus_mw:
            tree = live_tree(
                picture.topology,
                picture.positions(),
                district_ix,
                bus_mw,
                self.section.source_voltage,
                picture.dark_sources,
            )
            known = self._live[first] = (moves, bus_mw, tree)
        return known[2]

    def _limits(self, district_ix: int, now_s: float, until_s: float) -> Limits:
        """Return the limits about a district, with the state as built at the usual loads."""
        topology, section = self.picture.topology, self.section
        usual_mw = self._bus_mw(now_s, until_s, cold=False)
        first = min(topology.joined_districts(district_ix))
        known = self._as_built.get(first)
        if known is None or known[0] is not usual_mw:
            tree = live_tree(
                topology, topology.normal, district_ix, usual_mw, section.source_voltage
            )
            known = self._as_built[first] = (usual_mw, tree)
        return Limits(
            section.voltage_at_least, section.source_voltage, section.loading_at_most, known[1]
        )

    def _fits(
        self,
        switch_ix: int,
        gains: Sequence[int],
        now_s: float,
        until_s: float,
        *,
        cold: bool = True,
    ) -> bool:
        elements = self._elements
        district_ix = self.picture.grid.switches[switch_ix].district_ix
        bus_mw = self._bus_mw(now_s, until_s, cold=cold)
        live = self._live_tree(district_ix, bus_mw)
        if live.ring_switch_ix != NONE:
            return False
        limits = self._limits(district_ix, now_s, until_s)
        ends = elements.joint(switch_ix)
        inside = set(gains)
        most_mw = limits.most_mw(elements)
        root, on = ends if elements.zone[ends[0]] in inside else (ends[1], ends[0])
        if elements.is_backward(on, root):
            return False
        part = part_of(
            elements,
            root,
            frozenset(each for zone in gains for each in elements.of_zone[zone]),
            self.picture.positions(),
            bus_mw,
            most_mw,
        )
        return Headroom(live, limits, most_mw).hang(part, on)
