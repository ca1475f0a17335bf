"""A scenario reaches files of its own folder tree and of the working directory's, no others."""

from pathlib import Path

import pytest

from sim.scenario.loader import check_scenario, load_resolved, load_scenario

GOOD = Path(__file__).parent / "good"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def drills(tmp_path: Path) -> Path:
    """Return a folder beside the good county's, with a scenario that builds on it."""
    for source in GOOD.rglob("*"):
        if source.is_file():
            target = tmp_path / "work" / "county" / source.relative_to(GOOD)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    folder = tmp_path / "work" / "drills"
    folder.mkdir()
    (folder / "drill.yaml").write_text("import: [../county/county.yaml]\nrun: {seed: 99}\n")
    return folder


def test_a_drill_builds_on_a_county_beside_it(
    drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drills.parent)
    loaded = load_scenario("drills/drill.yaml")
    assert loaded.scenario.run.seed == 99
    nodes = loaded.scenario.grid.sources["rural"].nodes
    assert nodes == (drills.parent / "county" / "data" / "nodes.csv").resolve()
    assert loaded.resolved["grid"]["sources"]["rural"]["nodes"] == "../county/data/nodes.csv"
    assert load_resolved(loaded.resolved_yaml, loaded.folder) == loaded.scenario


def test_from_elsewhere_the_same_file_is_out_of_reach(
    drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drills)
    (problem,) = check_scenario(drills / "drill.yaml")
    assert problem.text == ("import: '../county/county.yaml' is outside the folder of the scenario")


def test_what_lies_beyond_the_working_directory_stays_out_of_reach(
    drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drills.parent)
    (drills.parents[1] / "secret.yaml").write_text("run: {seed: 1}\n")
    (drills / "link.yaml").symlink_to(drills.parents[1] / "secret.yaml")
    for name in ("../../secret.yaml", "link.yaml", "/etc/hosts"):
        (drills / "drill.yaml").write_text(f"import: [{name}]\n")
        (problem,) = check_scenario("drills/drill.yaml")
        assert problem.text == f"import: '{name}' is outside the folder of the scenario"
    (drills / "drill.yaml").write_text(
        "import: [../county/county.yaml]\ngrid: {sources: {rural: {nodes: ../../secret.yaml}}}\n"
    )
    (problem,) = check_scenario("drills/drill.yaml")
    assert "'../../secret.yaml' is outside the folder" in problem.text


def test_the_root_of_a_file_system_opens_nothing(
    drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drills.anchor)
    (problem,) = check_scenario(drills / "drill.yaml")
    assert "outside the folder of the scenario" in problem.text


def test_the_shipped_drill_has_no_problem_and_both_languages() -> None:
    path = ROOT / "scenarios" / "drills" / "typhoon_evening.yaml"
    assert check_scenario(path) == []
    loaded = load_scenario(path)
    exercise = loaded.scenario.exercise
    assert exercise is not None
    texts = [exercise.title, *exercise.objectives.values()]
    texts += [each.title for each in exercise.injects.values()]
    texts += [each.text for each in exercise.injects.values() if each.text.en]
    assert all(text.en and text.zh for text in texts)
    assert load_resolved(loaded.resolved_yaml, loaded.folder) == loaded.scenario
    decoys = [each for each in exercise.injects.values() if each.is_decoy]
    assert 0.1 <= len(decoys) / len(exercise.injects) <= 0.15
