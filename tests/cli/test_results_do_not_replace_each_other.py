"""Where results go: settings have part in the name, and a folder is tried before the run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.cli.app import build_app
from sim.cli.failures import run_guarded
from sim.cli.folders import result_folder

STARTER = Path(__file__).parents[2] / "sim" / "scenario" / "starters" / "county"


def test_settings_have_part_in_the_name_unless_a_folder_is_given() -> None:
    plain = result_folder(None, "county-base-seed1", ())
    assert plain == Path("results/county-base-seed1")
    few = result_folder(None, "county-base-seed1", ("contact.trunks=60",))
    assert few.parent == plain.parent
    assert few.name.startswith("county-base-seed1-trunks-60-")
    assert few == result_folder(None, "county-base-seed1", ("contact.trunks=60",))
    other = result_folder(None, "county-base-seed1", ("other.trunks=60",))
    assert len({plain, few, other}) == 3
    assert result_folder(Path("mine"), "a", ("contact.trunks=60",)) == Path("mine/a")


@pytest.mark.parametrize(
    "value", ["../../x", "{a: [1, 2]}", "台风", "x" * 500, "", "a/b", "..", "c:"]
)
def test_any_setting_gives_a_name_of_one_step(value: str) -> None:
    found = result_folder(None, "a-base-seed1", (f"run.notes={value}",))
    assert found.parent == Path("results")
    assert len(found.name) < 80
    assert found.name.isascii()
    assert not set(found.name) & set('/\\:*?"<>| ')


@pytest.mark.parametrize("verb", ["run", "compare"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: str,
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.world.run.run_scenario", never)
    monkeypatch.setattr("sim.contact.centre.warm_up", never)
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").write_text("")
    code = run_guarded(build_app("en"), [verb, "county.yaml", "--out", "out"], "en")
    assert code == 1
    assert "out" in capsys.readouterr().err
