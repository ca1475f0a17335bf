"""A fuse at the head of a lateral blows instead of the breaker, and is renewed with a repair."""

from sim.engine.facts import BreakerTripped, SectionFuseBlown
from tests.grid import small
from tests.protection.running import Running

FUSE = "d/a2@1"


def lateral(**of_node: object) -> Running:
    """Return s —CB— a1 — 1 —FUSE— a2 — 2, with 10 customers at 1 and 20 at 2."""
    nodes = [
        small.node("h", kv=110.0),
        small.node("s"),
        small.node("1", customers=10, load_mw=1.0),
        small.node("2", customers=20, load_mw=2.0),
    ]
    if of_node:
        from dataclasses import replace

        nodes[-1] = replace(nodes[-1], **of_node)  # type: ignore[arg-type]
    edges = [
        small.transformer("trafo", "h", "s"),
        small.edge("a1", "s", "1", at_u="CB", at_v=""),
        small.edge("a2", "1", "2", at_u="FUSE", at_v=""),
    ]
    return Running(small.grid(nodes, edges))


def test_fault_on_a_lateral_blows_its_fuse_and_no_breaker_trips() -> None:
    run = lateral()
    run.strike(10.0, "d/a2")
    run.run(60.0)
    assert run.story() == [
        (10.0, "FaultStruck", "d/a2#1"),
        (10.3, "SectionFuseBlown", FUSE),
        (10.3, "SupplyLost", FUSE),
    ]
    assert run.state.customers_out == 20


def test_temporary_fault_leaves_the_fuse_blown_until_the_section_is_repaired() -> None:
    run = lateral()
    run.strike(10.0, "d/a2", "temporary")
    run.at(40.0, lambda: run.protection.repaired("d/a2"))
    run.run(39.0)
    assert run.protection.faults.live == ()
    assert run.protection.damage_in("d/a2") == ["d/a2"]
    assert run.state.customers_out == 20
    run.run(60.0)
    assert run.story()[-2:] == [
        (40.0, "SectionFuseReplaced", FUSE),
        (40.0, "SupplyRestored", FUSE),
    ]
    assert run.protection.damage_in("d/a2") == []
    assert run.state.customers_out == 0


def test_renewed_fuse_blows_again_on_a_fault_that_is_still_there() -> None:
    run = lateral()
    run.strike(10.0, "d/a2")
    run.operate(30.0, FUSE, True)
    run.run(60.0)
    assert [each.device for each in run.facts(SectionFuseBlown)] == [FUSE, FUSE]
    assert run.facts(BreakerTripped) == []


def test_fault_before_the_fuse_trips_the_breaker_and_leaves_the_fuse_whole() -> None:
    run = lateral()
    run.strike(10.0, "d/a1")
    run.run(60.0)
    assert run.facts(SectionFuseBlown) == []
    assert {each.device for each in run.facts(BreakerTripped)} == {"d/a1@s"}
    assert run.state.customers_out == 30


def test_transformer_without_a_fuse_of_its_own_blows_that_of_the_lateral() -> None:
    run = lateral(has_fuse=False)
    run.strike(10.0, "d/dt2")
    run.run(20.0)
    assert [each.device for each in run.facts(SectionFuseBlown)] == [FUSE]
    assert run.protection.damage_in("d/a2") == ["d/dt2", "d/a2"]
    run.at(30.0, lambda: run.protection.repaired("d/dt2"))
    run.run(40.0)
    assert run.state.customers_out == 0
