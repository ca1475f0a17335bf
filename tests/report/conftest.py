"""A small made-up run and a browser, shared by all tests of the report."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from synthetic_run import SyntheticRun, county_run

from sim.report.run import Run
from sim.report.words import Words

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def synthetic() -> SyntheticRun:
    return county_run(n_districts=3, n_feeders=4, n_on_feeder=8, n_faults=12, n_agents=6)


@pytest.fixture(scope="session")
def run(synthetic: SyntheticRun) -> Run:
    return Run(synthetic.tables, synthetic.manifest)


@pytest.fixture(params=["en", "zh"])
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
