"""What must hold of a world at every event."""

from collections import Counter

import numpy as np

from sim.contact.state import NOT_WATCHED
from sim.world.world import World

CREW_STATES = {"off", "idle", "travelling", "patrolling", "switching", "repairing", "stood_down",
               "out_of_action"}  # fmt: skip
AT_WORK = {"travelling", "patrolling", "switching", "repairing"}


def check_truth(world: World) -> None:
    """Check supply against positions and fuses, and customers against supply."""
    state, grid = world.state, world.grid
    dark = world.protection.infeeds.dark
    sources = [zone for zone in world.topology.source_zones if zone not in dark]
    positions = state.positions()
    fed = {zone for each in sources for zone in world.topology.region(each, positions)}
    for ix, zone in enumerate(world.topology.zone_of_transformer):
        has_supply = zone in fed and not state.fuse_blown[ix]
        assert state.is_transformer_supplied(ix) == has_supply
    out = ~state.transformer_supplied
    assert state.customers_out == int(grid.transformer_customers[out].sum())
    assert state.customers_out + state.customers_supplied == grid.n_customers
    dark = set(np.flatnonzero(out).tolist())
    assert set(world.interruptions._open) == dark
    groups = world.groups
    has_transformer = groups.transformer_ix >= 0
    expected = np.zeros(len(groups.customers), dtype=bool)
    expected[has_transformer] = out[groups.transformer_ix[has_transformer]]
    assert (world.behaviour.out == expected).all()
    assert (world.centre._s.customers["is_out"].astype(bool) == expected).all()
    assert world.behaviour.customers_out() == state.customers_out


def check_calls(world: World) -> None:
    """Check that no caller, call or agent is lost or counted twice."""
    counts, now = world.centre.counters(), world.centre.snapshot()
    assert counts.is_balanced
    assert sum(now.waiting.values()) == counts.in_queue
    assert sum(now.busy.values()) == counts.in_service
    assert all(now.busy[group] <= now.on_duty[group] for group in now.on_duty)
    assert now.trunks_in_use == counts.in_menu + counts.in_queue + counts.in_service <= now.trunks
    assert counts.redialling >= 0
    assert counts.pending >= 0


def check_crews(world: World) -> None:
    """Check that each crew is in one state with at most one job, which it knows."""
    crews = world.crews.crews
    counts = world.crews.count_by_state()
    assert sum(counts.values()) == len(crews)
    assert set(counts) <= CREW_STATES
    unfinished = [job for job in world.crews.jobs if not job.outcome]
    assert Counter(job.crew for job in unfinished) == Counter(
        crew.id for crew in crews.values() if crew.job is not None
    )
    for crew in crews.values():
        doing = crew.paused or crew.state
        assert (crew.state == "stood_down") == bool(crew.paused)
        # a crew whose vehicle broke down keeps its job, one with an injured does not
        assert doing == "out_of_action" or (doing in AT_WORK) == (crew.job is not None)
        if crew.job is not None:
            assert crew.job.crew == crew.id
            if crew.job.incident in world.room.ordered.all:
                assert world.planned._of_outage[crew.job.incident].crew == crew.id
                continue
            incident = world.room.incidents.all[crew.job.incident]
            assert incident.crew or not incident.is_open
        if crew.state in {"travelling", "patrolling", "switching", "repairing"}:
            where = crew.job.place.district_ix
            assert not world.crews.stand_down.is_on(where, world.clock.now)
    for incident in world.room.incidents.open():
        if incident.crew:
            assert crews[incident.crew].job.incident == incident.id


def check_messages(world: World) -> None:
    for notice in world.campaigns.notices.values():
        for mailing in notice.mailings.values():
            assert (notice.customers >= mailing.sent).all()
            assert (mailing.sent >= mailing.delivered).all()
            assert (mailing.delivered >= mailing.noticed).all()
            assert (mailing.noticed >= 0).all()


def check_belief(world: World) -> None:
    """Check that whoever is believed out is explained by one open incident, and only those."""
    room, picture, grid = world.room, world.room.picture, world.grid
    incidents = room.incidents
    claimed = [ix for incident in incidents.open() for ix in sorted(incident.transformers)]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) == set(incidents._explained)
    for incident in incidents.all.values():
        assert incident.is_open or not incident.transformers
        for ix in incident.transformers:
            assert incidents.explaining(ix) is incident
    assert incidents.customers_out() == sum(int(grid.transformer_customers[ix]) for ix in claimed)
    dead = {
        ix
        for ix, zone in enumerate(world.topology.zone_of_transformer)
        if not picture.is_live(zone)
    }
    on_purpose = set(room.ordered.explained())
    assert on_purpose <= dead
    assert not on_purpose & set(claimed)
    left = dead - set(claimed) - on_purpose
    assert not left, f"dead, unexplained: {sorted(left)}"
    for switch in grid.switches:
        if not switch.is_breaker:
            assert picture.is_closed(switch.ix) == world.state.is_closed(switch.ix), switch.id


def check_watch(world: World, in_transit: set[int]) -> None:
    """Check that control listens to every transformer it believes supplied, and to no other."""
    believed = {*world.room.incidents._explained, *world.room.ordered.explained()}
    threshold = world.centre._s.transformers["threshold"]
    for ix in range(len(world.grid.transformers)):
        if ix in believed:
            assert threshold[ix] == NOT_WATCHED
        elif ix not in in_transit:
            assert threshold[ix] != NOT_WATCHED, world.grid.transformers[ix].id
    check_announcement(world)


def check_announcement(world: World) -> None:
    """Check that whoever is believed out hears the text that plays, and no one else does."""
    customers = world.centre._s.customers
    share, extra_s = np.zeros(len(customers)), np.zeros(len(customers))
    if world.announcing.text:
        text = world.scenario.contact.menu.announcements[world.announcing.text]
        explained = world.room.incidents._explained | world.room.ordered._explained
        for ix, (outage, _since_s) in explained.items():
            has_time = outage.restoration_s > world.clock.now
            lacks_time = text.tells_time and not has_time
            groups = world.groups.of([ix])
            share[groups] = text.satisfied_without_time if lacks_time else text.satisfied
            extra_s[groups] = text.extra_time
    assert (customers["satisfied_share"] == share).all()
    assert (customers["announce_s"] == extra_s).all()


def check(world: World) -> None:
    check_truth(world)
    check_calls(world)
    check_crews(world)
    check_messages(world)
    check_belief(world)


def check_quiet(world: World) -> None:
    """Check that nobody is out and nothing is left to do."""
    assert world.state.customers_out == 0
    assert not world.room.incidents.open()
    assert world.room.picture.positions() == world.state.positions()


def check_end(world: World) -> None:
    """Check besides that nothing is broken and the switches stand as built."""
    check_quiet(world)
    closed = [world.state.is_closed(switch.ix) for switch in world.grid.switches]
    off_normal = [
        f"{switch.id} {'closed' if is_closed else 'open'}"
        for switch, is_closed in zip(world.grid.switches, closed, strict=True)
        if is_closed != switch.is_closed
    ]
    assert not off_normal, off_normal
    assert not [f for f in world.protection.faults.live if f.kind == "permanent"]
