"""Checks of section `hazards` against the rest: districts, temperature, areas of the grid."""

from __future__ import annotations

from collections.abc import Iterator

from sim.messages import Message, say
from sim.scenario.scenario import Scenario
from sim.scenario.suggest import suggestion

__all__ = ["hazard_checks"]

Finding = tuple[tuple[str | int, ...], Message]


def hazard_checks(scenario: Scenario) -> Iterator[Finding]:
    """Yield what in the hazards does not fit the other sections."""
    hazards = scenario.hazards
    yield from _districts(scenario)
    if hazards.heat is not None and not scenario.loads.temperature:
        words = say("heat needs a temperature: give loads.temperature")
        yield ("hazards", "heat"), words


def _districts(scenario: Scenario) -> Iterator[Finding]:
    """Yield names of districts that are not in the grid."""
    hazards, districts = scenario.hazards, scenario.grid.districts
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("hazards", "terrain", name), name) for name in hazards.terrain
    ]
    if hazards.ice is not None:
        named += [(("hazards", "ice", "districts", name), name) for name in hazards.ice.districts]
    for number, area in enumerate(hazards.flood.areas if hazards.flood is not None else ()):
        flooded = ("hazards", "flood", "areas", number, "districts")
        named += [((*flooded, place), name) for place, name in enumerate(area.districts)]
    for number, listed in enumerate(hazards.recorded):
        replayed = ("hazards", "recorded", number, "districts")
        named += [((*replayed, theirs), name) for theirs, name in listed.districts.items()]
    for where, name in named:
        if name not in districts:
            hint = suggestion(name, districts)
            words = say("no district is named {name!r}{hint}", name=name, hint=hint)
            yield where, words
