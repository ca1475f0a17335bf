"""A changed staffing changes no caller's luck and no other agent's speed."""

from __future__ import annotations

import numpy as np
import pytest
from centres import midnight
from one_run import SECTION, run

from sim.contact.centre import Centre
from sim.contact.rosters import agents_of, speed_factor
from sim.engine.streams import Streams


def attempts(calls, outcome):
    """Return (caller, attempt) -> (patience or handle time, agent) of one outcome's calls."""
    rows = zip(calls["caller"], calls["attempt"], calls["outcome"], calls["t_menu_end_s"],
               calls["t_end_wait_s"], calls["t_end_s"], calls["agent"], strict=True)  # fmt: skip
    return {
        (caller, attempt): (t_end - t_wait if outcome == "answered" else t_wait - t_menu, agent)
        for caller, attempt, kind, t_menu, t_wait, t_end, agent in rows
        if kind == outcome
    }


def with_another_agent(spread):
    general = SECTION.groups["general"]
    first, second = general.roster
    more = general.model_copy(
        update={"roster": (first.model_copy(update={"agents": first.agents + 1}), second)}
    )
    return SECTION.model_copy(update={"groups": {"general": more}, "agent_spread": spread})


def test_another_agent_changes_no_patience_and_no_handle_time():
    fewer = run(SECTION.model_copy(update={"agent_spread": 0.0})).calls()
    more = run(with_another_agent(0.0)).calls()
    for outcome in ("abandoned", "answered"):
        before, after = attempts(fewer, outcome), attempts(more, outcome)
        both = before.keys() & after.keys()
        assert len(both) > 100
        for key in both:
            assert before[key][0] == pytest.approx(after[key][0], abs=1e-6)
    assert attempts(fewer, "answered").keys() != attempts(more, "answered").keys()


def test_another_agent_changes_no_planned_caller():
    fewer, more = run().callers(), run(with_another_agent(0.2)).callers()
    for column in ("t_planned_s", "group", "call_type", "cause"):
        assert np.array_equal(fewer[column], more[column])


def test_agents_keep_their_id_and_speed_when_staff_is_added():
    before = {agent.agent for agent in agents_of(SECTION)}
    after = {agent.agent for agent in agents_of(with_another_agent(0.2))}
    assert before < after
    assert len(after) == len(before) + 1
    first = speed_factor("general/0/3", 0.2, Streams(5).trait("speed"))
    assert first == speed_factor("general/0/3", 0.2, Streams(5).trait("speed"))
    assert first != speed_factor("general/0/4", 0.2, Streams(5).trait("speed"))


def test_agents_speeds_have_mean_one():
    trait = Streams(5).trait("speed")
    factors = [speed_factor(f"all/0/{place}", 0.3, trait) for place in range(20000)]
    assert np.mean(factors) == pytest.approx(1.0, abs=0.01)
    assert np.std(np.log(factors)) == pytest.approx(0.3, abs=0.01)


def test_each_trait_belongs_to_one_centre():
    streams = Streams(1)
    Centre(SECTION, streams, midnight(), np.array([-1]), 3600.0)
    with pytest.raises(ValueError, match="taken twice"):
        Centre(SECTION, streams, midnight(), np.array([-1]), 3600.0)
