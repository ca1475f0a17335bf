"""A control room on a clock of its own, told what to believe."""

from typing import Any

from sim.control.incidents import Incident
from sim.control.room import ControlRoom
from sim.control.switching import Orders, next_orders
from sim.engine.clock import Clock
from sim.engine.facts import Fact, RunStarted
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.grid.topology import Topology
from sim.scenario.control import Control
from tests.grid import small


def two_long_feeders(rating: float = 0.4, **district: Any) -> Grid:
    """Return feeders s-a1-1-a2-2-a3-3-a4-4 and s-b1-5-b2-6, tied by t (4 to 6, open at 6)."""
    return small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            *(small.node(str(k), customers=10 * k, load_mw=1.0) for k in range(1, 7)),
        ],
        [
            small.transformer("trafo", "h", "s", 40.0),
            small.edge("a1", "s", "1", at_u="CB", rating=rating),
            small.edge("a2", "1", "2", rating=rating),
            small.edge("a3", "2", "3", rating=rating),
            small.edge("a4", "3", "4", rating=rating),
            small.edge("b1", "s", "5", at_u="CB", rating=rating),
            small.edge("b2", "5", "6", rating=rating),
            small.edge("t", "4", "6", open_at_v=True, rating=rating),
        ],
        {"remote_switch_share": 0.0, **district},
    )


class Room:
    """Own a control room and what it tells others."""

    def __init__(self, grid: Grid | None = None, **section: Any) -> None:
        self.grid = grid or two_long_feeders()
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.cause = self.journal.write(RunStarted("room", 1, 0))
        self.section = Control.model_validate(section)
        self.changed: list[str] = []
        self.beliefs: list[tuple[tuple[str, ...], bool]] = []
        self.room = ControlRoom(
            self.section,
            Topology(self.grid),
            self.clock,
            self.journal,
            Streams(1),
            lambda incident: self.changed.append(incident.id),
            lambda ixs, is_out: self.beliefs.append(
                (tuple(self.grid.transformers[ix].id for ix in ixs), is_out)
            ),
        )

    def later(self, seconds: float) -> None:
        self.clock.run(until=self.clock.now + seconds)

    def tripped(self, device: str = "d/a1@s") -> Incident:
        self.room.breaker_reported(device, False, self.cause)
        incident = self.room.incidents.on_device(device)
        assert incident is not None
        return incident

    def suspect(self, *transformers: str) -> None:
        for name in transformers:
            self.room.suspected(self.grid.transformer_ix[name], self.cause)

    def moved(self, incident: Incident | None, *moves: str) -> None:
        """Take moves written as device:open or device:close."""
        for move in moves:
            device, _, how = move.rpartition(":")
            self.room.switched(device, how == "close", incident, self.cause)

    def orders(self, incident: Incident) -> Orders:
        capacity = self.room.capacity
        return next_orders(incident, self.room.picture, self.section, self.clock.now, capacity)

    def wanted(self, incident: Incident) -> str:
        """Return the next orders as one line."""
        orders = self.orders(incident)
        if orders.is_done:
            return "done"
        moves = [f"{move.device}:{'close' if move.closed else 'open'}" for move in orders.moves]
        task = [f"{orders.task.task} {','.join(orders.task.targets)}"] if orders.task else []
        return " + ".join(moves + task) or "wait"

    def out(self) -> dict[str, str]:
        """Return transformer → incident that explains it."""
        found = {}
        for each in self.grid.transformers:
            incident = self.room.incidents.explaining(each.ix)
            if incident is not None:
                found[each.id] = incident.id
        return found

    def facts(self, kind: type[Fact]) -> list[Any]:
        return [entry.fact for entry in self.journal if isinstance(entry.fact, kind)]
