"""The page of a reliability assessment: whole, escaped, short where there is too much."""

import re
from dataclasses import replace

import pytest

from sim.grid.topology import Topology
from sim.reliability.components import failing_components
from sim.reliability.indices import Assessment, Component, LoadPoint, indices_of
from sim.report.figures.reliability import worst_figure
from sim.report.reliability_page import MOST_ROWS, reliability_page
from sim.report.words import Words
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from tests.grid import small


def assessment(n: int, customers: int = 10, name: str = "d/dt") -> Assessment:
    """Return n load points behind one feeder and one that hangs on the station."""
    points = tuple(
        LoadPoint(f"{name}{k}", "d", "d/a@s" if k else "", customers, 0.5, 0.2 + k, 1.0 + k)
        for k in range(n)
    )
    worst = Component(f"{name}0", "transformer", "d/a@s", 0.015, 10.0, 10, 0.15, 1.5, 0.1)
    feeders = {"": indices_of(points[:1]), "d/a@s": indices_of(points[1:])}
    return Assessment(indices_of(points), feeders, points, (worst,))


def shown(found: Assessment, title: str, lang: str = "en") -> str:
    """Return the page up to its scripts."""
    return reliability_page(found, title, lang).partition('id="chart-config"')[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_needs_nothing_else_and_is_the_same_every_time(lang: str) -> None:
    page = reliability_page(assessment(3), "Town", lang)
    assert page == reliability_page(assessment(3), "Town", lang)
    assert all(
        link[0] in "#d"
        for link in re.findall(r' (?:href|src)="([^"]*)"', shown(assessment(3), "T"))
    )
    assert 'id="worst-figure"' in page
    assert ("供电可靠性：Town" in page) == (lang == "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_of_component_has_a_name_and_a_bar(lang: str) -> None:
    rates = Steady.model_validate(
        {
            "breaker_per_year": 1,
            "switch_per_year": 1,
            "busbar_per_year": 1,
            "transformer_per_year": 1,
        }
    )
    grid = small.two_feeders(overhead_sections=("a1",))
    kinds = {each.kind for each in failing_components(Topology(grid), rates, Reliability())} | {
        "substation_transformer"
    }
    assert len(kinds) == 7
    words = Words(lang)
    for kind in sorted(kinds):
        worst = Component("d/x", kind, "d/a@s", 0.015, 10.0, 10, 0.15, 1.5, 0.1)
        found = replace(assessment(3), components=(worst,))
        name = words(f"reliability.kind.{kind}")
        assert f"<td>{name}</td>" in reliability_page(found, "Town", lang)
        assert [bar.name for bar in worst_figure(found, words).data] == [name]


def test_names_cannot_break_out_of_the_page() -> None:
    page = reliability_page(assessment(2, name="<b>&"), "<i>", "en")
    assert "<b>&" not in page
    assert "<i>" not in page


def test_long_tables_are_cut_and_say_so() -> None:
    page = shown(assessment(MOST_ROWS + 5), "Town")
    assert f"The first {MOST_ROWS} of {MOST_ROWS + 5}" in page
    assert page.count('<th scope="row">d/dt') == MOST_ROWS + 1  # and the worst component
    assert "The first" not in shown(assessment(MOST_ROWS), "Town")


def test_ratios_without_customers_are_dashes() -> None:
    found = assessment(2, customers=0)
    assert (found.system.saifi, found.system.asai, found.system.caidi_h) == (None, None, None)
    assert found.system.ens_mwh == pytest.approx(1.5)
    assert '<span class="value">–' in reliability_page(found, "Town", "en")
