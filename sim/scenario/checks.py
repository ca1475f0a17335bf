"""Checks across sections: names in one section that another one must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sim.errors import InputError
from sim.messages import message_of, say
from sim.scenario.emergency import COLOURS, LEVELS, Trigger
from sim.scenario.exercise_checks import Finding, exercise_checks
from sim.scenario.hazard_checks import hazard_checks
from sim.scenario.operations_checks import operations_checks
from sim.scenario.scenario import Scenario
from sim.scenario.staffing import SiteLoss
from sim.scenario.suggest import suggestion
from sim.units import Calendar

__all__ = ["Finding", "cross_checks"]


def cross_checks(scenario: Scenario) -> Iterator[Finding]:
    """Yield what does not fit together between the sections."""
    yield from _times(scenario)
    yield from _measured(scenario)
    yield from _events(scenario)
    yield from hazard_checks(scenario)
    yield from _depots(scenario)
    yield from _plan(scenario)
    yield from _channels(scenario)
    yield from _calls_as(scenario)
    yield from _follow_up(scenario)
    yield from _priorities(scenario)
    if scenario.exercise is not None and not scenario.grid.districts:
        yield ("exercise",), say("needs a grid: a drill is played upon one")
    yield from exercise_checks(scenario)


def _priorities(scenario: Scenario) -> Iterator[Finding]:
    classes = scenario.customers.classes
    for name in scenario.control.restoration.priority_classes:
        if name not in classes:
            hint = suggestion(name, classes)
            words = say("no class of customers is named {name!r}{hint}", name=name, hint=hint)
            yield ("control", "restoration", "priority_classes", name), words


def _times(scenario: Scenario) -> Iterator[Finding]:
    run = scenario.run
    if run.at_most < run.at_least:
        yield ("run", "at_most"), say("must not be shorter than at_least")
    try:
        calendar = Calendar(run.start, run.zone)
    except InputError as error:
        words = say(
            "{problem}: use an IANA name such as 'Asia/Shanghai'", problem=message_of(error)
        )
        yield ("run", "zone"), words
        return
    for position, loss in enumerate(scenario.contact.site_losses):
        yield from _site_loss(scenario, calendar, position, loss)
    yield from operations_checks(scenario, calendar)
    for position, event in enumerate(scenario.hazards.events):
        at_s = calendar.seconds(event.at) if isinstance(event.at, datetime) else event.at
        if not 0 <= at_s <= run.at_most:
            words = say("outside the run: give a time between run.start and run.at_most after it")
            yield ("hazards", "events", position, "at"), words


def _measured(scenario: Scenario) -> Iterator[Finding]:
    measure, run = scenario.measure, scenario.run
    if measure is not None and measure.warm_up + measure.cool_down >= run.at_least:
        yield ("measure",), say("warm_up and cool_down leave nothing of run.at_least to measure")


def _site_loss(
    scenario: Scenario, calendar: Calendar, position: int, loss: SiteLoss
) -> Iterator[Finding]:
    path = ("contact", "site_losses", position)
    at_s = calendar.seconds(loss.at) if isinstance(loss.at, datetime) else loss.at
    if not 0 <= at_s <= scenario.run.at_most:
        words = say("outside the run: give a time between run.start and run.at_most after it")
        yield (*path, "at"), words
    sites = {group.site for group in scenario.contact.groups.values()}
    if loss.site not in sites:
        hint = suggestion(loss.site, sorted(sites))
        words = say("no group sits at site {name!r}{hint}", name=loss.site, hint=hint)
        yield (*path, "site"), words


def _events(scenario: Scenario) -> Iterator[Finding]:
    """Yield assets of no district; whether the asset itself exists, the built grid knows."""
    districts = scenario.grid.districts
    for position, event in enumerate(scenario.hazards.events):
        district, slash, _rest = event.asset.partition("/")
        is_named = bool(slash) or event.kind == "supply"
        if district not in districts or not is_named:
            hint = suggestion(district, districts)
            words = say(
                "no district is named {name!r}: write district/asset{hint}",
                name=district,
                hint=hint,
            )
            yield ("hazards", "events", position, "asset"), words


def _depots(scenario: Scenario) -> Iterator[Finding]:
    districts = scenario.grid.districts
    depots = scenario.crews.depots
    for district in depots:
        if district not in districts:
            hint = suggestion(district, districts)
            words = say("no district is named {name!r}{hint}", name=district, hint=hint)
            yield ("crews", "depots", district), words
    manned = {name for name, depot in depots.items() if any(s.crews for s in depot.shifts)}
    if not districts:
        return
    if not manned:
        yield ("crews", "depots"), say("no depot has a crew: no fault would ever be repaired")
    elif not scenario.crews.help_neighbours:
        for district in districts:
            if district not in manned:
                words = say(
                    "no crew for district {name!r}, and help_neighbours is false", name=district
                )
                yield ("crews", "depots"), words


def _plan(scenario: Scenario) -> Iterator[Finding]:
    emergency = scenario.emergency
    tiers = scenario.contact.standby
    for position, response in enumerate(emergency.responses):
        yield from _trigger(scenario, response.when, ("responses", position, "when"))
    names: set[str] = set()
    for position, step in enumerate(emergency.plan):
        path = ("emergency", "plan", position)
        yield from _trigger(scenario, step.when, ("plan", position, "when"))
        if step.step in names:
            yield (*path, "step"), say("a second step is named {name!r}", name=step.step)
        names.add(step.step)
        for order, action in enumerate(step.do):
            tier = action.call_standby
            if tier is not None and tier not in tiers:
                hint = suggestion(tier, tiers) if tiers else say(": contact.standby is empty")
                words = say("no standby tier is named {name!r}{hint}", name=tier, hint=hint)
                yield (*path, "do", order, "call_standby"), words
            texts = scenario.contact.menu.announcements
            if action.text is not None and action.text not in texts:
                hint = suggestion(action.text, texts)
                words = say("no announcement is named {name!r}{hint}", name=action.text, hint=hint)
                yield (*path, "do", order, "text"), words
            yield from _named(scenario, action.channels, (*path, "do", order, "channels"))


def _named(
    scenario: Scenario, names: Sequence[str], path: tuple[str | int, ...]
) -> Iterator[Finding]:
    """Yield names of channels that the scenario does not have."""
    channels = scenario.notify.channels
    for place, name in enumerate(names):
        if name not in channels:
            hint = suggestion(name, channels)
            words = say("no channel of notices is named {name!r}{hint}", name=name, hint=hint)
            yield (*path, place), words


def _channels(scenario: Scenario) -> Iterator[Finding]:
    notify = scenario.notify
    yield from _named(scenario, notify.default, ("notify", "default"))
    yield from _named(scenario, notify.rules.channels, ("notify", "rules", "channels"))
    classes = scenario.customers.classes
    for name, channel in scenario.notify.channels.items():
        for each in channel.by_class:
            if each not in classes:
                hint = suggestion(each, classes)
                words = say("no class of customers is named {name!r}{hint}", name=each, hint=hint)
                yield ("notify", "channels", name, "by_class", each), words


def _calls_as(scenario: Scenario) -> Iterator[Finding]:
    """Yield call types customers cannot report in; without a grid nobody does."""
    if not scenario.grid.districts:
        return
    types = scenario.contact.call_types
    for name, customers in scenario.customers.classes.items():
        for each in customers.calls_as:
            path = ("customers", "classes", name, "calls_as", each)
            if each not in types:
                hint = suggestion(each, types)
                yield path, say("no call type is named {name!r}{hint}", name=each, hint=hint)
            elif types[each].dials is not None:
                yield path, say("{name!r} is outbound: nobody calls in it", name=each)
            elif each != "outage" and types[each].reports_outage is None:
                words = say("say whether {name!r} reports outages: reports_outage", name=each)
                yield path, words
    for name in ("life_support", "lifts"):
        each = getattr(scenario.customers, name).call_type
        if each not in types and each != "outage":
            hint = suggestion(each, types)
            words = say("no call type is named {name!r}{hint}", name=each, hint=hint)
            yield ("customers", name, "call_type"), words


def _follow_up(scenario: Scenario) -> Iterator[Finding]:
    types, settings = scenario.contact.call_types, scenario.contact.follow_up
    path = ("contact", "follow_up", "call_type")
    if settings is None:
        return
    name = settings.call_type
    if name not in types:
        hint = suggestion(name, types)
        yield path, say("no call type is named {name!r}{hint}", name=name, hint=hint)
    elif types[name].dials is None:
        yield path, say("{name!r} is not outbound: it has no dials", name=name)


def _trigger(
    scenario: Scenario, trigger: Trigger, where: tuple[str | int, ...]
) -> Iterator[Finding]:
    """Yield conditions that nothing in the scenario can ever bring about."""
    emergency = scenario.emergency
    colours = [rule.colour for rule in emergency.warnings]
    if trigger.warning is not None and not _reaches(trigger.warning, colours, COLOURS):
        words = say(
            "no rule in emergency.warnings issues {colour} or a higher colour",
            colour=trigger.warning,
        )
        yield ("emergency", *where, "warning"), words
    if trigger.supply_gap is not None and scenario.shortage is None:
        yield ("emergency", *where, "supply_gap"), say("needs a section shortage")
    levels = [response.level for response in emergency.responses]
    if trigger.level is not None and not _reaches(trigger.level, levels, LEVELS):
        words = say(
            "no response in emergency.responses has level {level} or a higher one",
            level=trigger.level,
        )
        yield ("emergency", *where, "level"), words


def _reaches(wanted: str, given: Sequence[str], order: Sequence[str]) -> bool:
    return any(order.index(each) >= order.index(wanted) for each in given)
