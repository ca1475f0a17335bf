"""What crews find behind a transformer, and what control makes of it.

A crew sees the truth of the place it stands at; what it found becomes belief here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from sim.control.incidents import Incident
from sim.control.low_voltage import LowVoltageDesk
from sim.grid.low_voltage import part_place
from sim.protection.low_voltage import LowVoltageFault, LowVoltageFaults

if TYPE_CHECKING:
    from sim.crews.crews import Job
    from sim.world.world import World

__all__ = ["Findings"]


class Findings:
    """Take crews' findings of one world."""

    def __init__(
        self,
        world: World,
        faults: LowVoltageFaults,
        desk: LowVoltageDesk,
        tell_owner: Callable[[LowVoltageFault, str, int], None],
    ) -> None:
        """Take how an owner is told: (fault, by whom, cause)."""
        self._world, self.faults, self.desk = world, faults, desk
        self._tell_owner = tell_owner

    def damage_on(self, place: str) -> list[tuple[str, str]]:
        """Return (asset, fault) of what a crew finds at a place behind a transformer.

        At a branch or service drop that is its own fault. Where customers reported, a crew looks
        at everything that feeds them.
        """
        where = part_place(place, self._world.grid.transformer_ix)
        if where is None or not self._world.state.is_transformer_supplied(where.transformer_ix):
            return self._own_damage(place)
        if where.part in ("branch", "service"):
            return self._own_damage(place)
        wanted = self.desk.reporters(where.transformer_ix)
        if where.part == "customer":
            wanted.add(where.number)
        return self._damage_of(where.transformer_ix, wanted)

    def _own_damage(self, asset: str) -> list[tuple[str, str]]:
        fault = self.faults.on(asset)
        return [] if fault is None or fault.is_own else [(fault.asset, fault.id)]

    def _damage_of(self, ix: int, places: Collection[int]) -> list[tuple[str, str]]:
        return [
            (each.asset, each.id)
            for each in self.faults.behind(ix)
            if not each.is_own and any(place in each.fed for place in places)
        ]

    def looked(self, job: Job, incident: Incident, seq: int) -> bool:
        """Take what a crew found that looked behind a transformer; return whether it did."""
        world = self._world
        where = part_place(job.place.id, world.grid.transformer_ix)
        if where is None:
            return self._looked_at_transformer(job, incident, seq)
        ix = where.transformer_ix
        places = set(incident.reporters) | self.desk.reporters(ix)
        if not world.state.is_transformer_supplied(ix):
            self._found_dead(ix, incident, seq)
            return True
        damage = [asset for asset, _fault in self.damage_on(job.place.id)]
        if damage and not incident.is_open:
            incident = self.desk.start(ix, places, seq)
        incident.finding = self._advise(ix, places, seq)
        if incident.is_open:
            walked = [*job.walked, incident.device]
            world.room.patrolled(incident, walked, damage, seq)
        return True

    def _found_dead(self, ix: int, incident: Incident, seq: int) -> None:
        """Take the report that the transformer itself has no supply: damage, or look upstream."""
        world = self._world
        name = world.grid.transformers[ix].id
        damage = list(world.protection.damage_in(name))
        if damage:
            self.desk.suspected(ix, incident.reporters, seq)
            own = world.room.incidents.explaining(ix)
            if own is not None and own.device == name:
                world.room.patrolled(own, [name], damage, seq)
        else:
            world.room.no_voltage_found(incident, ix, seq)
        if incident.is_open:
            world.room.close(incident, "merged", seq)

    def _looked_at_transformer(self, job: Job, incident: Incident, seq: int) -> bool:
        """Find at a healthy transformer that the fault is behind it."""
        world = self._world
        ix = world.grid.transformer_ix.get(job.place.id, -1)
        if ix < 0 or job.task != "check" or not world.state.is_transformer_supplied(ix):
            return False
        known = set(incident.reporters)
        lines = {
            each.asset: each.fed.start for each in self.faults.behind(ix) if each.part == "branch"
        }
        damage = list(dict.fromkeys([*lines, *(a for a, _f in self._damage_of(ix, known))]))
        own = self._advise(ix, known, seq)
        if not damage:
            incident.finding = own
            return False
        if incident.is_open:
            world.room.close(incident, "low_voltage", seq)
        found = self.desk.start(ix, known | set(lines.values()), seq)
        world.room.patrolled(found, [found.device], damage, seq)
        return True

    def _advise(self, ix: int, places: Iterable[int], seq: int) -> str:
        """Let a crew tell customers whose fault is their own; return what it found."""
        own = [
            each for place in sorted(places) for each in self.faults.of(ix, place) if each.is_own
        ]
        for fault in own:
            self._tell_owner(fault, "crew", seq)
        return "customer_side" if own else ""
