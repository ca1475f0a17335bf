"""Checks of the exercise against itself and against the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.messages import Message, say
from sim.scenario.effects import CallSurge, FeederTrip, GatewayThrottled, NeighbourTrip, SiteLost
from sim.scenario.exercise import Condition, Exercise, Inject
from sim.scenario.scenario import Scenario
from sim.scenario.suggest import suggestion

__all__ = ["Finding", "exercise_checks"]

Finding = tuple[tuple[str | int, ...], Message]
"""Path of the value at fault, and what is wrong with it."""


def exercise_checks(scenario: Scenario) -> Iterator[Finding]:
    """Yield what does not fit together in and around the exercise."""
    exercise = scenario.exercise
    if exercise is None:
        return
    if exercise.end_at > scenario.run.at_most:
        yield ("exercise", "length"), say("EndEx lies after the end of the run (run.at_most)")
    tried = {each.objective for each in exercise.injects.values() if not each.is_decoy}
    for objective in exercise.objectives:
        if exercise.injects and objective not in tried:
            words = say("no inject, decoys apart, tries this objective")
            yield ("exercise", "objectives", objective), words
    for name, inject in exercise.injects.items():
        for path, text in _inject(scenario, exercise, name, inject):
            yield ("exercise", "injects", name, *path), text


def _inject(scenario: Scenario, exercise: Exercise, name: str, inject: Inject) -> Iterator[Finding]:
    if inject.objective not in exercise.objectives:
        hint = suggestion(inject.objective, exercise.objectives)
        words = say("no objective is named {name!r}{hint}", name=inject.objective, hint=hint)
        yield ("objective",), words
    trigger = inject.trigger
    if trigger.at is not None and trigger.at >= exercise.length:
        yield ("trigger", "at"), say("after EndEx: the inject would never fire")
    for key, condition in (("when", trigger.when), ("while", trigger.while_)):
        if condition is not None:
            yield from _condition(exercise, name, condition, ("trigger", key))
    yield from _effect(scenario, exercise, name, inject)
    for number, expected in enumerate(inject.expect):
        tier = expected.match.get("tier")
        if tier is not None and "{" not in tier:
            yield from _tiers(scenario, tier, ("expect", number, "match", "tier"))


def _effect(scenario: Scenario, exercise: Exercise, name: str, inject: Inject) -> Iterator[Finding]:
    effect = inject.effect
    if isinstance(effect, NeighbourTrip):
        yield from _reference(exercise, name, effect.near, ("effect", "near"))
    elif isinstance(effect, FeederTrip) and effect.district is not None:
        districts = scenario.grid.districts
        if effect.district not in districts:
            hint = suggestion(effect.district, districts)
            words = say("no district is named {name!r}{hint}", name=effect.district, hint=hint)
            yield ("effect", "district"), words
    elif isinstance(effect, GatewayThrottled):
        channel = scenario.notify.channels.get(effect.channel)
        if channel is None:
            hint = suggestion(effect.channel, scenario.notify.channels)
            words = say(
                "no channel of notices is named {name!r}{hint}", name=effect.channel, hint=hint
            )
            yield ("effect", "channel"), words
        elif channel.at_once:
            yield ("effect", "channel"), say("this channel serves an area at once: no gateway")
    elif isinstance(effect, SiteLost) and effect.site is not None:
        sites = {group.site for group in scenario.contact.groups.values()}
        if effect.site not in sites:
            hint = suggestion(effect.site, sorted(sites))
            words = say("no group sits at site {name!r}{hint}", name=effect.site, hint=hint)
            yield ("effect", "site"), words
    elif isinstance(effect, CallSurge) and effect.call_type not in scenario.contact.call_types:
        hint = suggestion(effect.call_type, scenario.contact.call_types)
        words = say("no call type is named {name!r}{hint}", name=effect.call_type, hint=hint)
        yield ("effect", "call_type"), words


def _condition(
    exercise: Exercise, name: str, condition: Condition, path: tuple[str | int, ...]
) -> Iterator[Finding]:
    if condition.fired is not None:
        yield from _reference(exercise, name, condition.fired, (*path, "fired"))
    if condition.after is not None and condition.after > exercise.length:
        yield (*path, "after"), say("after EndEx: the inject would never fire")


def _reference(
    exercise: Exercise, name: str, other: str, path: tuple[str | int, ...]
) -> Iterator[Finding]:
    if other == name:
        yield path, say("an inject cannot wait for itself")
    elif other not in exercise.injects:
        hint = suggestion(other, exercise.injects)
        yield path, say("no inject is named {name!r}{hint}", name=other, hint=hint)


def _tiers(scenario: Scenario, text: str, path: tuple[str | int, ...]) -> Iterator[Finding]:
    for tier in text.split("|"):
        if tier not in scenario.contact.standby:
            hint = suggestion(tier, scenario.contact.standby)
            yield path, say("no standby tier is named {name!r}{hint}", name=tier, hint=hint)
