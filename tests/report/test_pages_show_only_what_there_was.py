"""Charts leave out what a run did not have, and show every kind of notice it sent."""

from dataclasses import replace
from typing import Any

import numpy as np

from sim.report.figures.county import county_figure
from sim.report.figures.notices import notices_figure, promises_figure
from sim.report.figures.supply import supply_figure
from sim.report.run import Run
from sim.report.words import Words


def having(run: Run, table: str, **columns: Any) -> Run:
    """Return the run with some columns of one table changed."""
    changed = {**run.tables, table: {**run.tables[table], **columns}}
    return replace(run, tables=changed)


def without(run: Run, table: str) -> Run:
    """Return the run without any row in a table."""
    return having(run, table, **{key: each[:0] for key, each in run.tables[table].items()})


def test_a_calm_run_has_neither_wind_nor_its_axis(run: Run, words: Words) -> None:
    calm = having(run, "wind", gust_ms=np.zeros_like(run["wind"]["gust_ms"]))
    figure = supply_figure(calm, words)
    assert words("supply.gust") not in [each.name for each in figure.data]
    assert "yaxis2" not in figure.layout
    assert supply_figure(run, words).layout.yaxis2.title.text == words("supply.gust_axis")


def test_a_map_without_a_typhoon_does_not_name_one(run: Run, words: Words) -> None:
    def named(shown: Run) -> bool:
        figure = county_figure(shown, words)
        (mark,) = [each for each in figure.data if each.name == words("map.typhoon")]
        return bool(mark.showlegend)

    assert named(run)
    assert not named(without(run, "track"))


def test_nothing_told_is_no_chart(run: Run, words: Words) -> None:
    assert notices_figure(without(without(run, "messages"), "notices"), words) is None


def test_nothing_promised_is_no_chart(run: Run, words: Words) -> None:
    never = np.full_like(run["incidents"]["first_restoration_s"], np.nan)
    assert promises_figure(having(run, "incidents", first_restoration_s=never), words) is None


def test_notices_of_outages_on_purpose_are_drawn_too(run: Run, words: Words) -> None:
    kinds = ["planned", "shortage", "called_off"]
    told = np.array([kinds[i % 3] for i in range(len(run["notices"]["template"]))])
    figure = notices_figure(having(run, "notices", template=told), words)
    assert figure is not None
    drawn = {each.name: len(each.x) for each in figure.data if len(each.x)}
    assert drawn == {words.code("template", kind): int((told == kind).sum()) for kind in kinds}
