"""A small made-up run, shared by all tests of the report."""

import pytest
from synthetic_run import SyntheticRun, county_run

from sim.report.run import Run
from sim.report.words import Words


@pytest.fixture(scope="session")
def synthetic() -> SyntheticRun:
    return county_run(n_districts=3, n_feeders=4, n_on_feeder=8, n_faults=12, n_agents=6)


@pytest.fixture(scope="session")
def run(synthetic: SyntheticRun) -> Run:
    return Run(synthetic.tables, synthetic.manifest)


@pytest.fixture(params=["en", "zh"])
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)
