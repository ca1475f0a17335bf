"""Random radial feeders of breakers, reclosers, sectionalisers and fuses, against a walk by hand.

The oracle knows the tree as parent and device of each line, and nothing of zones.
"""

from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.engine.facts import (
    BreakerLockedOut,
    BreakerReclosed,
    BreakerTripped,
    SectionFuseBlown,
    SwitchMoved,
)
from tests.grid import small
from tests.protection.running import Running

KINDS = st.sampled_from(["", "LBS", "CB", "RECLOSER", "SECTIONALISER", "SECTIONALISER", "FUSE"])
LONG_S = 400.0


@dataclass
class Feeder:
    """Line k hangs on bus `above[k]` (-1: the busbar) behind a device of kind `kind[k]`."""

    above: list[int]
    kind: list[str]

    def path(self, line: int) -> list[int]:
        """Return a line and those above it, up to the busbar."""
        path = []
        while line >= 0:
            path.append(line)
            line = self.above[line]
        return path

    def below(self, line: int) -> set[int]:
        return {each for each in range(len(self.above)) if line in self.path(each)}

    def device(self, line: int) -> str:
        upper = self.above[line]
        return f"d/l{line}@{'s' if upper < 0 else upper}"

    def running(self, **of: object) -> Running:
        nodes = [small.node("h", kv=110.0), small.node("s")]
        nodes += [small.node(str(k), customers=2**k, load_mw=0.1) for k in range(len(self.above))]
        edges = [small.transformer("trafo", "h", "s")]
        for k, upper in enumerate(self.above):
            at = "s" if upper < 0 else str(upper)
            edges.append(small.edge(f"l{k}", at, str(k), at_u=self.kind[k], at_v=""))
        return Running(small.grid(nodes, edges), **of)


@st.composite
def feeders(draw: st.DrawFn) -> Feeder:
    n = draw(st.integers(1, 10))
    above = [draw(st.integers(-1, k - 1)) for k in range(n)]
    heads = st.sampled_from(["CB", "RECLOSER"])
    return Feeder(above, [draw(heads if upper < 0 else KINDS) for upper in above])


def counts_of(feeder: Feeder, line: int, shots: dict[str, int], count: int) -> int:
    """Return the counts of a sectionaliser: one less for each before it after the breaker."""
    before = 0
    for upper in feeder.path(line)[1:]:
        kind = feeder.kind[upper]
        if kind in shots:
            return max(1, min(count, shots[kind]) - before)
        before += kind == "SECTIONALISER"
    raise AssertionError("a feeder begins with a breaker")


def what_is_to_open(feeder: Feeder, fault: int, shots: dict[str, int], count: int) -> list[str]:
    """Return the devices that stay open for a fault, found by walking up from it."""
    counting: dict[int, int] = {}
    for line in feeder.path(fault):
        kind = feeder.kind[line]
        if kind == "SECTIONALISER":
            counting[line] = counts_of(feeder, line, shots, count)
        elif kind == "FUSE" or kind in shots:
            reclosings = shots.get(kind, 0)
            at_trip = min(counting.values(), default=99)
            opened = [feeder.device(each) for each, needed in counting.items() if needed == at_trip]
            if at_trip <= reclosings:
                return opened
            at_last = [each for each, needed in counting.items() if needed == reclosings + 1]
            return [*map(feeder.device, at_last), feeder.device(line)]
    raise AssertionError("a feeder begins with a breaker")


@settings(max_examples=150, deadline=None)
@given(
    feeders(),
    st.data(),
    st.integers(1, 4),
    st.sampled_from([(), ("2 s",), ("2 s", "5 s", "9 s")]),
    st.sampled_from([("1 s",), ("2 s", "5 s", "15 s")]),
)
def test_a_lasting_fault_leaves_open_what_a_walk_upstream_says(
    feeder: Feeder,
    data: st.DataObject,
    count: int,
    of_breaker: tuple[str, ...],
    of_recloser: tuple[str, ...],
) -> None:
    fault = data.draw(st.integers(0, len(feeder.above) - 1))
    run = feeder.running(
        dead_times=of_breaker,
        recloser={"dead_times": of_recloser},
        sectionaliser={"count": count},
    )
    run.strike(10.0, f"d/l{fault}")
    run.run(LONG_S)
    shots = {"CB": len(of_breaker), "RECLOSER": len(of_recloser)}
    expected = what_is_to_open(feeder, fault, shots, count)
    standing = [each.id for each in run.grid.switches if not run.state.is_closed(each.ix)]
    assert sorted(standing) == sorted(expected)
    dark = set().union(*(feeder.below(int(each[3:].partition("@")[0])) for each in expected))
    assert run.state.customers_out == sum(2**k for k in dark)
    moved = {fact.device for fact in run.facts(BreakerTripped)}
    assert len(moved) + len(run.facts(SectionFuseBlown)) == 1, "one device interrupts"
    path = {feeder.device(each) for each in feeder.path(fault)}
    assert moved <= path, "nothing off the path moves"
    assert {fact.device for fact in run.facts(SwitchMoved)} <= path


@settings(max_examples=60, deadline=None)
@given(feeders(), st.data(), st.sampled_from(["blowing", "saving"]))
def test_a_temporary_fault_costs_a_fuse_only_where_nothing_trips_before_it(
    feeder: Feeder, data: st.DataObject, fuses: str
) -> None:
    fault = data.draw(st.integers(0, len(feeder.above) - 1))
    run = feeder.running(fuses=fuses, dead_times=["2 s", "5 s", "9 s"], sectionaliser={"count": 9})
    assume(all(feeder.kind[each] != "SECTIONALISER" for each in feeder.path(fault)[2:]))
    run.strike(10.0, f"d/l{fault}", "temporary")
    run.run(LONG_S)
    nearest = next(
        each for each in feeder.path(fault) if feeder.kind[each] in ("FUSE", "CB", "RECLOSER")
    )
    blows = feeder.kind[nearest] == "FUSE" and fuses == "blowing"
    assert bool(run.facts(SectionFuseBlown)) == blows
    assert run.state.customers_out == (sum(2**k for k in feeder.below(nearest)) if blows else 0)
    assert not run.facts(BreakerLockedOut)
    assert bool(run.facts(BreakerReclosed)) == (not blows)


def in_a_row(*kinds: str) -> Feeder:
    return Feeder(list(range(-1, len(kinds) - 1)), list(kinds))


def test_a_saved_fuse_blows_once_the_fast_operations_are_used_up() -> None:
    run = in_a_row("RECLOSER", "FUSE").running(fuses="saving")
    run.strike(10.0, "d/l1")
    run.run(LONG_S)
    assert [
        each[:2] for each in run.story() if each[1] not in ("SupplyLost", "SupplyRestored")
    ] == [
        (10.0, "FaultStruck"),
        (10.05, "BreakerTripped"),
        (12.05, "BreakerReclosed"),
        (12.1, "BreakerTripped"),
        (17.1, "BreakerReclosed"),
        (17.4, "SectionFuseBlown"),
    ]
    assert run.state.customers_out == 2


def test_a_recloser_trips_fast_twice_then_slowly_and_locks_out() -> None:
    run = in_a_row("RECLOSER").running()
    run.strike(10.0, "d/l0")
    run.run(LONG_S)
    trips = [t for t, kind, _ in run.story() if kind == "BreakerTripped"]
    assert trips == [10.05, 12.1, 17.4, 32.7]
    assert len(run.facts(BreakerLockedOut)) == 1


def test_the_farther_of_two_sectionalisers_opens_one_trip_earlier() -> None:
    run = in_a_row("RECLOSER", "SECTIONALISER", "SECTIONALISER").running()
    run.strike(10.0, "d/l2")
    run.run(LONG_S)
    assert [fact.device for fact in run.facts(SwitchMoved)] == ["d/l2@1"]
    assert len(run.facts(BreakerTripped)) == 2
    assert run.state.customers_out == 4


def test_counts_are_forgotten_between_faults() -> None:
    run = in_a_row("RECLOSER", "SECTIONALISER").running(sectionaliser={"count": 2})
    for t_s in (10.0, 200.0, 400.0):
        run.strike(t_s, "d/l1", "temporary")
    run.run(600.0)
    assert run.facts(SwitchMoved) == []
    assert run.state.customers_out == 0


def test_a_breaker_that_fails_leaves_the_fault_to_the_next_upstream() -> None:
    run = in_a_row("CB", "RECLOSER").running(failure={"share": 1.0})
    run.strike(10.0, "d/l1")
    run.run(LONG_S)
    # both fail, and so does the one of the station: the supply from outside trips at last
    kinds = [kind for _t, kind, _s in run.story()]
    assert kinds[:2] == ["FaultStruck", "BreakerFailed"]
    assert [each[0] for each in run.story() if each[1] == "BreakerTripped"] == [10.35]
    assert run.facts(BreakerTripped)[0].device == "d/l0@s"
    assert run.facts(BreakerReclosed) == []
    assert run.state.customers_out == 3


def test_an_overreaching_relay_takes_the_next_device_with_it() -> None:
    run = in_a_row("CB", "RECLOSER").running(failure={"overreach_share": 1.0}, dead_times=())
    run.strike(10.0, "d/l1", "temporary")
    run.run(LONG_S)
    assert {fact.device for fact in run.facts(BreakerTripped)} == {"d/l0@s", "d/l1@0"}
    assert run.state.customers_out == 3
