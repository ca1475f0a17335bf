"""Run the command line as a person does: another process, a working folder of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from calling import ROOT, Outcome, Stormdesk


@pytest.fixture(scope="session")
def stormdesk() -> Stormdesk:
    """Return a function that calls the command line and insists on orderly behaviour."""

    def call(
        *arguments: str | Path, cwd: Path, env: Mapping[str, str] = {}, lang: str = "en"
    ) -> Outcome:
        done = subprocess.run(
            [sys.executable, str(ROOT / "run_sim.py"), *map(str, arguments)],
            cwd=cwd,
            env=os.environ | {"STORMDESK_LANG": lang} | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=300,
            check=False,
        )
        outcome = Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
        assert "Traceback" not in outcome.out + outcome.err
        return outcome

    return call


@pytest.fixture(scope="session")
def county(stormdesk: Stormdesk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a new scenario `county.yaml`; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("county")
    assert stormdesk("new", "county", cwd=folder).code == 0
    return folder


@pytest.fixture(scope="session")
def stored(stormdesk: Stormdesk, county: Path) -> Path:
    """Return the folder of a run of that scenario; tests leave it as it is."""
    outcome = stormdesk("run", "county.yaml", "--json", cwd=county)
    assert outcome.code == 0, outcome.err
    return county / Path(outcome.json["run"])
