"""Alarms of the control room: evidence in the order and the words in which it was received."""

from __future__ import annotations

from typing import Any

from sim.engine.facts import (
    BreakerStateReported,
    CustomerReported,
    EarthFaultReported,
    FaultIndicated,
    IncidentOpened,
    InfeedReported,
    LastGaspReceived,
    LineSelected,
    MeterHeard,
    SwitchLockReported,
    TroubleReported,
)
from sim.engine.journal import Entry, Journal
from sim.grid.assets import Grid
from sim.grid.topology import Topology
from sim.units import MINUTE_S

__all__ = ["LAST_ALARMS", "Alarms"]

LAST_ALARMS = 60
"""Alarms shown at once."""
_GASPS_APART_S = MINUTE_S
"""Last gasps of one feeder this close to another make no alarm of their own. Assumption."""


class Alarms:
    """Own the alarms so far, and when which device or transformer gave evidence.

    A trouble report is what the room made of it: it may name a neighbouring transformer, and it
    comes after the reports' delay; so it is read from the incident it opened. Reports of what the
    room explains already raise no alarm.
    """

    def __init__(self, journal: Journal, topology: Topology) -> None:
        self._journal, self._topology = journal, topology
        self._rows: list[dict[str, Any]] = []
        self._evidence: dict[str, list[float]] = {}
        self._gasped_s: dict[int, float] = {}
        self._told: set[int] = set()

    @property
    def _grid(self) -> Grid:
        return self._topology.grid

    def read(self, entry: Entry) -> None:
        """Take one fact."""
        fact = entry.fact
        if isinstance(fact, BreakerStateReported):
            kind = "breaker_closed" if fact.closed else "breaker_open"
            self._alarm(entry, kind, fact.device, {"device": fact.device})
        elif isinstance(fact, FaultIndicated):
            values = {"device": fact.device, "section": fact.section}
            self._alarm(entry, "indicator", fact.device, values)
        elif isinstance(fact, EarthFaultReported):
            kind = "earth_fault" if fact.on else "earth_fault_gone"
            self._alarm(entry, kind, fact.bus, {"bus": fact.bus})
        elif isinstance(fact, LineSelected):
            self._alarm(entry, "line_selected", fact.device, {"device": fact.device})
        elif isinstance(fact, InfeedReported):
            kind = "infeed_back" if fact.live else "infeed_lost"
            self._alarm(entry, kind, fact.bus, {"bus": fact.bus})
        elif isinstance(fact, SwitchLockReported) and fact.section:
            values = {"device": fact.device, "section": fact.section}
            self._alarm(entry, "switch_locked", fact.device, values)
        elif isinstance(fact, LastGaspReceived):
            self._gasp(entry, fact.transformer)
        elif isinstance(fact, IncidentOpened):
            self._opened(entry, fact)

    def latest(self) -> list[dict[str, Any]]:
        """Return the latest alarms, numbered from 1 as this seat received them."""
        return self._rows[-LAST_ALARMS:]

    def count(self, source: str, since_s: float) -> int:
        """Return how often a device or transformer gave evidence since a time."""
        return sum(t_s >= since_s for t_s in self._evidence.get(source, ()))

    def _gasp(self, entry: Entry, transformer: str) -> None:
        zone = self._topology.zone_of_transformer[self._grid.transformer_ix[transformer]]
        feeder = self._topology.feeder_breaker_of_zone[zone]
        last_s = self._gasped_s.get(feeder, -_GASPS_APART_S)
        self._gasped_s[feeder] = entry.t_s
        if entry.t_s - last_s < _GASPS_APART_S:
            self._note(entry, transformer)
        else:
            self._alarm(entry, "gasp", transformer, {"transformer": transformer})

    def _opened(self, entry: Entry, fact: IncidentOpened) -> None:
        if entry.cause < 0 or entry.cause in self._told:
            return
        cause = self._journal.at(entry.cause).fact
        if isinstance(cause, TroubleReported) and fact.device in self._grid.transformer_ix:
            self._told.add(entry.cause)
            values = {"transformer": fact.device, "reports": cause.reports}
            self._alarm(entry, "trouble", fact.device, values)
        elif isinstance(cause, CustomerReported | MeterHeard):
            self._told.add(entry.cause)
            values = {"transformer": fact.device, "reports": 1}
            self._alarm(entry, "trouble", fact.device, values)

    def _alarm(self, entry: Entry, kind: str, source: str, values: dict[str, Any]) -> None:
        self._note(entry, source)
        self._rows.append(
            {
                "n": len(self._rows) + 1,
                "t_s": round(entry.t_s, 1),
                "kind": kind,
                "values": values,
            }
        )

    def _note(self, entry: Entry, source: str) -> None:
        self._evidence.setdefault(source, []).append(entry.t_s)
