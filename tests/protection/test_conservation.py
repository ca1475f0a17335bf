"""At every event customers with and without supply add up, and the log tells who is out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.facts import SupplyLost, SupplyRestored
from tests.grid import small
from tests.protection.running import Running

GRID = small.two_feeders(overhead_share=1.0)
ASSETS = sorted([*GRID.section_ix, *GRID.transformer_ix, "d/trafo", "d/a1/span2", "d/b2/pole1"])
DEVICES = sorted(GRID.switch_ix)
TIMES = st.floats(0.0, 60.0)
STRIKES = st.tuples(TIMES, st.sampled_from(ASSETS), st.sampled_from(["permanent", "temporary"]))
ORDERS = st.tuples(TIMES, st.sampled_from(DEVICES), st.booleans())


def storm(strikes: list[tuple[float, str, str]], orders: list[tuple[float, str, bool]]) -> Running:
    run = Running(GRID, temporary_clearing={"lognormal": {"median": "1 s", "p90": "4 s"}})
    for strike in strikes:
        run.strike(*strike)
    for order in orders:
        run.operate(*order)
    return run


@settings(max_examples=60, deadline=None)
@given(st.lists(STRIKES, max_size=8), st.lists(ORDERS, max_size=8))
def test_customers_are_conserved_and_the_log_alone_tells_who_is_out(
    strikes: list[tuple[float, str, str]], orders: list[tuple[float, str, bool]]
) -> None:
    run = storm(strikes, orders)
    read, out = 0, set[str]()
    while run.clock.peek() < 200.0:
        run.clock.step()
        entries = list(run.journal)
        for entry in entries[read:]:
            if isinstance(entry.fact, SupplyLost):
                assert out.isdisjoint(entry.fact.transformers)
                out |= set(entry.fact.transformers)
            elif isinstance(entry.fact, SupplyRestored):
                assert out.issuperset(entry.fact.transformers)
                out -= set(entry.fact.transformers)
        read = len(entries)
        names = {
            GRID.transformers[ix].id for ix in range(4) if not run.state.transformer_supplied[ix]
        }
        assert out == names
        dark = sum(GRID.transformers[GRID.transformer_ix[each]].customers for each in out)
        assert run.state.customers_out == dark
        assert run.state.customers_supplied + run.state.customers_out == GRID.n_customers


@settings(max_examples=40, deadline=None)
@given(st.lists(STRIKES, max_size=8), st.lists(ORDERS, max_size=8))
def test_no_damage_stays_under_voltage(
    strikes: list[tuple[float, str, str]], orders: list[tuple[float, str, bool]]
) -> None:
    run = storm(strikes, orders)
    run.run(200.0)
    for fault in run.protection.faults.live:
        assert fault.kind == "permanent"
        if fault.zone_ix >= 0:
            assert not run.state.is_zone_supplied(fault.zone_ix)
        else:
            assert not run.state.is_transformer_supplied(fault.transformer_ix)


@settings(max_examples=20, deadline=None)
@given(st.lists(STRIKES, max_size=8), st.lists(ORDERS, max_size=8), st.lists(TIMES, max_size=5))
def test_running_in_slices_tells_the_same_story(
    strikes: list[tuple[float, str, str]],
    orders: list[tuple[float, str, bool]],
    cuts: list[float],
) -> None:
    whole, sliced = storm(strikes, orders), storm(strikes, orders)
    whole.run(200.0)
    for cut in sorted({each for each in cuts if each > 0.0}):
        sliced.run(cut)
    sliced.run(200.0)
    assert whole.story() == sliced.story()
