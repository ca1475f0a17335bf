"""Indices of DL/T 836.1-2016: per user, in user-hours (时户), with short interruptions too.

A user (用户) is a public distribution transformer or a medium-voltage customer. -1 counts all;
-2 leaves out what came from outside, -3 shortage of supply, -4 short interruptions; -F counts
faults, -S what was pre-arranged.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from sim.indicators.outages.ieee1366 import only_momentary, only_sustained
from sim.indicators.outages.index import Index, Sized, divided, missing
from sim.indicators.outages.interruptions import Interruptions
from sim.indicators.outages.outage_list import OutageList
from sim.messages import Message, say
from sim.units import HOUR_S

__all__ = ["Natures", "dlt836", "of_plan"]


@dataclass(frozen=True, slots=True)
class Natures:
    """Hold which causes of the list are from outside, and which are shortage of supply."""

    external: Collection[str] = ()
    shortage: Collection[str] = ()


def dlt836(
    users: Sized,
    outages: OutageList,
    served: float | None,
    threshold_s: float,
    natures: Natures,
    period_s: float,
) -> dict[str, Index]:
    """Return the indices by name; hours are per user."""
    why_n = say("the number of users is not given: --users")
    parts = {
        "1": users,
        "2": _without(users, outages, natures.external, "--external"),
        "3": _without(users, outages, natures.shortage, "--shortage"),
        "4": only_sustained(users, threshold_s),
        "f": of_plan(users, outages, 0),
        "s": of_plan(users, outages, 1),
    }
    found: dict[str, Index] = {}
    for name, part in parts.items():
        found[f"saidi_{name}_h"] = divided("h_per_user", part.of(_hours), served, why_n)
    for name, part in parts.items():
        found[f"saifi_{name}"] = divided("per_user", part.of(_total), served, why_n)
    for name in ("1", "2", "3", "4"):
        saidi = found[f"saidi_{name}_h"]
        value = None if saidi.value is None else 1.0 - saidi.value * HOUR_S / period_s
        found[f"asai_{name}"] = Index(value, "share", saidi.why)
    none = say("there was no interruption")
    for name in ("1", "4"):
        part = parts[name]
        found[f"caidi_{name}_h"] = divided("h", part.of(_hours), part.of(_total), none)
    for name, part in (
        ("dlt_maifi", users),
        ("dlt_maifi_f", parts["f"]),
        ("dlt_maifi_s", parts["s"]),
    ):
        short = only_momentary(part, threshold_s)
        found[name] = divided("per_user", short.of(_total), served, why_n)
    for name, key in (("1", "user_hours"), ("f", "user_hours_f"), ("s", "user_hours_s")):
        hours = parts[name].of(_hours)
        if isinstance(hours, Message):
            found[key] = missing("user_h", hours)
        else:
            found[key] = Index(hours, "user_h")
    return found


def _total(found: Interruptions) -> float:
    return found.total


def _hours(found: Interruptions) -> float:
    return found.total_s / HOUR_S


def _without(users: Sized, outages: OutageList, causes: Collection[str], option: str) -> Sized:
    if users.found is None:
        return users
    if not causes:
        return Sized(None, say("no cause is named by {option}", option=option))
    return users.only(lambda found: ~np.isin(outages.cause[found.row], list(causes)))


def of_plan(users: Sized, outages: OutageList, planned: int) -> Sized:
    """Return the interruptions that began with a planned outage, or with one that was not."""
    if users.found is None:
        return users
    n_blank = int((outages.planned[users.found.row] < 0).sum())
    if n_blank:
        words = say("{n} interruptions do not say whether they were planned", n=n_blank)
        return Sized(None, words)
    return users.only(lambda found: outages.planned[found.row] == planned)
