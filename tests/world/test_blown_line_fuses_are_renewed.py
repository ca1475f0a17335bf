"""A run with line fuses: nobody tells the control room, and yet everybody is back in the end."""

import json
from pathlib import Path

import pytest

from sim.scenario.loader import load_scenario
from sim.world.run import run_scenario

RBTS = Path(__file__).parents[2] / "scenarios" / "rbts_bus2.yaml"


@pytest.mark.parametrize(
    ("asset", "kind", "fuse"),
    [("L2", "permanent", "L2@25"), ("L2", "temporary", "L2@25"), ("dt5", "permanent", "L8@27")],
)
def test_crew_renews_the_fuse_of_a_lateral(asset: str, kind: str, fuse: str) -> None:
    event = f"hazards.events=[{{at: 10 h, asset: bus2/{asset}, kind: {kind}}}]"
    sets = [event, "run.at_least=12 h", "run.at_most=48 h"]
    facts = run_scenario(load_scenario(RBTS, "base", sets), 1).tables["facts"]
    kinds, subjects = facts["kind"].tolist(), facts["subject"].tolist()
    told = [(k, s) for k, s in zip(kinds, subjects, strict=True) if k.startswith("SectionFuse")]
    assert told == [("SectionFuseBlown", f"bus2/{fuse}"), ("SectionFuseReplaced", f"bus2/{fuse}")]
    assert "BreakerTripped" not in kinds
    assert json.loads(facts["fields"][kinds.index("RunEnded")])["customers_out"] == 0
