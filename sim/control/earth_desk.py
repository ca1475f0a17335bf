"""The desk that searches earth faults: owner of the searches, from alarms and its own switching."""

from __future__ import annotations

from collections.abc import Callable

from sim.control.earth_search import EarthSearch, fed_from, is_overdue, next_test
from sim.control.incidents import Incident, Incidents
from sim.control.picture import Picture
from sim.engine.clock import LAST, Clock
from sim.engine.facts import EarthFaultLocated, EarthTestRead
from sim.engine.journal import Journal
from sim.grid.assets import NONE
from sim.scenario.control import EarthSearch as Settings

__all__ = ["EarthDesk"]

_ROUNDS = 3
"""Searches that lead nowhere before control gives up searching by opening. Assumption."""


class EarthDesk:
    """Own the searches for earth faults, one a busbar."""

    def __init__(
        self,
        settings: Settings,
        picture: Picture,
        incidents: Incidents,
        clock: Clock,
        journal: Journal,
        on_change: Callable[[Incident], None],
    ) -> None:
        """Let `on_change` hear of incidents that need new orders."""
        self._settings, self._picture, self._incidents = settings, picture, incidents
        self._clock, self._journal, self._on_change = clock, journal, on_change
        self.on_read: Callable[[], None] = lambda: None
        """Told when a test was read: the switch is to be closed again at once."""

    # --- what is heard

    def alarm(self, bus: str, on: bool, cause: int) -> None:
        """Take the earth fault alarm of a busbar, or its end."""
        incident = self._incidents.on_device(bus)
        if incident is not None and incident.search is not None:
            incident.search.has_alarm = on
            self._on_change(incident)
        elif on and incident is None:
            self._begin(bus, cause)

    def selected(self, bus: str, device: str, _cause: int) -> None:
        """Take what the line selection device of a busbar points at."""
        incident = self._incidents.on_device(bus)
        if incident is not None and incident.search is not None:
            incident.search.selected = self._picture.grid.switch_ix[device]
            self._on_change(incident)

    def holds_open(self, switch_ix: int) -> bool:
        """Say whether a switch stands open for a test: its report is no news."""
        return any(
            each.search is not None and each.search.trying == switch_ix
            for each in self._incidents.open()
        )

    def moved(
        self, incident: Incident | None, switch_ix: int, closed: bool, lost: tuple[int, ...]
    ) -> None:
        """Take a switch that was moved by order, with the zones that went dark."""
        if incident is not None and incident.search is not None:
            self._tested(incident, incident.search, switch_ix, closed, lost)
        if not closed:
            for each in self._incidents.open():
                if each.search is not None and each.search.located:
                    self._check_isolated(each, each.search)

    # --- tests

    def _begin(self, bus: str, cause: int) -> None:
        picture = self._picture
        zone = picture.topology.zone_of_bus[picture.grid.bus_ix[bus]]
        district_ix = picture.grid.buses[picture.grid.bus_ix[bus]].district_ix
        incident = self._incidents.start(bus, district_ix, True, cause)
        incident.is_confirmed = True
        incident.search = EarthSearch(zone, self._clock.now, fed_from(zone, picture))
        self._incidents.revise(incident, cause)
        self._on_change(incident)
        self._clock.call_in(self._settings.run_for, lambda: self._go_on(incident), LAST)

    def _tested(
        self,
        incident: Incident,
        search: EarthSearch,
        switch_ix: int,
        closed: bool,
        lost: tuple[int, ...],
    ) -> None:
        if not closed and search.trying == NONE:
            search.trying, search.is_read = switch_ix, False
            search.darkened = frozenset(lost)
            self._clock.call_in(self._settings.wait, lambda: self._read(incident, switch_ix), LAST)
        elif closed and search.trying == switch_ix:
            search.trying, search.darkened = NONE, frozenset()
            search.is_settling = not search.has_alarm
            if search.is_settling:
                self._clock.call_in(self._settings.wait, lambda: self._settled(incident), LAST)
            else:
                self._go_on(incident)

    def _read(self, incident: Incident, switch_ix: int) -> None:
        """Read the alarm with a switch open."""
        search = incident.search
        if not incident.is_open or search is None or search.trying != switch_ix:
            return
        search.is_read = True
        device = self._picture.grid.switches[switch_ix].id
        fact = EarthTestRead(device, incident.id, search.has_alarm)
        self._journal.write(fact, incident.seq)
        if search.has_alarm:
            search.suspects -= search.darkened
        else:
            search.suspects &= search.darkened
        self._on_change(incident)
        self.on_read()

    def _settled(self, incident: Incident) -> None:
        """See whether the alarm came back after a test that made it go."""
        search = incident.search
        if incident.is_open and search is not None and search.trying == NONE:
            search.is_settling = False
            self._go_on(incident)

    def _go_on(self, incident: Incident) -> None:
        """Go on after a test, or when the time is up: to the next test, or to the isolation."""
        search = incident.search
        if not incident.is_open or search is None:
            return
        if search.has_alarm and search.trying == NONE and not search.located:
            if not search.suspects:
                search.n_rounds += 1
                search.suspects = fed_from(search.busbar, self._picture)
            elif self._is_over(search):
                self._locate(incident, search)
        self._on_change(incident)
        self.on_read()

    def _is_over(self, search: EarthSearch) -> bool:
        """Say whether nothing is left to test, or no time to do it in."""
        test = next_test(search, self._picture, by_hand=self._settings.by_hand)
        if test == NONE:
            return True
        is_inside = test not in self._picture.topology.zone_switches[search.busbar]
        is_late = is_overdue(search, self._settings.run_for, self._clock.now)
        return (is_inside and is_late) or search.n_rounds >= _ROUNDS

    def _locate(self, incident: Incident, search: EarthSearch) -> None:
        """End the search: whoever answers for the feeder isolates what is left of it."""
        picture, topology = self._picture, self._picture.topology
        search.located = set(search.suspects)
        zones = sorted(search.located)
        names = tuple(name for zone in zones for name in picture.walkable(zone))
        seq = self._journal.write(EarthFaultLocated(incident.id, names), incident.seq)
        breaker = picture.upstream_breaker(zones[0])
        if breaker == NONE:
            breaker = topology.feeder_breaker_of_zone[zones[0]]
        if breaker == NONE:
            return
        device = picture.grid.switches[breaker]
        heir = self._incidents.start(device.id, device.district_ix, True, seq)
        heir.located |= search.located
        heir.section = next(iter(names), "")
        heir.walked.difference_update(names)  # that was before this fault
        heir.has_reading = heir.is_confirmed = True
        self._incidents.revise(heir, seq)
        self._on_change(heir)

    def _check_isolated(self, incident: Incident, search: EarthSearch) -> None:
        """Begin anew if the alarm stays though what was located is dark."""
        if any(self._picture.is_live(zone) for zone in search.located):
            return

        def look() -> None:
            dark = not any(self._picture.is_live(zone) for zone in search.located)
            if incident.is_open and search.has_alarm and search.located and dark:
                search.located = set()
                search.n_rounds += 1
                search.suspects = fed_from(search.busbar, self._picture)
                self._go_on(incident)

        self._clock.call_in(self._settings.wait, look, LAST)
