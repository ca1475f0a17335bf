"""A small grid under protection on a clock of its own."""

from collections.abc import Callable
from typing import Any

from sim.engine.clock import Clock
from sim.engine.facts import Fact
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.protection.relays import Protection
from sim.scenario.protection import Protection as Settings
from tests.grid import small

SURE = {"constant": "1 s"}
"""Temporary faults are gone after one second without voltage: before the first reclosing."""
NEVER_IN_TIME = {"constant": "10 s"}


class Running:
    """Own clock, journal, state and protection of one grid."""

    def __init__(self, grid: Grid | None = None, seed: int = 1, **settings: Any) -> None:
        self.grid = grid if grid is not None else small.two_feeders()
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.state = GridState(Topology(self.grid))
        section = Settings.model_validate({"temporary_clearing": SURE, **settings})
        self.protection = Protection(
            self.clock, self.journal, self.grid, self.state, section, Streams(seed)
        )

    def at(self, t_s: float, action: Callable[[], object]) -> None:
        self.clock.call_at(t_s, lambda: action() and None)

    def strike(self, t_s: float, asset: str, kind: Any = "permanent") -> None:
        self.at(t_s, lambda: self.protection.strike(asset, kind, "given"))

    def operate(self, t_s: float, device: str, closed: bool) -> None:
        self.at(t_s, lambda: self.protection.operate(device, closed, "remote"))

    def run(self, until_s: float = 100.0) -> None:
        self.clock.run(until=until_s)

    def story(self) -> list[tuple[float, str, str]]:
        """Return (time, kind, subject) of all facts."""
        return [
            (round(entry.t_s, 6), type(entry.fact).__name__, entry.fact.subject)
            for entry in self.journal
        ]

    def facts(self, kind: type[Fact]) -> list[Any]:
        return [entry.fact for entry in self.journal if isinstance(entry.fact, kind)]

    def chain(self, seq: int) -> list[str]:
        """Return the kinds of fact from a fact back to what began it."""
        entries = list(self.journal)
        kinds = []
        while seq >= 0:
            kinds.append(type(entries[seq].fact).__name__)
            seq = entries[seq].cause
        return kinds
