"""Indicators of outages on purpose: planned work, cuts by turns, and what is left to faults."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.measured import Measured, count, ratio
from sim.indicators.reliability import is_sustained
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import HOUR_S, MINUTE_S

__all__ = ["OPERATION_ROWS", "gini", "jain", "operations"]

_OWN = "own definition"
_COUNT = "count of rows"
_DLT = "DL/T 836"
_WHY = {"fault": "faults", "planned": "planned work", "shortage": "cuts for want of power"}

_PLANNED: tuple[tuple[str, str, str, str], ...] = (
    ("planned_jobs", "count", "Jobs of planned work, wherever they stand.", _COUNT),
    ("planned_merged_jobs", "count", "Jobs that share the outage of another one: jobs - pieces of"
     " work.", _OWN),
    ("planned_done_jobs", "count", "Jobs done.", _COUNT),
    ("planned_put_off", "count", "Times a piece of work was put off.", _COUNT),
    ("planned_customer_hours", "customer_h", "Customer-hours without supply by planned work,"
     " however short.", _OWN),
    ("planned_avoided_customer_hours", "customer_h", "Of pieces of work done: what their jobs would"
     " have cost one by one, by day, for their planned durations, with nothing taken over over ties"
     " - what they did cost. Below 0 they cost more.", _OWN),
    ("planned_notice_kept_share", "share", "Planned outages with customers, begun, whose customers"
     " were told at least as long before the start as the rule asks / all such. A notice that lay"
     " before the start of the run counts as given in time.",
     "State Grid, ten service promises, 2023"),
    ("planned_overtime_h", "h", "Hours that work done took beyond its planned durations.", _OWN),
    ("planned_cost_yuan", "yuan", "Cost of the crews of work done, as planned.", _OWN),
    ("planned_complaints", "count", "Complaints about noise at night.", _OWN),
)  # fmt: skip
_SHORTAGE: tuple[tuple[str, str, str, str], ...] = (
    ("shortage_peak_gap_mw", "mw", "Largest gap at a review: load if all had supply - power"
     " available; 0 when there was none.", _OWN),
    ("shortage_cuts", "count", "Cuts of feeders for want of power that began.", _COUNT),
    ("shortage_called_off", "count", "Cuts ordered that did not begin: the power was enough, or"
     " they could not be carried out.", _COUNT),
    ("shortage_customer_hours", "customer_h", "Customer-hours without supply by cuts.", _OWN),
    ("shortage_energy_mwh", "mwh", "Energy not supplied by cuts: load of the customers cut, had"
     " they had supply, over the time.", "IEEE 1366 (ENS)"),
    ("shortage_curtailed_mwh", "mwh", "Energy that agreements took off the load: relief at each"
     " review, held until the next.", _OWN),
    ("shortage_told_share", "share", "Cuts whose customers were told before they began / cuts"
     " begun.", _OWN),
    ("shortage_most_off_h", "h", "Hours off of the feeder on the list that was off longest in"
     " all.", _OWN),
    ("shortage_least_off_h", "h", "Hours off of the feeder on the list that was off least.", _OWN),
    ("shortage_jain", "index", "Fairness of the hours off among the feeders on the list: (sum"
     " x)^2 / (n sum x^2), 1 when all were off equally long, 1 / n when one was alone.",
     "Jain, Chiu & Hawe 1984"),
    ("shortage_gini", "index", "Gini coefficient of the hours off among the feeders on the list: 0"
     " when all were off equally long.", "Gini 1912"),
    ("shortage_protected_cut", "customers", "Protected customers that lost supply by cuts: must"
     " be 0.", _OWN),
)  # fmt: skip
OPERATION_ROWS: tuple[tuple[str, str, str, str], ...] = (
    *(
        (f"{why}_saidi_min", "min", f"Sum of customers x duration of sustained interruptions by"
         f" {words} / customers served. Supply lost on purpose and again by a fault counts for"
         f" each its own time.", _DLT)
        for why, words in _WHY.items()
    ),
    ("dlt_saidi_f_h", "h", "Hours without supply by faults of all users (distribution transformers)"
     " / users, short interruptions too.", "DL/T 836.1-2016"),
    ("dlt_saidi_s_h", "h", "The same by what was arranged before: planned and temporary work, and"
     " cuts for want of power.", "DL/T 836.1-2016"),
    *_PLANNED,
    *_SHORTAGE,
)  # fmt: skip
"""Rows (name, unit, definition, source) of the catalogue."""


def operations(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of planned work and shortage, none where the run had neither."""
    has_work, has_shortage = len(tables["works"]["work"]) > 0, len(tables["rota"]["device"]) > 0
    if not (has_work or has_shortage or len(tables["outages"]["outage"])):
        return {}
    found = _split(tables, manifest)
    if has_work:
        found |= _planned(tables)
    if has_shortage:
        found |= _shortage(tables, manifest)
    return found


def _split(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    rows = tables["interruptions"]
    served = float(tables["transformers"]["customers"].sum())
    lengths_s = rows["t_on_s"] - rows["t_off_s"]
    lasting = is_sustained(rows, manifest)
    found = {}
    for why in _WHY:
        mine = lasting & (rows["why"].astype(str) == why)
        customer_s = float(np.dot(rows["customers"][mine].astype(float), lengths_s[mine]))
        found[f"{why}_saidi_min"] = ratio(customer_s / MINUTE_S, served, "no_customers")
    return found | _of_users(tables)


def _of_users(tables: RunTables) -> dict[str, Measured]:
    """Return the indices of DL/T 836, whose user is the transformer and not what lies behind it."""
    rows, kinds = tables["interruptions"], tables["facts"]["kind"].astype(str)
    cause = rows["cause"]
    is_known = (cause >= 0) & (cause < len(kinds))
    whole = is_known.copy()
    whole[is_known] = kinds[cause[is_known]] == "SupplyLost"
    spans: dict[tuple[int, float], tuple[float, bool]] = {}
    for k in np.flatnonzero(whole).tolist():
        key = (int(rows["transformer_ix"][k]), float(rows["t_off_s"][k]))
        last_s = max(float(rows["t_on_s"][k]), spans.get(key, (0.0, False))[0])
        spans[key] = (last_s, str(rows["why"][k]) == "fault")
    hours = {True: 0.0, False: 0.0}
    for (_ix, off_s), (on_s, is_fault) in spans.items():
        hours[is_fault] += (on_s - off_s) / HOUR_S
    users = len(tables["transformers"]["customers"])
    return {
        "dlt_saidi_f_h": ratio(hours[True], users, "no_customers"),
        "dlt_saidi_s_h": ratio(hours[False], users, "no_customers"),
    }


def _customer_hours(rows: Columns, why: str) -> float:
    mine = rows["why"].astype(str) == why
    lengths_s = (rows["t_on_s"] - rows["t_off_s"])[mine]
    return float(np.dot(rows["customers"][mine].astype(float), lengths_s)) / HOUR_S


def _planned(tables: RunTables) -> dict[str, Measured]:
    works, outages = tables["works"], tables["outages"]
    n_jobs = np.array([len(str(each).split(",")) for each in works["jobs"]], dtype=np.int64)
    done = works["state"].astype(str) == "done"
    cost = dict(zip(outages["outage"].astype(str), outages["customer_h"], strict=True))
    spent = sum(cost.get(str(name), 0.0) for name in works["outage"][done])
    told = _due_notices(works, outages)
    kept = works["is_told"] & (works["notice_s"] >= works["required_notice_s"] - 1.0)
    over_s = np.maximum(works["worked_s"][done] - works["planned_s"][done], 0.0)
    return {
        "planned_jobs": count(n_jobs.sum()),
        "planned_merged_jobs": count(n_jobs.sum() - len(n_jobs)),
        "planned_done_jobs": count(n_jobs[done].sum()),
        "planned_put_off": count(works["put_off"].sum()),
        "planned_customer_hours": count(_customer_hours(tables["interruptions"], "planned")),
        "planned_avoided_customer_hours": count(works["alone_customer_h"][done].sum() - spent),
        "planned_notice_kept_share": ratio((told & kept).sum(), told.sum(), "no_planned_outage"),
        "planned_overtime_h": count(over_s.sum() / HOUR_S),
        "planned_cost_yuan": count(works["cost_yuan"][done].sum()),
        "planned_complaints": count(works["complaints"].sum()),
    }


def _due_notices(works: Columns, outages: Columns) -> NDArray[np.bool_]:
    """Return which pieces of work had an outage with customers that began."""
    begun = ~np.isnan(outages["t_began_s"]) & (outages["customers"] > 0)
    names = set(outages["outage"][begun].astype(str).tolist())
    return np.array([str(each) in names for each in works["outage"]], dtype=np.bool_)


def _shortage(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    outages, balance = tables["outages"], tables["balance"]
    of_cuts = outages["why"].astype(str) == "shortage"
    begun = of_cuts & ~np.isnan(outages["t_began_s"])
    told = begun & (outages["t_told_s"] < outages["t_began_s"])
    gap = balance["demand_mw"] - balance["available_mw"]
    ends_s = np.append(balance["t_s"][1:], manifest.end_s)
    relief = balance["curtailed_mw"] * np.maximum(ends_s - balance["t_s"], 0.0)
    hours = hours_off(tables)
    return {
        "shortage_peak_gap_mw": count(max(0.0, float(gap.max(initial=0.0)))),
        "shortage_cuts": count(begun.sum()),
        "shortage_called_off": count((of_cuts & ~begun & ~np.isnan(outages["t_ended_s"])).sum()),
        "shortage_customer_hours": count(_customer_hours(tables["interruptions"], "shortage")),
        "shortage_energy_mwh": count(outages["energy_mwh"][of_cuts].sum()),
        "shortage_curtailed_mwh": count(relief.sum() / HOUR_S),
        "shortage_told_share": ratio(told.sum(), begun.sum(), "no_cut"),
        "shortage_most_off_h": count(hours.max(initial=0.0)),
        "shortage_least_off_h": count(hours.min(initial=math.inf) if len(hours) else 0.0),
        "shortage_jain": _when_cut(jain(hours)),
        "shortage_gini": _when_cut(gini(hours)),
        "shortage_protected_cut": count(outages["protected"][of_cuts].sum()),
    }


def hours_off(tables: RunTables) -> NDArray[np.float64]:
    """Return the hours off by cuts of each feeder on the list, in its order."""
    rota, rows, outages = tables["rota"], tables["interruptions"], tables["outages"]
    spans: dict[str, tuple[float, float]] = {}
    names = rows["outage"].astype(str).tolist()
    for name, off_s, on_s in zip(
        names, rows["t_off_s"].tolist(), rows["t_on_s"].tolist(), strict=True
    ):
        first, last = spans.get(name, (math.inf, -math.inf))
        spans[name] = (min(first, off_s), max(last, on_s))
    total: dict[str, float] = {}
    for name in outages["outage"].astype(str).tolist():
        if name.startswith("cut/") and name in spans:
            device = name[len("cut/") :].rpartition("#")[0]
            first, last = spans[name]
            total[device] = total.get(device, 0.0) + (last - first) / HOUR_S
    listed = rota["device"][rota["place"] >= 0].astype(str).tolist()
    return np.array([total.get(each, 0.0) for each in listed], dtype=float)


def _when_cut(value: float) -> Measured:
    return Measured(None, "no_cut") if math.isnan(value) else Measured(value)


def jain(values: NDArray[np.float64]) -> float:
    """Return the fairness index of Jain, Chiu and Hawe (1984); nan when all are 0."""
    squares = float(np.dot(values, values))
    return float(values.sum()) ** 2 / (len(values) * squares) if squares else math.nan


def gini(values: NDArray[np.float64]) -> float:
    """Return the Gini coefficient: mean difference of two, over twice the mean; nan if all 0."""
    total = float(values.sum())
    if not total:
        return math.nan
    ranks = np.arange(1, len(values) + 1)
    return float(2.0 * np.dot(ranks, np.sort(values)) / (len(values) * total)) - (
        len(values) + 1
    ) / len(values)
