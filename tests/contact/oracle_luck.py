"""The oracle's luck: the same keys and quantile tables as the centre's."""

from __future__ import annotations

import functools

from sim.engine.hashing import mix, uniform
from sim.engine.sampling import lookup
from sim.engine.sampling import tabulate as fresh_table

TRAITS = (
    "menu_time", "announcement_satisfied", "report_in_menu", "patience", "handle",
    "redial_blocked", "redial_abandoned", "redial_delay", "self_served", "gives_up", "balks",
    "tolerated_wait", "leaves_restored", "callback_accepted", "dial_time", "reached", "escalates",
    "transfer_time", "distorted", "solved", "repeats", "redial_balked", "redial_moves",
)  # fmt: skip
tabulate = functools.cache(fresh_table)


class Luck:
    """Say what befalls a caller, by trait, attempt and place: the leg, or a level of the menu."""

    def __init__(self, streams):
        self.keys = {trait: streams.key(f"contact.{trait}") for trait in TRAITS}

    def bits(self, trait, caller, place):
        place = caller.leg if place is None else place
        return mix(mix(self.keys[trait], caller.key), caller.attempt + (place << 16))

    def chance(self, trait, caller, place=None):
        return uniform(self.bits(trait, caller, place))

    def length(self, trait, caller, distribution, place=None):
        return lookup(tabulate(distribution), self.bits(trait, caller, place))
