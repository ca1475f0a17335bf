"""No caller and no attempt is lost or counted twice, whenever one looks."""

from __future__ import annotations

from cases import cases, run_on_clock
from hypothesis import HealthCheck, given, settings

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@RELAXED
@given(cases())
def test_the_counts_balance_at_every_stop(case):
    def look(centre):
        now, here = centre.counters(), centre.snapshot()
        assert now.is_balanced
        inside = now.in_menu + now.in_queue + now.in_service + now.in_transfer
        assert 0 <= here.trunks_in_use <= min(inside, here.trunks)
        assert sum(here.waiting.values()) == now.in_queue
        assert sum(here.busy.values()) <= now.in_service
        assert min(here.idle.values()) >= 0

    run_on_clock(case, n_stops=300, look=look)


@RELAXED
@given(cases())
def test_the_tables_say_what_the_counts_say(case):
    centre, _heard = run_on_clock(case)
    now, calls, callers = centre.counters(), centre.calls(), centre.callers()
    for outcome in ("blocked", "self_served", "reported", "abandoned", "answered", "cut_off",
                    "balked", "left_in_menu", "dropped", "restored"):  # fmt: skip
        assert (calls["outcome"] == outcome).sum() == getattr(now, outcome)
    assert callers["attempts"].sum() == now.offered == (calls["leg"] == 0).sum()
    assert len(callers["caller"]) == now.planned
    for state in ("pending", "suppressed", "redialling", "gave_up", "cut_off"):
        assert (callers["state"] == state).sum() == getattr(now, state)
    assert now.in_menu == now.in_queue == now.in_service == now.in_transfer == 0
