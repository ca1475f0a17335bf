"""Warning colours and response levels: owner of both, and the pure rules that propose them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.emergency.plan import Situation, cause_of, holds
from sim.engine.journal import NO_CAUSE
from sim.scenario.emergency import COLOURS, LEVELS, Response, WarningRule

__all__ = ["Levels", "cause_of_level", "proposed_colour", "proposed_level"]


class Levels:
    """Own the warning colour and the response level in force."""

    def __init__(self) -> None:
        self.colour = COLOURS[0]
        self.level = LEVELS[0]
        self.seq = NO_CAUSE
        """The fact that changed one of them last."""


def proposed_colour(rules: Sequence[WarningRule], peak_gust_ms: Callable[[float], float]) -> str:
    """Return the highest colour whose gust is forecast within its time.

    `peak_gust_ms(within_s)` is the highest gust forecast at any station within a time from now.
    """
    met = [rule.colour for rule in rules if peak_gust_ms(rule.within) >= rule.gust]
    return max(met, key=COLOURS.index, default=COLOURS[0])


def proposed_level(rules: Sequence[Response], situation: Situation) -> str:
    """Return the highest response level whose conditions hold."""
    met = [rule.level for rule in rules if holds(rule.when, situation)]
    return max(met, key=LEVELS.index, default=LEVELS[0])


def cause_of_level(rules: Sequence[Response], level: str, situation: Situation) -> int:
    """Return the latest fact that a proposed level rests on."""
    met = [rule for rule in rules if rule.level == level and holds(rule.when, situation)]
    if not met:
        # what held the old level is over
        return max(situation.belief_seq, situation.levels_seq)
    return max(cause_of(rule.when, situation) for rule in met)
