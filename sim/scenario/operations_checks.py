"""Checks of the sections `planned` and `shortage` against the other sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sim.messages import say
from sim.scenario.exercise_checks import Finding
from sim.scenario.scenario import Scenario
from sim.scenario.shortage import Shortage
from sim.scenario.suggest import suggestion
from sim.units import Calendar

__all__ = ["operations_checks"]


def operations_checks(scenario: Scenario, calendar: Calendar) -> Iterator[Finding]:
    """Yield what does not fit."""
    if scenario.grid.districts:
        yield from _planned(scenario, calendar)
        if scenario.shortage is not None:
            yield from _shortage(scenario, scenario.shortage)
        return
    if scenario.planned.is_any:
        yield ("planned",), say("needs a grid: work is done upon one")
    if scenario.shortage is not None:
        yield ("shortage",), say("needs a grid: feeders are cut")


def _planned(scenario: Scenario, calendar: Calendar) -> Iterator[Finding]:
    planned = scenario.planned
    yield from _channels(scenario, planned.channels, ("planned", "channels"))
    for name, job in planned.jobs.items():
        if not 0 <= _seconds(job.earliest, calendar) <= scenario.run.at_most:
            words = say("outside the run: give a time between run.start and run.at_most after it")
            yield ("planned", "jobs", name, "earliest"), words
        if job.option != "auto" and getattr(planned.options, job.option) is None:
            words = say("planned.options has no {option}", option=job.option)
            yield ("planned", "jobs", name, "option"), words


def _shortage(scenario: Scenario, shortage: Shortage) -> Iterator[Finding]:
    yield from _channels(scenario, shortage.channels, ("shortage", "channels"))
    districts, classes = scenario.grid.districts, scenario.customers.classes
    for place, each in enumerate(shortage.districts):
        if each not in districts:
            hint = suggestion(each, districts)
            words = say("no district is named {name!r}{hint}", name=each, hint=hint)
            yield ("shortage", "districts", place), words
    for place, each in enumerate(shortage.protected_classes):
        if each not in classes:
            hint = suggestion(each, classes)
            words = say("no class of customers is named {name!r}{hint}", name=each, hint=hint)
            yield ("shortage", "protected_classes", place), words


def _seconds(moment: float | datetime, calendar: Calendar) -> float:
    return calendar.seconds(moment) if isinstance(moment, datetime) else moment


def _channels(
    scenario: Scenario, names: Sequence[str], path: tuple[str | int, ...]
) -> Iterator[Finding]:
    known = scenario.notify.channels
    for place, name in enumerate(names):
        if name not in known:
            hint = suggestion(name, known)
            words = say("no channel of notices is named {name!r}{hint}", name=name, hint=hint)
            yield (*path, place), words
