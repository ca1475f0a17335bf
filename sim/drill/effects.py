"""What each kind of inject does to the world.

`aim` finds what an inject would hit now, or None when there is nothing; `strike` does it. An effect
uses only doors the parts offer for it; what follows is the model's own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim.drill.targets import (
    Luck,
    by_luck,
    crews_doing,
    healthy_sections,
    incidents_with_dark,
    live_feeders,
    nearest,
    restored_feeders,
)
from sim.engine.clock import LAST
from sim.engine.facts import (
    AgentsLeft,
    CallersPlanned,
    DisturbanceEnded,
    FaultIndicated,
    GatewayLimited,
    MenuSwitched,
    TroubleReported,
    TrunksLimited,
)
from sim.scenario import effects as kinds
from sim.scenario.effects import Effect
from sim.units import HOUR_S
from sim.world.world import World

__all__ = ["Aim", "Shot", "aim", "strike"]


@dataclass(frozen=True, slots=True)
class Aim:
    """What an inject would hit: its place, and (name, value) pairs of what it is about."""

    place: str
    about: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """One firing of one inject: in which world, with which luck, as what cause.

    `places` are the places of injects that fired before; `running` says which systems an inject
    disturbs now.
    """

    world: World
    inject: str
    effect: Effect
    luck: Luck
    places: Mapping[str, str]
    running: set[str]
    startex_s: float


def aim(shot: Shot) -> Aim | None:
    """Return what an inject would hit now, or None when there is nothing."""
    return _KINDS[type(shot.effect)][0](shot)


def strike(shot: Shot, at: Aim, cause: int) -> None:
    """Let an inject take effect."""
    _KINDS[type(shot.effect)][1](shot, at, cause)


# --- the grid


def _feeder(shot: Shot, breakers: Sequence[str]) -> Aim | None:
    """Aim at a section of the first of some feeders."""
    for breaker in breakers:
        sections = by_luck(healthy_sections(shot.world, breaker), shot.luck, str)
        overhead = [each for each in sections if _is_overhead(shot.world, each)]
        for section in overhead or sections:
            incidents = shot.world.room.incidents
            incident = incidents.on_device(breaker)
            name = incident.id if incident else f"{breaker}#{incidents.next_number(breaker)}"
            about = _about(shot.world, breaker, device=breaker, section=section, incident=name)
            return Aim(breaker, about)
    return None


def _is_overhead(world: World, section: str) -> bool:
    return world.grid.sections[world.grid.section_ix[section]].construction == "overhead"


def _about(world: World, switch: str, **more: str) -> tuple[tuple[str, str], ...]:
    district = world.grid.districts[world.grid.switches[world.grid.switch_ix[switch]].district_ix]
    return (("district", district.id), *more.items())


def _aim_feeder(shot: Shot) -> Aim | None:
    effect = shot.effect
    assert isinstance(effect, kinds.FeederTrip)
    feeders = live_feeders(shot.world, effect.customers, effect.district)
    return _feeder(shot, by_luck(feeders, shot.luck, str))


def _aim_neighbour(shot: Shot) -> Aim | None:
    effect = shot.effect
    assert isinstance(effect, kinds.NeighbourTrip)
    if effect.near not in shot.places:
        return None
    feeders = live_feeders(shot.world, effect.customers)
    near = nearest(shot.world, feeders, shot.places[effect.near], effect.nearest)
    return _feeder(shot, by_luck(near, shot.luck, str))


def _aim_restored(shot: Shot) -> Aim | None:
    effect = shot.effect
    assert isinstance(effect, kinds.RetripAfterRestoration)
    feeders = restored_feeders(shot.world, effect.within, shot.startex_s)
    return _feeder(shot, by_luck(feeders, shot.luck, str))


def _break_section(shot: Shot, at: Aim, cause: int) -> None:
    shot.world.protection.strike(dict(at.about)["section"], "permanent", "inject", cause)


# --- crews


def _aim_crew(*states: str, task: str = "") -> Callable[[Shot], Aim | None]:
    def find(shot: Shot) -> Aim | None:
        crews = by_luck(crews_doing(shot.world, *states), shot.luck, lambda each: each.id)
        for crew in crews:
            job = crew.job
            assert job is not None
            if task and job.task != task:
                continue
            district = shot.world.grid.districts[job.place.district_ix].id
            about = (("crew", crew.id), ("incident", job.incident), ("district", district))
            return Aim(crew.id, (*about, ("asset", job.asset or job.place.id)))
        return None

    return find


def _aim_feigned(shot: Shot) -> Aim | None:
    """Aim at a repair that has begun; one whose report alone lets control close the incident."""
    crews = [
        crew
        for crew in crews_doing(shot.world, "repairing")
        if crew.job is not None and crew.job.is_at_repair  # planned work never is
    ]
    crews = by_luck(crews, shot.luck, lambda each: each.id)
    incidents = shot.world.room.incidents.all
    crews.sort(key=lambda each: incidents[each.job.incident].is_feeder if each.job else True)
    for crew in crews:
        job = crew.job
        assert job is not None
        district = shot.world.grid.districts[job.place.district_ix].id
        about = (("crew", crew.id), ("incident", job.incident), ("district", district))
        return Aim(crew.id, (*about, ("asset", job.asset)))
    return None


def _prolong(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.RepairProlonged)
    shot.world.crews.prolong(at.place, shot.effect.factor, cause)


def _feign(shot: Shot, at: Aim, cause: int) -> None:
    shot.world.crews.feign(at.place, cause)


def _injure(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.CrewInjured)
    shot.world.crews.injure(at.place, shot.effect.out_for, cause)


def _strand(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.VehicleBroken)
    shot.world.crews.strand(at.place, shot.effect.lasts, cause)


# --- belief


def _aim_boundary(shot: Shot) -> Aim | None:
    world = shot.world
    for incident in by_luck(incidents_with_dark(world, 2), shot.luck, lambda each: each.id):
        if world.room.is_mistaken(incident) or not _phantoms(shot, incident.id):
            continue
        district = world.grid.districts[incident.district_ix].id
        return Aim(incident.id, (("incident", incident.id), ("district", district)))
    return None


def _phantoms(shot: Shot, incident: str) -> list[int]:
    """Return the transformers with supply near an incident that would be believed out."""
    effect, world = shot.effect, shot.world
    assert isinstance(effect, kinds.WrongBoundary)
    own = world.room.incidents.all[incident]
    candidates = [
        each.ix
        for each in world.grid.transformers
        if each.district_ix == own.district_ix
        and world.state.is_transformer_supplied(each.ix)
        and world.room.incidents.explaining(each.ix) is None
    ]
    name = world.grid.transformers
    return by_luck(candidates, shot.luck, lambda ix: name[ix].id)[: effect.phantom]


def _mistake(shot: Shot, at: Aim, cause: int) -> None:
    effect, world = shot.effect, shot.world
    assert isinstance(effect, kinds.WrongBoundary)
    incident = world.room.incidents.all[at.place]
    names = world.grid.transformers
    dark = by_luck(sorted(incident.transformers), shot.luck, lambda ix: names[ix].id)
    missed = dark[: min(effect.missed, len(dark) // 2)]
    world.room.mistake(incident, _phantoms(shot, at.place), missed, cause)
    found_out = partial(world.room.correct, incident, cause)
    world.clock.call_in(effect.lasts, found_out, LAST)


def _aim_figures(shot: Shot) -> Aim | None:
    """Aim at the largest incident: its figure is the one everybody quotes."""
    world = shot.world
    incidents = [
        each for each in incidents_with_dark(world, 1) if not world.room.figures.is_split(each)
    ]
    if not incidents:
        return None
    size = world.room.incidents.customers_of
    largest = max(incidents, key=lambda each: (size(each), each.id))
    district = world.grid.districts[largest.district_ix].id
    return Aim(largest.id, (("incident", largest.id), ("district", district)))


def _split(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.ConflictingFigures)
    room = shot.world.room
    room.figures.split(room.incidents.all[at.place], shot.effect.factor, cause)


def _aim_indication(shot: Shot) -> Aim | None:
    """Aim at a feeder that is fine, at one of its sections."""
    open_ones = {each.device for each in shot.world.room.incidents.open()}
    feeders = [each for each in live_feeders(shot.world, 1) if each not in open_ones]
    return _feeder(shot, by_luck(feeders, shot.luck, str))


def _indicate(shot: Shot, at: Aim, cause: int) -> None:
    shot.world.journal.write(FaultIndicated(at.place, dict(at.about)["section"]), cause)


def _aim_prank(shot: Shot) -> Aim | None:
    world = shot.world
    fine = [
        each
        for each in world.grid.transformers
        if world.state.is_transformer_supplied(each.ix)
        and world.room.incidents.explaining(each.ix) is None
        and not world.state.fuse_blown[each.ix]
    ]
    for each in by_luck(fine, shot.luck, lambda each: each.id)[:1]:
        # control names an incident by its device and a number of its own
        number = world.room.incidents.next_number(each.id)
        district = world.grid.districts[each.district_ix].id
        return Aim(
            each.id,
            (
                ("transformer", each.id),
                ("incident", f"{each.id}#{number}"),
                ("district", district),
            ),
        )
    return None


def _prank(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.PrankReports)
    world, reports = shot.world, shot.effect.reports
    world.journal.write(TroubleReported(at.place, reports), cause)


# --- the contact centre and the gateway


def _aim_system(name: str) -> Callable[[Shot], Aim | None]:
    """Aim at a system that no inject disturbs at the moment."""

    def find(shot: Shot) -> Aim | None:
        return None if name in shot.running else Aim(name, (("system", name),))

    return find


def _for_a_while(shot: Shot, at: Aim, lasts_s: float, undo: Callable[[], Any], cause: int) -> None:
    """Undo an effect after a while, and say so."""
    shot.running.add(at.place)

    def over() -> None:
        shot.running.discard(at.place)
        undo()
        fact = DisturbanceEnded(shot.inject, shot.effect.kind)
        shot.world.journal.write(fact, cause)

    shot.world.clock.call_in(lasts_s, over, LAST)


def _fail_menu(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.MenuFailure)

    def switch(works: bool) -> None:
        shot.world.centre.set_menu(works)
        shot.world.journal.write(MenuSwitched("menu", works), cause)

    switch(False)
    _for_a_while(shot, at, shot.effect.lasts, partial(switch, True), cause)


def _congest(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.TrunkCongestion)

    def limit(share: float) -> None:
        trunks = shot.world.centre.set_trunks(share)
        shot.world.journal.write(TrunksLimited("trunks", trunks), cause)

    limit(shot.effect.capacity)
    _for_a_while(shot, at, shot.effect.lasts, partial(limit, 1.0), cause)


def _throttle(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.GatewayThrottled)
    channel = shot.effect.channel

    def limit(per_h: float | None) -> None:
        rate = shot.world.campaigns.set_throughput(per_h, channel)
        shot.world.journal.write(GatewayLimited("gateway", channel, rate), cause)

    limit(shot.effect.throughput)
    _for_a_while(shot, at, shot.effect.lasts, partial(limit, None), cause)


def _surge(shot: Shot, at: Aim, cause: int) -> None:
    """Plan fresh callers of other cities, evenly over the time, each with luck of its own."""
    effect, world = shot.effect, shot.world
    assert isinstance(effect, kinds.CallSurge)
    now_s = world.clock.now
    usual = world.centre.background_rate(now_s) * effect.lasts / HOUR_S
    n_calls = round((effect.factor - 1.0) * usual)
    seq = world.journal.write(CallersPlanned("surge", n_calls), cause)
    times = now_s + effect.lasts * np.array([shot.luck(f"time {k}") for k in range(n_calls)])
    keys = np.array([int(shot.luck(f"caller {k}") * 2**32) for k in range(n_calls)], dtype=np.int64)
    world.centre.plan(times, 0, 0.0, 0.0, keys, effect.call_type, seq)
    _for_a_while(shot, at, effect.lasts, lambda: None, cause)


def _aim_agents(shot: Shot) -> Aim | None:
    on_duty = sum(shot.world.centre.snapshot().on_duty.values())
    return Aim("agents", (("system", "agents"),)) if on_duty > 1 else None


def _leave(shot: Shot, at: Aim, cause: int) -> None:
    assert isinstance(shot.effect, kinds.AgentsLeave)
    world = shot.world
    agents = world.centre.send_home(shot.effect.share, shot.luck, world.clock.now)
    world.journal.write(AgentsLeft("absence", agents), cause)


def _aim_site(shot: Shot) -> Aim | None:
    """Aim at a site with agents on duty; at one of several unless it is named."""
    effect = shot.effect
    assert isinstance(effect, kinds.SiteLost)
    manned = [name for name, agents in shot.world.staff.sites().items() if agents > 0]
    if effect.site is not None:
        manned = [name for name in manned if name == effect.site]
    elif len(manned) < 2:
        return None
    for site in by_luck(manned, shot.luck, str):
        if f"site/{site}" not in shot.running:
            return Aim(f"site/{site}", (("site", site),))
    return None


def _lose_site(shot: Shot, at: Aim, cause: int) -> None:
    effect, staff = shot.effect, shot.world.staff
    assert isinstance(effect, kinds.SiteLost)
    site = dict(at.about)["site"]
    lost = staff.lose_site(site, effect.calls, cause)
    _for_a_while(shot, at, effect.lasts, partial(staff.restore_site, site, lost), cause)


_KINDS: Mapping[
    type[Effect], tuple[Callable[[Shot], Aim | None], Callable[[Shot, Aim, int], None]]
] = {
    kinds.FeederTrip: (_aim_feeder, _break_section),
    kinds.NeighbourTrip: (_aim_neighbour, _break_section),
    kinds.RetripAfterRestoration: (_aim_restored, _break_section),
    kinds.RepairProlonged: (_aim_crew("repairing", task="repair"), _prolong),
    kinds.FalseRestoration: (_aim_feigned, _feign),
    kinds.CrewInjured: (_aim_crew("patrolling", "switching", "repairing"), _injure),
    kinds.VehicleBroken: (_aim_crew("travelling"), _strand),
    kinds.WrongBoundary: (_aim_boundary, _mistake),
    kinds.ConflictingFigures: (_aim_figures, _split),
    kinds.FalseIndication: (_aim_indication, _indicate),
    kinds.PrankReports: (_aim_prank, _prank),
    kinds.MenuFailure: (_aim_system("menu"), _fail_menu),
    kinds.TrunkCongestion: (_aim_system("trunks"), _congest),
    kinds.GatewayThrottled: (_aim_system("gateway"), _throttle),
    kinds.CallSurge: (_aim_system("calls"), _surge),
    kinds.AgentsLeave: (_aim_agents, _leave),
    kinds.SiteLost: (_aim_site, _lose_site),
}
"""Kind of effect → how it aims, and what it does."""
