"""What lies between a distribution transformer and its customers: low-voltage lines and drops.

The customers of a transformer are numbered from 0, class by class. A branch line feeds a run of
these numbers, a service drop a shorter one, and the last metres feed one customer. Nothing more of
the low-voltage side is known (assumption): no lengths, no places of its own.

    part       id                     feeds
    branch     luoyang/dt4/branch0    customers k n / branches to (k + 1) n / branches, rounded down
    service    luoyang/dt4/service7   customers 7 s to 7 s + s - 1, s customers on a drop
    customer   luoyang/dt4/customer29 customer 29: its own wiring
    lines      luoyang/dt4/lines      no part: somewhere behind this transformer
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["PARTS", "LowVoltageSide", "PartKind", "PartPlace", "lines_id", "part_id", "part_place"]

PartKind = Literal["branch", "service", "customer"]
PARTS: tuple[PartKind, ...] = ("branch", "service", "customer")

_ID = re.compile(
    r"(?P<transformer>.+)/(?:(?P<part>branch|service|customer)(?P<number>0|[1-9]\d*)|lines)"
)


def part_id(transformer: str, part: PartKind, number: int) -> str:
    """Return the id of a part behind a transformer."""
    return f"{transformer}/{part}{number}"


def lines_id(transformer: str) -> str:
    """Return the id of an unknown place behind a transformer."""
    return f"{transformer}/lines"


@dataclass(frozen=True, slots=True)
class PartPlace:
    """Say behind which transformer an id lies; `part` is '' where only that is known."""

    transformer_ix: int
    part: PartKind | Literal[""]
    number: int


def part_place(place: str, transformer_ix: Mapping[str, int]) -> PartPlace | None:
    """Return where an id lies behind a transformer; None for any other id."""
    found = _ID.fullmatch(place)
    if found is None or found["transformer"] not in transformer_ix:
        return None
    ix, part = transformer_ix[found["transformer"]], found["part"]
    for each in PARTS:
        if each == part:
            return PartPlace(ix, each, int(found["number"]))
    return PartPlace(ix, "", -1)


@dataclass(frozen=True, slots=True)
class LowVoltageSide:
    """Lay out the low-voltage side of one transformer."""

    customers: int
    per_branch: int
    per_service: int

    def count(self, part: PartKind) -> int:
        """Return how many parts of a kind there are."""
        if part == "customer":
            return self.customers
        return -(-self.customers // (self.per_branch if part == "branch" else self.per_service))

    def fed(self, part: PartKind, number: int) -> range:
        """Return the customers a part feeds."""
        if part == "customer":
            return range(number, number + 1)
        if part == "service":
            first = number * self.per_service
            return range(first, min(first + self.per_service, self.customers))
        n = self.count("branch")
        return range(number * self.customers // n, (number + 1) * self.customers // n)

    def branch_of(self, customer: int) -> int:
        """Return the branch that feeds a customer."""
        # the last branch that begins at or before it
        return ((customer + 1) * self.count("branch") - 1) // self.customers
