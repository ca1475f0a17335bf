"""Indicators of crews, and of faults against what the control room heard of them."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from sim.indicators.measured import Measured, count, ratio
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import MINUTE_S

__all__ = ["AREAS", "response", "unreported_faults"]

Floats = NDArray[np.float64]
AREAS = ("urban", "rural", "remote")
WORKING = ("travelling", "patrolling", "switching", "repairing")
EVIDENCE = (
    "BreakerStateReported",
    "FaultIndicated",
    "LastGaspReceived",
    "TroubleReported",
    "CustomerReported",
)


def response(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of crews, arrivals, faults and incidents."""
    faults = tables["faults"]
    result = {
        "faults": count(len(faults["fault"])),
        "permanent_faults": count((faults["kind"] == "permanent").sum()),
        "faults_never_reported": count(len(unreported_faults(tables))),
        "incidents": count(len(tables["incidents"]["incident"])),
        "switching_operations": count(
            (tables["facts"]["kind"].astype(str) == "SwitchOperated").sum()
        ),
        "crew_utilisation_share": _utilisation(tables),
    }
    for area in AREAS:
        result |= _arrivals(tables, manifest, area)
    return result


def _utilisation(tables: RunTables) -> Measured:
    """Return the crew-seconds at work or on the way over all crew-seconds on duty."""
    states = tables["crew_states"]
    length_s = states["t_to_s"] - states["t_from_s"]
    return ratio(
        float(length_s[np.isin(states["state"].astype(str), WORKING)].sum()),
        float(length_s.sum()),
        "no_crew",
    )


def _arrivals(tables: RunTables, manifest: Manifest, area: str) -> dict[str, Measured]:
    """Return mean delay from first report to first arrival, commitment and share within it.

    Incidents that nobody had reached at the end of the run count with the time they have waited so
    far, a lower bound, once the commitment has passed, and not before: else a run cut short would
    keep its commitment by those it left waiting. Incidents closed without a crew are not counted.
    """
    incidents = tables["incidents"]
    in_area = tables["districts"]["area"][incidents["district_ix"]] == area
    reported_s = incidents["t_first_report_s"][in_area]
    delay_s = incidents["t_first_arrival_s"][in_area] - reported_s
    arrived = np.isfinite(delay_s)
    promise_s = manifest.measures.arrival_within_s.get(area)
    if promise_s is None:
        none = Measured(None, "no_commitment")
        return {
            f"arrival_{area}_min": _mean_min(delay_s[arrived]),
            f"arrival_{area}_commitment_min": none,
            f"arrival_{area}_within_share": none,
            f"arrival_{area}_waiting": none,
        }
    waited_s = manifest.end_s - reported_s
    still_open = ~arrived & np.isnan(incidents["t_closed_s"][in_area])
    overdue = still_open & (waited_s > promise_s)
    counted_s = np.where(overdue, waited_s, delay_s)[arrived | overdue]
    return {
        f"arrival_{area}_min": _mean_min(counted_s),
        f"arrival_{area}_commitment_min": Measured(promise_s / MINUTE_S),
        f"arrival_{area}_within_share": ratio(
            int((counted_s <= promise_s).sum()), len(counted_s), "no_due_arrival"
        ),
        f"arrival_{area}_waiting": count(overdue.sum()),
    }


def _mean_min(delays_s: Floats) -> Measured:
    return ratio(float(delays_s.sum()) / MINUTE_S, len(delays_s), "no_arrival")


def unreported_faults(tables: RunTables) -> list[str]:
    """Return the permanent faults the control room never learnt of.

    A fault is known when evidence (telecontrol, fault indicators, last gasps, trouble reports)
    goes back to it by its causes, or when a patrol found or a crew repaired its asset after it
    struck.
    """
    faults = tables["faults"]
    known = _faults_behind_evidence(tables)
    touched = _last_touched_s(tables)
    return [
        fault
        for fault, asset, kind, struck_s in zip(
            faults["fault"], faults["asset"], faults["kind"], faults["t_struck_s"], strict=True
        )
        if kind == "permanent" and fault not in known and not touched.get(asset, -1.0) >= struck_s
    ]


def _faults_behind_evidence(tables: RunTables) -> set[str]:
    """Follow the causes from every piece of evidence to the fault it comes from."""
    facts = tables["facts"]
    source: list[str] = []
    known: set[str] = set()
    rows = zip(
        facts["kind"], facts["cause"].tolist(), facts["subject"], facts["fields"], strict=True
    )
    for kind, cause, subject, fields in rows:
        if kind == "FaultStruck":
            fault = subject
        elif kind in ("BreakerTripped", "FuseBlown"):
            fault = json.loads(fields)["fault"]
        else:
            fault = source[cause] if cause >= 0 else ""
        source.append(fault)
        if fault and fault not in known and kind in EVIDENCE and _points_at_a_fault(kind, fields):
            known.add(fault)
    return known


def _points_at_a_fault(kind: str, fields: str) -> bool:
    """Tell whether evidence says that something is wrong: an open breaker, a section named."""
    if kind == "BreakerStateReported":
        return not json.loads(fields)["closed"]
    if kind == "FaultIndicated":
        return bool(json.loads(fields)["section"])
    return True


def _last_touched_s(tables: RunTables) -> dict[str, float]:
    """Return when each asset was last found damaged by a patrol or repaired by a crew."""
    facts = tables["facts"]
    chosen = np.isin(facts["kind"].astype(str), ("PatrolEnded", "RepairStarted", "RepairEnded"))
    touched: dict[str, float] = {}
    for t_s, text in zip(facts["t_s"][chosen].tolist(), facts["fields"][chosen], strict=True):
        fields = json.loads(text)
        touched[fields.get("found", fields.get("asset", ""))] = t_s
    return touched
