"""The control room: turns evidence, reports and its own switching into belief."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sim.control.capacity import Capacity
from sim.control.earth_desk import EarthDesk
from sim.control.figures import Figures
from sim.control.incidents import Incident, Incidents
from sim.control.ordered import OrderedOutage, OrderedOutages
from sim.control.picture import Picture
from sim.control.restoration import Estimator
from sim.engine.clock import Clock
from sim.engine.facts import BoundaryCorrected, BoundaryMistaken
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.grid.assets import NONE
from sim.grid.loads import Loads
from sim.grid.state import SupplyChange
from sim.grid.topology import Topology
from sim.scenario.control import Control
from sim.scenario.customers import Customers
from sim.units import MINUTE_S

__all__ = ["ControlRoom"]

_JUST_NOW_S = 2 * MINUTE_S
"""A breaker reported open this soon after a tie was closed is blamed on the tie."""


class ControlRoom:
    """Own belief: the picture of the grid and the incidents."""

    def __init__(
        self,
        section: Control,
        topology: Topology,
        clock: Clock,
        journal: Journal,
        streams: Streams,
        on_change: Callable[[Incident], None],
        on_belief: Callable[[Iterable[int], bool], None],
        loads: Loads | None = None,
        customers: Customers | None = None,
    ) -> None:
        """Let on_change hear of revised incidents, on_belief of (transformers, believed out).

        on_belief also hears when another incident explains why transformers are out. Without
        loads those of the day are expected at all hours.
        """
        self.section = section
        self.picture = Picture(topology)
        self.incidents = Incidents(self.picture, clock, journal)
        self.ordered = OrderedOutages(clock)
        self.figures = Figures(self.incidents, journal)
        self.estimator = Estimator(section.restoration_times, streams)
        self._clock, self._journal = clock, journal
        self.capacity = Capacity(self.picture, section.restoration, loads, customers)
        self._on_change, self._tell_belief = on_change, on_belief
        self.earth = EarthDesk(
            section.earth_search, self.picture, self.incidents, clock, journal, on_change
        )
        self._wrong_place = streams.trait("control.wrong_place")
        self._heard: dict[int, int] = {}
        self._mistakes: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self._tie_closed: dict[int, tuple[float, bytes]] = {}
        self._dropped: dict[int, int] = {}

    def _on_belief(self, transformers: Iterable[int], is_out: bool) -> None:
        """Let others follow who is believed out, and the expected load with them."""
        concerned = list(transformers)
        self.capacity.believed(concerned, is_out, self._clock.now)
        self._tell_belief(concerned, is_out)

    # --- evidence

    def breaker_reported(self, device: str, closed: bool, cause: int) -> None:
        """Take a breaker's reported position into the picture."""
        switch_ix = self.picture.grid.switch_ix[device]
        if not closed and (self.earth.holds_open(switch_ix) or self._is_isolating(device)):
            return  # as ordered
        if closed:
            incident = self.incidents.on_device(device)
            self._apply(self.picture.set(switch_ix, True), incident, cause)
            if incident is not None:
                incident.suspect_tie = NONE
                self._on_change(incident)
            return
        if self.ordered.holds_open(switch_ix):
            return  # as ordered
        incident = self._feeder_incident(device, switch_ix, cause)
        incident.is_predicted = False
        change = self.picture.set(switch_ix, False)
        self._apply(change, incident, cause)
        self.incidents.revise(incident, cause)
        self._on_change(incident)

    def _is_isolating(self, device: str) -> bool:
        """Say whether a breaker stands open because another incident's damage is isolated by it."""
        switch_ix = self.picture.grid.switch_ix[device]
        return not self.picture.is_closed(switch_ix) and any(
            switch_ix in each.opened_switches and each.device != device
            for each in self.incidents.open()
        )

    def _feeder_incident(self, device: str, switch_ix: int, cause: int) -> Incident:
        """Return the incident of a tripped breaker: a new one, or the search goes on."""
        open_one = self.incidents.on_device(device)
        incident = open_one or self._start(device, switch_ix, cause)
        fed = self._fed_at_trip(switch_ix)
        if open_one is not None:
            self._search_again(incident, fed)
        incident.suspect_tie = self._suspect_tie(switch_ix)
        return incident

    def _suspect_tie(self, switch_ix: int) -> int:
        """Return the tie that was closed onto a breaker's feeder just before it tripped."""
        for tie, (at_s, _live) in reversed(self._tie_closed.items()):
            if self._clock.now - at_s <= _JUST_NOW_S and self.picture.is_closed(tie):
                zones = self.picture.topology.switch_zones[tie]
                feeders = {self.picture.upstream_breaker(zone) for zone in zones} - {NONE}
                if switch_ix in feeders or not feeders:
                    return tie
        return NONE

    def moved_by_itself(
        self, device: str, closed: bool, incident: Incident | None, cause: int
    ) -> None:
        """Take an automatic switch; what it dropped was fed until the trip, heard of or not yet."""
        switch_ix = self.picture.grid.switch_ix[device]
        if not closed:
            for zone in self.picture.downstream(switch_ix):
                self._dropped[zone] = self.picture.upstream_breaker(zone)
        self.switched(device, closed, incident, cause)

    def _fed_at_trip(self, switch_ix: int) -> set[int]:
        """Return what a breaker fed when it tripped, with what automatic switches dropped since."""
        dropped = {zone for zone, breaker in self._dropped.items() if breaker == switch_ix}
        for zone in dropped:
            del self._dropped[zone]
        return {zone for zone in dropped if not self.picture.is_live(zone)}.union(
            self.picture.downstream(switch_ix)
        )

    def _search_again(self, incident: Incident, fed: Iterable[int]) -> None:
        """Start over after a trip: what was walked and yet tripped must be walked again."""
        incident.tries += 1
        incident.section, incident.has_reading = "", False
        names = {name for zone in fed for name in self.picture.walkable(zone)}
        if names <= incident.walked:
            incident.walked -= names

    def _start(self, device: str, switch_ix: int, cause: int) -> Incident:
        district_ix = self.picture.grid.switches[switch_ix].district_ix
        return self.incidents.start(device, district_ix, True, cause)

    def indicated(self, device: str, section: str, cause: int) -> None:
        """Take a reading of the fault indicators of a feeder."""
        incident = self._concerned(device, section)
        if incident is None or incident.unrepaired:
            return
        incident.has_reading = True
        if section:
            incident.section = section
            incident.walked.discard(section)
        self.incidents.revise(incident, cause)
        self._on_change(incident)

    def _concerned(self, device: str, section: str) -> Incident | None:
        """Return whose reading this is: of the feeder the section belongs to, if that is dead.

        The breaker may have tripped for a fault of its neighbour, met over a tie.
        """
        own = self.incidents.on_device(device)
        if not section:
            return own
        topology, zone = self.picture.topology, self.picture.zone_of(section)
        breaker = topology.feeder_breaker_of_zone[zone]
        is_behind = zone in self.picture.behind(self.picture.grid.switch_ix[device])
        if breaker == NONE or is_behind or self.picture.is_live(zone):
            return own
        return self.incidents.on_device(self.picture.grid.switches[breaker].id) or own

    def reported(self, transformer_ix: int, cause: int) -> None:
        """Take customers' reports, which may name a neighbouring transformer."""
        self.suspected(self.entered_for(transformer_ix), cause)

    def entered_for(self, transformer_ix: int) -> int:
        """Return the transformer that reports of customers are entered for: perhaps the next."""
        grid = self.picture.grid
        number = self._heard[transformer_ix] = self._heard.get(transformer_ix, 0) + 1
        name = grid.transformers[transformer_ix].id
        if self._wrong_place.of(name, number) >= self.section.trouble_calls.wrong_place_share:
            return transformer_ix
        near = transformer_ix + 1 if transformer_ix + 1 < len(grid.transformers) else 0
        if grid.transformer_district_ix[near] != grid.transformer_district_ix[transformer_ix]:
            return transformer_ix
        if self.incidents.explaining(transformer_ix) is None:
            # nobody knows of this one yet: its next report must be heard
            self._on_belief([transformer_ix], False)
        return near

    def suspected(self, transformer_ix: int, cause: int) -> None:
        """Take evidence that a transformer is out: explain it, alone or with others."""
        if self.ordered.explaining(transformer_ix) is not None:
            return  # dark on purpose
        known = self.incidents.explaining(transformer_ix)
        if known is not None:
            if known.is_predicted:
                known.suspects.add(transformer_ix)
            return
        incident = self._single(transformer_ix, cause)
        if not self._grouped(transformer_ix, cause):
            self.incidents.revise(incident, cause)
            self._on_change(incident)

    def _single(self, transformer_ix: int, cause: int) -> Incident:
        """Believe one transformer out, for itself."""
        transformer = self.picture.grid.transformers[transformer_ix]
        incident = self.incidents.start(transformer.id, transformer.district_ix, False, cause)
        if self.incidents.explaining(transformer_ix) is None:
            self.incidents.believe_out(incident, [transformer_ix])
            self._on_belief([transformer_ix], True)
        return incident

    def _grouped(self, transformer_ix: int, cause: int) -> bool:
        """Group unexplained transformers of one feeder to its breaker, if they are many."""
        breaker = self.picture.feeder_breaker(transformer_ix)
        if breaker == NONE:
            return False
        # NOTE: speed: asked at each report; a look at all of the feeder must be worth it
        n_feeder = self.picture.n_transformers_behind(breaker)
        needed = max(self.section.trouble_calls.group_transformers, round(0.3 * n_feeder))
        if self.incidents.n_alone < needed:
            return False
        feeder = self.picture.transformers_in(self.picture.downstream(breaker))
        alone = [
            ix
            for ix in feeder
            if (incident := self.incidents.explaining(ix)) is not None
            and not (incident.is_feeder or incident.is_confirmed or incident.is_single)
        ]
        if len(alone) < needed:
            return False
        self.predict_feeder(breaker, alone, cause)
        return True

    def predict_feeder(self, breaker: int, suspects: Iterable[int], cause: int) -> None:
        """Believe a whole feeder out although its breaker did not say so."""
        device = self.picture.grid.switches[breaker].id
        if (open_one := self.incidents.on_device(device)) is not None:
            self._search_again(open_one, self._fed_at_trip(breaker))
        incident = open_one or self._start(device, breaker, cause)
        incident.is_predicted = True
        incident.suspects.update(suspects)
        self._apply(self.picture.set(breaker, False), incident, cause)
        self.incidents.revise(incident, cause)
        self._on_change(incident)

    def found_closed(self, device: str, cause: int) -> None:
        """Take a station's answer that its breaker was closed all along: look at each report."""
        incident = self.incidents.on_device(device)
        if incident is None or not incident.is_predicted:
            return
        suspects, incident.suspects = sorted(incident.suspects), set()
        incident.is_predicted = False
        for ix in suspects:
            if self.incidents.explaining(ix) is None:
                single = self._single(ix, cause)
                single.is_single = True
                self.incidents.revise(single, cause)
                self._on_change(single)

    # --- switching that control ordered

    def switched(self, device: str, closed: bool, incident: Incident | None, cause: int) -> None:
        """Take a switch moved by order into the picture, and note it with the incident.

        Switching for no open incident of a feeder is noted with that of the feeder it darkens.
        """
        switch_ix = self.picture.grid.switch_ix[device]
        if incident is None or not incident.is_open or not incident.is_feeder:
            fallback = incident if incident is not None and incident.is_open else None
            incident = self._incident_for(switch_ix, closed, cause) or fallback
        was_normal = bool(self.picture.topology.normal[switch_ix])
        if incident is not None and device != incident.device:
            if incident.suspect_tie == switch_ix and not closed:
                self._give_up_tie(switch_ix)  # while it is still noted with whoever closed it
            self._note(incident, switch_ix, closed, was_normal)
        if closed and not was_normal:
            self._tie_closed.pop(switch_ix, None)
            self._tie_closed[switch_ix] = (self._clock.now, self.picture.live())
        change = self.picture.set(switch_ix, closed)
        self.earth.moved(incident, switch_ix, closed, change.lost_zones)
        self._apply(change, incident, cause)
        if incident is not None:
            if closed and device == incident.device:
                incident.suspect_tie = NONE
                self._hand_over(incident, cause)
            self._on_change(incident)

    def switched_on_purpose(
        self, device: str, closed: bool, outage: OrderedOutage, cause: int
    ) -> None:
        """Take a switch moved for an ordered outage into the picture: no fault is looked for."""
        switch_ix = self.picture.grid.switch_ix[device]
        if bool(self.picture.topology.normal[switch_ix]):
            (outage.switches.discard if closed else outage.switches.add)(switch_ix)
        change = self.picture.set(switch_ix, closed, on_purpose=not closed)
        self._apply(change, None, cause, outage)

    def end_ordered(self, outage: OrderedOutage, cause: int) -> None:
        """End an ordered outage; whoever has no supply even so passes to an incident."""
        outage.ended_s = self._clock.now
        outage.switches.clear()
        left = self.ordered.believe_back(sorted(outage.transformers))
        topology = self.picture.topology
        zones = topology.zone_of_transformer
        self.picture.withheld.difference_update(zones[ix] for ix in left)
        by_breaker: dict[int, list[int]] = {}
        for ix in left:
            by_breaker.setdefault(topology.feeder_breaker_of_zone[zones[ix]], []).append(ix)
        for breaker, transformers in by_breaker.items():
            if breaker == NONE:
                heir = self._owner_of(transformers, cause)
            else:
                heir = self._start(self.picture.grid.switches[breaker].id, breaker, cause)
            self._absorb(heir, transformers, cause)
            self.incidents.believe_out(heir, transformers)
            self._on_belief(transformers, True)
            self.incidents.revise(heir, cause)
            self._on_change(heir)

    def supply_changed(self, change: SupplyChange, incident: Incident | None, cause: int) -> None:
        """Let belief about customers follow a change of the picture."""
        self._apply(change, incident, cause)

    def changed(self, incident: Incident) -> None:
        """Let those who decide hear of an incident that needs new orders."""
        self._on_change(incident)

    def _incident_for(self, switch_ix: int, closed: bool, cause: int) -> Incident | None:
        """Return the incident that answers for a switch moved without one, if any must."""
        topology = self.picture.topology
        for each in self.incidents.open():
            if switch_ix in each.opened_switches | each.closed_ties:
                return each
        if closed:
            return None
        dead = self.picture.dead_around(topology.switch_zones[switch_ix])
        for ix in self.picture.transformers_in(dead):
            if (concerned := self.incidents.explaining(ix)) is not None and concerned.is_feeder:
                return concerned
        darkened = self.picture.downstream(switch_ix)
        if not self.picture.transformers_in(darkened):
            return None
        breaker = topology.feeder_breaker_of_zone[darkened[0]]
        if breaker == NONE and self.picture.grid.switches[switch_ix].is_breaker:
            breaker = switch_ix
        if breaker == NONE:
            return None
        return self._start(self.picture.grid.switches[breaker].id, breaker, cause)

    def _give_up_tie(self, switch_ix: int) -> None:
        """Let whoever closed a tie onto a fault leave it open until all beyond has been walked."""
        topology = self.picture.topology
        _at_s, before = self._tie_closed[switch_ix]
        zones = [
            zone
            for zone in self.picture.dead_around(topology.switch_zones[switch_ix])
            if not before[zone]  # what fed the tie was well until then
        ]
        for each in self.incidents.open():
            if switch_ix not in each.closed_ties:
                continue
            each.closed_ties.discard(switch_ix)
            each.refused_ties.add(switch_ix)
            each.tries += 1
            # a lost infeed's device is its bus
            own = self.picture.grid.switch_ix.get(each.device, NONE)
            names = {
                name
                for zone in zones
                if topology.feeder_breaker_of_zone[zone] == own
                for name in self.picture.walkable(zone)
            }
            if names <= each.walked:
                # walked and found whole, and yet it tripped
                each.walked -= names

    def _note(self, incident: Incident, switch_ix: int, closed: bool, was_normal: bool) -> None:
        if was_normal:
            (incident.opened_switches.discard if closed else incident.opened_switches.add)(
                switch_ix
            )
        elif closed:
            incident.closed_ties.add(switch_ix)
        else:
            incident.closed_ties.discard(switch_ix)

    def is_isolated(self, asset: str) -> bool:
        """Say whether an asset is believed cut off on all sides, as far as switches allow.

        What stands behind a fuse, or was narrowed down to several zones, is cut off with them.
        """
        grid, picture = self.picture.grid, self.picture
        own = grid.transformer_ix.get(asset, NONE)
        if own != NONE and grid.transformers[own].has_fuse:
            return True
        try:
            zone = picture.zone_of(asset)
        except KeyError:
            return True  # behind a transformer
        near = {zone}
        for each in self.incidents.open():
            if asset in each.unrepaired:
                near |= each.located
        return not picture.is_live(zone) and not any(
            picture.is_closed(ix) and not near.issuperset(picture.topology.switch_zones[ix])
            for ix in picture.topology.zone_switches[zone]
        )

    # --- crews' reports

    def crew_arrived(self, incident: Incident) -> None:
        """Note the first crew on site."""
        if incident.first_arrival_s != incident.first_arrival_s:
            incident.first_arrival_s = self._clock.now

    def patrolled(
        self, incident: Incident, walked: Sequence[str], damage: Sequence[str], cause: int
    ) -> None:
        """Take a crew's findings: what it walked, and the damage it stands before."""
        incident.walked.update(walked)
        incident.is_confirmed = True
        if incident.section in walked:
            incident.section = ""
        if damage:
            incident.located.clear()
        for asset in damage:
            incident.damage.setdefault(asset, False)
            if incident.damage[asset]:
                incident.damage[asset] = False
        self.incidents.revise(incident, cause)
        self._on_change(incident)

    def taken_up(self, incident: Incident, cause: int) -> Incident:
        """Return the open incident on a device: damage was found for one closed meanwhile."""
        if incident.is_open:
            return incident
        again = self.incidents.start(
            incident.device, incident.district_ix, incident.is_feeder, cause
        )
        ix = self.picture.grid.transformer_ix.get(incident.device, NONE)
        if ix != NONE and self.incidents.explaining(ix) is None:
            self.incidents.believe_out(again, [ix])
            self._on_belief([ix], True)
        return again

    def no_voltage_found(self, incident: Incident, transformer_ix: int, cause: int) -> None:
        """Take the report that a transformer is whole but has no voltage: look upstream."""
        breaker = self.picture.feeder_breaker(transformer_ix)
        is_own = incident.device == self.picture.grid.transformers[transformer_ix].id
        if breaker != NONE:
            self.predict_feeder(breaker, [transformer_ix], cause)
        elif is_own:
            self._hand_over(incident, cause)
        if incident.is_open and is_own:
            self.close(incident, "merged", cause)

    def repaired(self, incident: Incident, asset: str, cause: int) -> None:
        """Take the report that an asset is whole again."""
        incident.damage[asset] = True
        if asset == incident.device:
            zones = self.picture.topology.zone_of_transformer
            back = [ix for ix in sorted(incident.transformers) if self.picture.is_live(zones[ix])]
            self.incidents.believe_back(back)
            self._on_belief(back, False)
        if incident.is_open:
            self.incidents.revise(incident, cause)
            self._on_change(incident)

    def may_close(self, incident: Incident) -> bool:
        """Say whether nobody would be left switched off and unexplained."""
        zones = self.picture.topology.zone_of_transformer
        withheld = self.picture.withheld
        dead = {
            ix
            for ix in incident.transformers
            if not self.picture.is_live(zones[ix]) and zones[ix] not in withheld
        }
        return dead <= {ix for heirs in self._heirs(incident).values() for ix in heirs}

    def close(self, incident: Incident, why: str, cause: int) -> None:
        """Close an incident; what is still dead in the picture passes to its own feeder's."""
        self._hand_over(incident, cause)
        back = list(incident.transformers)
        self.incidents.close(incident, why, cause)
        self._on_belief([ix for ix in back if not self._keep_withheld(ix)], False)

    def _keep_withheld(self, transformer_ix: int) -> bool:
        """Believe a transformer out on purpose whose own incident is over, if it is dark so."""
        zone = self.picture.topology.zone_of_transformer[transformer_ix]
        if zone not in self.picture.withheld:
            return False
        for outage in self.ordered.running():
            if transformer_ix in outage.members:
                self.ordered.believe_out(outage, [transformer_ix])
                self._on_belief([transformer_ix], True)
                return True
        return False

    # --- mistakes in the books

    def mistake(
        self, incident: Incident, phantom: Sequence[int], missed: Sequence[int], cause: int
    ) -> None:
        """Believe transformers out because of an incident that are not, and others supplied."""
        self._mistakes[incident.id] = (tuple(phantom), tuple(missed))
        names = self.picture.grid.transformers
        fact = BoundaryMistaken(
            incident.id,
            tuple(names[ix].id for ix in phantom),
            tuple(names[ix].id for ix in missed),
        )
        seq = self._journal.write(fact, cause)
        self.incidents.believe_back(missed)
        self._on_belief(missed, False)
        self.incidents.believe_out(incident, phantom)
        self._on_belief(phantom, True)
        self.incidents.revise(incident, seq)

    def is_mistaken(self, incident: Incident) -> bool:
        """Say whether the boundary of an incident is wrong in the books."""
        return incident.id in self._mistakes

    def correct(self, incident: Incident, cause: int) -> None:
        """Put the boundary of an incident right, if it is wrong in the books."""
        phantom, missed = self._mistakes.pop(incident.id, ((), ()))
        if not (phantom or missed) or not incident.is_open:
            return
        zones = self.picture.topology.zone_of_transformer
        seq = self._journal.write(BoundaryCorrected(incident.id), cause)
        back = [
            ix
            for ix in phantom
            if self.incidents.explaining(ix) is incident and self.picture.is_live(zones[ix])
        ]
        self.incidents.believe_back(back)
        self._on_belief(back, False)
        dead = [ix for ix in missed if not self.picture.is_live(zones[ix])]
        self._absorb(incident, dead, seq)
        lost = [ix for ix in dead if self.incidents.explaining(ix) is None]
        self.incidents.believe_out(incident, lost)
        self._on_belief(lost, True)
        self.incidents.revise(incident, seq)
        self._on_change(incident)

    # --- belief about supply

    def _apply(
        self,
        change: SupplyChange,
        incident: Incident | None,
        cause: int,
        outage: OrderedOutage | None = None,
    ) -> None:
        """Let belief about customers follow the picture."""
        lost, back = change.lost_transformers, change.restored_transformers
        self._on_belief(self.ordered.believe_back(back), False)
        if outage is not None:
            lost = tuple(ix for ix in lost if self.incidents.explaining(ix) is None)
            self.ordered.believe_out(outage, lost)
            self._on_belief(lost, True)
            lost = ()
        if back:
            returning = [ix for ix in back if self._is_explained_by_feeder(ix)]
            touched = self.incidents.believe_back(returning)
            damaged = [ix for ix in returning if self._has_own_damage(ix)]
            for ix in damaged:
                self._keep_out(ix)
            self._on_belief([ix for ix in returning if ix not in damaged], False)
            for each in touched:
                if each.is_open and each is not incident:
                    self._on_change(each)
        if lost:
            owner = incident or self._owner_of(lost, cause)
            self._absorb(owner, lost, cause)
            self.incidents.believe_out(owner, lost)
            self._on_belief(lost, True)

    def _hand_over(self, incident: Incident, cause: int) -> None:
        """Pass transformers an incident cannot bring back to the incident of their own feeder.

        They came to it over a tie: the neighbour's breaker tripped, the tie was opened again.
        """
        for breaker, transformers in self._heirs(incident).items():
            heir = self._start(self.picture.grid.switches[breaker].id, breaker, cause)
            self.incidents.believe_out(heir, transformers)
            self._on_belief(transformers, True)
            self.incidents.revise(heir, cause)
            self._on_change(heir)

    def split_off(self, breaker: int, cause: int) -> None:
        """Give a feeder that has a fault besides its part of what is out for a lost infeed."""
        topology = self.picture.topology
        feeder, zone_of = topology.feeder_breaker_of_zone, topology.zone_of_transformer
        for incident in [each for each in self.incidents.open() if each.is_supply]:
            theirs = [ix for ix in sorted(incident.transformers) if feeder[zone_of[ix]] == breaker]
            moved = {
                switch_ix
                for switch_ix in incident.opened_switches
                if breaker in {feeder[zone] for zone in topology.switch_zones[switch_ix]}
            }
            if not theirs and not moved:
                continue
            heir = self._start(self.picture.grid.switches[breaker].id, breaker, cause)
            incident.opened_switches -= moved
            heir.opened_switches |= moved
            self.incidents.believe_out(heir, theirs)
            self._on_belief(theirs, True)
            self.incidents.revise(incident, cause)
            self._on_change(incident)

    def _heirs(self, incident: Incident) -> dict[int, list[int]]:
        """Return which dead transformers another feeder's incident must see to, by its breaker."""
        topology = self.picture.topology
        own = self.picture.grid.switch_ix.get(incident.device, NONE)
        near = set(self.picture.behind(own)) if own != NONE else set()
        left: dict[int, list[int]] = {}
        for ix in sorted(incident.transformers):
            zone = topology.zone_of_transformer[ix]
            breaker = topology.feeder_breaker_of_zone[zone]
            if zone in self.picture.withheld:
                continue
            if not self.picture.is_live(zone) and zone not in near and breaker not in (own, NONE):
                left.setdefault(breaker, []).append(ix)
        return left

    def _absorb(self, owner: Incident, lost: Sequence[int], cause: int) -> None:
        """Close what single transformers' incidents turn out to be part of."""
        for ix in lost:
            other = self.incidents.explaining(ix)
            if other and other is not owner and not other.is_feeder and not other.is_confirmed:
                self.incidents.close(other, "merged", cause)

    def _is_explained_by_feeder(self, ix: int) -> bool:
        incident = self.incidents.explaining(ix)
        return incident is not None and incident.is_feeder

    def _has_own_damage(self, ix: int) -> bool:
        own = self.incidents.on_device(self.picture.grid.transformers[ix].id)
        return own is not None and bool(own.unrepaired)

    def _keep_out(self, ix: int) -> None:
        """Believe a transformer out for its own damage although its feeder is back."""
        own = self.incidents.on_device(self.picture.grid.transformers[ix].id)
        assert own is not None
        self.incidents.believe_out(own, [ix])
        self._on_belief([ix], True)

    def _owner_of(self, lost: Sequence[int], cause: int) -> Incident:
        """Return an incident for transformers switched off without one."""
        transformer = self.picture.grid.transformers[lost[0]]
        return self.incidents.start(transformer.id, transformer.district_ix, False, cause)
