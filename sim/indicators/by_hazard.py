"""What each hazard did to the customers of a run: from its tables alone."""

from __future__ import annotations

import json

import numpy as np

from sim.store.columns import RunTables
from sim.units import HOUR_S

__all__ = ["OTHER", "hours_by_hazard"]

OTHER = "other"
"""Interruptions that come from no fault and were not ordered, such as a wrong switching."""
_STRUCK = ("FaultStruck", "LowVoltageFaultStruck")


def hours_by_hazard(tables: RunTables, momentary_threshold_s: float = 0.0) -> dict[str, float]:
    """Return the customer-hours without supply by the word of the hazard, the worst first.

    Interruptions up to the threshold are momentary and left out, as in `customer_hours`.

    An interruption belongs to the fault that set it off; one that was ordered to `planned` or
    `shortage`. Trips onto a fault nobody knew of belong to that fault.
    """
    gone = tables["interruptions"]
    hours = (gone["t_on_s"] - gone["t_off_s"]) / HOUR_S * gone["customers"]
    lasting = gone["t_on_s"] - gone["t_off_s"] > momentary_threshold_s
    words = _words(tables)
    found: dict[str, float] = {}
    for why, cause, lasted in zip(
        gone["why"][lasting], gone["cause"][lasting], hours[lasting], strict=True
    ):
        word = words.get(int(cause), OTHER) if why == "fault" else str(why)
        found[word] = found.get(word, 0.0) + float(lasted)
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def _words(tables: RunTables) -> dict[int, str]:
    """Return the hazard behind each fact that interruptions name as their cause."""
    facts = tables["facts"]
    kind, cause, texts = facts["kind"], facts["cause"], facts["fields"]
    words = {}
    for seq in np.unique(tables["interruptions"]["cause"]).tolist():
        at = seq
        while at >= 0 and kind[at] not in _STRUCK:
            at = int(cause[at])
        if at >= 0:
            words[int(seq)] = str(json.loads(texts[at])["hazard"])
    return words
