"""All cases of a comparison run for the longest time any of them may take."""

from __future__ import annotations

import shutil
from pathlib import Path

import sim
from sim.experiments.replicate import Case, load_case
from sim.experiments.span import with_one_span

STARTER = Path(__file__).parents[2] / "sim" / "scenario" / "starters" / "county"
HOUR_S = 3600.0


def test_the_longest_at_most_is_set_for_all_cases(tmp_path: Path) -> None:
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "long.yaml").write_text("import: [county.yaml]\nrun: {at_most: 50.5 h}\n")
    files = (tmp_path / "county.yaml", tmp_path / "long.yaml")
    for case in with_one_span([Case(str(file), sets=("run.seed=3",)) for file in files]):
        loaded, _ = load_case(case)
        run = loaded.scenario.run
        assert (run.seed, run.at_least, run.at_most) == (3, 50.5 * HOUR_S, 50.5 * HOUR_S)
        assert "at_least: 181800 s" in loaded.resolved_yaml


def test_no_cases_have_no_span() -> None:
    assert with_one_span([]) == []


def test_compared_runs_end_together_although_supply_is_back_earlier(tmp_path: Path) -> None:
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "county.yaml"
    sets = ["run.at_least=6 h", "run.at_most=24 h", "contact.background=[]"]
    alone = sim.run(sim.load_scenario(file, sets=sets))
    assert alone.manifest.end_s < 24 * HOUR_S
    compared = sim.compare(file, ["base", "more_crews"], 1, sets=sets, workers=0)
    assert compared.span_s == 24 * HOUR_S
