"""At every event customers with and without supply add up, and the log tells who is out."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.facts import SupplyLost, SupplyRestored
from tests.grid import small
from tests.protection.running import Running

GRID = small.two_feeders(overhead_share=1.0, remote_switch_share=1.0)
ASSETS = sorted(
    [
        *GRID.section_ix,
        *GRID.transformer_ix,
        *("d/trafo", "d/a1/span2", "d/b2/pole1"),
        *("d/buss", "d/bush", "d/bus1", "d/a1@s", "d/b2@3"),
    ]
)
DEVICES = sorted(GRID.switch_ix)
TIMES = st.floats(0.0, 60.0)
STRIKES = st.tuples(TIMES, st.sampled_from(ASSETS), st.sampled_from(["permanent", "temporary"]))
ORDERS = st.tuples(TIMES, st.sampled_from(DEVICES), st.booleans())


PRACTICES: list[dict[str, Any]] = [
    {},
    {"failure": {"share": 0.3, "overreach_share": 0.3}},
    {"automation": "voltage_time", "dead_times": ["2 s", "5 s"]},
    {"neutral": "compensated", "earth": {"evolves_per_h": 100.0}},
]
"""Breakers that may fail, automation by voltage and time, earth faults: each on its own."""


def storm(
    strikes: list[tuple[float, str, str]],
    orders: list[tuple[float, str, bool]],
    practice: Mapping[str, Any] = {},
) -> Running:
    clearing = {"lognormal": {"median": "1 s", "p90": "4 s"}}
    run = Running(GRID, temporary_clearing=clearing, **practice)
    for strike in strikes:
        run.strike(*strike)
    for order in orders:
        run.operate(*order)
    return run


@settings(max_examples=60, deadline=None)
@given(
    st.lists(STRIKES, max_size=8),
    st.lists(ORDERS, max_size=8),
    st.lists(st.tuples(TIMES, st.floats(1.0, 100.0)), max_size=2),
    st.sampled_from(PRACTICES),
)
def test_customers_are_conserved_and_the_log_alone_tells_who_is_out(
    strikes: list[tuple[float, str, str]],
    orders: list[tuple[float, str, bool]],
    losses: list[tuple[float, float]],
    practice: dict[str, Any],
) -> None:
    run = storm(strikes, orders, practice)
    for t_s, lasts_s in losses:
        run.at(t_s, lambda lasts_s=lasts_s: run.protection.lose_infeed("d/bush", lasts_s))
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
@given(st.lists(STRIKES, max_size=8), st.lists(ORDERS, max_size=8), st.sampled_from(PRACTICES))
def test_no_damage_but_earth_faults_stays_under_voltage(
    strikes: list[tuple[float, str, str]],
    orders: list[tuple[float, str, bool]],
    practice: dict[str, Any],
) -> None:
    run = storm(strikes, orders, practice)
    run.run(400.0)
    for fault in run.protection.faults.live:
        if fault.is_earth:
            continue
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
