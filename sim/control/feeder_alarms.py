"""What telecontrol reports besides breakers: automatic switches, terminals, infeeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from sim.control.incidents import Incident
from sim.control.room import ControlRoom
from sim.grid.assets import NONE

__all__ = ["FeederAlarms"]


class FeederAlarms:
    """Take such reports into the belief of a control room."""

    def __init__(self, room: ControlRoom) -> None:
        self._room = room

    def switch_reported(self, device: str, closed: bool, cause: int) -> None:
        """Take the position of a switch that moved by itself, or was found so by a crew."""
        picture = self._room.picture
        switch_ix = picture.grid.switch_ix[device]
        if picture.is_closed(switch_ix) == closed:
            return
        incident = self._gaining(switch_ix) if closed else self._losing(switch_ix, cause)
        self._room.moved_by_itself(device, closed, incident, cause)

    def _losing(self, switch_ix: int, cause: int) -> Incident | None:
        """Return the incident that answers for a switch that opened, even if it darkens nobody."""
        topology = self._room.picture.topology
        if not topology.normal[switch_ix]:
            return None
        zones = topology.switch_zones[switch_ix]
        below = [zone for zone in zones if topology.normal_feed[zone] == switch_ix]
        if not below:
            return None
        if self._room.picture.is_live(below[0]):
            return self._incident_at(below[0], cause)
        return self._incident_of_dark(below[0])

    def _incident_of_dark(self, zone: int) -> Incident | None:
        """Return the incident a dark zone belongs to; None where it is dark on purpose.

        What opens there for want of voltage is no outage of its own.
        """
        picture, incidents = self._room.picture, self._room.incidents
        known = (incidents.explaining(ix) for ix in picture.transformers_in([zone]))
        tested = (e for e in incidents.open() if e.search is not None and zone in e.search.darkened)
        of_feeder = (e for e in known if e is not None and e.is_feeder)
        found = next(chain(of_feeder, tested), None)
        breaker = picture.topology.feeder_breaker_of_zone[zone]
        if found is None and breaker != NONE:
            return incidents.on_device(picture.grid.switches[breaker].id)
        return found

    def _gaining(self, switch_ix: int) -> Incident | None:
        """Return the incident for which a switch closed: of who is out there, or of the switches.

        Between two open switches there may be nobody.
        """
        picture, incidents = self._room.picture, self._room.incidents
        gains = picture.gains(switch_ix)
        known = (incidents.explaining(ix) for ix in picture.transformers_in(gains))
        around = {ix for zone in gains for ix in picture.topology.zone_switches[zone]}
        concerned = (each for each in incidents.open() if each.opened_switches & around)
        found = next((each for each in (*known, *concerned) if each is not None), None)
        if found is not None or picture.topology.normal[switch_ix]:
            return found
        # a tie that closed a ring gains nobody: some incident must open it again
        topology = picture.topology
        breakers = {topology.feeder_breaker_of_zone[z] for z in topology.switch_zones[switch_ix]}
        names = [picture.grid.switches[ix].id for ix in sorted(breakers - {NONE})]
        own = (incidents.on_device(name) for name in names)
        return next((each for each in own if each is not None), None)

    def lock_reported(self, device: str, section: str, cause: int) -> None:
        """Take the lock of a switch: the fault lies between it and the next automatic ones.

        Without a section it is towards the side that has none. What was walked there before is to
        be walked again.
        """
        picture = self._room.picture
        zones = picture.topology.switch_zones[picture.grid.switch_ix[device]]
        if section:
            sides = [picture.zone_of(section)]
        else:
            sides = [zone for zone in zones if not picture.topology.zone_sections[zone]]
        if not sides:
            return
        block = self._block(sides)
        breaker = picture.topology.feeder_breaker_of_zone[sides[0]]
        if breaker != NONE:
            self._room.split_off(breaker, cause)
        incident = self._incident_at(sides[0], cause)
        if incident is None or not block.isdisjoint(map(picture.zone_of, incident.unrepaired)):
            return
        names = {name for zone in block for name in picture.walkable(zone)}
        incident.suspected |= {zone for zone in block if picture.walkable(zone)} or block
        incident.walked -= names or self._beside(block)
        self._point_at(incident, section, cause)

    def _block(self, zones: Iterable[int]) -> set[int]:
        """Return zones with all that no switch under remote control divides from them."""
        picture = self._room.picture
        block, waiting = set(zones), [*zones]
        for zone in waiting:  # grows while it is read: a queue
            for switch_ix, other in picture.topology.neighbours[zone]:
                device = picture.grid.switches[switch_ix]
                is_end = device.is_remote or device.is_breaker or not picture.is_closed(switch_ix)
                if not is_end and other not in block:
                    block.add(other)
                    waiting.append(other)
        return block

    def _beside(self, zones: Iterable[int]) -> set[str]:
        """Return the lines beside buses that stand alone."""
        picture = self._room.picture
        beside = {other for zone in zones for _ix, other in picture.topology.neighbours[zone]}
        return {name for zone in beside for name in picture.walkable(zone)}

    def block_indicated(self, device: str, sections: Sequence[str], cause: int) -> Incident | None:
        """Take what the terminals of a feeder saw; return the incident, if there is one."""
        room = self._room
        incident = room.incidents.on_device(device)
        if incident is None or incident.unrepaired or not sections:
            return None
        incident.located = {room.picture.zone_of(each) for each in sections}
        incident.walked.difference_update(sections)  # that was before this fault
        self._point_at(incident, sections[0], cause)
        return incident

    def infeed_reported(self, bus: str, live: bool, cause: int) -> None:
        """Take the voltage of a source bus: everything fed from it is out, or back."""
        room, picture = self._room, self._room.picture
        bus_ix = picture.grid.bus_ix[bus]
        zone = picture.topology.zone_of_bus[bus_ix]
        change = picture.set_source(zone, live)
        incident = room.incidents.on_device(bus)
        if incident is None and not live:
            district_ix = picture.grid.buses[bus_ix].district_ix
            incident = room.incidents.start(bus, district_ix, True, cause)
            incident.is_supply = incident.is_confirmed = True
        room.supply_changed(change, incident, cause)
        if incident is not None:
            room.incidents.revise(incident, cause)
            room.changed(incident)

    def _incident_at(self, zone: int, cause: int) -> Incident | None:
        """Return the incident a zone belongs to: of who is out there, else of its breaker."""
        room, picture = self._room, self._room.picture
        known = (room.incidents.explaining(ix) for ix in picture.transformers_in([zone]))
        incident = next((each for each in known if each is not None and each.is_feeder), None)
        breaker = picture.topology.feeder_breaker_of_zone[zone]
        if incident is not None or breaker == NONE:
            return incident
        device = picture.grid.switches[breaker]
        return room.incidents.start(device.id, device.district_ix, True, cause)

    def _point_at(self, incident: Incident, section: str, cause: int) -> None:
        incident.has_reading = True
        incident.section = section
        incident.walked.discard(section)
        self._room.incidents.revise(incident, cause)
        self._room.changed(incident)
