"""The contact centre: calls by outcome over the agents on duty; the queue and the wait."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from sim.indicators.intervals import StepSeries
from sim.indicators.series import (
    QUARTER_S,
    agents_on_duty,
    calls_per_interval,
    queue_length,
    waits_per_interval,
)
from sim.report.run import Run
from sim.report.style import COLOURS, base_figure, count_axis, right_axis, time_axis, tinted
from sim.report.times import LocalTime
from sim.report.words import Words
from sim.units import MINUTE_S

__all__ = ["calls_figure", "queue_figure"]

_BARS = {"answered": "", "self_served": ".", "abandoned": "/", "blocked": "x", "otherwise": "\\",
         "cut_off": "-"}  # fmt: skip
"""Outcomes from the bottom of a bar to its top, with the pattern that tells them apart in grey."""


def calls_figure(run: Run, words: Words) -> go.Figure:
    """Draw what became of the calls of each 15 minutes, over the agents on duty."""
    time, end_s = LocalTime(run.manifest.start), run.manifest.end_s
    calls = calls_per_interval(run.tables, run.manifest)
    figure = base_figure(words("calls.title"), words("calls.note"), 400)
    middle = time.axis(calls.t_s + QUARTER_S / 2.0)
    for name, pattern in _BARS.items():
        if name == "otherwise" and not calls.otherwise.any():
            continue  # most centres have no such end
        figure.add_bar(
            name=words(f"calls.{name}"),
            x=middle,
            y=getattr(calls, name).tolist(),
            width=QUARTER_S * 1000.0,
            marker={
                "color": COLOURS[name],
                "line": {"width": 0},
                "pattern": {
                    "shape": pattern,
                    "size": 5,
                    "solidity": 0.2,
                    "fillmode": "overlay",
                    "fgcolor": "#FFFFFF",
                },
            },
            hovertemplate="%{y:,.0f}",
        )
    figure.add_scatter(
        name=words("calls.offered"),
        x=middle,
        y=calls.offered.tolist(),
        mode="lines",
        line={"color": COLOURS["offered"], "width": 1.4, "shape": "hvh"},
        hovertemplate="%{y:,.0f}",
    )
    agents = agents_on_duty(run.tables, run.manifest)
    figure.add_scatter(
        name=words("calls.agents"),
        x=middle,
        y=np.round(_mean(agents, calls.t_s, end_s), 2).tolist(),
        yaxis="y2",
        mode="lines",
        line={"color": COLOURS["agents"], "width": 2.0, "dash": "dash", "shape": "hvh"},
        hovertemplate="%{y:,.1f}",
    )
    time_axis(figure, words, time, end_s)
    figure.update_layout(
        barmode="stack",
        bargap=0,
        yaxis2=right_axis(words("calls.agents_axis")),
    )
    count_axis(figure, words("calls.axis"))
    return figure


def queue_figure(run: Run, words: Words) -> go.Figure:
    """Draw the longest queue of each interval over mean and 90th percentile of the wait."""
    time, end_s = LocalTime(run.manifest.start), run.manifest.end_s
    figure = base_figure(words("queue.title"), words("queue.note"), 360)
    waits = waits_per_interval(run.tables, run.manifest)
    longest = _longest(queue_length(run.tables, run.manifest), waits.t_s)
    middle = time.axis(waits.t_s + QUARTER_S / 2.0)
    figure.add_bar(
        name=words("queue.length"),
        x=middle,
        y=longest.tolist(),
        width=QUARTER_S * 1000.0,
        marker={"color": tinted(COLOURS["offered"], 0.28), "line": {"width": 0}},
        hovertemplate="%{y:,.0f}",
    )
    for name, values, dash in (("mean", waits.mean_s, "solid"), ("p90", waits.p90_s, "dash")):
        minutes = [None if np.isnan(each) else round(each / MINUTE_S, 2) for each in values]
        figure.add_scatter(
            name=words(f"queue.{name}"),
            x=middle,
            y=minutes,
            yaxis="y2",
            mode="lines",
            line={"color": COLOURS[name], "width": 2.0, "dash": dash},
            hovertemplate=words("queue.wait_hover"),
        )
    time_axis(figure, words, time, end_s)
    figure.update_layout(
        bargap=0,
        yaxis2=right_axis(words("queue.wait_axis")),
    )
    count_axis(figure, words("queue.axis"))
    return figure


def _mean(series: StepSeries, starts: NDArray[np.float64], end_s: float) -> NDArray[np.float64]:
    """Return the mean of a step series over each interval; the end of the run cuts the last."""
    edges = np.append(starts, end_s)
    t_s = np.union1d(series.t_s, edges)
    area = np.concatenate([[0.0], np.cumsum(series.at(t_s)[:-1] * np.diff(t_s))])
    gained: NDArray[np.float64] = np.diff(area[np.searchsorted(t_s, edges)])
    return gained / np.diff(edges)


def _longest(queue: StepSeries, starts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the longest queue within each interval."""
    longest = queue.at(starts).copy()
    where = np.minimum((queue.t_s // QUARTER_S).astype(np.int64), len(starts) - 1)
    np.maximum.at(longest, where, queue.values)
    return longest
