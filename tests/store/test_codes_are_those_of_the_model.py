"""The stored codes of calls and callers mean what the contact centre means by them."""

from __future__ import annotations

from sim.contact import state
from sim.store import layout


def test_outcomes_have_the_same_codes():
    assert layout.OUTCOMES == state.OUTCOMES


def test_states_of_callers_have_the_same_codes():
    assert layout.CALLER_STATES == state.CALLER_STATES
