"""Indices of IEEE Std 1366 over the interruptions of one period.

Sustained is longer than the threshold, momentary is not. Symbols of the standard: CI customers
interrupted, CMI customer minutes of interruption, CN distinct customers interrupted, N customers
served, L kVA.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.indicators.outages.index import Index, Served, Sized, divided, missing
from sim.indicators.outages.interruptions import Interruptions
from sim.indicators.outages.outage_list import Floats
from sim.messages import Message, say
from sim.units import HOUR_S, MINUTE_S

__all__ = ["Levels", "ieee1366", "momentary_events", "only_momentary", "only_sustained"]

_Rule = Callable[[Interruptions], Floats]


@dataclass(frozen=True, slots=True)
class Levels:
    """Hold the settings of the indices that have one."""

    threshold_s: float = 180.0
    """Longest momentary interruption, s: 3 min (DL/T 836); IEEE 1366 has 5 min."""
    interruptions: Sequence[int] = (3,)
    """n of CEMI_n and CEMSMI_n."""
    single_h: Sequence[float] = (8.0,)
    """s of CELID_s, h. Assumption: the standard leaves it to the utility."""
    total_h: Sequence[float] = (24.0,)
    """t of CELID_t, h. Assumption: the standard leaves it to the utility."""


def only_sustained(each: Sized, threshold_s: float) -> Sized:
    """Return the interruptions longer than the threshold."""
    return each.only(lambda found: found.length_s > threshold_s)


def only_momentary(each: Sized, threshold_s: float) -> Sized:
    """Return the interruptions not longer than the threshold."""
    return each.only(lambda found: found.length_s <= threshold_s)


def ieee1366(
    customers: Sized,
    kva: Sized,
    load_kw: Sized,
    distinct: float | Message,
    served: Served,
    levels: Levels,
    period_s: float,
) -> dict[str, Index]:
    """Return the indices by name; `distinct` is CN where customers are not known by group."""
    limit_s = levels.threshold_s
    sustained, momentary = only_sustained(customers, limit_s), only_momentary(customers, limit_s)
    lasting_kva = only_sustained(kva, limit_s)
    n, why_n = served.customers, say("the number of customers served is not given: --customers")
    why_kva = say("the connected kVA served are not given: --kva")
    none = say("there was no sustained interruption")
    ci, cmi = sustained.of(_total), sustained.of(_minutes)
    cn = _distinct(sustained, distinct)
    saidi = divided("min", cmi, n, why_n)
    ens_kwh = _energy_not_supplied(kva, load_kw, served)
    return {
        "saifi": divided("per_customer", ci, n, why_n),
        "saidi_min": saidi,
        "caidi_min": divided("min", cmi, ci, none),
        "ctaidi_min": divided("min", cmi, cn, none),
        "caifi": divided("per_customer_interrupted", ci, cn, none),
        "asai": _availability(saidi, period_s),
        "asifi": divided("1", lasting_kva.of(_total), served.kva, why_kva),
        "asidi_min": divided("min", lasting_kva.of(_minutes), served.kva, why_kva),
        "maifi": divided("per_customer", momentary.of(_total), n, why_n),
        "maifi_e": divided("per_customer", _events(customers, limit_s), n, why_n),
        **_by_customer(customers, levels, n, why_n),
        "ens_kwh": divided("kwh", ens_kwh, 1.0, none),
        "aens_kwh": divided("kwh_per_customer", ens_kwh, n, why_n),
    }


def _total(found: Interruptions) -> float:
    return found.total


def _minutes(found: Interruptions) -> float:
    return found.total_s / MINUTE_S


def _availability(saidi: Index, period_s: float) -> Index:
    """Return ASAI: the share of customer hours in which there was supply."""
    if saidi.value is None:
        return missing("share", saidi.why)
    return Index(1.0 - saidi.value * MINUTE_S / period_s, "share")


def _energy_not_supplied(kva: Sized, load_kw: Sized, served: Served) -> float | Message:
    """Return ENS, kWh, of all interruptions: by their load, else by kVA times mean load."""
    if load_kw.found is not None:
        return load_kw.found.total_s / HOUR_S
    if kva.found is None:
        return say("neither the load nor the kVA of each outage is known: load_kw, kva")
    if served.kw_per_kva is None:
        return say("the list has no column load_kw, and --kw-per-kva is not given")
    return served.kw_per_kva * kva.found.total_s / HOUR_S


def _distinct(sustained: Sized, distinct: float | Message) -> float | Message:
    """Return CN: customers with at least one sustained interruption, each counted once."""
    found = sustained.found
    if found is None:
        return sustained.why
    if isinstance(distinct, Message) and found.is_grouped.all():
        layers, firsts = np.unique(found.layer, return_index=True)
        return float(found.size[firsts].sum()) if len(layers) else 0.0
    if not isinstance(distinct, Message) and distinct > found.total:
        return say(
            "{distinct:g} distinct customers are more than the {total:g} interrupted",
            distinct=distinct,
            total=found.total,
        )
    return distinct


def _ungrouped(found: Interruptions) -> Message:
    return say(
        "{n} of {total} interruptions have no customer group, so nobody knows whom they hit again",
        n=int((~found.is_grouped).sum()),
        total=len(found.size),
    )


def _events(customers: Sized, limit_s: float) -> float | Message:
    """Return the customers of momentary interruption events."""
    found = customers.found
    if found is None:
        return customers.why
    momentary = found.length_s <= limit_s
    if not found.is_grouped[momentary].all():
        return _ungrouped(found.take(momentary))
    grouped = found.take(found.is_grouped)
    return float(grouped.size[momentary_events(grouped, limit_s)].sum())


def momentary_events(found: Interruptions, limit_s: float) -> NDArray[np.bool_]:
    """Return which interruptions open a momentary interruption event.

    All momentary interruptions of the same customers that begin within the threshold of the first
    are one event. When a sustained one begins within it too, the device locked out: then there is
    no momentary event, as the sustained interruption says it all (IEEE 1366, MAIFI_E).
    """
    opens = np.zeros(len(found.size), dtype=np.bool_)
    is_momentary = found.length_s <= limit_s
    layer, first, first_s = -1, -1, -np.inf
    for k in range(len(found.size)):
        within = found.layer[k] == layer and found.start_s[k] <= first_s + limit_s
        if not is_momentary[k]:
            if within and first >= 0:
                opens[first] = False
            layer, first, first_s = int(found.layer[k]), -1, -np.inf
        elif not within:
            opens[k] = True
            layer, first, first_s = int(found.layer[k]), k, float(found.start_s[k])
    return opens


def _by_customer(
    customers: Sized, levels: Levels, n: float | None, why_n: Message
) -> dict[str, Index]:
    """Return the shares of customers with many or long interruptions."""
    limit_s = levels.threshold_s

    def sustained(found: Interruptions) -> NDArray[np.bool_]:
        return found.length_s > limit_s

    def share(rule: _Rule, least: float, which: Sized) -> Index:
        found = which.found
        if found is None:
            return missing("share", which.why)
        if not found.is_grouped.all():
            return missing("share", _ungrouped(found))
        return divided("share", _customers_with(found, rule(found), least), n, why_n)

    lasting = customers.only(sustained)
    shares: dict[str, Index] = {}
    for k in levels.interruptions:
        shares[f"cemi_{k}"] = share(_ones, k, lasting)
    # momentary ones by event, as in MAIFI_E
    counted = customers.only(lambda found: sustained(found) | momentary_events(found, limit_s))
    for k in levels.interruptions:
        shares[f"cemsmi_{k}"] = share(_ones, k, counted)
    for hours in levels.single_h:
        long = customers.only(partial(_at_least, least_s=hours * HOUR_S))
        shares[f"celid_s_{hours:g}h"] = share(_ones, 1, long)
    for hours in levels.total_h:
        shares[f"celid_t_{hours:g}h"] = share(_length, hours * HOUR_S, lasting)
    return shares


def _at_least(found: Interruptions, least_s: float) -> NDArray[np.bool_]:
    return found.length_s >= least_s


def _ones(found: Interruptions) -> Floats:
    return np.ones(len(found.size))


def _length(found: Interruptions) -> Floats:
    return found.length_s


def _customers_with(found: Interruptions, amount: Floats, least: float) -> float:
    """Return the customers for whom the amounts of their interruptions sum up to `least`."""
    layers, firsts, place = np.unique(found.layer, return_index=True, return_inverse=True)
    sums = np.bincount(place, weights=amount, minlength=len(layers))
    return float(found.size[firsts][sums >= least].sum())
