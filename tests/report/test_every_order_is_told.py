"""The after-action report tells every order a seat can give, its optional fields empty."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest

import sim.commands
from sim.commands import Command
from sim.report.debrief_told import DrillTeller
from sim.report.words import Words
from sim.world.seats import _RIGHTS

GIVEN: dict[str, Any] = {"bool": True, "float": 60.0, "str": "a/b", "tuple[str, ...]": ("a/b",)}
"""Something for each field that an order must state."""


class Nothing:
    """Stand for a debrief in which nothing happened."""

    def __init__(self) -> None:
        self.start = "2021-07-25T08:00:00+08:00"
        self.districts: dict[str, Any] = {}
        self.injects: dict[str, Any] = {}


def with_defaults(kind: type[Command]) -> Command:
    stated = {each.name: GIVEN[str(each.type)] for each in fields(kind) if each.default is MISSING}
    return kind(**stated)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", sorted(_RIGHTS, key=lambda kind: kind.__name__))
def test_an_order_with_nothing_optional_stated_is_told(kind: type[Command], lang: str) -> None:
    assert kind.__name__ in sim.commands.__all__
    teller = DrillTeller(Nothing(), Words(lang))  # type: ignore[arg-type]
    said = teller.command(kind.__name__, dict(with_defaults(kind).as_pairs()))
    assert said
    assert "{" not in said
    assert "None" not in said
