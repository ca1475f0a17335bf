"""However often the clock stops, the run is the same."""

from __future__ import annotations

from cases import cases, run_on_clock
from centres import result
from hypothesis import HealthCheck, given, settings


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_one_slice_or_many_give_equal_tables(case):
    whole, heard = run_on_clock(case)
    sliced, heard_sliced = run_on_clock(case, n_stops=200)
    assert result(sliced) == result(whole)
    assert heard_sliced == heard
