"""The contact centre by part: tables and charts show the rows, where there are several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_run import SyntheticRun

from sim.indicators.broken_down import broken_down
from sim.indicators.service import service
from sim.report.centre import centre_tables
from sim.report.figures.service import by_type_figure, service_figure
from sim.report.run import Run
from sim.report.words import Words

EN = Words("en")


def one_type(synthetic: SyntheticRun) -> Run:
    calls = synthetic["calls"]
    plain = {**calls, "call_type": np.zeros_like(calls["call_type"])}
    return Run({**synthetic.tables, "calls": plain}, synthetic.manifest)


def test_a_table_stands_where_there_are_several_call_types(run: Run, words: Words) -> None:
    html = centre_tables(run, words)
    assert words("centre.by_call_type") in html
    for name in ("line", "site", "dialled"):
        assert words(f"centre.by_{name}") not in html
    assert html.count('<th scope="row">') == 2


def test_a_centre_of_one_part_has_no_tables(synthetic: SyntheticRun) -> None:
    assert centre_tables(one_type(synthetic), EN) == ""
    assert by_type_figure(one_type(synthetic), EN) is None


def test_a_row_says_what_the_breakdown_says(run: Run) -> None:
    whole = broken_down(run.tables, run.manifest, every_min=(0,))
    at = np.flatnonzero((whole["by"] == "call_type") & (whole["name"] == "billing")).item()
    row = centre_tables(run, EN).split("billing</th>")[1].split("</tr>")[0]
    assert f">{whole['offered'][at]:,.0f}<" in row
    assert f">{100.0 * whole['connected_share'][at]:.1f}<" in row


def test_what_is_dialled_has_a_table_of_its_own(run: Run) -> None:
    manifest = replace(run.manifest, outbound=("billing",))
    html = centre_tables(Run(run.tables, manifest), EN)
    assert EN("centre.by_dialled") in html
    assert EN("centre.by_call_type") not in html  # one type is left that customers call in


def test_the_lines_are_the_shares_of_each_interval(run: Run, words: Words) -> None:
    figure = service_figure(run, words)
    rows = broken_down(run.tables, run.manifest, every_min=(30,))
    chosen = rows["by"] == "all"
    for trace, name in zip(figure.data, ("connected_share", "in_time_of_all_share"), strict=True):
        drawn = np.array([np.nan if each is None else each for each in trace.y])
        assert drawn == pytest.approx(100.0 * rows[name][chosen], abs=0.0051, nan_ok=True)
        assert trace.name == words(f"service.{name}")


def test_the_map_of_call_types_adds_up_to_all_who_asked_for_an_agent(run: Run) -> None:
    figure = by_type_figure(run, EN)
    assert figure is not None
    (heat,) = figure.data
    asked = sum(sum(row) for row in heat.customdata)
    connected = sum(
        share / 100.0 * n
        for shares, requests in zip(heat.z, heat.customdata, strict=True)
        for share, n in zip(shares, requests, strict=True)
        if share is not None
    )
    rate = service(run.tables, run.manifest)["contact_connected_share"].value
    assert rate is not None
    assert connected / asked == pytest.approx(rate, abs=1e-4)
