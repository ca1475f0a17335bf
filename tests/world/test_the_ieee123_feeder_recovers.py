"""The shipped IEEE 123-node feeder: its faults trip what they must, and everybody is back."""

import json
from pathlib import Path

from sim.scenario.loader import load_scenario
from sim.world.run import run_scenario

FEEDER = Path(__file__).parents[2] / "scenarios" / "ieee123.yaml"


def test_faults_interrupt_all_behind_the_breaker_and_end() -> None:
    facts = run_scenario(load_scenario(FEEDER), 1).tables["facts"]
    kinds, subjects = facts["kind"].tolist(), facts["subject"].tolist()
    told = list(zip(kinds, subjects, strict=True))
    # switches in the feeder cannot break fault current: only its head trips
    tripped = {subject for kind, subject in told if kind == "BreakerTripped"}
    assert tripped == {"ieee123/sw1@150r"}
    assert kinds.count("RepairEnded") >= 2
    ended = json.loads(facts["fields"][kinds.index("RunEnded")])
    assert ended["customers_out"] == 0
    lost = [
        json.loads(fields)["customers"]
        for kind, fields in zip(kinds, facts["fields"], strict=True)
        if kind == "SupplyLost"
    ]
    assert max(lost) == 1396
