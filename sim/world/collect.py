"""Collect what the parts wrote down into the tables of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.contact.order_stages import Promises, Span, order_rows
from sim.control.incidents import Incident
from sim.engine.facts import FaultStruck
from sim.engine.tables import Columns, Table
from sim.grid.assets import NONE
from sim.grid.building import without_collection
from sim.store.layout import TABLES
from sim.world.ordered_rows import interruption_columns, outage_rows
from sim.world.site import place_of
from sim.world.world import World

__all__ = ["collect"]


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> Columns:
    table = Table(name, {column: kind for column, (kind, _) in TABLES[name].items()})
    table.extend(rows)
    return table.columns()


@without_collection()
def collect(world: World) -> dict[str, Columns]:
    """End the contact centre's part at this moment and return every table of the run."""
    now_s = world.clock.now
    world.centre.finish(now_s)
    return {
        "facts": world.journal.columns(),
        "districts": _table("districts", _districts(world)),
        "transformers": _table("transformers", _transformers(world)),
        "sections": _table("sections", _sections(world)),
        "groups": world.groups.columns(),
        "wind": _wind(world),
        "track": _track(world),
        "interruptions": interruption_columns(world),
        "outages": _table("outages", outage_rows(world)),
        "works": _table("works", list(world.planned.rows())),
        "rota": _table("rota", list(world.shortage.rota_rows())),
        "balance": _table("balance", world.shortage.rows),
        "faults": _table("faults", _faults(world)),
        "needs": _table("needs", world.in_need.rows()),
        "low_voltage": _table(
            "low_voltage", world.behind.rows() if world.behind is not None else []
        ),
        "incidents": _table("incidents", world.room.incidents.rows()),
        "beliefs": _beliefs(world),
        "jobs": _table("jobs", world.crews.job_rows()),
        "crew_states": _table("crew_states", world.crews.state_rows()),
        "calls": _calls(world),
        "callers": _callers(world),
        "work_orders": _table("work_orders", _work_orders(world)),
        "agent_shifts": _agent_shifts(world),
        "notices": _table("notices", world.campaigns.notice_rows()),
        "messages": world.campaigns.message_columns(),
    }


def _districts(world: World) -> list[dict[str, Any]]:
    grid = world.grid
    customers = np.bincount(
        grid.transformer_district_ix,
        weights=grid.transformer_customers,
        minlength=len(grid.districts),
    )
    return [
        {
            "district": each.id,
            "name_en": each.name_en,
            "name_zh": each.name_zh,
            "area": each.area,
            "lat": each.latitude,
            "lon": each.longitude,
            "customers": int(customers[each.ix]),
        }
        for each in grid.districts
    ]


def _transformers(world: World) -> list[dict[str, Any]]:
    return [
        {
            "transformer": each.id,
            "district_ix": each.district_ix,
            "customers": each.customers,
            "load_mw": each.load_mw,
            "lat": each.latitude,
            "lon": each.longitude,
        }
        for each in world.grid.transformers
    ]


def _sections(world: World) -> list[dict[str, Any]]:
    grid = world.grid

    def is_tie(*switches: int) -> bool:
        return any(ix >= 0 and not grid.switches[ix].is_closed for ix in switches)

    return [
        {
            "section": each.id,
            "district_ix": each.district_ix,
            "construction": each.construction,
            "length_km": each.length_km,
            "lat_u": each.from_place[0],
            "lon_u": each.from_place[1],
            "lat_v": each.to_place[0],
            "lon_v": each.to_place[1],
            "is_tie": is_tie(each.from_switch_ix, each.to_switch_ix),
        }
        for each in grid.sections
    ]


def _wind(world: World) -> Columns:
    inside = world.wind_times_s <= world.clock.now
    times_s, gusts = world.wind_times_s[inside], world.wind_gusts_ms[inside]
    n_districts = gusts.shape[1]
    return {
        "t_s": np.repeat(times_s, n_districts),
        "district_ix": np.tile(np.arange(n_districts, dtype=np.int64), len(times_s)),
        "gust_ms": gusts.ravel(),
    }


def _track(world: World) -> Columns:
    path = world.wind.path
    if path is None:
        return _table("track", [])
    return {"t_s": path.t_s, "lat": path.lat, "lon": path.lon, "wind_ms": path.wind_ms}


def _beliefs(world: World) -> Columns:
    spans = [*world.room.incidents.belief_spans(), *world.room.ordered.spans()]
    kinds = (np.int64, object, np.float64, np.float64)
    columns = zip(*spans, strict=True) if spans else ((),) * 4
    return {
        name: np.array(values, dtype=kind)
        for name, values, kind in zip(TABLES["beliefs"], columns, kinds, strict=True)
    }


def _calls(world: World) -> Columns:
    calls = world.centre.calls(named=False)
    calls["group_ix"] = calls.pop("group")
    calls["t_wait_end_s"] = calls.pop("t_end_wait_s")
    calls["attempt"] = calls["attempt"] - 1
    return calls


def _callers(world: World) -> Columns:
    callers = world.centre.callers(named=False)
    del callers["caller"]  # its row number
    callers["group_ix"] = callers.pop("group")
    return callers


def _work_orders(world: World) -> list[dict[str, Any]]:
    world.orders.finish()
    explained: dict[int, list[Span]] = {}
    for ix, name, from_s, to_s in world.room.incidents.belief_spans():
        explained.setdefault(ix, []).append(Span(name, from_s, to_s))
    for incident in world.room.incidents.all.values():
        if incident.behind_ix != NONE:
            explained.setdefault(incident.behind_ix, []).append(_span_behind(world, incident))
    crews: dict[str, tuple[float, float]] = {}
    for job in world.crews.jobs:
        sent_s, there_s = crews.get(job.incident, (math.inf, math.inf))
        arrived_s = math.inf if math.isnan(job.t_arrived_s) else job.t_arrived_s
        crews[job.incident] = (min(sent_s, job.t_assigned_s), min(there_s, arrived_s))
    section, arrival = world.scenario.contact.work_orders, world.scenario.run.arrival_commitment
    areas = [world.grid.districts[each.district_ix].area for each in world.grid.transformers]
    promises = [
        Promises(getattr(arrival, area), getattr(section.restored_within, area)) for area in areas
    ]
    return order_rows(world.orders.orders, section, explained, crews, promises, world.clock.now)


def _span_behind(world: World, incident: Incident) -> Span:
    """Return when an incident explained why some behind a transformer are out."""
    groups = world.groups
    first = int(groups.first_customer[groups.of_transformer[incident.behind_ix][0]])
    until_s = world.clock.now if incident.is_open else incident.closed_s
    whose = frozenset(first + each for each in incident.reporters)
    return Span(incident.id, incident.opened_s, until_s, whose)


def _agent_shifts(world: World) -> Columns:
    shifts = world.centre.agent_shifts()
    del shifts["agent_id"]
    shifts["agent_group"] = shifts.pop("group")
    return shifts


def _faults(world: World) -> list[dict[str, Any]]:
    rows = []
    for entry in world.journal:
        fact = entry.fact
        if not isinstance(fact, FaultStruck):
            continue
        place = place_of(world.grid, fact.asset)
        times = world.fault_times[fact.fault]
        rows.append(
            {
                "fault": fact.fault,
                "asset": fact.asset,
                "kind": fact.kind,
                "hazard": fact.hazard,
                "district_ix": place.district_ix,
                "lat": place.lat,
                "lon": place.lon,
                "t_struck_s": times[0],
                "t_cleared_s": times[1] if len(times) > 1 else math.nan,
                "seq": entry.seq,
            }
        )
    return rows
