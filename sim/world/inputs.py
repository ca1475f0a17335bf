"""Open what a scenario names, without running it: grids, best track, assets, call histories.

The checks are those of the parts themselves, called before the run: `check` must not say that all
is fine when the run then stops at its first data file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from sim.errors import InputError, ScenarioError
from sim.grid.assets import Grid
from sim.grid.importers import build_grid
from sim.grid.topology import Topology
from sim.grid.worth import unknown_transformers
from sim.hazards.besttrack import read_best_track
from sim.hazards.failures import assets_of, unknown_assets
from sim.hazards.low_voltage import wrong_events
from sim.hazards.replayed import rows_of_run
from sim.hazards.wind import moved_path
from sim.messages import Message, message_of, say, standing_at
from sim.operations.names import wrong_names
from sim.scenario.base import Section
from sim.scenario.contact import Contact
from sim.scenario.grid import Grid as GridSection
from sim.scenario.hazards import Typhoon
from sim.scenario.loader import Found
from sim.scenario.scenario import Scenario
from sim.scenario.suggest import suggestion
from sim.units import Calendar

__all__ = ["Inputs"]

_T = TypeVar("_T")
_STANDING = standing_at("", "").template


class Inputs:
    """Check the inputs of the scenarios of one file; what several share is opened once."""

    def __init__(self) -> None:
        self._grids: dict[str, tuple[Grid | None, list[Found]]] = {}
        self._storms: dict[str, list[Found]] = {}
        self._read_rosters: dict[str, list[Found]] = {}

    def problems(self, scenario: Scenario) -> Iterator[Found]:
        """Yield what is wrong with the inputs of a scenario the schema has nothing against."""
        grid, found = self._grid(scenario.grid, tuple(scenario.customers.classes))
        yield from found
        if grid is not None:
            for number, words in unknown_assets(scenario.hazards.events, assets_of(grid)):
                yield ("hazards", "events", number, "asset"), words
            yield from wrong_names(scenario, grid)
            for name in scenario.control.restoration.priority_transformers:
                if name not in grid.transformer_ix:
                    path = ("control", "restoration", "priority_transformers", name)
                    hint = suggestion(name, grid.transformer_ix)
                    yield (
                        path,
                        say(
                            "no distribution transformer is named {name!r}{hint}",
                            name=name,
                            hint=hint,
                        ),
                    )
            for name, key, words in unknown_transformers(scenario.customers, grid):
                yield ("customers", "key", name, key), words
            if scenario.low_voltage is not None:
                for number, key, words in wrong_events(scenario.low_voltage, grid):
                    yield ("low_voltage", "events", number, key), words
        calendar = Calendar(scenario.run.start, scenario.run.zone)
        if grid is not None:
            yield from _recorded(scenario, grid, calendar)
        yield from _histories(scenario, calendar)
        yield from self._rosters(scenario.contact)
        if scenario.hazards.typhoon is not None:
            yield from self._storm(scenario.hazards.typhoon, calendar)

    def _grid(
        self, section: GridSection, classes: tuple[str, ...]
    ) -> tuple[Grid | None, list[Found]]:
        key = f"{_key(section)} {sorted(classes)}"
        if key not in self._grids:
            self._grids[key] = _attempt(lambda: build_grid(section, classes))
        return self._grids[key]

    def _rosters(self, section: Contact) -> Iterator[Found]:
        for group in section.groups.values():
            if group.roster_file is not None:
                key = f"{group.roster_file} {sorted(section.skills)}"
                if key not in self._read_rosters:
                    from sim.contact.roster_files import read_roster  # part of what runs

                    read = partial(read_roster, group.roster_file, section.skills)
                    _people, self._read_rosters[key] = _attempt(read)
                yield from self._read_rosters[key]

    def _storm(self, typhoon: Typhoon, calendar: Calendar) -> list[Found]:
        key = f"{_key(typhoon)} {calendar.start}"
        if key not in self._storms:
            _path, self._storms[key] = _attempt(
                lambda: moved_path(read_best_track(typhoon.track), typhoon.shift, calendar)
            )
        return self._storms[key]


def _recorded(scenario: Scenario, grid: Grid, calendar: Calendar) -> Iterator[Found]:
    lists = scenario.hazards.recorded
    assets = assets_of(grid, Topology(grid)) if lists else None
    for number, each in enumerate(lists):
        assert assets is not None
        read = partial(rows_of_run, each, number, assets, calendar, scenario.run.at_most)
        yield from _attempt(read)[1]


def _histories(scenario: Scenario, calendar: Calendar) -> Iterator[Found]:
    for number, each in enumerate(scenario.contact.background):
        if each.history is not None:
            from sim.contact.history import check_history  # part of what runs: only when asked for

            where = f"contact.background.{number}.history"
            check = partial(check_history, each, where, calendar, scenario.run.at_most)
            yield from _attempt(check)[1]


def _key(section: Section) -> str:
    return section.model_dump_json()


def _attempt(build: Callable[[], _T]) -> tuple[_T | None, list[Found]]:
    """Return what is built and nothing wrong, or nothing and what is wrong with it."""
    try:
        return build(), []
    except ScenarioError as error:
        return None, list(error.problems)
    except InputError as error:
        return None, [_placed(message_of(error))]


def _placed(words: Message) -> Found:
    """Take the path of keys that a message begins with as its place."""
    if words.template != _STANDING:
        return (), words
    steps = str(words.values["where"]).split(".")
    return tuple(int(step) if step.isdecimal() else step for step in steps), words.part("what")
