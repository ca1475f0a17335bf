"""Count the contact centre anew, row by row in plain Python: what the indicators must say.

Written from the definitions in docs/indicators.md alone; nothing of sim.indicators is used.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np

from sim.contact.state import CALLER_STATES, OUTCOMES
from sim.store.columns import empty_tables, laid_out
from sim.store.manifest import Manifest, Measures

WITHIN_S = 20.0
TALKS = ("answered", "transferred")


def run_of_centre(centre, section, end_s, within_s=WITHIN_S):
    """Return the tables and the manifest of a centre without a world."""
    calls, callers, shifts = centre.calls(named=False), centre.callers(named=False), None
    calls["group_ix"], calls["t_wait_end_s"] = calls.pop("group"), calls.pop("t_end_wait_s")
    calls["attempt"] = calls["attempt"] - 1
    del callers["caller"]
    callers["group_ix"] = callers.pop("group")
    shifts = centre.agent_shifts()
    del shifts["agent_id"]
    shifts["agent_group"] = shifts.pop("group")
    tables = empty_tables() | {"calls": calls, "callers": callers, "agent_shifts": shifts}
    types = tuple(centre.call_types)
    manifest = Manifest(
        scenario="base", seed=1, resolved="", start="2021-07-25T07:50:00+08:00",
        zone="Asia/Shanghai", horizon_s=end_s, end_s=end_s, call_types=types,
        customer_classes=("residential",), measures=Measures(service_level_within_s=within_s),
        outbound=tuple(name for name in types if section.call_types[name].dials is not None),
        lines={name: section.call_types[name].line for name in types},
        sites={name: group.site for name, group in section.groups.items()},
    )  # fmt: skip
    return laid_out(tables), manifest


def rows_of(columns):
    names = list(columns)
    return [
        dict(zip(names, row, strict=True))
        for row in zip(*(columns[name].tolist() for name in names), strict=True)
    ]


def named(calls, manifest):
    """Give the rows names in place of codes, and say which ones the centre dials."""
    for row in calls:
        row["end"] = OUTCOMES[row["outcome"]]
        row["type"] = manifest.call_types[row["call_type"]]
        row["dials"] = row["type"] in manifest.outbound
        row["taken"] = row["agent"] >= 0 and not math.isnan(row["t_wait_end_s"])
        row["spoke"] = row["end"] in TALKS if row["dials"] else row["taken"]
    return calls


def attempts_of(calls):
    """Return the attempts of customers as lists of legs, callers one after the other."""
    found = defaultdict(list)
    for row in calls:
        found[row["caller"], row["attempt"]].append(row)
    whole = []
    for key in sorted(found):
        legs = sorted(found[key], key=lambda row: row["leg"])
        assert [row["leg"] for row in legs] == list(range(len(legs)))
        if not legs[0]["dials"]:
            whole.append(legs)
    return whole


def wait_s(first):
    if math.isnan(first["t_menu_end_s"]):
        return 0.0
    until = first["t_end_s"] if math.isnan(first["t_wait_end_s"]) else first["t_wait_end_s"]
    return until - first["t_menu_end_s"]


def union_s(spans):
    """Return the length of the union of (from, to)."""
    total, reach = 0.0, -math.inf
    for from_s, to_s in sorted(spans):
        total += max(0.0, to_s - max(from_s, reach))
        reach = max(reach, to_s)
    return total


def recount(attempts, calls, callers, within_s=WITHIN_S):
    """Return every sum over attempts, legs and callers."""
    n = Counter()
    by_caller = defaultdict(list)
    for legs in attempts:
        first, last = legs[0], legs[-1]
        n["offered"] += 1
        n[last["end"]] += 1
        entered = not math.isnan(first["t_menu_end_s"])
        in_menu = first["end"] in ("self_served", "reported", "left_in_menu")
        spoke = any(row["spoke"] for row in legs)
        took_callback = any(row["end"] == "callback" for row in legs)
        talks = [row for row in legs if row["end"] in TALKS]
        in_time = wait_s(first) <= within_s
        n["let_in"] += entered
        n["menu_settled"] += first["end"] in ("self_served", "reported")
        n["contained"] += in_menu
        if entered and not in_menu and (spoke or last["end"] != "cut_off"):
            n["requests"] += 1
        n["connected"] += spoke
        if first["taken"] or first["end"] in ("abandoned", "restored"):
            n["accepted"] += 1
            n["gone"] += first["end"] == "abandoned"
            n["gone_in_time"] += first["end"] == "abandoned" and in_time
            n["taken"] += first["taken"]
            n["in_time"] += first["taken"] and in_time
            n["asa_s"] += wait_s(first) if first["taken"] else 0.0
        if took_callback:
            n["callbacks"] += 1
            n["callbacks_kept"] += spoke
            n["callbacks_known"] += spoke or last["end"] != "cut_off"
            if spoke:
                met_s = min(row["t_wait_end_s"] for row in legs if row["spoke"])
                n["callback_s"] += met_s - first["t_end_s"]
        n["cases"] += bool(talks)
        n["talks"] += len(talks)
        n["transfers"] += sum(row["end"] == "transferred" for row in legs)
        n["settled"] += last["end"] == "answered" and last["solved"] == 1
        by_caller[first["caller"]].append(legs)
    for number, mine in by_caller.items():
        _count_caller(n, mine, CALLER_STATES[callers[number]["state"]])
    for row in calls:
        n["handled"] += row["taken"]
        if row["taken"] and row["end"] != "cut_off":
            n["done"] += 1
            n["work_s"] += row["t_end_s"] - row["t_wait_end_s"]
        if row["dials"] and row["end"] in (*TALKS, "not_reached"):
            n["dialled"] += 1
            n["reached"] += row["end"] != "not_reached"
    return n


def _count_caller(n, mine, state):
    n["callers"] += 1
    ends = [legs[-1]["end"] for legs in mine]
    is_served = any(end in ("answered", "self_served", "reported") for end in ends)
    n["callers_served"] += is_served
    n["callers_known"] += is_served or (ends[-1] != "cut_off" and state != "redialling")
    n["caller_wait_s"] += sum(wait_s(legs[0]) for legs in mine)
    for before, legs in zip([None, *ends], mine, strict=False):
        if legs[0]["attempt"] > 0:
            n["repeats" if before == "answered" else "redials"] += 1
    for place, legs in enumerate(mine):
        contacts = [row for row in legs if row["end"] in (*TALKS, "dropped")]
        if contacts:
            n["first_contacts"] += 1
            only = contacts[0]["end"] == "answered" and place == len(mine) - 1
            n["first_unrepeated"] += only
            n["first_resolved"] += only and contacts[0]["solved"] == 1
            break


def agent_hours(calls, shifts, end_s):
    """Return (busy, after the shift, as planned), h."""
    busy, late, planned = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in calls:
        if row["taken"]:
            busy[row["agent"]].append((row["t_wait_end_s"], row["t_end_s"]))
    for row in shifts:
        off_s = min(row["t_off_s"], end_s)
        planned[row["agent"]].append((row["t_on_s"], min(row["t_shift_end_s"], end_s)))
        if off_s > row["t_shift_end_s"]:
            late[row["agent"]].append((max(row["t_shift_end_s"], row["t_on_s"]), off_s))
    return tuple(
        sum(union_s(each) for each in of.values()) / 3600.0 for of in (busy, late, planned)
    )


def indicators(tables, manifest):
    """Return name → value of every indicator of the section `service`, NaN where missing."""
    calls = named(rows_of(tables["calls"]), manifest)
    n = recount(attempts_of(calls), calls, rows_of(tables["callers"]),
                manifest.measures.service_level_within_s)  # fmt: skip
    busy_h, over_h, planned_h = agent_hours(calls, rows_of(tables["agent_shifts"]), manifest.end_s)

    def per(above, below):
        return above / below if below else math.nan

    counts = ("offered", "blocked", "self_served", "reported", "left_in_menu", "balked",
              "abandoned", "restored", "answered", "not_reached", "dropped", "cut_off", "redials",
              "repeats", "callbacks", "callbacks_kept", "dialled", "reached", "handled",
              "callers")  # fmt: skip
    found = {name: float(n[name]) for name in counts}
    found |= {
        "overtime_h": over_h,
        "blocked_share": per(n["blocked"], n["offered"]),
        "balked_share": per(n["balked"], n["offered"]),
        "gone_share": per(n["gone"], n["accepted"]),
        "self_service_share": per(n["menu_settled"], n["let_in"]),
        "containment_share": per(n["contained"], n["let_in"]),
        "connected_share": per(n["connected"], n["requests"]),
        "in_time_of_all_share": per(n["in_time"], n["accepted"]),
        "in_time_of_answered_share": per(n["in_time"], n["taken"]),
        "in_time_of_patient_share": per(n["in_time"], n["accepted"] - n["gone_in_time"]),
        "in_time_or_gone_share": per(n["in_time"] + n["gone_in_time"], n["accepted"]),
        "in_time_of_asked_share": per(
            n["in_time"], n["accepted"] + n["blocked"] + n["balked"] + n["callbacks"]
        ),
        "asa_s": per(n["asa_s"], n["taken"]),
        "callback_kept_share": per(n["callbacks_kept"], n["callbacks_known"]),
        "callback_wait_s": per(n["callback_s"], n["callbacks_kept"]),
        "transfers_per_case": per(n["transfers"], n["cases"]),
        "levels_per_case": per(n["talks"], n["cases"]),
        "settled_share": per(n["settled"], n["answered"]),
        "first_resolved_share": per(n["first_resolved"], n["first_contacts"]),
        "first_unrepeated_share": per(n["first_unrepeated"], n["first_contacts"]),
        "repeat_share": per(n["repeats"], n["offered"]),
        "handle_s": per(n["work_s"], n["done"]),
        "reached_share": per(n["reached"], n["dialled"]),
        "caller_served_share": per(n["callers_served"], n["callers_known"]),
        "attempts_per_caller": per(n["offered"], n["callers"]),
        "wait_per_caller_s": per(n["caller_wait_s"], n["callers"]),
        "planned_occupancy_share": per(busy_h, planned_h),
    }
    return {f"contact_{name}": value for name, value in found.items()}


def read_parquet(folder, name):
    """Return the rows of a stored table as columns, by DuckDB."""
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM '{folder}/{name}.parquet'").fetchnumpy()
    return {name: np.ma.filled(each, np.nan) if each.dtype.kind == "f" else np.asarray(each)
            for name, each in found.items()}  # fmt: skip
