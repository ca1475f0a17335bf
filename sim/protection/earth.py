"""Single-phase earth faults where the neutral is isolated or compensated.

Such a fault trips nothing: the voltage of the neutral rises in all that is joined to one busbar,
and an alarm names that busbar only. Its arc may go out by itself; it may become a fault between
phases, and so do two earth faults on different phases of one busbar.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.engine.clock import Clock
from sim.engine.facts import EarthFaultEvolved, EarthFaultGone, EarthFaultSensed
from sim.engine.journal import Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.grid.assets import NONE, Grid
from sim.grid.state import GridState
from sim.protection.faults import Fault, Faults
from sim.scenario.protection import Protection as Settings
from sim.units import HOUR_S

__all__ = ["EarthFaults", "busbar_of"]

_PHASES = 3


def busbar_of(zone_ix: int, state: GridState) -> int:
    """Return the zone of the busbar that feeds a zone: the last one before a transformer."""
    topology = state.topology
    for switch_ix in state.path_to_source(zone_ix):
        if topology.zone_substation_transformers[zone_ix]:
            return zone_ix
        one_ix, other_ix = topology.switch_zones[switch_ix]
        above = other_ix if zone_ix == one_ix else one_ix
        if topology.zone_substation_transformers[above]:
            return zone_ix
        zone_ix = above
    return zone_ix


class EarthFaults:
    """Own which faults are to earth only, and what the busbars sense of them."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        grid: Grid,
        state: GridState,
        settings: Settings,
        streams: Streams,
        faults: Faults,
        on_evolved: Callable[[Fault, int], None],
    ) -> None:
        """Call `on_evolved(fault, cause)` when a fault is between phases from now on."""
        self._clock, self._journal = clock, journal
        self._grid, self._state, self._faults = grid, state, faults
        self._settings, self._on_evolved = settings, on_evolved
        self._is_on = settings.neutral != "low_resistance"
        self._clearing_s = quantile(settings.temporary_clearing)
        self._luck = streams.trait("protection.earth")
        self._phase = streams.trait("protection.earth_phase")
        self._lasts = streams.trait("protection.earth_evolves")
        self._goes_out = streams.trait("protection.earth_extinguished")
        self._goes_out_after = streams.trait("protection.earth_extinguished_after")
        self._live: list[Fault] = []
        self._sensed: dict[int, int] = {}

    @property
    def is_sensed(self) -> bool:
        """Say whether any busbar senses an earth fault."""
        return bool(self._sensed)

    # --- what protection tells

    def struck(self, fault: Fault) -> None:
        """Decide whether a new fault is to earth only."""
        if not self._is_on or fault.zone_ix == NONE or not self._is_below(fault):
            return
        if self._luck.of(fault.asset, fault.episode) < self._settings.earth.share:
            fault.is_earth = True
            self._live.append(fault)

    def met(self, fault: Fault, cause: int) -> None:
        """Let a fault that has got voltage burn: until it evolves, or goes out."""
        spell, earth = fault.dark_spell, self._settings.earth
        if earth.evolves_per_h > 0.0:
            luck = self._lasts.of(fault.id, spell)
            wait_s = -math.log(luck) / earth.evolves_per_h * HOUR_S
            self._clock.call_in(wait_s, lambda: self._evolve_later(fault, spell, cause))
        goes_out = self._goes_out.of(fault.asset, fault.episode) < earth.extinguished_share
        if fault.kind == "temporary" and goes_out:
            wait_s = self._clearing_s(self._goes_out_after.of(fault.id, spell))
            self._clock.call_in(wait_s, lambda: self._go_out(fault, spell, cause))

    def look(self, cause: int) -> None:
        """Compare what the busbars sense with what they sensed before."""
        if not self._live and not self._sensed:
            return
        self._live = [each for each in self._live if each.is_live and each.is_earth]
        of_busbar: dict[int, list[Fault]] = {}
        for fault in self._live:
            if self._state.is_zone_supplied(fault.zone_ix):
                of_busbar.setdefault(busbar_of(fault.zone_ix, self._state), []).append(fault)
        zone_id = self._state.topology.zone_id
        for zone_ix in [each for each in self._sensed if each not in of_busbar]:
            before = self._sensed.pop(zone_ix)
            self._journal.write(EarthFaultGone(zone_id[zone_ix]), max(cause, before))
        for zone_ix, faults in of_busbar.items():
            if zone_ix not in self._sensed:
                fact = EarthFaultSensed(zone_id[zone_ix], faults[0].id)
                self._sensed[zone_ix] = self._journal.write(fact, cause)
        for faults in of_busbar.values():
            if len({self._phase_of(each) for each in faults}) > 1:
                for fault in faults:
                    self._evolve(fault, cause)

    # --- what becomes of them

    def _is_below(self, fault: Fault) -> bool:
        place = self._grid.locate(fault.asset)
        if place.kind == "section":
            kv = self._grid.sections[place.ix].kv
        elif place.kind in ("bus", "switch"):
            bus_ix = place.ix if place.kind == "bus" else self._grid.switches[place.ix].bus_ix
            kv = self._grid.buses[bus_ix].kv
        else:
            return False
        return kv < self._settings.earth.below_kv

    def _phase_of(self, fault: Fault) -> int:
        return int(self._phase.of(fault.asset, fault.episode) * _PHASES)

    def _burns(self, fault: Fault, spell: int) -> bool:
        has_voltage = self._state.is_zone_supplied(fault.zone_ix)
        return fault.is_live and fault.is_earth and fault.dark_spell == spell and has_voltage

    def _evolve_later(self, fault: Fault, spell: int, cause: int) -> None:
        if self._burns(fault, spell):
            self._evolve(fault, cause)
            self.look(cause)

    def _evolve(self, fault: Fault, cause: int) -> None:
        fault.is_earth = False
        self._live = [each for each in self._live if each is not fault]
        seq = self._journal.write(EarthFaultEvolved(fault.id), cause)
        self._on_evolved(fault, seq)

    def _go_out(self, fault: Fault, spell: int, cause: int) -> None:
        if self._burns(fault, spell):
            self.look(self._faults.clear(fault, "self", cause))
