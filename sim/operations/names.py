"""Names in the sections `planned` and `shortage` that only the built grid knows."""

from __future__ import annotations

from collections.abc import Iterator

from sim.grid.assets import Grid
from sim.messages import say
from sim.scenario.checks import Finding
from sim.scenario.crew_names import crew_ids
from sim.scenario.scenario import Scenario
from sim.scenario.suggest import suggestion

__all__ = ["wrong_names"]


def wrong_names(scenario: Scenario, grid: Grid) -> Iterator[Finding]:
    """Yield names that nothing in the grid has, each with its path of keys."""
    yield from _planned(scenario, grid)
    yield from _shortage(scenario, grid)


def _planned(scenario: Scenario, grid: Grid) -> Iterator[Finding]:
    assets = [*grid.section_ix, *grid.transformer_ix, *grid.substation_transformer_ix]
    known = set(assets)
    for name, job in scenario.planned.jobs.items():
        for place, asset in enumerate(job.assets):
            if asset not in known:
                words = say(
                    "no line section or transformer is named {name!r}{hint}",
                    name=asset,
                    hint=suggestion(asset, assets),
                )
                yield ("planned", "jobs", name, "assets", place), words
    crews = _crews(scenario)
    for place, crew in enumerate(scenario.planned.live_line_crews):
        if crew not in crews:
            words = say("no crew is named {name!r}{hint}", name=crew, hint=suggestion(crew, crews))
            yield ("planned", "live_line_crews", place), words


def _crews(scenario: Scenario) -> list[str]:
    return [
        each
        for district, depot in scenario.crews.depots.items()
        for each in crew_ids(district, [shift.crews for shift in depot.shifts])
    ]


def _shortage(scenario: Scenario, grid: Grid) -> Iterator[Finding]:
    section = scenario.shortage
    if section is None:
        return
    breakers = [each.id for each in grid.switches if each.is_feeder_breaker]
    for key, names, known, template in (
        ("order", section.order, breakers, "feeder"),
        ("protected", section.protected, [*breakers, *grid.transformer_ix], "either"),
    ):
        for place, name in enumerate(names):
            if name in known:
                continue
            hint = suggestion(name, known)
            words = (
                say("no breaker of a feeder is named {name!r}{hint}", name=name, hint=hint)
                if template == "feeder"
                else say(
                    "no breaker of a feeder and no distribution transformer is named"
                    " {name!r}{hint}",
                    name=name,
                    hint=hint,
                )
            )
            yield ("shortage", key, place), words
