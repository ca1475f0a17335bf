"""Which feeders are off in a shortage: a pure rule over the pre-approved list (序位表).

Fewest hours off first, ties by the list. Nobody is off longer than the longest time or again before
the pause is over while others can take their turn; the need comes before both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Choice", "Turn", "choose"]

_SLACK_MW = 1e-9
_SLACK_S = 1e-6


@dataclass(frozen=True, slots=True)
class Turn:
    """Hold what the rule knows of one feeder at the moment it chooses for."""

    device: str
    place: int
    """Position on the list."""
    mw: float
    """Load that a cut takes off."""
    hours_off: float
    """Hours off so far, a turn under way included."""
    since_s: float
    """Off, or on again, since; -inf: never cut."""
    is_off: bool
    may_cut: bool = True
    """Whether it may be cut now: not protected, supplied, no fault being dealt with."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Say what to cut and what to restore; `left_mw` is what no feeder on the list covers."""

    cut: tuple[str, ...]
    restore: tuple[str, ...]
    left_mw: float


def choose(
    need_mw: float, turns: Sequence[Turn], at_s: float, longest_s: float, pause_s: float
) -> Choice:
    """Return the change that leaves at least the need off at a time, and no feeder too many.

    Where the list covers the need, no feeder chosen could be left out: what is cut beyond the need
    is less than the smallest of them.
    """
    off = [each for each in turns if each.is_off]
    stays = [each for each in off if at_s - each.since_s < longest_s - _SLACK_S]
    due = [each for each in off if each not in stays]
    rest = [each for each in turns if not each.is_off and each.may_cut and each.mw > 0.0]
    rested = [each for each in rest if at_s - each.since_s >= pause_s - _SLACK_S]
    tired = [each for each in rest if each not in rested]
    stays.sort(key=lambda each: -each.since_s)
    others = [
        *sorted(rested, key=lambda each: (each.hours_off, each.place)),
        *sorted(tired, key=lambda each: (each.since_s, each.place)),
        *sorted(due, key=lambda each: -each.since_s),
    ]
    chosen = _enough(need_mw, stays, others)
    names = {each.device for each in chosen}
    return Choice(
        tuple(each.device for each in chosen if not each.is_off),
        tuple(each.device for each in off if each.device not in names),
        max(0.0, need_mw - sum(each.mw for each in chosen)),
    )


def _enough(need_mw: float, stays: Sequence[Turn], others: Sequence[Turn]) -> list[Turn]:
    """Take feeders in order until the need is met, then leave out whatever is too much.

    Where the next one would make one that stays needless, a smaller one is taken instead if there
    is any: whoever was told to be off, or is off, keeps the turn.
    """
    if need_mw <= _SLACK_MW:
        return []
    chosen: list[Turn] = []
    left_mw, waiting = need_mw, [*stays]
    while waiting and left_mw > _SLACK_MW:
        chosen.append(waiting.pop(0))
        left_mw -= chosen[-1].mw
    waiting = [*others]
    while waiting and left_mw > _SLACK_MW:
        most_mw = left_mw + min((each.mw for each in chosen if each in stays), default=math.inf)
        fits = (each for each in waiting if left_mw - _SLACK_MW <= each.mw < most_mw)
        following = waiting[0] if waiting[0].mw < most_mw else next(fits, waiting[0])
        waiting.remove(following)
        chosen.append(following)
        left_mw -= following.mw
    for each in reversed(list(chosen)):
        if left_mw + each.mw <= _SLACK_MW:
            chosen.remove(each)
            left_mw += each.mw
    return chosen
