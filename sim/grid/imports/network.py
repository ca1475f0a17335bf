"""The neutral network every format is read into: kilometres, kilovolts, kiloamperes, kilowatts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sim.grid.source import SwitchKind
from sim.messages import Message

__all__ = [
    "Branch",
    "BranchKind",
    "Bus",
    "Construction",
    "Device",
    "Finding",
    "Findings",
    "Load",
    "Network",
    "Place",
    "Sort",
    "Source",
    "Supplied",
]

BranchKind = Literal["line", "switch", "transformer"]
Construction = Literal["cable", "overhead"]
Sort = Literal["oddity", "assumption", "left_out"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """File and line in which an element is written."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one thing to be told: odd as it stands, assumed, or left out of the result."""

    place: Place
    sort: Sort
    subject: str
    """A short code; its name for people is `import.subject.<code>` of the catalogue."""
    element: str
    text: Message


class Findings:
    """Collect what is to be told."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def odd(self, place: Place, subject: str, element: str, text: Message) -> None:
        """Note what looks wrong and is kept as it is."""
        self.all.append(Finding(place, "oddity", subject, element, text))

    def assume(self, place: Place, subject: str, element: str, text: Message) -> None:
        """Note what the source does not say and an option or a default decides."""
        self.all.append(Finding(place, "assumption", subject, element, text))

    def leave_out(self, place: Place, subject: str, element: str, text: Message) -> None:
        """Note what the result does not hold."""
        self.all.append(Finding(place, "left_out", subject, element, text))


@dataclass(slots=True)
class Bus:
    """A node; `xy` in the source's own coordinates, `kv` between lines, each None if not said."""

    id: str
    place: Place
    kv: float | None = None
    xy: tuple[float, float] | None = None


@dataclass(slots=True)
class Device:
    """A switching device at one end of a branch."""

    kind: SwitchKind
    is_closed: bool = True
    is_remote: bool | None = None


@dataclass(slots=True)
class Branch:
    """A line, switch or transformer between two buses; None: the source does not say.

    `phases` are those at each end, such as "1", "12" or "123"; '' where the format has none.
    A switch without length has its device at end 0.
    """

    id: str
    place: Place
    kind: BranchKind
    u: str
    v: str
    length_km: float | None = None
    construction: Construction | None = None
    max_i_ka: float | None = None
    rated_mva: float | None = None
    kv: tuple[float | None, float | None] = (None, None)
    r_ohm_per_km: float | None = None
    x_ohm_per_km: float | None = None
    phases: tuple[str, str] = ("", "")
    bank: str = ""
    devices: dict[int, Device] = field(default_factory=dict)
    failures_per_year: float | None = None
    """Lasting failures a year of the whole branch."""
    repair_h: float | None = None
    further: dict[str, str] = field(default_factory=dict)
    """Further columns of the project's edge table, as written."""

    @property
    def is_closed(self) -> bool:
        """Say whether all of its devices are closed as built."""
        return all(each.is_closed for each in self.devices.values())

    def bus(self, end: int) -> str:
        """Return the bus at end 0 or 1."""
        return (self.u, self.v)[end]

    def other(self, bus: str) -> str:
        """Return the bus at the other end."""
        return self.v if bus == self.u else self.u


@dataclass(slots=True)
class Load:
    """Load or generation at a bus; customers None where the source does not say."""

    id: str
    place: Place
    bus: str
    kw: float
    customers: int | None = None
    phases: str = ""
    backup_kw: float = 0.0
    further: dict[str, str] = field(default_factory=dict)
    """Further columns of the project's node table, as written."""


@dataclass(slots=True)
class Source:
    """A point of supply from outside."""

    id: str
    place: Place
    bus: str
    kv: float | None = None


@dataclass(slots=True)
class Supplied:
    """What one bus supplies through its distribution transformer, once collapsed."""

    kw: float = 0.0
    customers: int = 0
    backup_kw: float = 0.0
    n_transformers: int = 0
    has_fuse: bool | None = None
    failures_per_year: float | None = None
    repair_h: float | None = None
    further: dict[str, str] = field(default_factory=dict)


@dataclass
class Network:
    """All of a source; ids of one kind are unique."""

    name: str
    file: str
    buses: dict[str, Bus] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    supplied: dict[str, Supplied] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    voltage_bases: tuple[float, ...] = ()
    """Voltages between lines that the source names as its own."""

    @property
    def start(self) -> Place:
        """Return where the source begins."""
        return Place(self.file, 1)

    def at(self) -> dict[str, list[Branch]]:
        """Return the branches of each bus."""
        found: dict[str, list[Branch]] = {each: [] for each in self.buses}
        for branch in self.branches.values():
            found[branch.u].append(branch)
            found[branch.v].append(branch)
        return found

    def parts(self, branches: Iterator[Branch] | None = None) -> dict[str, str]:
        """Return for each bus the bus its connected part is known by, by some or all branches."""
        parent = {each: each for each in self.buses}

        def root(bus: str) -> str:
            while parent[bus] != bus:
                parent[bus] = parent[parent[bus]]
                bus = parent[bus]
            return bus

        for branch in self.branches.values() if branches is None else branches:
            parent[root(branch.v)] = root(branch.u)
        return {each: root(each) for each in parent}
