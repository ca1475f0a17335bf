"""Indicators of those who cannot do without supply: important users, life support, lifts."""

from __future__ import annotations

import numpy as np

from sim.indicators.measured import Measured, count, percentile
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import MINUTE_S

__all__ = ["NEED_ROWS", "needs"]

_COUNT = "count of rows"
_OWN = "own definition"

NEED_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("key_losses", "count", "Losses of supply of important users, longer than"
     " `run.momentary_threshold` or never made good.", _OWN),
    ("key_stops", "count", "Losses of supply in which an important user had to stop: second source,"
     " generator, mobile set and battery together did not suffice.", _OWN),
    ("key_without_h", "h", "Hours important users were without function, summed.", _OWN),
    ("key_generators_failed", "count", "Generators of important users that did not start.", _COUNT),
    ("key_fuel_ran_out", "count", "Generators of important users that stopped for want of fuel.",
     _COUNT),
    ("mobile_sets_sent", "count", "Mobile generators sent to important users.", _COUNT),
    ("life_support_at_risk", "count", "Losses of supply of customers on life support, but those"
     " shorter than `customers.calling.not_before`.", _COUNT),
    ("life_support_harmed", "count", "Of these, those whose battery ran out before supply"
     " returned.", _COUNT),
    ("lift_trapped", "count", "People trapped in lifts.", _COUNT),
    ("lift_trapped_p90_min", "min", "90th percentile of the time from the loss of supply until they"
     " were free, of those freed.", _OWN),
)  # fmt: skip
"""Rows (name, unit, definition, source) of the catalogue."""


def needs(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of a run whose scenario names those in need."""
    table = tables["needs"]
    kind, ix = table["kind"].astype(str), table["transformer_ix"]
    fact = tables["facts"]["kind"].astype(str)
    is_key, is_life, is_lift = (kind == each for each in ("key", "life_support", "lift"))
    gone = tables["interruptions"]
    lasted = gone["t_on_s"] - gone["t_off_s"] > manifest.measures.momentary_threshold_s
    long_ones = set(zip(gone["transformer_ix"][lasted].tolist(),
                        gone["t_off_s"][lasted].tolist(), strict=True))  # fmt: skip
    lost = zip(ix[is_key].tolist(), table["t_lost_s"][is_key].tolist(), strict=True)
    stopped = ~np.isnan(table["t_stopped_s"])
    free_s = (table["t_resumed_s"] - table["t_lost_s"])[is_lift]
    return {
        "key_losses": count(sum(each in long_ones for each in lost)),
        "key_stops": count((is_key & stopped).sum()),
        "key_without_h": count(table["without_h"][is_key].sum()),
        "key_generators_failed": count((fact == "GeneratorFailed").sum()),
        "key_fuel_ran_out": count((fact == "FuelRanOut").sum()),
        "mobile_sets_sent": count((fact == "MobileSetSent").sum()),
        "life_support_at_risk": count(is_life.sum()),
        "life_support_harmed": count((is_life & stopped).sum()),
        "lift_trapped": count(is_lift.sum()),
        "lift_trapped_p90_min": percentile(
            free_s[np.isfinite(free_s)] / MINUTE_S, 90.0, "nobody_trapped"
        ),
    }
